/** Days and months of an organisation: in the IANA time zone of `timezone`. Figures that tie to an invoice stay in UTC, as the bill is. */
import { addDays, DAY_MS, dayOf, HOUR_MS, parseDay } from "./time.ts";

export type LocalPeriod = "day" | "month";

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known) return known;
  const made = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
  formats.set(zone, made);
  return made;
}

/** Whether this machine knows the zone. */
export function isZone(zone: string): boolean {
  try {
    formatOf(zone);
    return true;
  } catch {
    return false;
  }
}

/** `2026-10-14` and minutes since local midnight by the clock on the wall. */
export function localTime(millis: number, zone: string): { readonly day: string; readonly minutes: number } {
  if (zone === "UTC") return { day: dayOf(millis), minutes: Math.floor((millis % DAY_MS) / 60_000) };
  const parts = new Map(
    formatOf(zone)
      .formatToParts(millis)
      .map(({ type, value }) => [type, value]),
  );
  return {
    day: `${parts.get("year")}-${parts.get("month")}-${parts.get("day")}`,
    minutes: Number(parts.get("hour")) * 60 + Number(parts.get("minute")),
  };
}

export const localDay = (millis: number, zone: string): string => localTime(millis, zone).day;

const starts = new Map<string, number>();

/** The first instant of a local day, milliseconds; where clocks skip midnight, the instant to which they skip. */
export function startOfLocalDay(day: string, zone: string): number {
  const utc = parseDay(day) ?? Number.NaN;
  if (zone === "UTC" || Number.isNaN(utc)) return utc;
  const key = `${zone} ${day}`;
  const known = starts.get(key);
  if (known !== undefined) return known;
  // Zones lie between UTC-12 and UTC+14, and change by whole minutes; the local day never goes back.
  let [before, after] = [utc - 15 * 3_600_000, utc + 13 * 3_600_000];
  while (after - before > 60_000) {
    const middle = before + Math.floor((after - before) / 120_000) * 60_000;
    if (localDay(middle, zone) < day) before = middle;
    else after = middle;
  }
  starts.set(key, after);
  return after;
}

/** Start of the local day or month that an instant lies in. */
export function periodStart(millis: number, period: LocalPeriod, zone: string): number {
  const day = localDay(millis, zone);
  return startOfLocalDay(period === "day" ? day : `${day.slice(0, 7)}-01`, zone);
}

/** The first instant after the local day or month that begins at `since`. */
export function periodEnd(since: number, period: LocalPeriod, zone: string): number {
  const day = localDay(since, zone);
  if (period === "day") return startOfLocalDay(addDays(day, 1), zone);
  return startOfLocalDay(`${addDays(`${day.slice(0, 7)}-28`, 4).slice(0, 7)}-01`, zone);
}

/** `2026-10-14` or `2026-10`. */
export const periodName = (since: number, period: LocalPeriod, zone: string): string =>
  localDay(since, zone).slice(0, period === "day" ? 10 : 7);

/** Starts of all periods that touch a range, ascending, and the end of the last. */
export function periodBounds(from: number, to: number, period: LocalPeriod, zone: string): number[] {
  const bounds = [periodStart(from, period, zone)];
  for (let last = bounds[0] ?? to; last <= to; ) {
    last = periodEnd(last, period, zone);
    bounds.push(last);
  }
  return bounds;
}

/** Minutes by which local time is ahead of UTC at an instant. */
function offsetMinutes(millis: number, zone: string): number {
  const { day, minutes } = localTime(millis, zone);
  return Math.round(((parseDay(day) ?? 0) - Math.floor(millis / 60_000) * 60_000) / 60_000) + minutes;
}

/** A range in pieces in which local time is ahead of UTC by the same minutes; one piece where no clock changes. Pieces meet at whole UTC hours. */
export function constantOffsets(
  from: number,
  to: number,
  zone: string,
): readonly { readonly from: number; readonly to: number; readonly minutes: number }[] {
  const pieces: { from: number; to: number; minutes: number }[] = [];
  for (let at = from; at < to; at = Math.min(to, (Math.floor(at / HOUR_MS) + 1) * HOUR_MS)) {
    const minutes = offsetMinutes(at, zone);
    const last = pieces.at(-1);
    if (last?.minutes !== minutes) {
      if (last) last.to = at;
      pieces.push({ from: at, to, minutes });
    }
  }
  return pieces;
}
