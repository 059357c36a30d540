import { type Decimal, parseDecimal } from "../money.ts";

/**
 * What has a rate. Token kinds are USD per million tokens, `image` per image, `video_second` and `audio_second` per second, `request` per
 * call. `cache_write` is a write whose price does not depend on its duration. `image_high` is the dearest size and quality.
 */
export const rateKinds = [
  "input",
  "output",
  "cache_read",
  "cache_write_5m",
  "cache_write_1h",
  "cache_write",
  "image",
  "image_high",
  "video_second",
  "audio_second",
  "request",
] as const;

export type RateKind = (typeof rateKinds)[number];

const perMillion: ReadonlySet<RateKind> = new Set([
  "input",
  "output",
  "cache_read",
  "cache_write_5m",
  "cache_write_1h",
  "cache_write",
]);

/** Unit of a rate as shown to people. */
export const unitOf = (kind: RateKind): string =>
  perMillion.has(kind) ? "1M tokens" : kind.startsWith("image") ? "image" : kind === "request" ? "request" : "second";

/** Decimal places by which a rate's unit is smaller than one thing: 6 for a million tokens. */
export const unitScale = (kind: RateKind): number => (perMillion.has(kind) ? 6 : 0);

/** Rates as exact decimal text, by kind. A kind that is not there is unknown; `"0"` is free. */
export type RateTexts = { readonly [kind in RateKind]?: string | undefined };

export type Rates = ReadonlyMap<RateKind, Decimal>;

/** @throws RangeError naming the text that is not a decimal. */
export function readRates(texts: RateTexts): Map<RateKind, Decimal> {
  const rates = new Map<RateKind, Decimal>();
  for (const kind of rateKinds) {
    const text = texts[kind];
    if (text !== undefined) rates.set(kind, parseDecimal(text));
  }
  return rates;
}

/** `{ units: 3300n, scale: 3 }` → `"3.3"`. */
export function formatRate(rate: Decimal): string {
  const digits = rate.units.toString().padStart(rate.scale + 1, "0");
  const whole = digits.slice(0, digits.length - rate.scale);
  const fraction = digits.slice(digits.length - rate.scale).replace(/(?<!0)0+$/, "");
  return fraction === "" ? whole : `${whole}.${fraction}`;
}
