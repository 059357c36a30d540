import type { ModelIdentity } from "../model/identity.ts";
import type { PicoUsd } from "../money.ts";

/** What one call used. Counts are whole and not negative; no token is in two of them. */
export interface Usage {
  /** Prompt tokens that were neither read from nor written to the cache. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  /** Cache writes of unknown duration; in neither of the two before. */
  readonly cacheWriteUnsplitTokens: number;
  readonly images: number;
  readonly videoSeconds: number;
  readonly audioSeconds: number;
  /** Queries of a reranker as billed; 1 for any other call. */
  readonly searchUnits?: number;
  /** `optimized`: asked for, and not said to be served as standard. It has rates of its own, which nobody knows. */
  readonly performanceLatency?: string | null;
  /** False: the record holds no count at all, so there is nothing to multiply. */
  readonly counted: boolean;
}

export interface PriceRequest {
  readonly model: ModelIdentity;
  /** Region the caller called: the one on the bill. */
  readonly region: string;
  readonly accountId: string;
  /** on-demand, flex, priority, batch, reserved, provisioned or imported. */
  readonly serviceTier: string;
  /** Milliseconds since 1970; decides which price was in force. */
  readonly eventTime: number;
  readonly usage: Usage;
  readonly operation: string;
  /** The call ended in an error. */
  readonly failed: boolean;
}

/** Why a price is `estimated`: the log does not know how long a cache write lives, nor an image's size; the rate is an assumption; the call broke off. */
export type PriceAssumption = "cache_write_duration" | "image_size" | "rate" | "failed";

export type PriceStatus = "priced" | "estimated" | "unpriced" | "uncounted" | "not_token_priced";

/** All money in pico-dollars; null where it cannot be known. The four parts sum to `estimatedCost` exactly. */
export interface Priced {
  readonly status: PriceStatus;
  /** Each assumption once, in the order of their type, separated by commas; null unless `estimated`. */
  readonly assumptions: string | null;
  /** Entry of the rate table (and override) that was used; null when none was needed or known. */
  readonly priceId: string | null;
  /** Plain prompt tokens, and requests that are billed by the piece. */
  readonly inputCost: PicoUsd | null;
  /** Completion tokens, images and seconds of media. */
  readonly outputCost: PicoUsd | null;
  readonly cacheReadCost: PicoUsd | null;
  readonly cacheWriteCost: PicoUsd | null;
  /** At the published price; null when only an override knows a rate. */
  readonly listCost: PicoUsd | null;
  /** After overrides and discounts. */
  readonly estimatedCost: PicoUsd | null;
  /** If everything unknown were the dearer one; null when that rate is unknown. */
  readonly estimatedCostHigh: PicoUsd | null;
  /** With every prompt token at the input rate. */
  readonly uncachedCost: PicoUsd | null;
}
