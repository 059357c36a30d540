import { divideHalfEven, type PicoUsd } from "../../money.ts";
import { addDays, daysBetween } from "../../time.ts";
import { type DailySpend, fillDays } from "./daily-spend.ts";
import { lastDay } from "./month-end.ts";

/** What others show: the month so far, stretched to its length. Needs a day of the month. */
export function straightLine(history: readonly DailySpend[], month: string, asOf: string): PicoUsd {
  const elapsed = BigInt(daysBetween(`${month}-01`, asOf).length);
  const all = BigInt(daysBetween(`${month}-01`, lastDay(month)).length);
  return elapsed === 0n ? 0n : divideHalfEven(spentIn(history, month, asOf) * all, elapsed);
}

/** The month so far, and for each day left the mean of the last seven days. */
export function lastWeekMean(history: readonly DailySpend[], month: string, asOf: string): PicoUsd {
  const week = fillDays(
    history.filter(({ day }) => day <= asOf),
    asOf,
  ).slice(-7);
  const left = BigInt(daysBetween(addDays(asOf, 1), lastDay(month)).length);
  const sum = week.reduce((total, { usd }) => total + usd, 0n);
  return spentIn(history, month, asOf) + (week.length === 0 ? 0n : divideHalfEven(sum * left, BigInt(week.length)));
}

const spentIn = (history: readonly DailySpend[], month: string, asOf: string): PicoUsd =>
  history.filter(({ day }) => day.startsWith(month) && day <= asOf).reduce((sum, { usd }) => sum + usd, 0n);
