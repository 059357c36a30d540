import { UsageError } from "../errors.ts";
import { addDays, daysBetween, parseDay } from "../time.ts";

/** A stretch of UTC days, usually a calendar month, and the stretch before that it is compared with. */
export interface Period {
  /** `YYYY-MM`: the month, or that of the first day. */
  readonly month: string;
  readonly from: string;
  /** Last day, included. */
  readonly to: string;
  readonly days: readonly string[];
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
  return { month, from, to, days: daysBetween(from, to), previousFrom: `${previousTo.slice(0, 7)}-01`, previousTo };
}

/**
 * Any range of days, both included, compared with as many days before it; the month when it is one.
 * @throws UsageError for text that is not a day, or a range that ends before it begins.
 */
export function periodBetween(from: string, to: string): Period {
  for (const day of [from, to])
    if (parseDay(day) === undefined)
      throw new UsageError(`report: "${day}" is not a day`, { hint: "Write the day as YYYY-MM-DD, for example 2026-10-05." });
  if (to < from) throw new UsageError(`report: ${from} to ${to} ends before it begins`, { hint: "Swap the two days." });
  const month = periodOf(from.slice(0, 7));
  if (month.from === from && month.to === to) return month;
  const days = daysBetween(from, to);
  const previousTo = addDays(from, -1);
  return { month: from.slice(0, 7), from, to, days, previousFrom: addDays(from, -days.length), previousTo };
}

/** Whether the days are one calendar month. */
export const isMonth = ({ from, to }: Pick<Period, "from" | "to">): boolean =>
  from.endsWith("-01") && addDays(to, 1).endsWith("-01") && from.slice(0, 7) === to.slice(0, 7);

/** The part of the stretch before that is as long as what is there of this one, so that an unfinished month is compared with like. */
export function comparable(period: Period, lastDay: string): { readonly from: string; readonly to: string } {
  if (lastDay >= period.to) return { from: period.previousFrom, to: period.previousTo };
  const to = isMonth(period)
    ? `${period.previousFrom.slice(0, 7)}${lastDay.slice(7)}`
    : addDays(period.previousFrom, daysBetween(period.from, lastDay).length - 1);
  return { from: period.previousFrom, to: [to, period.previousTo].sort()[0] ?? to };
}
