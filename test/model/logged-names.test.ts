import { describe, expect, it } from "vitest";
import { loggedNames } from "../../src/model/logged-names.ts";

const found = (billed: string, ...models: readonly string[]): string | undefined => loggedNames(models).find(billed);

describe("a model that the catalog does not know, found in the log by what the bill calls it", () => {
  it.each([
    ["Rocket 2 (Amazon Bedrock Edition)", "newmaker.rocket-2-v1:0"],
    ["Newmaker Rocket 2 (Amazon Bedrock Edition)", "newmaker.rocket-2-v1:0"],
    ["Rocket2", "newmaker.rocket-2:1"],
    ["Rocket 2", "apac.newmaker.rocket-2"],
    ["Newmaker Rocket 2", "us.newmaker.rocket-2-v1:0"],
    ["Claude Sonnet 9.1 (Amazon Bedrock Edition)", "claude-sonnet-9-1"],
    // Words for a model that is not final come and go.
    ["Rocket 2", "newmaker.rocket-2-preview"],
    ["Rocket 2", "newmaker.rocket-2-v1-preview-latest"],
    ["Rocket 2 Beta", "newmaker.rocket-2"],
    // Words in another order, words left out, and a month behind the version.
    ["Rocket Star 2", "newmaker.star-rocket-2"],
    ["Rocket Star 2", "newmaker.rocket-star-2-fast"],
    ["Rocket Star 2 Fast", "newmaker.rocket-star-2"],
    ["Rocket Lite 2", "newmaker.rocket-lite-2-instruct-2607"],
    ["Rocket Lite 2 2607", "newmaker.rocket-lite-2"],
  ])("%s is %s", (billed, model) => expect(found(billed, model, "newmaker.comet-1")).toBe(model));

  it.each([
    ["another version", "Rocket 3", ["newmaker.rocket-2"]],
    ["a version that is no month behind it", "Rocket Lite 2", ["newmaker.rocket-lite-2-26"]],
    ["two numbers behind it, of which one is a month", "Rocket Lite 2", ["newmaker.rocket-lite-2-2607-07"]],
    ["a brand alone with another word", "Rocket 2", ["newmaker.rocket-lite-2"]],
    ["another brand with the same words behind it", "Rocket Star 2", ["newmaker.comet-star-2"]],
    ["another brand first", "Rocket Star 2", ["newmaker.star-rocket-2-fast"]],
    ["a name without a version, with a word more", "Rocket Lite Fast", ["newmaker.rocket-lite"]],
    ["two models that go by the same name", "Rocket 2", ["newmaker.rocket-2", "othermaker.rocket-2"]],
    ["two models with a word more", "Rocket Star 2", ["newmaker.rocket-star-2-fast", "newmaker.rocket-star-2-pro"]],
    ["nothing", "()", ["newmaker.rocket-2"]],
    ["a number", "7", ["newmaker.7"]],
    ["an empty log", "Rocket 2", []],
  ])("none is found by %s", (_, billed, models) => expect(found(billed, ...models)).toBeUndefined());

  it("is told from another maker's by its maker, where the bill names it", () =>
    expect(found("Othermaker Rocket 2", "newmaker.rocket-2", "othermaker.rocket-2")).toBe("othermaker.rocket-2"));

  it("is one of the log's", () => {
    const names = loggedNames(["newmaker.rocket-2"]);
    expect([names.has("newmaker.rocket-2"), names.has("newmaker.rocket")]).toEqual([true, false]);
  });
});
