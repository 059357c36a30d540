import { divideHalfEven, type PicoUsd } from "../money.ts";
import { parseDay } from "../time.ts";
import type { DimensionRow, Totals } from "./month-data.ts";
import type { Period } from "./period.ts";
import { sumUsd } from "./rows.ts";

export interface Projection {
  /** Estimated dollars at the end of the month if the remaining days are like the ones of the same kind so far. */
  readonly monthEnd: PicoUsd;
  readonly daysSeen: number;
  readonly daysLeft: number;
}

/** What of a month the projection rests on. */
export interface DailySpending {
  readonly period: Period;
  readonly totals: Pick<Totals, "lastDay" | "estimated">;
  readonly by: { readonly day: readonly DimensionRow[] };
}

const weekend = (day: string): boolean => [0, 6].includes(new Date(parseDay(day) ?? 0).getUTCDay());

/** Weekdays and weekends are projected apart, each by its own mean; undefined for a month that is over or has no complete day. */
export function projectMonth(data: DailySpending): Projection | undefined {
  const last = data.totals.lastDay;
  if (last === undefined || last >= data.period.to) return undefined;
  const cost = new Map(data.by.day.map((row) => [row.name, row.usage.estimated]));
  // The last day is still being logged: its calls count, but it is no measure of a whole day.
  const whole = data.period.days.filter((day) => day < last);
  const left = data.period.days.filter((day) => day > last);
  if (whole.length < 3) return undefined;
  const mean = (days: readonly string[]): PicoUsd | undefined =>
    days.length === 0 ? undefined : divideHalfEven(sumUsd(days.map((day) => cost.get(day) ?? 0n)), BigInt(days.length));
  const overall = mean(whole) ?? 0n;
  const work = mean(whole.filter((day) => !weekend(day))) ?? overall;
  const rest = mean(whole.filter(weekend)) ?? overall;
  return {
    monthEnd: data.totals.estimated + sumUsd(left.map((day) => (weekend(day) ? rest : work))),
    daysSeen: whole.length + 1,
    daysLeft: left.length,
  };
}
