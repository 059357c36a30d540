import { describe, expect, it } from "vitest";
import { attributor } from "../../src/attribution/attribute.ts";
import type { Facts } from "../../src/attribution/facts.ts";
import { attributionConfig } from "../../src/config/attribution.ts";
import { anyGlob, glob } from "../../src/glob.ts";

const config = attributionConfig.parse({
  teams: {
    platform: { cost_center: "CC-1", members: ["*@platform.example.com", "alice@example.com"] },
    search: { cost_center: "CC-2" },
  },
  rules: [
    {
      name: "batch-jobs",
      match: { principal_name: ["nightly-*", "batch"] },
      team: "search",
      environment: "prod",
      person: "nobody",
    },
    { name: "summarizer", match: { inference_profile: "*/ab12cd34ef56" }, team: "growth", feature: "summarizer" },
    { name: "sandbox", match: { account: "444455556666", metadata: { stage: "dev*" } }, environment: "dev" },
    { name: "tagged", match: { tag: { team: "ds" } }, team: "data-science" },
  ],
});
const attribute = attributor(config);

const caller = (given: Partial<Facts>): Facts => ({
  day: "2026-10-05",
  principalArn: "arn:aws:iam::111122223333:user/x",
  principalName: "x",
  sessionName: null,
  person: null,
  accountId: "111122223333",
  inferenceProfile: null,
  metadata: null,
  ...given,
});

describe("attribution", () => {
  it.each<[string, Partial<Facts>, object]>([
    [
      "a rule by principal name",
      { principalName: "nightly-embed" },
      { team: "search", costCenter: "CC-2", environment: "prod", person: "nobody", source: "rule:batch-jobs" },
    ],
    [
      "a rule by inference profile",
      { inferenceProfile: "arn:x/ab12cd34ef56" },
      { team: "growth", costCenter: null, feature: "summarizer", source: "rule:summarizer" },
    ],
    ["membership, by glob", { person: "bo@platform.example.com" }, { team: "platform", costCenter: "CC-1", source: "members" }],
    [
      "request metadata",
      {
        metadata: new Map([
          ["team", "growth"],
          ["feature", "chat"],
          ["environment", "prod"],
          ["cost_center", "CC-9"],
        ]),
      },
      { team: "growth", costCenter: "CC-9", feature: "chat", environment: "prod", source: "metadata" },
    ],
    [
      "tags of a principal",
      {
        principalTags: new Map([
          ["team", "legal"],
          ["cost-center", "CC-7"],
          ["owner", "ann@example.com"],
        ]),
      },
      { team: "legal", costCenter: "CC-7", person: "ann@example.com", source: "principal_tag" },
    ],
    ["a rule by tag", { principalTags: new Map([["team", "ds"]]) }, { team: "data-science", source: "rule:tagged" }],
    ["nothing", {}, { team: "unattributed", costCenter: null, environment: null, feature: null, person: null, source: "none" }],
  ])("comes from %s", (_, given, expected) => {
    expect(attribute(caller(given))).toMatchObject(expected);
  });

  it("prefers rules to tags, tags to members, members to what the caller writes", () => {
    const everything = {
      principalName: "batch",
      person: "alice@example.com",
      metadata: new Map([["team", "m"]]),
      principalTags: new Map([["team", "t"]]),
    };
    expect(attribute(caller(everything)).team).toBe("search");
    expect(attribute(caller({ ...everything, principalName: "x" })).team).toBe("t");
    expect(attribute(caller({ ...everything, principalName: "x", principalTags: null })).team).toBe("platform");
    expect(attribute(caller({ ...everything, principalName: "x", principalTags: null, person: null })).team).toBe("m");
  });

  it("needs every condition of a rule", () => {
    expect(attribute(caller({ accountId: "444455556666" })).environment).toBeNull();
    expect(attribute(caller({ accountId: "444455556666", metadata: new Map([["stage", "dev-2"]]) })).environment).toBe("dev");
  });

  it("does not read a person from request metadata unless told to", () => {
    expect(attribute(caller({ metadata: new Map([["person", "mallory"]]) })).person).toBeNull();
  });

  it("takes a blank label for none and an odd name for a name", () => {
    expect(attribute(caller({ metadata: new Map([["team", "  "]]) })).team).toBe("unattributed");
    expect(attribute(caller({ metadata: new Map([["team", "__proto__"]]) }))).toMatchObject({
      team: "__proto__",
      costCenter: null,
    });
  });
});

describe("a glob", () => {
  it.each([
    ["a.b*", "a.bc", true],
    ["a.b*", "axbc", false],
    ["*", "", true],
    ["(a+)+$", "(a+)+$", true],
    ["*\n*", "x\ny", true],
    ["Team", "team", false],
  ])("%j matches %j: %s", (pattern, text, expected) => {
    expect(glob(pattern)(text)).toBe(expected);
  });

  it("list matches when one of its patterns does", () => {
    expect(anyGlob(["a*", "b"])("b")).toBe(true);
    expect(anyGlob([])("b")).toBe(false);
  });
});
