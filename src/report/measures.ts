import type { PicoUsd } from "../money.ts";
import type { Row } from "../ports.ts";
import { count, usd } from "./rows.ts";

/** What every usage query under sql/reports returns beside its keys. */
export interface Measures {
  readonly invocations: number;
  readonly errors: number;
  readonly throttles: number;
  readonly blocked: number;
  readonly unpriced: number;
  readonly people: number;
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
  readonly list: PicoUsd;
  readonly estimated: PicoUsd;
  readonly uncached: PicoUsd;
  readonly errorCost: PicoUsd;
}

export const measuresOf = (row: Row): Measures => ({
  invocations: count(row, "invocations"),
  errors: count(row, "errors"),
  throttles: count(row, "throttles"),
  blocked: count(row, "blocked"),
  unpriced: count(row, "unpriced"),
  people: count(row, "people"),
  inputTokens: count(row, "input_tokens"),
  outputTokens: count(row, "output_tokens"),
  cacheReadTokens: count(row, "cache_read_tokens"),
  cacheWriteTokens: count(row, "cache_write_tokens"),
  list: usd(row, "list_cost"),
  estimated: usd(row, "estimated_cost"),
  uncached: usd(row, "uncached_cost"),
  errorCost: usd(row, "error_cost"),
});

export const NO_USAGE: Measures = measuresOf({});

/** Of several lines together. People of one line may be those of another, so their number is the most of any. */
export const sumMeasures = (all: readonly Measures[]): Measures =>
  all.reduce(
    (a, b) => ({
      invocations: a.invocations + b.invocations,
      errors: a.errors + b.errors,
      throttles: a.throttles + b.throttles,
      blocked: a.blocked + b.blocked,
      unpriced: a.unpriced + b.unpriced,
      people: Math.max(a.people, b.people),
      inputTokens: a.inputTokens + b.inputTokens,
      outputTokens: a.outputTokens + b.outputTokens,
      cacheReadTokens: a.cacheReadTokens + b.cacheReadTokens,
      cacheWriteTokens: a.cacheWriteTokens + b.cacheWriteTokens,
      list: a.list + b.list,
      estimated: a.estimated + b.estimated,
      uncached: a.uncached + b.uncached,
      errorCost: a.errorCost + b.errorCost,
    }),
    NO_USAGE,
  );

/** All prompt tokens: outside the cache, read from it, written to it. */
export const promptTokens = (m: Measures): number => m.inputTokens + m.cacheReadTokens + m.cacheWriteTokens;

/** Share of prompt tokens that were read from the cache. */
export const cacheHitRate = (m: Measures): number => m.cacheReadTokens / promptTokens(m);

/** Share of calls that failed. */
export const errorRate = (m: Measures): number => m.errors / m.invocations;

/** What caching saved; negative when writes cost more than reads gave back. */
export const cacheSaving = (m: Measures): PicoUsd => m.uncached - m.estimated;

/** Calls without a price, and none with one: what they cost is not zero, it is not known. */
export const isUnknown = (m: Measures): boolean => m.unpriced > 0 && m.estimated === 0n;
