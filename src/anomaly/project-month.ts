/** What a month will cost, told from the days before. Statistics, not bookkeeping: plain numbers of dollars. */
import { addDays, parseDay } from "../time.ts";

export interface Projection {
  /** Dollars at the end of the month. */
  readonly expected: number;
  /** In four of five months like this one the end lies between these. */
  readonly low: number;
  readonly high: number;
  /** Days of history behind it. */
  readonly days: number;
}

/** Fewer days than a week cannot know what a weekend costs. */
export const MIN_PROJECTION_DAYS = 7;
const HISTORY_DAYS = 56;

/** 0 is Sunday. */
const weekday = (day: string): number => new Date(parseDay(day) ?? Number.NaN).getUTCDay();
const isWeekend = (on: number): boolean => on % 6 === 0;

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}

/**
 * @param spend dollars by day; days without an entry cost nothing
 * @param first first day of which anything is known
 * @param today the first day that is not over, `YYYY-MM-DD`; days before it count
 * @returns undefined with less than a week of history
 */
export function projectMonth(spend: ReadonlyMap<string, number>, first: string, today: string): Projection | undefined {
  const start = addDays(today, -HISTORY_DAYS) > first ? addDays(today, -HISTORY_DAYS) : first;
  const past: string[] = [];
  for (let day = start; day < today; day = addDays(day, 1)) past.push(day);
  if (past.length < MIN_PROJECTION_DAYS) return undefined;
  const cost = (day: string): number => spend.get(day) ?? 0;
  const before = past.map((day) => ({ weekday: weekday(day), cost: cost(day) }));
  const usualOn = Array.from({ length: 7 }, (_, on) => {
    const same = before.filter((other) => other.weekday === on);
    const pool = same.length >= 3 ? same : before.filter((other) => isWeekend(other.weekday) === isWeekend(on));
    return median((pool.length > 0 ? pool : before).map((other) => other.cost));
  });
  const usual = (day: string): number => usualOn[weekday(day)] ?? 0;
  const month = addDays(today, -1).slice(0, 7);
  const used = [...spend].reduce((sum, [day, dollars]) => (day.startsWith(month) && day < today ? sum + dollars : sum), 0);
  const residuals = past.map((day) => cost(day) - usual(day));
  const deviation = Math.sqrt(residuals.reduce((sum, rest) => sum + rest * rest, 0) / Math.max(1, past.length - 2));
  let rest = 0;
  let left = 0;
  for (let day = today; day.startsWith(month); day = addDays(day, 1)) {
    rest += usual(day);
    left++;
  }
  // Days scatter independently; the level itself is known only as well as the history is long, and never better than to a twentieth.
  const error = Math.max(1.28 * deviation * Math.sqrt(left + (left * left) / past.length), rest / 20);
  return { expected: used + rest, low: used + Math.max(0, rest - error), high: used + rest + error, days: past.length };
}
