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
  /** Calls with nothing to multiply. */
  readonly uncounted: number;
  /** Calls that are billed by hour or model copy. */
  readonly notTokenPriced: number;
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
  uncounted: count(row, "uncounted"),
  notTokenPriced: count(row, "not_token_priced"),
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
      uncounted: a.uncounted + b.uncounted,
      notTokenPriced: a.notTokenPriced + b.notTokenPriced,
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

/** How much of what calls cost their estimate says. */
export type Known = "complete" | "at least" | "unknown" | "not priced by tokens" | "no calls";

/** What of calls decides what their estimate says. */
export type Priced = Pick<Measures, "invocations" | "unpriced" | "uncounted" | "notTokenPriced" | "estimated">;

/** Of a row that has its number of calls and its dollars under these names. */
export const pricedOf = (row: Row, calls = "invocations", dollars = "estimated_cost"): Priced => ({
  invocations: count(row, calls),
  unpriced: count(row, "unpriced"),
  uncounted: count(row, "uncounted"),
  notTokenPriced: count(row, "not_token_priced"),
  estimated: usd(row, dollars),
});

/**
 * Dollars of calls without a price, or without anything to multiply, are not zero: nobody knows them. Those of provisioned, reserved and imported models
 * are on the bill alone, and a name that only the bill has made no call. Sums of several rows need it here, saved queries in sql/fragments/spend_measures.sql;
 * test/report/known-in-sql.test.ts holds both to one rule.
 */
export function knownOf({ invocations, unpriced, uncounted, notTokenPriced, estimated }: Priced): Known {
  if (unpriced + uncounted > 0) return estimated === 0n ? "unknown" : "at least";
  if (estimated !== 0n) return "complete";
  return notTokenPriced > 0 ? "not priced by tokens" : invocations === 0 ? "no calls" : "complete";
}

/** An amount, or why there is none: `at least $12.00`, `unknown`, `not priced by tokens`, `no calls`. */
export const whereKnown = (known: Known, amount: string): string =>
  known === "complete" ? amount : known === "at least" ? `at least ${amount}` : known;

/** Whether the estimate is a figure at all. */
export const isKnown = (known: Known): boolean => known === "complete" || known === "at least";
