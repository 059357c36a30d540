import { describe, expect, it } from "vitest";
import { isApplicationProfile, profileTarget } from "../../src/model/profile-book.ts";

const model = (region: string): string => `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-sonnet-4-6`;

describe("profileTarget", () => {
  it.each([
    ["one region", [model("us-east-1")], "anthropic.claude-sonnet-4-6"],
    ["the same region twice", [model("us-east-1"), model("us-east-1")], "anthropic.claude-sonnet-4-6"],
    ["several regions", [model("us-west-2"), model("us-east-1")], "us.anthropic.claude-sonnet-4-6"],
    ["several regions of Europe", [model("eu-west-1"), model("eu-central-1")], "eu.anthropic.claude-sonnet-4-6"],
    ["several regions of Asia", [model("ap-northeast-1"), model("ap-south-1")], "apac.anthropic.claude-sonnet-4-6"],
    ["several regions of GovCloud", [model("us-gov-west-1"), model("us-gov-east-1")], "us-gov.anthropic.claude-sonnet-4-6"],
    ["several regions of Canada", [model("ca-central-1"), model("ca-west-1")], "ca.anthropic.claude-sonnet-4-6"],
    ["several regions of South America", [model("sa-east-1"), model("sa-west-1")], "sa.anthropic.claude-sonnet-4-6"],
    ["regions of no known geography", [model("me-south-1"), model("me-central-1")], "geo.anthropic.claude-sonnet-4-6"],
    ["no region at all beside one", [model("us-east-1"), model("")], "global.anthropic.claude-sonnet-4-6"],
    ["nothing", [], undefined],
    ["two models", [model("us-east-1"), "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0"], undefined],
    ["something else", ["arn:aws:bedrock:us-east-1:111122223333:custom-model/x"], undefined],
    ["a maker that is not known", ["arn:aws:bedrock:us-east-1::foundation-model/newmaker.model-1"], "newmaker.model-1"],
  ])("%s", (_, arns, expected) => {
    expect(profileTarget(arns)).toBe(expected);
  });
});

it.each([
  ["arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ab12cd34ef56", true],
  ["arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.amazon.nova-lite-v1:0", false],
  ["anthropic.claude-sonnet-4-6", false],
  ["", false],
])("asks about %s: %s", (id, expected) => {
  expect(isApplicationProfile(id)).toBe(expected);
});
