import { describe, expect, test } from "vitest";
import type { ModelContext } from "../../src/model/identity.ts";
import { resolveModel } from "../../src/model/resolve-model.ts";

const context = (over: Partial<ModelContext> = {}): ModelContext => ({
  region: "us-east-1",
  inferenceProfiles: new Map(),
  tiers: { premium: [], standard: [], fast: [] },
  ...over,
});

const bedrock = (kind: string, id: string, partition = "aws", account = "111122223333") =>
  `arn:${partition}:bedrock:us-east-1:${account}:${kind}/${id}`;

test("a second or later revision is another model, with and without a date before it", () => {
  const modelOf = (id: string): string => resolveModel(id, context()).model;
  expect(modelOf("amazon.titan-embed-text-20260101-v1:0")).toBe(modelOf("amazon.titan-embed-text-v1"));
  expect(modelOf("amazon.titan-embed-text-20260101-v12:0")).toBe("titan-embed-text-v12");
});

describe("foundation models", () => {
  test.each([
    // id, vendor, family, model, version, tier
    ["anthropic.claude-3-haiku-20240307-v1:0", "anthropic", "claude-haiku", "claude-3-haiku", "3", "fast"],
    ["anthropic.claude-3-5-sonnet-20240620-v1:0", "anthropic", "claude-sonnet", "claude-3-5-sonnet", "3.5", "standard"],
    ["anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic", "claude-sonnet", "claude-3-5-sonnet-v2", "3.5", "standard"],
    ["anthropic.claude-sonnet-4-20250514-v1:0", "anthropic", "claude-sonnet", "claude-sonnet-4", "4", "standard"],
    ["anthropic.claude-sonnet-4-5-20250929-v1:0", "anthropic", "claude-sonnet", "claude-sonnet-4-5", "4.5", "standard"],
    ["anthropic.claude-sonnet-4-6", "anthropic", "claude-sonnet", "claude-sonnet-4-6", "4.6", "standard"],
    ["anthropic.claude-opus-4-6-v1", "anthropic", "claude-opus", "claude-opus-4-6", "4.6", "premium"],
    ["anthropic.claude-fable-5-1", "anthropic", "claude-fable", "claude-fable-5-1", "5.1", "premium"],
    ["anthropic.claude-v2:1", "anthropic", "claude", "claude-2-1", "2.1", "standard"],
    ["anthropic.claude-v2:1:200k", "anthropic", "claude", "claude-2-1", "2.1", "standard"],
    ["anthropic.claude-3-haiku-20240307-v1:0:200k", "anthropic", "claude-haiku", "claude-3-haiku", "3", "fast"],
    ["anthropic.claude-instant-v1", "anthropic", "claude-instant", "claude-instant", null, "fast"],
    ["amazon.nova-lite-v1:0", "amazon", "nova", "nova-lite", "1", "fast"],
    ["amazon.nova-2-lite-v1:0", "amazon", "nova", "nova-2-lite", "2", "fast"],
    ["amazon.nova-premier-v1:0", "amazon", "nova", "nova-premier", "1", "premium"],
    ["amazon.nova-canvas-v1:0", "amazon", "nova-canvas", "nova-canvas", null, null],
    ["amazon.nova-reel-v1:1", "amazon", "nova-reel", "nova-reel", null, null],
    ["amazon.titan-embed-text-v1", "amazon", "titan-embed", "titan-embed-text-v1", "1", null],
    ["amazon.titan-embed-text-v2:0", "amazon", "titan-embed", "titan-embed-text-v2", "2", null],
    ["meta.llama3-1-70b-instruct-v1:0", "meta", "llama", "llama3-1-70b-instruct", "3.1", null],
    ["meta.llama3-70b-instruct-v1:0", "meta", "llama", "llama3-70b-instruct", "3", null],
    ["mistral.mistral-7b-instruct-v0:2", "mistral", "mistral", "mistral-7b-instruct", null, null],
    ["mistral.mistral-large-2402-v1:0", "mistral", "mistral-large", "mistral-large-2402", "2402", null],
    ["mistral.mistral-large-2407-v1:0", "mistral", "mistral-large", "mistral-large-2407", "2407", null],
    ["openai.gpt-oss-20b-1:0", "openai", "gpt-oss", "gpt-oss-20b", null, null],
    ["openai.gpt-5.6-luna", "openai", "gpt", "gpt-5.6-luna", "5.6", null],
    ["cohere.embed-english-v3", "cohere", "cohere-embed", "embed-english-v3", "3", null],
    ["cohere.rerank-v3-5:0", "cohere", "cohere-rerank", "rerank-v3-5", "3.5", null],
    ["amazon.rerank-v1:0", "amazon", "amazon-rerank", "rerank-v1", "1", null],
    ["deepseek.r1-v1:0", "deepseek", "deepseek-r", "deepseek-r1", "1", null],
    ["deepseek.deepseek-r1-v1:0", "deepseek", "deepseek-r", "deepseek-r1", "1", null],
    ["deepseek.v3.2", "deepseek", "deepseek-v", "deepseek-v3.2", "3.2", null],
    ["nvidia.nemotron-nano-9b-v2", "nvidia", "nemotron-nano", "nemotron-nano-9b-v2", "2", null],
    ["ai21.jamba-1-5-large-v1:0", "ai21", "jamba", "jamba-1-5-large", "1.5", null],
    ["qwen.qwen3-coder-480b-a35b-v1:0", "qwen", "qwen", "qwen3-coder-480b-a35b", "3", null],
  ])("%s", (id, vendor, family, model, version, tier) => {
    const expected = {
      vendor,
      family,
      model,
      version,
      tier,
      routing: "in-region",
      profile: null,
      serving: "on-demand",
      resolved: true,
    };
    expect(resolveModel(id, context())).toEqual(expected);
    expect(resolveModel(bedrock("foundation-model", id, "aws", ""), context())).toEqual(expected);
    expect(resolveModel(bedrock("foundation-model", id, "aws-us-gov", ""), context())).toEqual(expected);
    expect(resolveModel(bedrock("foundation-model", id, "aws-cn", ""), context())).toEqual(expected);
  });

  test("a model of a known maker that does not exist yet gets its family, version and tier from its name", () => {
    expect(resolveModel("anthropic.claude-sonnet-9-3-20300101-v1:0", context())).toMatchObject({
      family: "claude-sonnet",
      model: "claude-sonnet-9-3",
      version: "9.3",
      tier: "standard",
      resolved: true,
    });
    expect(resolveModel("zai.glm-7.1", context())).toMatchObject({ family: "glm", model: "glm-7.1", version: "7.1" });
  });

  test("a name as telemetry writes it has no routing", () => {
    expect(resolveModel("claude-opus-4-8[1m]", context())).toMatchObject({
      vendor: "anthropic",
      model: "claude-opus-4-8",
      routing: null,
      resolved: true,
    });
  });

  test.each([
    "newvendor.mystery-1-v1:0",
    "us.newvendor.mystery-1",
    "",
    ".",
    "a.b.c",
    "anthropic.",
    "us..anthropic.x",
    "__proto__",
    "constructor",
    "arn:aws:bedrock:::",
    "arn:aws:bedrock:us-east-1::foundation-model/unknown.model",
  ])("what names no known maker stays as logged: %j", (id) => {
    expect(resolveModel(id, context())).toEqual({
      vendor: null,
      family: null,
      model: id,
      version: null,
      tier: null,
      routing: null,
      profile: null,
      serving: "on-demand",
      resolved: false,
    });
  });

  test("a configured name for an unknown id is used", () => {
    const inferenceProfiles = new Map([["house-model", "anthropic.claude-haiku-4-5-20251001-v1:0"]]);
    expect(resolveModel("house-model", context({ inferenceProfiles }))).toMatchObject({
      model: "claude-haiku-4-5",
      resolved: true,
    });
  });
});

describe("system inference profiles", () => {
  test.each([
    ["us", "geo"],
    ["eu", "geo"],
    ["apac", "geo"],
    ["jp", "geo"],
    ["au", "geo"],
    ["ca", "geo"],
    ["sa", "geo"],
    ["in", "geo"],
    ["us-gov", "geo"],
    ["somewhere-new2", "geo"],
    ["global", "global"],
  ])("%s. is %s routing", (prefix, routing) => {
    const id = `${prefix}.anthropic.claude-opus-4-8`;
    const expected = { vendor: "anthropic", model: "claude-opus-4-8", routing, profile: id, resolved: true };
    expect(resolveModel(id, context())).toMatchObject(expected);
    expect(resolveModel(bedrock("inference-profile", id), context())).toMatchObject(expected);
  });

  test.each(["ai21.jamba-1-5-mini-v1:0", "xai.grok-4.3"])("a maker is not a routing prefix: %s", (id) => {
    expect(resolveModel(id, context())).toMatchObject({ routing: "in-region", profile: null, resolved: true });
  });
});

describe("application inference profiles", () => {
  const arn = bedrock("application-inference-profile", "ab12cd34ef56");
  const mapped = (target: string, over: Partial<ModelContext> = {}) =>
    resolveModel(arn, context({ inferenceProfiles: new Map([[arn, target]]), ...over }));

  test("one that nobody resolved keeps its ARN as model and has no routing", () => {
    expect(resolveModel(arn, context({ inferenceRegion: "us-west-2" }))).toMatchObject({
      model: arn,
      profile: arn,
      routing: null,
      resolved: false,
      vendor: null,
    });
  });

  test.each([
    ["global.anthropic.claude-sonnet-4-6", "global"],
    ["us.anthropic.claude-sonnet-4-6", "geo"],
    ["anthropic.claude-sonnet-4-6", "in-region"],
    [bedrock("foundation-model", "anthropic.claude-sonnet-4-6", "aws", ""), "in-region"],
    [bedrock("inference-profile", "global.anthropic.claude-sonnet-4-6"), "global"],
  ])("routing follows what it was made from: %s", (target, routing) => {
    expect(mapped(target)).toMatchObject({ model: "claude-sonnet-4-6", routing, profile: arn, resolved: true });
  });

  test("a call that was served elsewhere proves a geography where only the model is known", () => {
    expect(mapped("anthropic.claude-sonnet-4-6", { inferenceRegion: "us-west-2" }).routing).toBe("geo");
    expect(mapped("anthropic.claude-sonnet-4-6", { inferenceRegion: "us-east-1" }).routing).toBe("in-region");
    expect(mapped("global.anthropic.claude-sonnet-4-6", { inferenceRegion: "us-west-2" }).routing).toBe("global");
  });

  test.each(["ab12cd34ef56", "application-inference-profile/ab12cd34ef56"])("the map may name it by %s", (key) => {
    const inferenceProfiles = new Map([[key, "us.amazon.nova-pro-v1:0"]]);
    expect(resolveModel(arn, context({ inferenceProfiles }))).toMatchObject({ model: "nova-pro", routing: "geo", profile: arn });
  });

  test("a map that goes in a circle ends unresolved", () => {
    expect(mapped(arn)).toMatchObject({ model: arn, resolved: false, routing: null });
  });
});

describe("what is not paid by token", () => {
  test.each([
    [bedrock("provisioned-model", "0pt1example2"), "provisioned"],
    [bedrock("imported-model", "im1example234"), "imported"],
    [bedrock("custom-model-deployment", "cd1example234"), "custom"],
    [bedrock("custom-model", "cm1example234"), "custom"],
    ["arn:aws:sagemaker:us-east-1:111122223333:endpoint/my-endpoint", "marketplace-endpoint"],
  ])("%s is %s", (arn, serving) => {
    expect(resolveModel(arn, context())).toMatchObject({ model: arn, serving, routing: "in-region", resolved: false });
    const inferenceProfiles = new Map([[arn, "meta.llama3-1-70b-instruct-v1:0"]]);
    expect(resolveModel(arn, context({ inferenceProfiles }))).toMatchObject({
      model: "llama3-1-70b-instruct",
      vendor: "meta",
      serving,
      resolved: true,
    });
  });

  test("a custom model's ARN may name its base", () => {
    expect(resolveModel(bedrock("custom-model", "amazon.nova-lite-v1:0/ab12cd34ef56"), context())).toMatchObject({
      model: "nova-lite",
      serving: "custom",
      resolved: true,
    });
  });
});

describe("prompts and routers", () => {
  const router = bedrock("default-prompt-router", "anthropic.claude:1");

  test("a router stands for the model that it chose", () => {
    const invokedModelId = bedrock("inference-profile", "us.anthropic.claude-3-5-sonnet-20240620-v1:0");
    expect(resolveModel(router, context({ invokedModelId }))).toMatchObject({
      model: "claude-3-5-sonnet",
      routing: "geo",
      resolved: true,
    });
    expect(resolveModel(bedrock("prompt-router", "abc123"), context({ invokedModelId: "amazon.nova-pro-v1:0" }))).toMatchObject({
      model: "nova-pro",
      routing: "in-region",
    });
  });

  test("without the trace only the maker of a default router is known", () => {
    expect(resolveModel(router, context())).toMatchObject({ vendor: "anthropic", model: router, routing: null, resolved: false });
  });

  test("a managed prompt needs the map", () => {
    const prompt = bedrock("prompt", "ABCDEFGHIJ:1");
    expect(resolveModel(prompt, context())).toMatchObject({ model: prompt, resolved: false });
    expect(resolveModel(prompt, context({ inferenceProfiles: new Map([[prompt, "amazon.nova-pro-v1:0"]]) }))).toMatchObject({
      model: "nova-pro",
    });
  });
});

test("tiers of strata.yml come before the catalog, premium before standard before fast", () => {
  const tiers = { premium: ["nova-pro"], standard: ["claude-haiku-*", "nova-*"], fast: ["llama*8b*"] };
  const tier = (id: string) => resolveModel(id, context({ tiers })).tier;
  expect(tier("amazon.nova-pro-v1:0")).toBe("premium");
  expect(tier("amazon.nova-lite-v1:0")).toBe("standard");
  expect(tier("anthropic.claude-haiku-4-5-20251001-v1:0")).toBe("standard");
  expect(tier("anthropic.claude-opus-4-8")).toBe("premium");
  expect(tier("meta.llama3-1-8b-instruct-v1:0")).toBe("fast");
  expect(tier("qwen.qwen3-32b-v1:0")).toBeNull();
});
