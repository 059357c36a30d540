import type { PicoUsd } from "../money.ts";
import { costOf, sumOf } from "./component.ts";
import type { PriceClass, RateSet } from "./price-list.ts";
import type { PriceAssumption, Priced, PriceStatus, Usage } from "./price-request.ts";
import { promptTokens } from "./prompt-tokens.ts";
import type { RateKind } from "./rates.ts";

const blank = (status: PriceStatus): Priced => ({
  status,
  assumptions: null,
  priceId: null,
  inputCost: null,
  outputCost: null,
  cacheReadCost: null,
  cacheWriteCost: null,
  listCost: null,
  estimatedCost: null,
  estimatedCostHigh: null,
  uncachedCost: null,
});

/** Tokens were counted and a rate that they need is not known. Never zero, never another model's price. */
export const UNPRICED: Priced = blank("unpriced");
/** There is nothing to multiply. */
export const UNCOUNTED: Priced = blank("uncounted");
/** Paid by the hour or by the copy. */
export const NOT_TOKEN_PRICED: Priced = blank("not_token_priced");
/** Known to cost nothing. */
export const FREE: Priced = {
  status: "priced",
  assumptions: null,
  priceId: null,
  inputCost: 0n,
  outputCost: 0n,
  cacheReadCost: 0n,
  cacheWriteCost: 0n,
  listCost: 0n,
  estimatedCost: 0n,
  estimatedCostHigh: 0n,
  uncachedCost: 0n,
};

interface Costs {
  readonly input: PicoUsd;
  readonly output: PicoUsd;
  readonly cacheRead: PicoUsd;
  readonly cacheWrite: PicoUsd;
}

/** Prices a call that used something. `failed`: it broke off; whether AWS bills that is not published, so the figure is an estimate. */
export function priceCall(price: PriceClass, usage: Usage, failed: boolean): Priced {
  const { net } = price;
  const costs = costsOf(usage, net, false);
  if (costs === null) return UNPRICED;
  const estimatedCost = costs.input + costs.output + costs.cacheRead + costs.cacheWrite;
  const list = costsOf(usage, price.list, false);
  const unsplit = usage.cacheWriteUnsplitTokens > 0 && net.rates.cache_write === null;
  const sized = usage.images > 0 && net.rates.image_high !== null;
  const high = unsplit || sized ? costsOf(usage, net, true) : costs;
  const prompt = promptTokens(usage);
  const uncachedInput = prompt === usage.inputTokens ? costs.input : inputCost(prompt, usage, net);
  const assumptions = assumed({ unsplit, sized, rate: price.estimates.size > 0 && usesEstimate(price, usage), failed });
  return {
    status: assumptions === null ? "priced" : "estimated",
    assumptions,
    priceId: price.id,
    inputCost: costs.input,
    outputCost: costs.output,
    cacheReadCost: costs.cacheRead,
    cacheWriteCost: costs.cacheWrite,
    listCost: list === null ? null : list.input + list.output + list.cacheRead + list.cacheWrite,
    estimatedCost,
    estimatedCostHigh: high === null ? null : high.input + high.output + high.cacheRead + high.cacheWrite,
    uncachedCost: uncachedInput === null ? null : uncachedInput + costs.output,
  };
}

interface Assumed {
  readonly unsplit: boolean;
  readonly sized: boolean;
  readonly rate: boolean;
  readonly failed: boolean;
}

/** What a price assumes, as it is stored; null for nothing. */
export function assumed({ unsplit, sized, rate, failed }: Assumed): string | null {
  const found: PriceAssumption[] = [];
  if (unsplit) found.push("cache_write_duration");
  if (sized) found.push("image_size");
  if (rate) found.push("rate");
  if (failed) found.push("failed");
  return found.length === 0 ? null : found.join(",");
}

function inputCost(tokens: number, { searchUnits = 0 }: Usage, set: RateSet): PicoUsd | null {
  const { input, request } = set.rates;
  if (request === null) return costOf(tokens, input, set);
  return sumOf(
    [
      { count: tokens, rate: input },
      // A rerank request with many documents is billed as several.
      { count: Math.max(1, searchUnits), rate: request },
    ],
    set,
  );
}

/** Null when a part that is not zero has no known rate. `high`: everything unknown is the dearer one. */
function costsOf(usage: Usage, set: RateSet, high: boolean): Costs | null {
  const { rates } = set;
  const input = inputCost(usage.inputTokens, usage, set);
  const cacheRead = costOf(usage.cacheReadTokens, rates.cache_read, set);
  const media = usage.images > 0 || usage.videoSeconds > 0 || usage.audioSeconds > 0;
  const output = media
    ? sumOf(
        [
          { count: usage.outputTokens, rate: rates.output },
          { count: usage.images, rate: high ? (rates.image_high ?? rates.image) : rates.image },
          { count: usage.videoSeconds, rate: rates.video_second },
          { count: usage.audioSeconds, rate: rates.audio_second },
        ],
        set,
      )
    : costOf(usage.outputTokens, rates.output, set);
  const cacheWrite = cacheWriteCost(usage, set, high);
  return input === null || output === null || cacheRead === null || cacheWrite === null
    ? null
    : { input, output, cacheRead, cacheWrite };
}

function cacheWriteCost(usage: Usage, set: RateSet, high: boolean): PicoUsd | null {
  const { rates } = set;
  const { cacheWrite5mTokens: short, cacheWrite1hTokens: long, cacheWriteUnsplitTokens: unsplit } = usage;
  if (short === 0 && long === 0 && unsplit === 0) return 0n;
  const fiveMinutes = rates.cache_write_5m ?? rates.cache_write;
  const oneHour = rates.cache_write_1h ?? rates.cache_write;
  if (long === 0 && unsplit === 0) return costOf(short, fiveMinutes, set);
  return sumOf(
    [
      { count: short, rate: fiveMinutes },
      { count: long, rate: oneHour },
      { count: unsplit, rate: rates.cache_write ?? (high ? oneHour : fiveMinutes) },
    ],
    set,
  );
}

/** Whether a rate that is an assumption has a part in the price. */
export function usesEstimate(price: PriceClass, usage: Usage): boolean {
  const used = (kind: RateKind, count: number): boolean => count > 0 && price.estimates.has(kind);
  const writes = usage.cacheWrite5mTokens + usage.cacheWrite1hTokens + usage.cacheWriteUnsplitTokens;
  return (
    used("input", usage.inputTokens) ||
    used("output", usage.outputTokens) ||
    used("cache_read", usage.cacheReadTokens) ||
    used("cache_write", writes) ||
    used("cache_write_5m", usage.cacheWrite5mTokens + usage.cacheWriteUnsplitTokens) ||
    used("cache_write_1h", usage.cacheWrite1hTokens) ||
    used("image", usage.images) ||
    used("video_second", usage.videoSeconds) ||
    used("audio_second", usage.audioSeconds) ||
    used("request", 1)
  );
}
