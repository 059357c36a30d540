import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultConfig, parseConfig } from "../../src/config/load.ts";
import type { InferenceProfile } from "../../src/doctor/account-view.ts";
import { collectFacts } from "../../src/doctor/facts.ts";
import { firstConfig, type KnownAccount, NOTHING_KNOWN } from "../../src/doctor/first-config.ts";
import { knownAccount } from "../../src/doctor/known-account.ts";
import { knownProfiles } from "../../src/doctor/known-profiles.ts";
import { jsonError } from "../aws/stub-service.ts";
import { NOW, StubAccount } from "./stub-account.ts";

/** What a person does: takes the mark off every option. Sentences begin with `# `. */
const withEveryOption = (text: string): string => text.replace(/^#(?=\S| {2})/gm, "");

describe("a first strata.yml", () => {
  it("is a template of every section where nothing is known, and changes no default", () => {
    const text = firstConfig(NOTHING_KNOWN);
    expect(parseConfig(text)).toEqual(defaultConfig());
    for (const section of Object.keys(defaultConfig())) expect(text).toMatch(new RegExp(`^#?${section}:`, "m"));
  });

  it("holds options that are all valid when their mark is taken off", () => {
    const config = parseConfig(withEveryOption(firstConfig(NOTHING_KNOWN)));
    expect(config).toMatchObject({
      organisation: "Example Corp",
      sources: { logs: ["s3://your-log-bucket/bedrock"] },
      budgets: [{ scope: "team" }, { scope: "person" }],
      deploy: { subscriptions: { critical: ["oncall@example.com"] } },
    });
  });

  it("keeps names that look like YAML or like another line what they are", () => {
    const known: KnownAccount = {
      ...NOTHING_KNOWN,
      profiles: new Map([["arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/x", 'a: "b" # c']]),
      teams: new Map([["on: call\n#x: y", "profile\nbudgets: []"]]),
    };
    const config = parseConfig(firstConfig(known));
    expect(Object.values(config.models.inference_profiles)).toEqual(['a: "b" # c']);
    expect(config.attribution.teams).toEqual({});
    expect(Object.keys(parseConfig(withEveryOption(firstConfig(known))).attribution.teams)).toEqual(["on: call\n#x: y"]);
  });
});

describe("what init knows of an account", () => {
  let account: StubAccount;
  beforeAll(async () => {
    account = await StubAccount.start();
  });
  afterAll(() => account.stop());
  const look = async (changes: Parameters<StubAccount["with"]>[0] = {}): Promise<KnownAccount> => {
    const view = account.with(changes);
    const facts = await collectFacts(view, { config: defaultConfig(), stage: "dev", regions: ["us-east-1"], now: NOW });
    return knownAccount(view, facts);
  };

  it("is places of logs and bill, accounts, profiles, and teams as comments only", async () => {
    const known = await look();
    const text = firstConfig(known);
    expect(parseConfig(text)).toMatchObject({
      sources: { logs: ["s3://acme-logs/bedrock"], cur: ["s3://acme-bills/cur/strata-cur"] },
      models: {
        inference_profiles: {
          "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ab12cd34ef56": "us.anthropic.claude-sonnet-4-6",
        },
      },
      attribution: { teams: {} },
    });
    expect(text).toContain("# Accounts whose logs were found: 111122223333.");
    expect(text).toContain('#    "search":');
  });

  it("is less, not nothing, where something may not be asked", async () => {
    const known = await look({
      ListInferenceProfiles: jsonError("AccessDeniedException", "no", 403),
      ListExports: jsonError("AccessDeniedException", "no", 400),
    });
    expect(known).toMatchObject({ logs: ["s3://acme-logs/bedrock"], cur: [], profiles: new Map() });
  });
});

describe("application inference profiles", () => {
  const profile = (type: InferenceProfile["type"], id: string, ...modelArns: string[]): InferenceProfile => ({
    arn: `arn/${id}`,
    id,
    name: id,
    type,
    modelArns,
    tags: {},
  });
  const nova = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-lite-v1:0";
  const west = nova.replace("us-east-1", "us-west-2");
  it.each([
    [
      "a system profile over the same models",
      [profile("SYSTEM_DEFINED", "us.nova", west, nova), profile("APPLICATION", "app", nova, west)],
      "us.nova",
    ],
    ["its only model", [profile("APPLICATION", "app", nova)], "amazon.nova-lite-v1:0"],
    ["nothing, when its models differ", [profile("APPLICATION", "app", nova, nova.replace("lite", "pro"))], undefined],
    ["nothing, when it has none", [profile("APPLICATION", "app")], undefined],
  ])("stand for %s", (_, profiles, meaning) => {
    expect(knownProfiles(profiles).get("arn/app")).toBe(meaning);
  });
});
