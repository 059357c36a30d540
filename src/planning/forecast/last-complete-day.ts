import { weekdayOf } from "./season.ts";

/** A day and the last UTC hour in which it has usage. */
export interface DayEnd {
  readonly day: string;
  readonly lastHour: number;
}

const PEERS = 20;

/**
 * The last day whose usage seems complete. Logs that were read in the middle of a day make its spend look small: the last day counts only
 * when its usage reaches as late as that of the earliest-ending recent day of its kind (workday or weekend). Days before it are taken for complete.
 */
export function lastCompleteDay(days: readonly DayEnd[]): string | undefined {
  const sorted = [...days].sort((a, b) => a.day.localeCompare(b.day));
  const last = sorted.at(-1);
  if (last === undefined) return undefined;
  const weekend = (day: string): boolean => weekdayOf(day) >= 5;
  const earlier = sorted.slice(0, -1);
  const peers = earlier.filter(({ day }) => weekend(day) === weekend(last.day)).slice(-PEERS);
  const usual = peers.length === 0 ? 23 : Math.min(...peers.map(({ lastHour }) => lastHour));
  return last.lastHour >= usual ? last.day : (earlier.at(-1)?.day ?? last.day);
}
