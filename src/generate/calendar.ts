import { UsageError } from "../errors.ts";
import { addDays, DAY_MS, daysBetween, isoOf, parseDay } from "../time.ts";

export interface Day {
  /** `YYYY-MM-DD`. */
  readonly date: string;
  /** Midnight UTC, milliseconds. */
  readonly start: number;
  readonly weekend: boolean;
  /** Position among the month's Mondays to Fridays from 0; undefined on weekends. */
  readonly workday: number | undefined;
}

export interface Month {
  /** `YYYY-MM`. */
  readonly name: string;
  readonly start: number;
  /** First instant of the next month. */
  readonly end: number;
  readonly days: readonly Day[];
}

/** @throws UsageError when the text is not a month. */
export function monthOf(name: string): Month {
  const start = parseDay(`${name}-01`);
  if (start === undefined)
    throw new UsageError(`generate: "${name}" is not a month`, { hint: "Write it as YYYY-MM, for example 2026-10." });
  const beyond = new Date(start);
  beyond.setUTCMonth(beyond.getUTCMonth() + 1);
  const end = beyond.getTime();
  let workday = -1;
  const first = `${name}-01`;
  const days = daysBetween(first, addDays(first, Math.round((end - start) / DAY_MS) - 1)).map((date, index): Day => {
    const midnight = start + index * DAY_MS;
    const weekday = new Date(midnight).getUTCDay();
    const weekend = weekday === 0 || weekday === 6;
    if (!weekend) workday += 1;
    return { date, start: midnight, weekend, workday: weekend ? undefined : workday };
  });
  return { name, start, end, days };
}

/** The month's Monday-to-Friday number `index`, from 0. Every month has at least 20. */
export function workday(month: Month, index: number): Day {
  const day = month.days.find((candidate) => candidate.workday === index);
  if (!day) throw new RangeError(`generate: ${month.name} has no workday ${index}`);
  return day;
}

/** `2026-10-15T09:00:00Z`. */
export const instant = (millis: number): string => isoOf(millis).replace(".000Z", "Z");
