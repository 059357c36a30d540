import type { PicoUsd } from "../money.ts";
import { costOf } from "../pricing/component.ts";
import { compileDiscounts } from "../pricing/discounts.ts";
import { compileOverrides } from "../pricing/overrides.ts";
import { priceCall } from "../pricing/price-call.ts";
import { type PriceBook, type PriceClass, priceList } from "../pricing/price-list.ts";
import type { Usage } from "../pricing/price-request.ts";
import type { PricesConfig } from "../pricing/prices-config.ts";
import { listedRates } from "../pricing/rate-entry.ts";
import type { Tokens, UsageSlice } from "./usage-slice.ts";

/** What a slice is priced by. */
export type PricedUsage = Pick<
  UsageSlice,
  | "day"
  | "accountId"
  | "region"
  | "routing"
  | "vendor"
  | "model"
  | "serviceTier"
  | "above"
  | "chargedCalls"
  | "tokens"
  | "images"
  | "videoSeconds"
  | "audioSeconds"
>;

/**
 * Prices sums of calls exactly as single calls are priced, rounded once for the slice. One rate table and one set of agreed rates;
 * published rates come from src/pricing. Null: tokens whose rate is unknown.
 */
export interface Repricer {
  price(slice: PricedUsage): PicoUsd | null;
  /** As `price`, but where the model has no cache (or no cache rate), cached tokens count as plain input. For what would be, never for what was. */
  priceUncachedIfNeeded(slice: PricedUsage): Supposed;
}

/** The price of what would be. */
export interface Supposed {
  readonly cost: PicoUsd | null;
  readonly cacheLost: boolean;
  /** A rate that was used rests on an assumption, as `price_status = 'estimated'` does. */
  readonly estimated: boolean;
}

/** @throws ConfigError when overrides or discounts contradict each other. */
export function createRepricer(config: PricesConfig): Repricer {
  const book: PriceBook = {
    overrides: compileOverrides(config.overrides),
    discounts: compileDiscounts(config.discounts),
    listed: listedRates(config.listed ?? []),
  };
  const kept = new Map<string, readonly PriceClass[]>();

  const classOf = (slice: PricedUsage): PriceClass | undefined => {
    const key = [slice.vendor, slice.model, slice.routing, slice.region, slice.serviceTier, slice.accountId, slice.day].join("|");
    let classes = kept.get(key);
    if (classes === undefined) {
      classes = priceList(
        {
          vendor: slice.vendor,
          model: slice.model,
          routing: slice.routing,
          region: slice.region,
          serviceTier: slice.serviceTier,
          day: slice.day,
        },
        slice.accountId,
        book,
      );
      kept.set(key, classes);
    }
    return classes.findLast(({ above }) => above <= slice.above);
  };

  const price = (slice: PricedUsage): PicoUsd | null => {
    // Calls that failed before anything ran cost nothing, whatever the model.
    if (slice.chargedCalls === 0) return 0n;
    const chosen = classOf(slice);
    return chosen === undefined ? null : priceWith(chosen, slice).cost;
  };

  return {
    price,
    priceUncachedIfNeeded(slice) {
      if (slice.chargedCalls === 0) return { cost: 0n, cacheLost: false, estimated: false };
      const chosen = classOf(slice);
      if (chosen === undefined) return { cost: null, cacheLost: false, estimated: false };
      const plain = withoutUnpricedCache(slice.tokens, chosen);
      return { ...priceWith(chosen, { ...slice, tokens: plain }), cacheLost: plain !== slice.tokens };
    },
  };
}

function priceWith(chosen: PriceClass, slice: PricedUsage): { readonly cost: PicoUsd | null; readonly estimated: boolean } {
  const { estimatedCost, status } = priceCall(chosen, usageOf(slice), false);
  // The price of one call holds one request; the others of the slice are added.
  const others = costOf(slice.chargedCalls - 1, chosen.net.rates.request ?? ZERO_RATE, chosen.net);
  const cost = estimatedCost === null || others === null ? null : estimatedCost + others;
  return { cost, estimated: status === "estimated" };
}

const ZERO_RATE = { numerator: 0n, fast: 0 };

function withoutUnpricedCache(tokens: Tokens, { net: { rates } }: PriceClass): Tokens {
  const reads = rates.cache_read === null && tokens.cacheRead > 0;
  const writes = rates.cache_write === null;
  const short = writes && rates.cache_write_5m === null && tokens.cacheWrite5m > 0;
  const long = writes && rates.cache_write_1h === null && tokens.cacheWrite1h > 0;
  if (!reads && !short && !long) return tokens;
  // A cache that cannot be read is not written either.
  const lost = {
    read: tokens.cacheRead,
    short: reads || short ? tokens.cacheWrite5m : 0,
    long: reads || long ? tokens.cacheWrite1h : 0,
  };
  return {
    ...tokens,
    input: tokens.input + lost.read + lost.short + lost.long,
    cacheRead: 0,
    cacheWrite5m: tokens.cacheWrite5m - lost.short,
    cacheWrite1h: tokens.cacheWrite1h - lost.long,
  };
}

const usageOf = ({ tokens, images, videoSeconds, audioSeconds }: PricedUsage): Usage => ({
  inputTokens: tokens.input,
  outputTokens: tokens.output,
  cacheReadTokens: tokens.cacheRead,
  cacheWrite5mTokens: tokens.cacheWrite5m,
  cacheWrite1hTokens: tokens.cacheWrite1h,
  cacheWriteUnsplitTokens: 0,
  images,
  videoSeconds,
  audioSeconds,
  counted: true,
});
