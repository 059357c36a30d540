import { formatUsd } from "../../money.ts";
import type { Row } from "../../ports.ts";
import { lastWeekMean, straightLine } from "./baselines.ts";
import type { DailySpend } from "./daily-spend.ts";
import { lastCompleteDay } from "./last-complete-day.ts";
import { forecastMonth } from "./month-end.ts";

/** The month's end of every scope that has spend by `asOf`, the dearest first. @param level share of months that the interval is meant to hold */
export function forecastRows(
  series: ReadonlyMap<string | null, readonly DailySpend[]>,
  month: string,
  asOf: string,
  level: number,
): Row[] {
  return [...series]
    .filter(([, days]) => days.some(({ day }) => day <= asOf))
    .map(([name, days]) => forecastRow(name ?? "organisation", days, month, asOf, level))
    .sort((a, b) => Number(b["expected"]) - Number(a["expected"]));
}

function forecastRow(scope: string, days: readonly DailySpend[], month: string, asOf: string, level: number): Row {
  const forecast = forecastMonth(days, month, asOf, level);
  const started = asOf >= `${month}-01`;
  return {
    scope,
    month,
    as_of: asOf,
    spent: formatUsd(forecast.spent),
    expected: formatUsd(forecast.expected),
    low: formatUsd(forecast.low),
    high: formatUsd(forecast.high),
    straight_line: started ? formatUsd(straightLine(days, month, asOf)) : null,
    last_7_days: started ? formatUsd(lastWeekMean(days, month, asOf)) : null,
    days_left: forecast.daysLeft,
    history_days: forecast.historyDays,
    weekly_growth: Number(forecast.weeklyGrowth.toFixed(4)),
  };
}

/** The last complete day of the rows of planning/daily_spend. */
export function lastDayOf(rows: readonly Row[]): string | undefined {
  return lastCompleteDay(dayEnds(rows));
}

/** The latest hour of each day over all scopes. */
function dayEnds(rows: readonly Row[]): { day: string; lastHour: number }[] {
  const ends = new Map<string, number>();
  for (const row of rows) ends.set(String(row.dt), Math.max(ends.get(String(row.dt)) ?? 0, Number(row.last_hour)));
  return [...ends].map(([day, lastHour]) => ({ day, lastHour }));
}
