import { type PicoUsd, parseUsd } from "../../money.ts";
import type { Row } from "../../ports.ts";
import { daysBetween } from "../../time.ts";

/** Estimated dollars of one UTC day. */
export interface DailySpend {
  readonly day: string;
  readonly usd: PicoUsd;
}

/**
 * One entry for each day from `from` to `to` (both included), in order; a day without usage cost nothing.
 * `from` defaults to the first day that has an entry: before it nobody knows whether logging was on.
 */
export function fillDays(spend: readonly DailySpend[], to: string, from?: string): DailySpend[] {
  const byDay = new Map<string, PicoUsd>();
  for (const { day, usd } of spend) byDay.set(day, (byDay.get(day) ?? 0n) + usd);
  const first = from ?? [...byDay.keys()].sort()[0];
  return first === undefined ? [] : daysBetween(first, to).map((day) => ({ day, usd: byDay.get(day) ?? 0n }));
}

/** Rows of planning/daily_spend by scope name; null is the organisation. */
export function dailySpendByScope(rows: readonly Row[]): Map<string | null, DailySpend[]> {
  const series = new Map<string | null, DailySpend[]>();
  for (const row of rows) {
    const scope = row.scope_name === null || row.scope_name === undefined ? null : String(row.scope_name);
    const days = series.get(scope) ?? [];
    days.push({ day: String(row.dt), usd: parseUsd(String(row.estimated_cost)) });
    series.set(scope, days);
  }
  return series;
}
