import { divideHalfEven, type PicoUsd, parseDecimal } from "../money.ts";
import type { ExactRate, RateSet } from "./price-list.ts";

/** An amount of one thing at one rate. */
export interface Part {
  readonly count: number;
  readonly rate: ExactRate | null;
}

const ZERO: PicoUsd = 0n;

/** count × rate, rounded once half to even; 0 for nothing; null when there is something and its rate is unknown. */
export function costOf(count: number, rate: ExactRate | null, set: RateSet): PicoUsd | null {
  if (count === 0) return ZERO;
  if (rate === null) return null;
  // A product of doubles that stays below 2^53 is exact when both are integers; NaN fails the comparison.
  const product = count * rate.fast;
  if (product <= Number.MAX_SAFE_INTEGER && Number.isInteger(count)) return BigInt(product);
  return sumOf([{ count, rate }], set);
}

/** The sum of several parts, rounded once; null when a part that is not zero has no known rate. */
export function sumOf(parts: readonly Part[], set: RateSet): PicoUsd | null {
  let numerator = 0n;
  let scale = 0;
  for (const { count, rate } of parts) {
    if (count === 0) continue;
    if (rate === null) return null;
    // Seconds of media may be fractions: their shortest decimal text is what the log says.
    const amount = Number.isSafeInteger(count) ? { units: BigInt(count), scale: 0 } : parseDecimal(String(count));
    const common = Math.max(scale, amount.scale);
    numerator = numerator * 10n ** BigInt(common - scale) + amount.units * rate.numerator * 10n ** BigInt(common - amount.scale);
    scale = common;
  }
  return divideHalfEven(numerator, set.denominator * 10n ** BigInt(scale));
}
