import { formatUsd } from "../money.ts";
import { regionCodes } from "./company.ts";
import { createRandom } from "./random.ts";
import { type PricedModel, type Routing, type TokenType, tokenRate } from "./rates.ts";

/** How one kind of token of one model is named, counted and described on the bill. */
export interface BillTerms {
  readonly billingEntity: "AWS" | "AWS Marketplace";
  readonly productCode: string;
  readonly serviceCode: string;
  readonly productName: string;
  readonly usageType: string;
  readonly unit: "1K tokens" | "1M tokens" | "Units";
  /** Tokens in one unit. */
  readonly unitTokens: number;
  /** Pico-dollars per unit. */
  readonly unitRate: bigint;
  readonly description: string;
}

type Names = Readonly<Record<TokenType, readonly [name: string, words: string]>>;

const AWS: Names = {
  input: ["input-tokens", "input tokens"],
  output: ["output-tokens", "output tokens"],
  cacheRead: ["cache-read-input-token-count", "cache read input tokens"],
  cacheWrite5m: ["cache-write-input-token-count", "cache write input tokens"],
  cacheWrite1h: ["cache-write-input-token-count", "cache write input tokens"],
};
const CAMEL: Names = {
  input: ["InputTokenCount", "Input Tokens"],
  output: ["OutputTokenCount", "Response Tokens"],
  cacheRead: ["CacheReadInputTokenCount", "Cache Read Input Tokens"],
  cacheWrite5m: ["CacheWriteInputTokenCount", "Cache Write Input Tokens"],
  cacheWrite1h: ["CacheWrite1hInputTokenCount", "Cache Write 1h Input Tokens"],
};
const SNAKE: Names = {
  input: ["input_tokens", "input tokens"],
  output: ["output_tokens", "output tokens"],
  cacheRead: ["cache_read_tokens", "cache read tokens"],
  cacheWrite5m: ["cache_write_tokens_5m", "cache write tokens 5m"],
  cacheWrite1h: ["cache_write_tokens_1h", "cache write tokens 1h"],
};

/** How descriptions of the older style name the routing; the usage type tells only global from the rest. */
const CAMEL_SCOPES: Readonly<Record<Routing, string>> = { "in-region": "", geo: " Regional CRIS", global: " Global" };

export const regionCode = (region: string): string => {
  const code = regionCodes.get(region);
  if (code === undefined) throw new RangeError(`generate: no usage-type prefix for ${region}`);
  return code;
};

const plainUsd = (pico: bigint): string => formatUsd(pico).replace(/\.00$/, "");

/** Both dialects of the bill: what AWS sells itself, and what comes through AWS Marketplace before and since Claude 4.7. */
export function billTerms(model: PricedModel, routing: Routing, region: string, type: TokenType): BillTerms {
  const code = regionCode(region);
  const { seller } = model;
  const global = routing === "global";
  const perToken = tokenRate(model, routing, type);
  if (seller.kind === "aws") {
    const [name, words] = AWS[type];
    const unit = seller.unitTokens === 1_000 ? "1K" : "1M";
    const unitRate = perToken * BigInt(seller.unitTokens);
    return {
      billingEntity: "AWS",
      productCode: "AmazonBedrock",
      serviceCode: "AmazonBedrock",
      productName: "Amazon Bedrock",
      usageType: `${code}-${seller.label}-${name}${global ? "-cross-region-global" : ""}`,
      unit: `${unit} tokens`,
      unitTokens: seller.unitTokens,
      unitRate,
      description: `$${plainUsd(unitRate)} per ${unit} ${words} for ${seller.label} in ${region}`,
    };
  }
  const snake = seller.kind === "marketplace-snake";
  const [name, words] = (snake ? SNAKE : CAMEL)[type];
  const usage = snake ? `${name}_${global ? "global_" : ""}standard` : `${name}${global ? "_Global" : ""}`;
  const scope = snake ? (global ? " global" : "") : CAMEL_SCOPES[routing];
  return {
    billingEntity: "AWS Marketplace",
    productCode: opaqueCode(model.name),
    serviceCode: "AWSMarketplace",
    productName: seller.productName,
    usageType: `${code}-MP:${code}_${usage}-Units`,
    unit: "Units",
    unitTokens: 1_000_000,
    unitRate: perToken * 1_000_000n,
    description: `AWS Marketplace software usage|${region}|Million ${words}${scope}`,
  };
}

/** Marketplace product codes say nothing: 25 letters and digits, one per model. */
const opaqueCode = (model: string): string =>
  BigInt(`0x${createRandom("marketplace-product", model).hex(40)}`)
    .toString(36)
    .padStart(25, "0")
    .slice(0, 25);
