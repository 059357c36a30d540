import { DAY_MS, parseDay } from "../../time.ts";
import { median } from "./robust.ts";

/** What each weekday costs beside the mean of its week. Index 0 is Monday; the mean of the seven is 1. */
export type WeekdayFactors = readonly number[];

/** Monday 0 … Sunday 6. 1970-01-01 was a Thursday. */
export const weekdayOf = (day: string): number => (Math.floor((parseDay(day) ?? 0) / DAY_MS) + 3) % 7;

const isWeekend = (weekday: number): boolean => weekday >= 5;
/** With this many weeks a weekday's own median counts as much as that of all workdays, or of both weekend days. */
const TRUST_WEEKS = 2;

/**
 * Learned from consecutive days (`values[i]` is the dollars of the day whose weekday is `weekdays[i]`): each day is set beside the seven
 * days around it, which hold every weekday once; medians over weeks keep out single wild days. Below a week of history workdays and
 * weekend days are told apart when both were seen; else all are 1.
 */
export function weekdayFactors(values: readonly number[], weekdays: readonly number[]): WeekdayFactors {
  if (values.length < 7) return classFactors(values, weekdays);
  const own: number[][] = Array.from({ length: 7 }, () => []);
  for (const [index, value] of values.entries()) {
    const first = Math.min(Math.max(0, index - 3), values.length - 7);
    const mean = values.slice(first, first + 7).reduce((sum, one) => sum + one, 0) / 7;
    if (mean > 0) own[weekdays[index] ?? 0]?.push(value / mean);
  }
  const workday = median(own.slice(0, 5).flat());
  const weekend = median(own.slice(5).flat());
  if (workday === 0 && weekend === 0) return Array.from({ length: 7 }, () => 1);
  const raw = own.map((ratios, weekday) => {
    const shared = isWeekend(weekday) ? weekend : workday;
    const trust = ratios.length / (ratios.length + TRUST_WEEKS);
    return trust * median(ratios) + (1 - trust) * shared;
  });
  const mean = raw.reduce((sum, factor) => sum + factor, 0) / 7;
  return raw.map((factor) => (mean > 0 ? factor / mean : 1));
}

function classFactors(values: readonly number[], weekdays: readonly number[]): WeekdayFactors {
  const of = (weekend: boolean): number[] => values.filter((_, index) => isWeekend(weekdays[index] ?? 0) === weekend);
  const [work, rest] = [of(false), of(true)];
  const [workday, weekend] = [median(work), median(rest)];
  const mean = (5 * workday + 2 * weekend) / 7;
  return Array.from({ length: 7 }, (_, day) =>
    work.length === 0 || rest.length === 0 || mean === 0 ? 1 : (isWeekend(day) ? weekend : workday) / mean,
  );
}
