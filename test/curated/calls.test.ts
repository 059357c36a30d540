import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { callKey } from "../../src/curated/calls.ts";
import type { InferenceProfile } from "../../src/model/profile-book.ts";
import type { Raw } from "../invocation/support.ts";
import { factsOf, laneOf } from "./facts.ts";

const arn = (kind: string, id: string): string => `arn:aws:bedrock:us-east-1:012345678901:${kind}/${id}`;
const served = (type: string): Raw => ({
  output: { outputBodyJson: { usage: { inputTokens: 1, outputTokens: 1 }, serviceTier: { type } } },
});

describe("the tier of a call", () => {
  it.each([
    ["on-demand where nothing says otherwise", {}, "on-demand"],
    ["on-demand when the answer says default", { operation: "Converse", ...served("default") }, "on-demand"],
    ["on-demand when the answer says auto", { operation: "Converse", ...served("auto") }, "on-demand"],
    ["what the answer says", { operation: "Converse", ...served("flex") }, "flex"],
    ["provisioned for capacity of one's own", { modelId: arn("provisioned-model", "ab12cd34ef56") }, "provisioned"],
    ["imported for an imported model", { modelId: arn("imported-model", "ab12cd34ef56") }, "imported"],
    ["imported for a customized one", { modelId: arn("custom-model-deployment", "ab12cd34ef56") }, "imported"],
  ])("is %s", (_, change, tier) => {
    const { call } = factsOf(change);
    expect([call.serviceTier, call.columns.service_tier]).toEqual([tier, tier]);
  });
});

describe("who pays for a call", () => {
  const profile = arn("application-inference-profile", "ab12");
  const known = (profiles: Readonly<Record<string, InferenceProfile | null>>) => ({
    known: (id: string) => profiles[id],
    ask: async () => undefined,
  });
  const search: InferenceProfile = { target: "us.amazon.nova-lite-v1:0", tags: new Map([["team", "search"]]) };

  it("is named by the tags of its inference profile, which also says its model", () => {
    const { call } = factsOf({ modelId: profile }, laneOf(undefined, known({ [profile]: search })));
    expect(call.columns).toMatchObject({ team: "search", model: "nova-lite", routing: "geo", inference_profile: profile });
  });

  it("can be told by profile, also where strata.yml says what the profile is", () => {
    const config = parseConfig(`
models: { inference_profiles: { "${profile}": amazon.nova-pro-v1:0 } }
attribution: { rules: [{ name: r, match: { resource: "${profile}" }, team: assistants }] }`);
    const { call } = factsOf({ modelId: profile }, laneOf(config, known({ [profile]: search })));
    expect(call.columns).toMatchObject({ team: "assistants", model: "nova-pro", attribution_source: "rule:r" });
  });

  it("can be told by a system profile behind its ARN", () => {
    const config = parseConfig(
      `attribution: { rules: [{ name: r, match: { resource: us.amazon.nova-lite-v1:0 }, team: assistants }] }`,
    );
    const { call } = factsOf({ modelId: arn("inference-profile", "us.amazon.nova-lite-v1:0") }, laneOf(config));
    expect(call.columns).toMatchObject({ team: "assistants", inference_profile: "us.amazon.nova-lite-v1:0" });
  });

  it.each([
    [true, "ann@example.com"],
    [false, null],
  ])("is a session's name where those are trusted: %s", (trust_session_names, person) => {
    const config = parseConfig(`attribution: { trust_session_names: ${trust_session_names} }`);
    const identity = { arn: "arn:aws:sts::012345678901:assumed-role/Dev/ann@example.com" };
    expect(factsOf({ identity }, laneOf(config)).call.columns).toMatchObject({ session_name: "ann@example.com", person });
  });

  it("is nobody's business where there is neither principal nor label", () => {
    const { columns } = factsOf({ identity: undefined }).call;
    expect(columns).toMatchObject({ principal_arn: null, person: null, request_metadata: null, inference_region: null });
  });
});

describe("an inference profile that nobody has asked about", () => {
  const profile = arn("application-inference-profile", "cd34");
  /** Bedrock, which knows it or does not. */
  function book(answer: InferenceProfile | null) {
    const asked: string[] = [];
    return {
      asked,
      known: (id: string) => (asked.includes(id) ? answer : undefined),
      ask: async (id: string) => {
        asked.push(id);
      },
    };
  }

  it("is asked about once; then the record is read again", async () => {
    const profiles = book({ target: "amazon.nova-lite-v1:0", tags: new Map() });
    const lane = laneOf(undefined, profiles);
    expect(factsOf({ modelId: profile }, lane).call.model.resolved).toBe(false);
    expect(lane.wantsProfile).toBe(true);
    await lane.findProfile();
    expect(lane.wantsProfile).toBe(false);
    expect(factsOf({ modelId: profile }, lane).call.columns.model).toBe("nova-lite");
    expect(lane.wantsProfile).toBe(false);
    expect(profiles.asked).toEqual([profile]);
  });

  it("is not asked about again when nobody can say, and is looked at anew with the next object", async () => {
    const profiles = book(null);
    const lane = laneOf(undefined, profiles);
    factsOf({ modelId: profile }, lane);
    await lane.findProfile();
    const { call } = factsOf({ modelId: profile }, lane);
    expect([call.model.resolved, call.columns.inference_profile, lane.wantsProfile]).toEqual([false, profile, false]);
    expect(factsOf({ modelId: profile }, lane).call).toBe(call);
    expect(factsOf({ modelId: profile }, lane.refreshed()).call).not.toBe(call);
    expect(profiles.asked).toEqual([profile]);
  });

  it("is not asked about where nobody can be asked, nor is any other id", () => {
    const alone = laneOf();
    factsOf({ modelId: profile }, alone);
    expect(alone.wantsProfile).toBe(false);
    const lane = laneOf(undefined, book(null));
    factsOf({ modelId: "nobody.knows-this" }, lane);
    factsOf({ modelId: "anthropic.claude-sonnet-4-6" }, lane);
    expect(lane.wantsProfile).toBe(false);
  });

  it("that is known stays known with the next object", () => {
    const lane = laneOf();
    const { call } = factsOf({}, lane);
    expect(factsOf({}, lane.refreshed()).call).toBe(call);
  });
});

describe("one record", () => {
  it("is marked where a count was written as text", () => {
    expect(factsOf({ input: { inputTokenCount: "10" } }).coerced).toBe(true);
    expect(
      factsOf({ operation: "Converse", output: { outputBodyJson: { usage: { inputTokens: "7", outputTokens: 1 } } } }).coerced,
    ).toBe(true);
    expect(factsOf().coerced).toBe(false);
  });

  it("bears the tools that its answer calls only where strata.yml asks for them", () => {
    const output = { outputBodyJson: { type: "message", content: [{ type: "tool_use", name: "Bash" }] } };
    expect(factsOf({ output }).toolNames).toBeNull();
    expect(factsOf({ output }, laneOf(parseConfig("sources: { tool_names: true }"))).toolNames).toBe("Bash");
  });

  it("that failed after it had used something is priced as an estimate that says so", () => {
    expect(factsOf().priced.assumptions).toBeNull();
    expect(factsOf({ errorCode: "ModelErrorException" }).priced).toMatchObject({ status: "estimated", assumptions: "failed" });
  });
});

describe("the key of a call", () => {
  const facts = {
    ...{ day: "2026-10-05", accountId: "012345678901", region: "us-east-1", inferenceRegion: null, operation: "Converse" },
    ...{ modelId: "m", principalArn: null, metadata: new Map<string, string>(), invokedModelId: null, servedTier: null },
  };

  it("differs wherever calls differ, and by the period; not by the day alone", () => {
    const keys = [
      callKey(facts, 0),
      callKey(facts, 1),
      callKey({ ...facts, accountId: "999999999999" }, 0),
      callKey({ ...facts, region: "us-west-2" }, 0),
      callKey({ ...facts, inferenceRegion: "us-west-2" }, 0),
      callKey({ ...facts, operation: "InvokeModel" }, 0),
      callKey({ ...facts, modelId: "n" }, 0),
      callKey({ ...facts, principalArn: "a" }, 0),
      callKey({ ...facts, invokedModelId: "a" }, 0),
      callKey({ ...facts, servedTier: "a" }, 0),
      callKey({ ...facts, metadata: new Map([["a", "b"]]) }, 0),
      callKey({ ...facts, metadata: new Map([["a", "c"]]) }, 0),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(callKey({ ...facts, day: "2026-10-06" }, 0)).toBe(keys[0]);
  });
});
