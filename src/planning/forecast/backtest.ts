import { addDays } from "../../time.ts";
import { lastWeekMean, straightLine } from "./baselines.ts";
import { type DailySpend, fillDays } from "./daily-spend.ts";
import { forecastMonth, lastDay, toDollars } from "./month-end.ts";
import { median, quantile } from "./robust.ts";

export const methods = ["strata", "straight line", "last 7 days"] as const;
export type Method = (typeof methods)[number];

/** One forecast of a month whose end is known. Errors are shares of what the month really cost: 0.04 is 4 percent too much. */
export interface BacktestPoint {
  readonly month: string;
  /** Days of the month that were known. */
  readonly day: number;
  readonly error: Readonly<Record<Method, number>>;
  readonly inside: boolean;
}

export interface BacktestScore {
  readonly method: Method;
  readonly forecasts: number;
  /** Mean size of the error. */
  readonly mean: number;
  readonly median: number;
  /** Nine of ten errors are smaller. */
  readonly p90: number;
  /** Mean error with its sign. */
  readonly bias: number;
}

export const DEFAULT_CUTS: readonly number[] = [3, 5, 10, 15, 20, 25];

/** Forecasts each whole month of a series as it would have been on each of `cuts` (days of the month). Months that cost nothing are left out. */
export function backtest(history: readonly DailySpend[], cuts: readonly number[] = DEFAULT_CUTS, level = 0.8): BacktestPoint[] {
  const last =
    history
      .map(({ day }) => day)
      .sort()
      .at(-1) ?? "";
  const days = last === "" ? [] : fillDays(history, last);
  const first = days[0]?.day ?? "";
  const months = [...new Set(days.map(({ day }) => day.slice(0, 7)))].filter(
    (month) => `${month}-01` >= first && lastDay(month) <= last,
  );
  return months.flatMap((month) => {
    const actual = days.filter(({ day }) => day.startsWith(month)).reduce((sum, { usd }) => sum + usd, 0n);
    if (actual <= 0n) return [];
    return cuts.map((cut): BacktestPoint => {
      const asOf = addDays(`${month}-01`, cut - 1);
      const forecast = forecastMonth(days, month, asOf, level);
      const share = (usd: bigint): number => toDollars(usd) / toDollars(actual) - 1;
      return {
        month,
        day: cut,
        error: {
          strata: share(forecast.expected),
          "straight line": share(straightLine(days, month, asOf)),
          "last 7 days": share(lastWeekMean(days, month, asOf)),
        },
        inside: forecast.low <= actual && actual <= forecast.high,
      };
    });
  });
}

export function score(points: readonly BacktestPoint[]): BacktestScore[] {
  return methods.map((method) => {
    const errors = points.map(({ error }) => error[method]);
    const sizes = errors.map(Math.abs);
    const mean = (values: readonly number[]): number =>
      values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
    return {
      method,
      forecasts: errors.length,
      mean: mean(sizes),
      median: median(sizes),
      p90: quantile(sizes, 0.9),
      bias: mean(errors),
    };
  });
}

/** Share of months that ended inside the interval. */
export const coverage = (points: readonly BacktestPoint[]): number =>
  points.filter(({ inside }) => inside).length / Math.max(1, points.length);
