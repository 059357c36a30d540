/**
 * Money is an integer count of pico-dollars (1e-12 USD), so that sums are exact. One rounding rule everywhere: half to even.
 */
declare const unit: unique symbol;

/** Pico-dollars: 1 USD = 1_000_000_000_000n. */
export type PicoUsd = bigint & { readonly [unit]?: "pico-usd" };

/** Decimal places of a pico-dollar. */
export const SCALE = 12;
const PICO_PER_USD = 10n ** BigInt(SCALE);

/** An exact decimal: `units` × 10^-`scale`. What rates, discounts and multipliers are held in. */
export interface Decimal {
  readonly units: bigint;
  readonly scale: number;
}

const DECIMAL = /^([+-]?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d{1,3}))?$/;

/**
 * Reads `12`, `-0.0033` or `3.6E-8` exactly.
 * @throws RangeError naming the text when it is not a decimal number.
 */
export function parseDecimal(text: string): Decimal {
  const match = DECIMAL.exec(text.trim());
  if (!match) throw new RangeError(`money: "${text}" is not a decimal number`);
  const [, sign, whole = "", fraction = "", exponent = "0"] = match;
  const digits = BigInt(whole + fraction) * (sign === "-" ? -1n : 1n);
  const scale = fraction.length - Number(exponent);
  return scale >= 0 ? { units: digits, scale } : { units: digits * 10n ** BigInt(-scale), scale: 0 };
}

export const multiply = (a: Decimal, b: Decimal): Decimal => ({ units: a.units * b.units, scale: a.scale + b.scale });

/** `numerator / denominator` to the nearest integer, ties to the even one. The denominator is positive. */
export function divideHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const remainder = numerator % denominator;
  const twice = (remainder < 0n ? -remainder : remainder) * 2n;
  if (twice < denominator || (twice === denominator && quotient % 2n === 0n)) return quotient;
  return numerator < 0n ? quotient - 1n : quotient + 1n;
}

/** A decimal amount of dollars as pico-dollars, rounded once, half to even. */
export function toPico(amount: Decimal): PicoUsd {
  return amount.scale <= SCALE
    ? amount.units * 10n ** BigInt(SCALE - amount.scale)
    : divideHalfEven(amount.units, 10n ** BigInt(amount.scale - SCALE));
}

/** `"0.0033"` → 3_300_000_000n. */
export const parseUsd = (text: string): PicoUsd => toPico(parseDecimal(text));

/** Exact dollars without trailing zeros, at least two decimals: 3_300_000_000n → `"0.0033"`, 5n·10¹² → `"5.00"`. */
export function formatUsd(amount: PicoUsd): string {
  const sign = amount < 0n ? "-" : "";
  const absolute = amount < 0n ? -amount : amount;
  const fraction = (absolute % PICO_PER_USD).toString().padStart(SCALE, "0").replace(/0+$/, "").padEnd(2, "0");
  return `${sign}${absolute / PICO_PER_USD}.${fraction}`;
}

/** Dollars for people, wherever they are printed: two decimals and thousands separators, more decimals below a cent: `"$1,234.50"`, `"$0.0033"`, `"-$0.40"`. */
export function inDollars(amount: PicoUsd): string {
  const absolute = amount < 0n ? -amount : amount;
  const places = absolute === 0n || absolute >= PICO_PER_USD / 100n ? 2 : 6;
  const step = 10n ** BigInt(SCALE - places);
  const rounded = divideHalfEven(amount, step) * step;
  const [whole = "0", fraction = ""] = formatUsd(rounded < 0n ? -rounded : rounded).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return `${rounded < 0n ? "-" : ""}$${grouped}.${fraction.padEnd(2, "0")}`;
}

/**
 * Splits `total` over `weights` so that the parts sum to `total` exactly (largest remainder; ties to the earlier part).
 * With no positive weight everything goes to the first part. Weights are not negative.
 */
export function allocate(total: PicoUsd, weights: readonly bigint[]): PicoUsd[] {
  const sum = weights.reduce((a, b) => a + b, 0n);
  if (sum === 0n) return weights.map((_, i) => (i === 0 ? total : 0n));
  const negative = total < 0n;
  const absolute = negative ? -total : total;
  const shares = weights.map((weight, index) => ({ index, share: (absolute * weight) / sum, rest: (absolute * weight) % sum }));
  let left = absolute - shares.reduce((a, b) => a + b.share, 0n);
  for (const part of [...shares].sort((a, b) => (a.rest === b.rest ? a.index - b.index : a.rest > b.rest ? -1 : 1))) {
    if (left === 0n) break;
    part.share += 1n;
    left -= 1n;
  }
  return shares.map((part) => (negative ? -part.share : part.share));
}

/**
 * Amounts in whole cents that sum to their sum in whole cents (half to even), as an invoice has it: each is rounded down, and the cents that are then
 * missing go to the largest remainders, of equal ones to the first.
 */
export const toCents = (amounts: readonly PicoUsd[]): PicoUsd[] => toSteps(amounts, 2);

/** The same with other decimal places than two. */
export function toSteps(amounts: readonly PicoUsd[], places: number): PicoUsd[] {
  const step = 10n ** BigInt(SCALE - places);
  const floors = amounts.map((amount) => (amount - (((amount % step) + step) % step)) / step);
  const sum = amounts.reduce((total, amount) => total + amount, 0n);
  const missing = Number(divideHalfEven(sum, step) - floors.reduce((total, steps) => total + steps, 0n));
  const byRemainder = amounts
    .map((amount, index) => ({ index, remainder: amount - (floors[index] ?? 0n) * step }))
    .sort((a, b) => (a.remainder === b.remainder ? a.index - b.index : a.remainder > b.remainder ? -1 : 1));
  const up = new Set(byRemainder.slice(0, missing).map(({ index }) => index));
  return floors.map((steps, index) => (steps + (up.has(index) ? 1n : 0n)) * step);
}
