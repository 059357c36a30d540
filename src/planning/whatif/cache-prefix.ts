import type { Routing } from "../../model/identity.ts";
import { type Decimal, divideHalfEven } from "../../money.ts";
import type { Row } from "../../ports.ts";
import type { DayRange } from "../per-month.ts";
import type { PricedUsage, Repricer } from "../reprice.ts";
import { count, edgeBelow, type Tokens, text, usd } from "../usage-slice.ts";
import { CallerSums, type WhatIf, whatIf } from "./what-if.ts";

/** Part of the smaller prompts (tenth percentile) that is taken for a prefix all calls share, unless said otherwise. Ours; not measured. */
export const PREFIX_SHARE: Decimal = { units: 5n, scale: 1 };

/**
 * Caching on for callers that do not cache. `rows` are those of planning/cache_candidates. A call within five minutes of the one before
 * reads the prefix, any other writes it. Callers for whom that would cost more are left out.
 */
export function cachePrefix(given: {
  readonly rows: readonly Row[];
  readonly range: DayRange;
  readonly prefixShare?: Decimal;
  readonly leastPrompt: number;
  readonly prices: Repricer;
}): WhatIf {
  const { rows, prefixShare = PREFIX_SHARE, leastPrompt, prices } = given;
  const sums = new CallerSums();
  let stored = 0n;
  for (const row of rows) {
    const calls = count(row.calls);
    const warm = count(row.warm_calls);
    const prefix = Number(divideHalfEven(BigInt(count(row.small_prompt)) * prefixShare.units, 10n ** BigInt(prefixShare.scale)));
    // A prefix below the model's minimum is not cached at all.
    if (prefix < leastPrompt) continue;
    const cost = (tokens: Partial<Tokens>): bigint | null => prices.price(usageOf(row, tokens));
    const before = cost({ input: prefix * calls });
    const after = cost({ cacheRead: prefix * warm, cacheWrite5m: prefix * (calls - warm) });
    const model = text(row.model);
    if (before === null || after === null) {
      sums.skip({ reason: "no cache price is known for the model", model, calls, estimatedCost: usd(row.estimated_cost) });
      continue;
    }
    if (after >= before) continue;
    // The rest of the calls costs the same on both sides.
    const whole = usd(row.estimated_cost);
    stored += whole;
    const kind = row.kind === "person" ? "person" : "service";
    sums.add({
      who: text(row.who),
      kind,
      team: text(row.team),
      model,
      calls,
      before: whole,
      after: whole - (before - after),
      saving: before - after,
    });
  }
  return whatIf({
    title: "prompt caching for repeated prefixes",
    range: given.range,
    assumptions: [
      "The log holds no prompts here: sizes and times are measured, that a prefix repeats is assumed.",
      `The shared prefix is ${decimalText(prefixShare)} of the tenth percentile of a caller's prompts, at least ${leastPrompt} tokens.`,
      "A call within five minutes of the caller's one before reads the prefix from the cache; any other writes it.",
    ],
    callers: sums.callers(),
    notComputed: sums.notComputed(),
    stored,
  });
}

/**
 * The 1-hour cache where prefixes expire between five minutes and an hour. `rows` are those of planning/cache_rewrites.
 * All 5-minute writes become 1-hour writes; what was written again is read. Callers for whom that would cost more are left out.
 */
export function longerCache(given: {
  readonly rows: readonly Row[];
  readonly range: DayRange;
  readonly prices: Repricer;
}): WhatIf {
  const sums = new CallerSums();
  for (const row of given.rows) {
    const written = count(row.written_tokens);
    const again = Math.min(written, count(row.rewritten_tokens));
    const before = given.prices.price(usageOf(row, { cacheWrite5m: written }));
    const after = given.prices.price(usageOf(row, { cacheWrite1h: written - again, cacheRead: again }));
    const model = text(row.model);
    const calls = count(row.calls);
    if (before === null || after === null) {
      sums.skip({ reason: "no price of 1-hour cache writes is known for the model", model, calls, estimatedCost: before });
      continue;
    }
    if (after >= before) continue;
    const kind = row.kind === "person" ? "person" : "service";
    sums.add({ who: text(row.who), kind, team: text(row.team), model, calls, before, after, saving: before - after });
  }
  const callers = sums.callers();
  return whatIf({
    title: "1-hour cache writes",
    range: given.range,
    assumptions: [
      "What a call writes again 5 to 60 minutes after the session's call before is what had expired; an hour's cache would still have held it.",
      "All 5-minute writes of the caller become 1-hour writes, and the model offers them.",
    ],
    callers,
    notComputed: sums.notComputed(),
    stored: callers.reduce((sum, { before }) => sum + before, 0n),
  });
}

function usageOf(row: Row, tokens: Partial<Tokens>): PricedUsage {
  const routing: Routing | null =
    row.routing === "in-region" || row.routing === "geo" || row.routing === "global" ? row.routing : null;
  return {
    day: text(row.last_day),
    accountId: text(row.account_id),
    region: text(row.region),
    routing,
    vendor: row.vendor === null || row.vendor === undefined ? null : text(row.vendor),
    model: text(row.model),
    serviceTier: text(row.service_tier),
    above: edgeBelow(count(row.small_prompt)),
    chargedCalls: 1,
    tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0, ...tokens },
    images: 0,
    videoSeconds: 0,
    audioSeconds: 0,
  };
}

/** `{ units: 5n, scale: 1 }` → `0.5`. */
export const decimalText = ({ units, scale }: Decimal): string => {
  const digits = units.toString().padStart(scale + 1, "0");
  return scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`.replace(/(?:\.|(?<![.0]))0+$/, "");
};
