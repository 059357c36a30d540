import { divideHalfEven, type PicoUsd } from "../money.ts";
import { daysBetween } from "../time.ts";
import { lastDay } from "./forecast/month-end.ts";

/** Days, both included. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/** Whole calendar months in a range; 0 unless it begins on a first and ends on a last day of a month. */
function wholeMonths({ from, to }: DayRange): number {
  if (!from.endsWith("-01") || to !== lastDay(to.slice(0, 7))) return 0;
  const months = (day: string): number => Number(day.slice(0, 4)) * 12 + Number(day.slice(5, 7));
  return months(to) - months(from) + 1;
}

/** A sum over a range as dollars per month: divided by its whole months, else by its days times 30.4375 (365.25 / 12 = 487 / 16). */
export function perMonth(amount: PicoUsd, range: DayRange): PicoUsd {
  const months = wholeMonths(range);
  return months > 0 ? divideHalfEven(amount, BigInt(months)) : divideHalfEven(amount * 487n, 16n * BigInt(daysIn(range)));
}

export const daysIn = ({ from, to }: DayRange): number => daysBetween(from, to).length;
