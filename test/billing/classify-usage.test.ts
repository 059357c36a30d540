import { describe, expect, it } from "vitest";
import { classifyUsage } from "../../src/billing/classify-usage.ts";
import { grammar } from "../../src/billing/grammar.ts";
import type { BilledLine, UsageClass } from "../../src/billing/usage-class.ts";
import { usageWords } from "../../src/billing/usage-words.ts";

const aws = (usageType: string, unit = "1K tokens", more: Partial<BilledLine> = {}): BilledLine => ({
  productCode: "AmazonBedrock",
  productName: "Amazon Bedrock",
  usageType,
  operation: "InvokeModelInference",
  unit,
  description: "$0.00006 per 1K input tokens",
  billingEntity: "AWS",
  lineItemType: "Usage",
  ...more,
});

const marketplace = (model: string, usageType: string, words: string, more: Partial<BilledLine> = {}): BilledLine => ({
  productCode: "opaque",
  productName: `${model} (Amazon Bedrock Edition)`,
  usageType,
  operation: "Usage",
  unit: "Units",
  description: `AWS Marketplace software usage|us-east-1|${words}`,
  billingEntity: "AWS Marketplace",
  lineItemType: "Usage",
  ...more,
});

const token = (line: BilledLine): string => {
  const c: UsageClass = classifyUsage(line);
  return [
    c.chargeKind,
    c.model,
    c.tokenType,
    c.routing ?? "-",
    c.serviceTier,
    c.endpoint,
    c.contextClass,
    c.tokensPerUnit,
    c.what,
  ].join(" ");
};

const TOKENS: readonly (readonly [BilledLine, string])[] = [
  [
    marketplace("Claude Opus 5", "USE1-MP:USE1_OutputTokenCount-Units", "Output Tokens"),
    "token claude-opus-5 output - on-demand runtime standard 1 tokens",
  ],
  [
    marketplace("Claude Opus 5", "USE1-MP:USE1_InputTokenCount-Units", "Thousand Input Tokens"),
    "token claude-opus-5 input - on-demand runtime standard 1000 tokens",
  ],
  // Wordings of the Price List API and of bills, as public repositories of 2026 quote them.
  [
    aws("USE1-Nova2.0Pro-text-input-tokens-priority-cross-region-global"),
    "token nova-2-pro input global priority runtime standard 1000 tokens",
  ],
  [
    aws("USE1-nvidia.nemotron-super-3-120b-mantle-input-tokens-standard"),
    "token nemotron-super-3-120b input - on-demand mantle standard 1000 tokens",
  ],
  [
    aws("USE1-openai.gpt-5.6-luna-mantle-cache-write-tokens-5m-long-ctx-flex"),
    "token gpt-5.6-luna cache_write_5m - flex mantle long 1000 tokens",
  ],
  [
    aws("UGW1-openai.gpt-5.6-terra-mantle-cache-write-tokens-30m-long-ctx-standard"),
    "token gpt-5.6-terra cache_write_5m - on-demand mantle long 1000 tokens",
  ],
  [
    aws("USE1-xai.grok-4.6-mantle-input-tokens-global-standard"),
    "token grok-4.6 input global on-demand mantle standard 1000 tokens",
  ],
  [
    aws("USE1-Claude4Sonnet-output-tokens-long-context-cross-region-global"),
    "token claude-sonnet-4 output global on-demand runtime long 1000 tokens",
  ],
  [
    aws("USE1-NovaPro-input-tokens-latency-optimized"),
    "token nova-pro input - on-demand runtime standard 1000 latency-optimized",
  ],
  [aws("USE1-moonshotai.kimi-k2.5-input"), "token kimi-k2.5 input - on-demand runtime standard 1000 tokens"],
  [aws("USE1-minimax.minimax-m2.5-output"), "token minimax-m2.5 output - on-demand runtime standard 1000 tokens"],
  [
    aws("USE1-NovaMultiModalEmbeddings-input-tokens"),
    "token nova-2-multimodal-embeddings input - on-demand runtime standard 1000 tokens",
  ],
  [aws("USW2-Nova2.0Omni-input-audio-token-count"), "token nova-2-omni input - on-demand runtime standard 1000 tokens"],
  [aws("USE1-NovaLite-input-tokens"), "token nova-lite input - on-demand runtime standard 1000 tokens"],
  [aws("USE1-NovaLite-output-tokens"), "token nova-lite output - on-demand runtime standard 1000 tokens"],
  [aws("EU-NovaPro-cache-read-input-token-count"), "token nova-pro cache_read - on-demand runtime standard 1000 tokens"],
  [aws("USE1-NovaPro-cache-write-input-token-count"), "token nova-pro cache_write_5m - on-demand runtime standard 1000 tokens"],
  [aws("NovaLite-input-tokens"), "token nova-lite input - on-demand runtime standard 1000 tokens"],
  [aws("APS3-NovaMicro-input-tokens-batch"), "token nova-micro input - batch batch standard 1000 tokens"],
  [aws("USE1-Nova2.0Lite-input-tokens-flex", "1M tokens"), "token nova-2-lite input - flex runtime standard 1000000 tokens"],
  [aws("USE1-gpt-oss-120b-output-tokens-priority"), "token gpt-oss-120b output - priority runtime standard 1000 tokens"],
  [aws("USE1-Claude4.6Sonnet-input-tokens"), "token claude-sonnet-4-6 input - on-demand runtime standard 1000 tokens"],
  [
    aws("USE1-Claude4.6Sonnet-output-tokens-cross-region-global"),
    "token claude-sonnet-4-6 output global on-demand runtime standard 1000 tokens",
  ],
  [aws("USE1-Nova2.0Lite-output-tokens-cross-region-geo"), "token nova-2-lite output geo on-demand runtime standard 1000 tokens"],
  [
    aws("USE1-openai.gpt-oss-120b-mantle-input-tokens-standard", "1K tokens", { productCode: "AmazonBedrockService" }),
    "token gpt-oss-120b input - on-demand mantle standard 1000 tokens",
  ],
  [
    aws("USE2-Llama3.1-70B-input-tokens-latency-optimized"),
    "token llama3-1-70b-instruct input - on-demand runtime standard 1000 latency-optimized",
  ],
  [aws("USE1-TitanEmbeddingV2-Text-input-tokens"), "token titan-embed-text-v2 input - on-demand runtime standard 1000 tokens"],
  [
    aws("USE1-newvendor.mystery-1-input-tokens", "Tokens"),
    "token newvendor.mystery-1 input - on-demand runtime standard 1 tokens",
  ],
  [
    marketplace("Claude Sonnet 4.6", "USE1-MP:USE1_InputTokenCount-Units", "Million Input Tokens Regional CRIS"),
    "token claude-sonnet-4-6 input geo on-demand runtime standard 1000000 tokens",
  ],
  [
    marketplace("Claude Sonnet 4.6", "USE1-MP:USE1_OutputTokenCount_Global-Units", "Million Response Tokens Global"),
    "token claude-sonnet-4-6 output global on-demand runtime standard 1000000 tokens",
  ],
  [
    marketplace("Claude Sonnet 4.6", "USE1-MP:USE1_CacheReadInputTokenCount-Units", "Million Cache Read Input Tokens"),
    "token claude-sonnet-4-6 cache_read - on-demand runtime standard 1000000 tokens",
  ],
  [
    marketplace("Claude Sonnet 4.6", "EUC1-MP:EUC1_CacheWriteInputTokenCount-Units", "Million Cache Write Input Tokens"),
    "token claude-sonnet-4-6 cache_write_5m - on-demand runtime standard 1000000 tokens",
  ],
  [
    marketplace(
      "Claude Sonnet 4.6",
      "USE1-MP:USE1_CacheWrite1hInputTokenCount_Global-Units",
      "Million Cache Write 1h Input Tokens Global",
    ),
    "token claude-sonnet-4-6 cache_write_1h global on-demand runtime standard 1000000 tokens",
  ],
  [
    marketplace("Claude Sonnet 4.5", "USE1-MP:USE1_InputTokenCount_Global_LCtx_Batch-Units", "Million Batch Input Tokens Global"),
    "token claude-sonnet-4-5 input global batch batch long 1000000 tokens",
  ],
  [
    marketplace("Claude 3.5 Haiku", "USE2-MP:USE2_OutputTokenCount_LatencyOptimized-Units", "Million Response Tokens"),
    "token claude-3-5-haiku output - on-demand runtime standard 1000000 latency-optimized",
  ],
  [
    marketplace("Claude 3 Haiku", "USE1-MP:USE1_MillionBatchInputTokens-Units", "Million Batch Input Tokens"),
    "token claude-3-haiku input - batch batch standard 1000000 tokens",
  ],
  [
    marketplace("Claude Opus 4.8", "USE1-MP:USE1_input_tokens_standard-Units", "Million input tokens"),
    "token claude-opus-4-8 input - on-demand runtime standard 1000000 tokens",
  ],
  [
    marketplace(
      "Claude Opus 4.8",
      "USE1-MP:USE1_cache_write_tokens_1h_global_standard-Units",
      "Million cache write tokens 1h global",
    ),
    "token claude-opus-4-8 cache_write_1h global on-demand runtime standard 1000000 tokens",
  ],
  [
    marketplace("Claude Opus 4.8", "USE1-MP:USE1_cache_read_tokens_global_batch-Units", "Million cache read tokens global batch"),
    "token claude-opus-4-8 cache_read global batch batch standard 1000000 tokens",
  ],
  [
    marketplace("Claude Opus 4.8", "USE1-MP:USE1_output_tokens_global_flex-Units", "Million output tokens global flex"),
    "token claude-opus-4-8 output global flex runtime standard 1000000 tokens",
  ],
  [
    marketplace("Claude Opus 4.8", "USE1-MP:USE1_output_tokens_priority_long_ctx-Units", "Million output tokens priority"),
    "token claude-opus-4-8 output - priority runtime long 1000000 tokens",
  ],
  [
    // OpenAI's 30-minute cache write: the shorter-lived of the two kinds that the log knows.
    marketplace("GPT-5.5", "USE1-MP:USE1_cache_write_tokens_30m_standard-Units", "Million cache write tokens 30m"),
    "token GPT-5.5 cache_write_5m - on-demand runtime standard 1000000 tokens",
  ],
  [
    marketplace("Claude Opus 4.8", "USE1-MP:USE1_input_tokens_standard-Units", ""),
    "token claude-opus-4-8 input - on-demand runtime standard 1000000 tokens",
  ],
  [
    marketplace("Claude Opus 4.8", "USE1-MP:USE1_input_tokens_standard-Units", "1K input tokens"),
    "token claude-opus-4-8 input - on-demand runtime standard 1000 tokens",
  ],
];

describe("classifyUsage reads tokens", () => {
  it.each(TOKENS)("$0.usageType", (line, expected) => {
    const actual = token(line).replace(/^token gpt-5[.-]5 /, "token GPT-5.5 ");
    expect(actual).toBe(expected);
  });
});

const OTHERS: readonly (readonly [string, string, string, string | null])[] = [
  ["USE1-ProvisionedThroughput-Llama3-NoCommit-ModelUnits", "Hrs", "provisioned", "provisioned"],
  ["USE1-MP:USE1_ProvisionedThroughput_ModelUnits-Units", "Units", "provisioned", "provisioned"],
  ["USE1-MP:USE1_Reserved_3Month_OutputTPM_Global-Units", "Units", "reserved", "reserved"],
  ["USE1-CustomModelUnit-v1-minute", "Minutes", "imported", "imported"],
  ["USE1-Customization-Storage", "Models-Mo", "storage", null],
  ["USE1-NovaLite-Customization-Training", "1K tokens", "customization", null],
  ["USE1-Guardrail-ContentPolicyUnitsConsumed", "1K TextUnits", "guardrail", null],
  ["USE1-KnowledgeBase-StructuredData-GenerateQuery", "Queries", "knowledge-base", null],
  ["USE1-CohereRerank3.5-search-units", "Search Units", "rerank", null],
  ["USE1-AgentCore-Runtime-vCPU", "vCPU-Hours", "agentcore", null],
  ["USE1-DataAutomation-Documents-Standard", "Pages", "data-automation", null],
  ["USE1-Flows-NodeTransitions", "Transitions", "flow", null],
  ["USE1-NovaCanvas-T2I-1024-Standard", "Images", "image", null],
  ["USE1-NovaReel-T2V-720p", "Seconds", "video", null],
  ["USE1-Evaluation-HumanTask", "Tasks", "evaluation", null],
  ["USE1-Something-Else", "GB-Mo", "storage", null],
  ["USE1-Bedrock-ModelCopy-v1", "Minutes", "imported", "imported"],
  ["USE1-Nova2.0Lite-input-tokens-custom-model", "1K tokens", "customization", null],
  ["USE1-GuardrailChecks-PromptAttackCheckUnitsConsumed", "1K units", "guardrail", null],
  ["USE1-PromptOptimization-Tokens", "1K tokens", "prompt-optimization", null],
  ["USE1-PromptRouting-Requests", "Requests", "prompt-routing", null],
  ["USE1-Agent-Invocations", "Invocations", "agent", null],
  ["USE1-WebSearch-Queries", "Queries", "web-grounding", null],
  ["USE1-NovaReel-T2V-Medfps-HDRes", "Seconds", "video", null],
  ["USW2-Ray-V2-Medfps-HDRes", "Second", "media-seconds", null],
  ["USE1-Something-Else", "Images", "image", null],
  ["USE1-Something-Else", "1K Text Units", "text-units", null],
  ["USE1-Something-Else", "Hrs", "hours", null],
  ["USE1-Something-Else", "Requests", "requests", null],
];

describe("classifyUsage reads what is not tokens", () => {
  it.each(OTHERS)("%s in %s", (usageType, unit, what, serviceTier) => {
    expect(classifyUsage(aws(usageType, unit))).toMatchObject({
      chargeKind: "not_token",
      what,
      serviceTier,
      tokensPerUnit: null,
    });
  });
});

describe("the model of a line that is not tokens", () => {
  it.each([
    ["USE1-NovaCanvas-T2I-1024-Standard", "Images", "nova-canvas"],
    ["USE1-NovaReel-T2V-Medfps-HDRes", "Seconds", "nova-reel"],
    ["USE1-NovaReel-T2V-720p", "Seconds", "nova-reel"],
    ["USE1-Nova2.0Lite-input-tokens-custom-model", "1K tokens", "nova-2-lite"],
    ["USE1-Guardrail-ContentPolicyUnitsConsumed", "1K TextUnits", null],
  ])("%s: %s", (usageType, unit, model) =>
    expect(classifyUsage(aws(usageType, unit))).toMatchObject({ model, modelBy: model === null ? null : "catalog" }),
  );
});

const TYPES: readonly (readonly [string, string, string])[] = [
  ["Credit", "adjustment", "credit"],
  ["Refund", "adjustment", "refund"],
  ["Tax", "adjustment", "tax"],
  ["EdpDiscount", "adjustment", "discount"],
  ["BundledDiscount", "adjustment", "discount"],
  ["PrivateRateDiscount", "adjustment", "discount"],
  ["SavingsPlanNegation", "adjustment", "discount"],
  ["SavingsPlanRecurringFee", "not_token", "fee"],
  ["Fee", "not_token", "fee"],
  ["DiscountedUsage", "token", "tokens"],
  ["SavingsPlanCoveredUsage", "token", "tokens"],
  ["SomethingNew", "unclassified", "line item type"],
  ["Usage", "token", "tokens"],
  ["RIFee", "not_token", "fee"],
  ["SavingsPlanUpfrontFee", "not_token", "fee"],
  ["Discount", "adjustment", "discount"],
  ["DistributorDiscount", "adjustment", "discount"],
  ["SppDiscount", "adjustment", "discount"],
  ["SolutionProviderProgramDiscount", "adjustment", "discount"],
];

describe("classifyUsage reads line item types", () => {
  it.each(TYPES)("%s", (lineItemType, chargeKind, what) => {
    expect(classifyUsage(aws("USE1-NovaLite-input-tokens", "1K tokens", { lineItemType }))).toMatchObject({ chargeKind, what });
  });
});

describe("classifyUsage does not guess", () => {
  it("leaves a usage type that it does not know unclassified", () => {
    expect(classifyUsage(aws("USE1-Quantum-Teleports", "Teleports"))).toMatchObject({
      chargeKind: "unclassified",
      what: "usage type",
      tokensPerUnit: null,
    });
  });

  it("leaves tokens in a unit that it does not know unclassified, with the model", () => {
    expect(classifyUsage(aws("USE1-NovaLite-input-tokens", "Dozens"))).toMatchObject({
      chargeKind: "unclassified",
      what: "unit",
      model: "nova-lite",
    });
  });

  it("does not take a Marketplace unit for a million when the description says something else", () => {
    const line = marketplace("Claude Opus 4.8", "USE1-MP:USE1_input_tokens_standard-Units", "Dozen input tokens");
    expect(classifyUsage(line)).toMatchObject({ chargeKind: "unclassified", what: "unit" });
  });

  it("leaves token lines that name no model unclassified", () => {
    expect(classifyUsage(aws("USE1-input-tokens"))).toMatchObject({ chargeKind: "unclassified", what: "model" });
  });
});

it.each(["InvokeModelInference", "InvokeModelStreamingInference", "Usage", "SomethingNew", ""])(
  "reads a line alike whatever its operation: %s",
  (operation) => {
    for (const [line, expected] of TOKENS.slice(0, 5)) expect(token({ ...line, operation })).toBe(expected);
  },
);

describe("the grammar", () => {
  const lines: readonly BilledLine[] = [
    ...TOKENS.map(([line]) => line),
    ...OTHERS.map(([usageType, unit]) => aws(usageType, unit)),
  ];
  const texts = lines.map(({ usageType }) =>
    usageWords(
      usageType.replace(grammar.regionPrefix, "").replace(grammar.marketplacePrefix, "").replace(grammar.marketplaceSuffix, ""),
    )
      .map(({ text }) => text)
      .join(" "),
  );
  const described = lines.map(({ description }) => description.split("|")[2] ?? "");
  const units = lines.map(({ unit }) => unit.trim());
  const decides = ({ pattern, unless }: { readonly pattern: RegExp; readonly unless?: RegExp | undefined }) => ({
    source: pattern.source,
    fits: (word: string): boolean => pattern.test(word) && !unless?.test(word),
  });

  it.each([
    ["notToken", grammar.notToken.map(decides), texts],
    ["describedRouting", grammar.describedRouting.map(decides), described],
    ["notTokenUnits", grammar.notTokenUnits.map(decides), units],
    ["units", grammar.units.map(decides), units],
    ["describedUnits", grammar.describedUnits.map(decides), described],
  ])("has no entry in %s without a row in the tables above", (_, entries, words) => {
    const decided = new Set(words.map((word) => entries.findIndex(({ fits }) => fits(word))));
    expect(entries.filter((__, index) => !decided.has(index)).map(({ source }) => source)).toEqual([]);
  });

  it("has no line item type without a row", () => {
    const known = new Set(TYPES.map(([type]) => type));
    expect([...grammar.lineItemTypes.keys()].filter((type) => !known.has(type))).toEqual([]);
  });
});
