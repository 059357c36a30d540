import { assumed, usesEstimate } from "./price-call.ts";
import type { ExactRate, PriceClass, RateSet } from "./price-list.ts";
import type { PriceStatus, Usage } from "./price-request.ts";
import { promptTokens } from "./prompt-tokens.ts";

/** The amounts of a priced call, in the order of its cells. */
export const Cell = { input: 0, output: 1, cacheRead: 2, cacheWrite: 3, list: 4, estimated: 5, high: 6, uncached: 7 } as const;

/**
 * The price of a call whose amounts are all known, as doubles, each a whole number of pico-dollars below 2^53 ($9,007) and so exact. Its cells
 * are written over by the next call; a record then costs no BigInt.
 */
export class QuickPrice {
  readonly status: PriceStatus;
  readonly assumptions: string | null;
  readonly priceId: string;
  readonly cells: Float64Array;

  constructor(assumptions: string | null, priceId: string, cells: Float64Array) {
    this.status = assumptions === null ? "priced" : "estimated";
    this.assumptions = assumptions;
    this.priceId = priceId;
    this.cells = cells;
  }
}

/** Prices calls of one class quickly; undefined for what priceCall has to price. */
export function quickPricer(price: PriceClass): (usage: Usage, failed: boolean) => QuickPrice | undefined {
  const cells = new Float64Array(8);
  // One for each set of assumptions that comes up, so that a call makes none.
  const answers: QuickPrice[] = [];
  const answer = (unsplit: boolean, rate: boolean, failed: boolean): QuickPrice => {
    const bits = (unsplit ? 1 : 0) | (rate ? 2 : 0) | (failed ? 4 : 0);
    answers[bits] ??= new QuickPrice(assumed({ unsplit, sized: false, rate, failed }), price.id, cells);
    return answers[bits];
  };
  const { net, list } = price;
  if (net.rates.request !== null || list.rates.request !== null) return () => undefined;
  return (usage, failed) => {
    if (usage.images !== 0 || usage.videoSeconds !== 0 || usage.audioSeconds !== 0) return undefined;
    const input = amount(usage.inputTokens, net.rates.input);
    const output = amount(usage.outputTokens, net.rates.output);
    const cacheRead = amount(usage.cacheReadTokens, net.rates.cache_read);
    const cacheWrite = writes(usage, net, false);
    const unsplit = usage.cacheWriteUnsplitTokens > 0 && net.rates.cache_write === null;
    const high = unsplit ? writes(usage, net, true) : cacheWrite;
    const uncached = amount(promptTokens(usage), net.rates.input) + output;
    const listed =
      amount(usage.inputTokens, list.rates.input) +
      amount(usage.outputTokens, list.rates.output) +
      amount(usage.cacheReadTokens, list.rates.cache_read) +
      writes(usage, list, false);
    const rest = input + output + cacheRead;
    // What is unknown or no whole number is NaN, which fails every comparison.
    if (!(rest + cacheWrite <= MOST && rest + high <= MOST && listed <= MOST && uncached <= MOST)) return undefined;
    cells[Cell.input] = input;
    cells[Cell.output] = output;
    cells[Cell.cacheRead] = cacheRead;
    cells[Cell.cacheWrite] = cacheWrite;
    cells[Cell.list] = listed;
    cells[Cell.estimated] = rest + cacheWrite;
    cells[Cell.high] = rest + high;
    cells[Cell.uncached] = uncached;
    const rate = price.estimates.size > 0 && usesEstimate(price, usage);
    return answer(unsplit, rate, failed);
  };
}

const MOST = Number.MAX_SAFE_INTEGER;

/** Doubles whose sum stays below 2^53 are added and multiplied exactly when they are whole numbers. */
const amount = (count: number, rate: ExactRate | null): number =>
  count === 0 ? 0 : rate === null ? Number.NaN : count * rate.fast;

function writes(usage: Usage, { rates }: RateSet, high: boolean): number {
  const short = rates.cache_write_5m ?? rates.cache_write;
  const long = rates.cache_write_1h ?? rates.cache_write;
  return (
    amount(usage.cacheWrite5mTokens, short) +
    amount(usage.cacheWrite1hTokens, long) +
    amount(usage.cacheWriteUnsplitTokens, rates.cache_write ?? (high ? long : short))
  );
}
