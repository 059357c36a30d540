/** What people write first, for comparison: organisation-wide, no seasons, no evidence, no hold. */
import { DAY, HOUR, MINUTE } from "../../test/anomaly/factories.ts";
import type { FakeCall } from "../../test/anomaly/fake-data.ts";
import { LEARNED } from "./company.ts";

export interface NaiveFiring {
  readonly rule: "tokens_hourly" | "spend_daily" | "error_rate";
  readonly from: number;
  readonly to: number;
}

function sums(calls: readonly FakeCall[], width: number, amount: (call: FakeCall) => number): [number, number][] {
  const buckets = new Map<number, number>();
  for (const call of calls) {
    const start = Math.floor(call.at / width) * width;
    buckets.set(start, (buckets.get(start) ?? 0) + amount(call));
  }
  return [...buckets].sort(([a], [b]) => a - b);
}

const percentile = (values: readonly number[], share: number): number =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? 0;

/** Plain P95 of the last four weeks of hours; 20 % above the mean of the last seven days; any five-minute bucket above 10 %. */
export function naiveFirings(calls: readonly FakeCall[]): NaiveFiring[] {
  const firings: NaiveFiring[] = [];
  const hours = sums(calls, HOUR, (call) => (call.tokens ?? 0) + (call.cacheRead ?? 0));
  hours.forEach(([from, tokens], index) => {
    const past = hours.slice(Math.max(0, index - 672), index).map(([, sum]) => sum);
    if (past.length >= LEARNED * 20 && tokens > percentile(past, 0.95))
      firings.push({ rule: "tokens_hourly", from, to: from + HOUR });
  });
  const days = sums(calls, DAY, (call) => Number((call.cost ?? 0n) / 1_000_000n) / 1e6);
  days.forEach(([from, spent], index) => {
    const past = days.slice(Math.max(0, index - 7), index).map(([, sum]) => sum);
    if (index >= LEARNED && spent > 1.2 * (past.reduce((a, b) => a + b, 0) / past.length))
      firings.push({ rule: "spend_daily", from, to: from + DAY });
  });
  const failed = new Map(sums(calls, 5 * MINUTE, (call) => (call.error ? 1 : 0)));
  for (const [from, count] of sums(calls, 5 * MINUTE, () => 1))
    if (from >= (hours[0]?.[0] ?? 0) + LEARNED * DAY && (failed.get(from) ?? 0) / count > 0.1)
      firings.push({ rule: "error_rate", from, to: from + 5 * MINUTE });
  return firings;
}
