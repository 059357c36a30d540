import { describe, expect, test } from "vitest";
import { billedModel, knownModelWithin, modelOfMedia } from "../../src/model/billed-model.ts";
import data from "../../src/model/catalog.data.json" with { type: "json" };
import { parseModelId } from "../../src/model/model-id.ts";
import { baseRates, ownRates } from "../../src/pricing/rate-entry.ts";

describe("names on the bill and their model", () => {
  test.each([
    ["Claude Sonnet 4.6 (Amazon Bedrock Edition)", "claude-sonnet-4-6"],
    ["Claude Opus 4.8 (Amazon Bedrock Edition)", "claude-opus-4-8"],
    ["Claude Opus 5 (Amazon Bedrock Edition)", "claude-opus-5"],
    ["Claude Opus 5.5 (Amazon Bedrock Edition)", "claude-opus-5-5"],
    ["Claude 3.5 Sonnet v2 (Amazon Bedrock Edition)", "claude-3-5-sonnet-v2"],
    ["Claude 3.5 Sonnet (Amazon Bedrock Edition)", "claude-3-5-sonnet"],
    ["Claude 3 Haiku (Amazon Bedrock Edition)", "claude-3-haiku"],
    ["Claude Instant (Amazon Bedrock Edition)", "claude-instant"],
    ["Anthropic Claude Haiku 4.5", "claude-haiku-4-5"],
    ["Claude4.6Sonnet", "claude-sonnet-4-6"],
    ["Claude3.5SonnetV2", "claude-3-5-sonnet-v2"],
    ["Claude3.7Sonnet", "claude-3-7-sonnet"],
    ["ClaudeOpus4.1", "claude-opus-4-1"],
    ["Claude 2.1", "claude-2-1"],
    ["NovaLite", "nova-lite"],
    ["NovaMicro", "nova-micro"],
    ["Nova2.0Lite", "nova-2-lite"],
    ["Nova2.0Sonic", "nova-2-sonic"],
    ["NovaCanvas", "nova-canvas"],
    ["NovaMultiModalEmbeddings", "nova-2-multimodal-embeddings"],
    ["TitanEmbeddingV2-Text", "titan-embed-text-v2"],
    ["TitanEmbeddingV2", "titan-embed-text-v2"],
    ["TitanEmbeddingsG1", "titan-embed-text-v1"],
    ["TitanEmbeddingsG1-Text", "titan-embed-text-v1"],
    ["openai.gpt-oss-120b", "gpt-oss-120b"],
    ["Cohere Command R+ (Amazon Bedrock Edition)", "command-r-plus"],
    ["Cohere Command R (Amazon Bedrock Edition)", "command-r"],
    ["Cohere Embed 3 Model - English (Amazon Bedrock Edition)", "embed-english-v3"],
    ["gpt-oss-20b", "gpt-oss-20b"],
    ["GPT-5.6 Luna", "gpt-5.6-luna"],
    ["OpenAI GPT-5.6 sol (Amazon Bedrock Edition)", "gpt-5.6-sol"],
    ["Cohere Embed 4 Model (Amazon Bedrock Edition)", "embed-v4"],
    ["MixtralInstruct", "mixtral-8x7b-instruct"],
    ["Llama3-70B", "llama3-70b-instruct"],
    ["Llama3-8B", "llama3-8b-instruct"],
    ["Llama3.1-70B-Instruct", "llama3-1-70b-instruct"],
    ["Llama3-1-8B", "llama3-1-8b-instruct"],
    ["Llama 3.3 70B", "llama3-3-70b-instruct"],
    ["Llama4-Maverick-17B", "llama4-maverick-17b-instruct"],
    ["Mistral7B", "mistral-7b-instruct"],
    ["Mixtral8x7B", "mixtral-8x7b-instruct"],
    ["DeepSeek-R1", "deepseek-r1"],
    ["MiniMax M2", "minimax-m2"],
    ["Kimi K2 Thinking", "kimi-k2-thinking"],
    ["Cohere Embed English v3", "embed-english-v3"],
    ["Rerank3.5", "rerank-v3-5"],
    ["Qwen3-Coder-480B-A35B", "qwen3-coder-480b-a35b"],
    ["Jamba 1.5 Large", "jamba-1-5-large"],
    ["us.anthropic.claude-sonnet-4-5-20250929-v1:0", "claude-sonnet-4-5"],
    // With the maker in front, as the Marketplace has some.
    ["Moonshot AI Kimi K3 (Amazon Bedrock Edition)", "kimi-k3"],
    ["Z.ai GLM 5.3", "glm-5.3"],
    ["Zhipu AI GLM 5.3", "glm-5.3"],
    ["NVIDIA Nemotron Nano 9B v2", "nemotron-nano-9b-v2"],
    ["xAI Grok 4.6", "grok-4.6"],
    ["Writer Palmyra X5", "palmyra-x5"],
    ["Mistral AI Ministral 3 8B", "ministral-3-8b-instruct"],
    ["AI21 Labs Jamba 1.5 Large", "jamba-1-5-large"],
    ["Stability AI Stable Image Core", "stable-image-core"],
  ])("%s → %s", (name, model) => expect(billedModel(name)).toBe(model));

  test.each([
    ["Claude Sonnet 7.2 (Amazon Bedrock Edition)", "anthropic.claude-sonnet-7-2"],
    ["Claude9Opus", "anthropic.claude-opus-9"],
    ["Nova3.0Ultra", "amazon.nova-3-ultra-v1:0"],
    ["GPT-6.1 Sol", "openai.gpt-6.1-sol"],
  ])("a new model of a regular family meets its log id: %s", (name, id) =>
    expect(billedModel(name)).toBe(parseModelId(id)?.model),
  );

  test.each([
    "",
    "Guardrail-ContentPolicyUnitsConsumed",
    "Mystery Model 7 (Amazon Bedrock Edition)",
    "__proto__",
    "Claude",
    "()",
  ])("what is not known is null or a known model, never a made-up one: %j", (name) =>
    expect(billedModel(name) === null || data.models.includes(billedModel(name) ?? "")).toBe(true),
  );
});

describe("names that differ by a sign are not the same", () => {
  test.each([
    ["gpt-5.6 luna", "gpt-56 luna"],
    ["Claude Opus 4.5", "Claude Opus 45"],
    ["Qwen3 32B", "Qwen332B"],
    ["Command R+", "Command R"],
    ["Command R+", "Command R*"],
    ["Kimi K2.5", "Kimi K25"],
    ["Nova Lite", "Nova Lite+"],
    ["Nova Lite", "Nova Lite#"],
    ["Claude Sonnet 4.6", "Claude Sonnet 4.6+"],
  ])("%s and %s", (one, other) => expect(billedModel(one)).not.toBe(billedModel(other)));
});

test("a line about media names its model before the format", () =>
  expect([modelOfMedia("NovaCanvas-T2I-1024-Standard"), modelOfMedia("NovaReel-output-seconds")]).toEqual([
    "nova-canvas",
    "nova-reel",
  ]));

test.each([
  ["NovaLite-turbo", true],
  ["turbo-NovaLite", true],
  ["glm-turbo-5", true],
  ["glm-turbo-fast-5", true],
  ["NovaTurboMaxLite", true],
  ["glm-turbo-fast-6", false],
  ["glm-5.4", false],
  ["Kimi-K4", false],
  ["Llama5-70B", false],
  ["newvendor.mystery-1", false],
])("a known model with a word more is not taken for a new one: %s", (name, within) =>
  expect(knownModelWithin(name)).toBe(within),
);

test("every canonical name is its own name on the bill, so no two models share a spelling", () => {
  for (const model of data.models) expect([model, billedModel(model)]).toEqual([model, model]);
});

test("the catalog lists every model that has a price, once", () => {
  const listed = new Set(data.models);
  expect(listed.size).toBe(data.models.length);
  expect([...baseRates, ...ownRates].map(({ model }) => model).filter((model) => !listed.has(model))).toEqual([]);
});
