import { DAY_MS, parseDay } from "../time.ts";

/** Instants that an event can have: `from` included, `until` not; milliseconds. */
export interface EventTimes {
  readonly from: number;
  readonly until: number;
}

export const ANY_TIME: EventTimes = { from: Number.NEGATIVE_INFINITY, until: Number.POSITIVE_INFINITY };

/** Events up to this day are taken whatever the object's own time says: copies and archives often have an older one. */
const NEVER_BEFORE = parseDay("2030-01-01") ?? Number.NaN;
/** How far behind its object's own time an event may lie. Clocks differ by seconds; a copied file's time may be made up. */
const SLACK_MS = 366 * DAY_MS;

/**
 * The range for one object. Nothing depends on the time of the run, so a rerun quarantines the same records.
 * @param from and to: days of strata.yml; without `to` the object's own time decides
 * @param deliveredAt milliseconds
 */
export function eventTimesOf(
  { from, to }: { readonly from: string; readonly to?: string | undefined },
  deliveredAt: number,
): EventTimes {
  const last = to === undefined ? undefined : parseDay(to);
  return {
    from: parseDay(from) ?? Number.NEGATIVE_INFINITY,
    until: last === undefined ? Math.max(NEVER_BEFORE, deliveredAt + SLACK_MS) : last + DAY_MS,
  };
}

export const isPlausible = (instant: number, { from, until }: EventTimes): boolean => instant >= from && instant < until;
