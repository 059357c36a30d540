import { describe, expect, it } from "vitest";
import { priceText } from "../../src/cli/prices/price-text.ts";
import { pricer } from "../pricing/factories.ts";

const at = Date.parse("2026-10-05T00:00:00Z");
const textOf = (model: string, config = {}): string => priceText(pricer(config).explain(model, "us-east-1", at));
const lineOf = (text: string, ...words: readonly string[]): string | undefined =>
  text.split("\n").find((line) => words.every((word) => line.includes(word)));

describe("prices for a person", () => {
  it("put routings of the same rates on one line, and each kind in a column", () => {
    const text = textOf("claude-sonnet-4-6");
    expect(text).toContain("claude-sonnet-4-6, called from us-east-1 on 2026-10-05");
    expect(lineOf(text, "in-region, geo", "on-demand")).toMatch(/3\.3 .*16\.5 .*0\.33 .*4\.125 .*6\.6 /);
    expect(lineOf(text, "global", "on-demand")).toMatch(/ 3 .* 15 .*0\.3 .*3\.75 .* 6 /);
  });

  it("show the list price beside an agreed one", () => {
    const text = textOf("claude-sonnet-4-6", { discounts: [{ name: "EDP", percent: "7", from: "2026-01-01" }] });
    expect(lineOf(text, "global", "on-demand")).toContain("2.79 (list 3)");
  });

  it("number what makes a rate and where it comes from, each once", () => {
    const text = textOf("claude-sonnet-4-6");
    const notes = text.split("\n").filter((line) => /^ +\d+ {2}/.test(line));
    expect(notes.map((note) => Number.parseInt(note, 10))).toEqual(notes.map((_, index) => index + 1));
    expect(new Set(notes.map((note) => note.replace(/^ +\d+/, ""))).size).toBe(notes.length);
    expect(notes.join("\n")).toMatch(/Source: genai-prices .*checked \d{4}-\d\d-\d\d/);
  });
});
