import { UsageError } from "../errors.ts";
import { addDays, daysBetween } from "../time.ts";

/** A calendar month in UTC and the stretch of the month before that it is compared with. */
export interface Period {
  /** `YYYY-MM`. */
  readonly month: string;
  readonly from: string;
  /** Last day, included. */
  readonly to: string;
  readonly days: readonly string[];
  readonly previousMonth: string;
  readonly previousFrom: string;
  readonly previousTo: string;
}

/** @throws UsageError for text that is not a month. */
export function periodOf(month: string): Period {
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) {
    throw new UsageError(`report: "${month}" is not a month`, { hint: "Write the month as YYYY-MM, for example 2026-10." });
  }
  const from = `${month}-01`;
  const to = addDays(`${addDays(from, 31).slice(0, 7)}-01`, -1);
  const previousTo = addDays(from, -1);
  const previousMonth = previousTo.slice(0, 7);
  return { month, from, to, days: daysBetween(from, to), previousMonth, previousFrom: `${previousMonth}-01`, previousTo };
}

/** The part of the month before that is as long as what is there of this month, so that an unfinished month is compared with like. */
export function comparable(period: Period, lastDay: string): { readonly from: string; readonly to: string } {
  if (lastDay >= period.to) return { from: period.previousFrom, to: period.previousTo };
  const to = `${period.previousMonth}${lastDay.slice(7)}`;
  return { from: period.previousFrom, to: to < period.previousTo ? to : period.previousTo };
}
