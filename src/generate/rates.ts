/**
 * The invented company's price list, typed in by hand and used only here: bills are priced without the product's own price code, so that
 * an error there cannot hide. Figures: list prices per million tokens, Anthropic's and AWS's pricing pages as of October 2026.
 */
import { parseUsd } from "../money.ts";

export type Routing = "in-region" | "geo" | "global";

export interface TokenCounts {
  readonly input: number;
  readonly output: number;
  readonly cacheRead: number;
  readonly cacheWrite5m: number;
  readonly cacheWrite1h: number;
}
export type TokenType = keyof TokenCounts;

export const tokenTypes = [
  "input",
  "output",
  "cacheRead",
  "cacheWrite5m",
  "cacheWrite1h",
] as const satisfies readonly TokenType[];

type Prices = readonly [input: string, output: string, cacheRead?: string, cacheWrite5m?: string, cacheWrite1h?: string];

/** How the bill spells the model: sold by AWS, or through AWS Marketplace in the style before or since Claude 4.7. */
type Seller =
  | { readonly kind: "aws"; readonly label: string; readonly unitTokens: 1_000 | 1_000_000 }
  | { readonly kind: "marketplace-camel" | "marketplace-snake"; readonly productName: string };

export interface PricedModel {
  readonly name: string;
  readonly vendor: string;
  readonly seller: Seller;
  /** Dollars per million tokens at the global, or only, price. */
  readonly usd: Prices;
  /** Claude since 4.5 and Nova 2 cost a tenth more in-region and through geographic profiles. */
  readonly geoPremium: boolean;
  /** Known to public price lists. The one model for which this is false still appears on the bill. */
  readonly listed: boolean;
}

const claude = (
  name: string,
  productName: string,
  kind: "marketplace-camel" | "marketplace-snake",
  usd: Prices,
): PricedModel => ({
  name,
  vendor: "anthropic",
  seller: { kind, productName: `${productName} (Amazon Bedrock Edition)` },
  usd,
  geoPremium: true,
  listed: true,
});

const sold = (
  name: string,
  vendor: string,
  label: string,
  unitTokens: 1_000 | 1_000_000,
  usd: Prices,
  geoPremium = false,
): PricedModel => ({
  name,
  vendor,
  seller: { kind: "aws", label, unitTokens },
  usd,
  geoPremium,
  listed: true,
});

export const rates = {
  "claude-opus-4-8": claude("claude-opus-4-8", "Claude Opus 4.8", "marketplace-snake", ["5", "25", "0.5", "6.25", "10"]),
  "claude-opus-4-7": claude("claude-opus-4-7", "Claude Opus 4.7", "marketplace-snake", ["5", "25", "0.5", "6.25", "10"]),
  "claude-sonnet-5": claude("claude-sonnet-5", "Claude Sonnet 5", "marketplace-snake", ["2", "10", "0.2", "2.5", "4"]),
  "claude-sonnet-4-6": claude("claude-sonnet-4-6", "Claude Sonnet 4.6", "marketplace-camel", ["3", "15", "0.3", "3.75", "6"]),
  "claude-sonnet-4-5": claude("claude-sonnet-4-5", "Claude Sonnet 4.5", "marketplace-camel", ["3", "15", "0.3", "3.75", "6"]),
  "claude-haiku-4-5": claude("claude-haiku-4-5", "Claude Haiku 4.5", "marketplace-camel", ["1", "5", "0.1", "1.25", "2"]),
  "nova-lite": sold("nova-lite", "amazon", "NovaLite", 1_000, ["0.06", "0.24", "0.015"]),
  "nova-pro": sold("nova-pro", "amazon", "NovaPro", 1_000, ["0.80", "3.20", "0.20"]),
  "nova-2-lite": sold("nova-2-lite", "amazon", "Nova2.0Lite", 1_000_000, ["0.30", "2.50", "0.075"], true),
  "titan-embed-text-v2": sold("titan-embed-text-v2", "amazon", "TitanEmbeddingV2-Text", 1_000, ["0.02", "0"]),
  "llama3-1-70b-instruct": sold("llama3-1-70b-instruct", "meta", "Llama3.1-70B", 1_000, ["0.72", "0.72"]),
  "gpt-oss-120b": sold("gpt-oss-120b", "openai", "gpt-oss-120b", 1_000, ["0.15", "0.60"]),
  mystery: {
    ...sold("newvendor.mystery-1", "newvendor", "newvendor.mystery-1", 1_000_000, ["1.40", "6.20"]),
    listed: false,
  },
} as const satisfies Readonly<Record<string, PricedModel>>;

export type ModelKey = keyof typeof rates;

/** Pico-dollars per token: a whole number for every rate of the list. */
export function tokenRate(model: PricedModel, routing: Routing, type: TokenType): bigint {
  const text = model.usd[tokenTypes.indexOf(type)];
  if (text === undefined) throw new RangeError(`generate: ${model.name} has no price for ${type}`);
  const perMillion = parseUsd(text);
  const regional = model.geoPremium && routing !== "global" ? (perMillion * 11n) / 10n : perMillion;
  return regional / 1_000_000n;
}

/** Pico-dollars of a call at list price. */
export function listCost(model: PricedModel, routing: Routing, tokens: TokenCounts): bigint {
  let sum = 0n;
  for (const type of tokenTypes) if (tokens[type] > 0) sum += BigInt(tokens[type]) * tokenRate(model, routing, type);
  return sum;
}

/** The company's private agreement: off what AWS sells itself; Marketplace sales stay outside. */
export const discount = { name: "edp-2026", percent: 5, vendors: ["amazon", "meta", "openai"] } as const;

/** Pico-dollars after the agreement. Exact: every discounted rate is a whole number of pico-dollars per token. */
export const afterDiscount = (model: PricedModel, list: bigint): bigint =>
  isDiscounted(model) ? (list * BigInt(100 - discount.percent)) / 100n : list;

export const isDiscounted = (model: PricedModel): boolean => discount.vendors.some((vendor) => vendor === model.vendor);
