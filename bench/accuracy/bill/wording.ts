import type { ModelFacts, TokenType } from "./price-facts.ts";

/** How one kind of token is named on the bill. */
export interface Wording {
  readonly usageType: string;
  readonly unit: string;
  /** Tokens in one unit. */
  readonly unitTokens: number;
  readonly description: string;
  readonly productName: string;
  readonly productCode: string;
  readonly entity: "AWS" | "AWS Marketplace";
}

export interface Worded {
  readonly type: TokenType;
  readonly global: boolean;
  readonly long: boolean;
  readonly tier: "on-demand" | "flex" | "priority" | "batch";
  readonly mantle: boolean;
}

const AWS_KINDS: Readonly<Record<TokenType, string>> = {
  input: "input-tokens",
  output: "output-tokens",
  cacheRead: "cache-read-input-token-count",
  cacheWrite5m: "cache-write-input-token-count",
  cacheWrite1h: "cache-write-input-token-count-1-hour",
};
/** Since Claude 4.8 and for the endpoint of that name. */
const MANTLE_KINDS: Readonly<Record<TokenType, string>> = {
  input: "input-tokens",
  output: "output-tokens",
  cacheRead: "cache-read-tokens",
  cacheWrite5m: "cache-write-tokens",
  cacheWrite1h: "cache-write-tokens-1h",
};
const CAMEL_KINDS: Readonly<Record<TokenType, readonly [string, string]>> = {
  input: ["InputTokenCount", "Million Input Tokens"],
  output: ["OutputTokenCount", "Million Response Tokens"],
  cacheRead: ["CacheReadInputTokenCount", "Million Cache Read Input Tokens"],
  cacheWrite5m: ["CacheWriteInputTokenCount", "Million Cache Write Input Tokens"],
  cacheWrite1h: ["CacheWrite1hInputTokenCount", "Million Cache Write 1h Input Tokens"],
};
const SNAKE_KINDS: Readonly<Record<TokenType, readonly [string, string]>> = {
  input: ["input_tokens", "Million input tokens"],
  output: ["output_tokens", "Million output tokens"],
  cacheRead: ["cache_read_tokens", "Million cache read tokens"],
  cacheWrite5m: ["cache_write_tokens", "Million cache write tokens"],
  cacheWrite1h: ["cache_write_tokens_1h", "Million cache write tokens 1h"],
};

/** `Claude Sonnet 4.6` as the older user guide's pages word it: `Claude4.6Sonnet`. */
const awsClaude = (label: string): string => label.replace(/^Claude (\w+) ([\d.]+)$/, "Claude$2$1");

export function wording(model: ModelFacts, word: Worded, claudeByAws: boolean): Wording {
  if (model.world === "aws" || claudeByAws) return byAws(model, word);
  return byMarketplace(model, word);
}

function byAws(model: ModelFacts, word: Worded): Wording {
  const label = model.vendor === "anthropic" ? awsClaude(model.label) : model.label;
  const mantle = word.mantle || (model.vendor === "anthropic" && model.world === "snake");
  const kind = (mantle ? MANTLE_KINDS : AWS_KINDS)[word.type];
  const name = mantle
    ? `USE1-${model.id.replace(/-1:0$/, "")}-mantle-${kind}${word.long ? "-long-ctx" : ""}${word.global ? "-global" : ""}-standard`
    : [
        `USE1-${label}-${kind}`,
        ...(word.tier === "on-demand" ? [] : [word.tier]),
        ...(word.global ? ["cross-region-global"] : []),
      ].join("-");
  return {
    usageType: name,
    unit: "1K tokens",
    unitTokens: 1_000,
    description: `${label} ${kind} in US East (N. Virginia)`,
    productName: "Amazon Bedrock",
    productCode: model.vendor === "anthropic" ? "AmazonBedrockService" : "AmazonBedrock",
    entity: "AWS",
  };
}

function byMarketplace(model: ModelFacts, word: Worded): Wording {
  const snake = model.world === "snake";
  const [kind, words] = (snake ? SNAKE_KINDS : CAMEL_KINDS)[word.type];
  const name = snake
    ? `${kind}${word.long ? "_long_ctx" : ""}${word.global ? "_global" : ""}_${word.tier === "on-demand" ? "standard" : word.tier}`
    : `${kind}${word.long ? "_LCtx" : ""}${word.global ? "_Global" : ""}${word.tier === "batch" ? "_Batch" : ""}`;
  return {
    usageType: `USE1-MP:USE1_${name}-Units`,
    unit: snake ? "1M tokens" : "Units",
    unitTokens: 1_000_000,
    description: `AWS Marketplace software usage|us-east-1|${words}${word.global ? " Global" : ""}`,
    productName: `${model.label} (Amazon Bedrock Edition)`,
    productCode: `mp${[...model.label].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 2_147_483_647, 7).toString(36)}code`,
    entity: "AWS Marketplace",
  };
}
