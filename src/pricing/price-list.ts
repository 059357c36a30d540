import { type Decimal, multiply, SCALE } from "../money.ts";
import { type CompiledDiscount, combined } from "./discounts.ts";
import { type ListRate, listRates, type RateQuery } from "./list-rates.ts";
import { type CompiledOverride, overrideRates } from "./overrides.ts";
import type { ListedRates } from "./rate-entry.ts";
import { type RateKind, rateKinds, unitScale } from "./rates.ts";

/** A rate as it is charged, with everything that made it. */
export interface EffectiveRate {
  /** Published; null when only an override knows one. */
  readonly list: ListRate | null;
  readonly override: CompiledOverride | null;
  readonly discounts: readonly CompiledDiscount[];
  /** After override and discounts. */
  readonly rate: Decimal;
  readonly estimate: boolean;
}

/** A rate as an integer fraction: pico-dollars per token, image, second or request are `numerator` / `denominator` of the set. */
export interface ExactRate {
  readonly numerator: bigint;
  /** The numerator where it is exact as a double and the denominator is 1; NaN otherwise. */
  readonly fast: number;
}

/** Rates of one kind of amount (list, or after discounts) on a common denominator. */
export interface RateSet {
  readonly denominator: bigint;
  readonly rates: { readonly [kind in RateKind]: ExactRate | null };
}

/** Everything needed to price calls of one model, routing, region, service tier and account on one day. */
export interface PriceClass {
  /** Applies to requests with more prompt tokens than this. */
  readonly above: number;
  readonly id: string;
  readonly effective: ReadonlyMap<RateKind, EffectiveRate>;
  readonly list: RateSet;
  readonly net: RateSet;
  /** Kinds whose rate is an assumption. */
  readonly estimates: ReadonlySet<RateKind>;
}

export interface PriceBook {
  readonly overrides: readonly CompiledOverride[];
  readonly discounts: readonly CompiledDiscount[];
  readonly listed: ListedRates;
}

/** Context classes in rising order; empty when no rate is known at all. */
export function priceList(query: RateQuery, account: string, book: PriceBook): PriceClass[] {
  const classes = listRates(query, book.listed);
  const overrides = overrideRates(book.overrides, query, account);
  const discounts = book.discounts.filter((discount) => discount.matches(query, account));
  const published = classes.length === 0 && overrides.size > 0 ? [{ above: 0, rates: new Map<RateKind, ListRate>() }] : classes;
  return published.map(({ above, rates }) => {
    // An agreed rate is for the standard context; a long one keeps its published rate.
    const effective = effectiveRates(rates, above === 0 ? overrides : new Map(), discounts);
    return priceClass(query, above, rates, effective);
  });
}

/** An agreed rate of one kind also stands in for published rates of these kinds, which would otherwise come before it. */
const standsIn: { readonly [kind in RateKind]?: readonly RateKind[] } = {
  cache_write: ["cache_write_5m", "cache_write_1h"],
  cache_write_5m: ["cache_write"],
  cache_write_1h: ["cache_write"],
  image: ["image_high"],
};

function effectiveRates(
  published: ReadonlyMap<RateKind, ListRate>,
  overrides: ReturnType<typeof overrideRates>,
  discounts: readonly CompiledDiscount[],
): Map<RateKind, EffectiveRate> {
  const effective = new Map<RateKind, EffectiveRate>();
  const replaced = new Set([...overrides.keys()].flatMap((kind) => standsIn[kind] ?? []));
  for (const kind of rateKinds) {
    const own = overrides.get(kind);
    if (own === undefined && replaced.has(kind)) continue;
    const list = published.get(kind) ?? null;
    const rate = own?.rate ?? list?.rate;
    if (rate === undefined) continue;
    const applied = own?.override.net ? [] : discounts;
    effective.set(kind, {
      list,
      override: own?.override ?? null,
      discounts: applied,
      rate: multiply(rate, combined(applied)),
      estimate: own === undefined && (list?.estimate ?? false),
    });
  }
  return effective;
}

function priceClass(
  query: RateQuery,
  above: number,
  published: ReadonlyMap<RateKind, ListRate>,
  effective: ReadonlyMap<RateKind, EffectiveRate>,
): PriceClass {
  const main = effective.get("input") ?? [...effective.values()][0];
  const parts = [main?.override?.id, main?.list?.entry.id, ...(main?.list?.rules ?? []).map((rule) => rule.id)].filter(
    (part) => part !== undefined,
  );
  const list = new Map([...published].map(([kind, { rate }]) => [kind, rate]));
  const net = new Map([...effective].map(([kind, { rate }]) => [kind, rate]));
  return {
    above,
    id: parts.length === 0 ? query.model : parts.join("+"),
    effective,
    list: rateSet(list),
    net: rateSet(net),
    estimates: new Set([...effective].flatMap(([kind, { estimate }]) => (estimate ? [kind] : []))),
  };
}

function rateSet(rates: ReadonlyMap<RateKind, Decimal>): RateSet {
  // Digits beyond whole pico-dollars per single thing that the rates need; mostly none.
  const needed = [...rates].map(([kind, rate]) => rate.scale + unitScale(kind) - SCALE - trailingZeros(rate.units));
  const places = Math.max(0, ...needed);
  const exact = (kind: RateKind): ExactRate | null => {
    const rate = rates.get(kind);
    if (rate === undefined) return null;
    const shift = places + SCALE - rate.scale - unitScale(kind);
    const numerator = shift >= 0 ? rate.units * 10n ** BigInt(shift) : rate.units / 10n ** BigInt(-shift);
    return { numerator, fast: places === 0 && numerator <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(numerator) : Number.NaN };
  };
  return {
    denominator: 10n ** BigInt(places),
    rates: {
      input: exact("input"),
      output: exact("output"),
      cache_read: exact("cache_read"),
      cache_write_5m: exact("cache_write_5m"),
      cache_write_1h: exact("cache_write_1h"),
      cache_write: exact("cache_write"),
      image: exact("image"),
      image_high: exact("image_high"),
      video_second: exact("video_second"),
      audio_second: exact("audio_second"),
      request: exact("request"),
    },
  };
}

/** How often ten divides it; a zero rate divides for ever. */
function trailingZeros(units: bigint): number {
  if (units === 0n) return 1000;
  let count = 0;
  for (let rest = units; rest % 10n === 0n; rest /= 10n) count += 1;
  return count;
}
