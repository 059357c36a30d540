/** UTC only. A day is `YYYY-MM-DD`, a month `YYYY-MM`, an instant milliseconds since 1970. */

export const HOUR_MS = 3_600_000;
export const DAY_MS = 24 * HOUR_MS;

const ISO = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?(Z|[+-]\d{2}:?\d{2})?$/;

const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/**
 * Milliseconds of an ISO 8601 instant, or undefined when the text is not one or names a day or hour that does not exist.
 * A missing zone means UTC; fractions beyond milliseconds are cut.
 */
export function parseInstant(text: string): number | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [, year, month, day, hour, minute, second, fraction = "", zone = "Z"] = match;
  const millis = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
    Number(fraction.slice(0, 3).padEnd(3, "0")),
  );
  if (Number(year) < 100 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const same = new Date(millis);
  if (same.getUTCDate() !== Number(day) || same.getUTCMonth() !== Number(month) - 1) return undefined;
  if (zone === "Z") return millis;
  const sign = zone.startsWith("-") ? -1 : 1;
  const offset = Number(zone.slice(1, 3)) * 60 + Number(zone.slice(-2));
  if (offset > 18 * 60 || Number(zone.slice(-2)) > 59) return undefined;
  const instant = millis - sign * offset * 60_000;
  // An offset can move the last hours of the year 9999 into one that ISO 8601 has no four digits for.
  return instant > LAST_INSTANT ? undefined : instant;
}

/** 1791209643000 → `"2026-10-05"`. */
export const dayOf = (millis: number): string => new Date(millis).toISOString().slice(0, 10);

/** Hour of day, 0–23. */
export const hourOf = (millis: number): number => new Date(millis).getUTCHours();

export const isoOf = (millis: number): string => new Date(millis).toISOString();

/** Midnight at the start of a day, or undefined for text that is not a day. */
export const parseDay = (text: string): number | undefined =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) ? parseInstant(`${text}T00:00:00Z`) : undefined;

export const addDays = (day: string, count: number): string => dayOf((parseDay(day) ?? Number.NaN) + count * DAY_MS);

/** `2026-12` → `"2027-01"`. */
export const nextMonth = (month: string): string => addDays(`${month}-01`, 31).slice(0, 7);
/** Of a month, YYYY-MM. */
export const lastDayOf = (month: string): string => addDays(`${nextMonth(month)}-01`, -1);

/** Days from `first` to `last`, both included. @throws RangeError for what is no day */
export function daysBetween(first: string, last: string): string[] {
  if (first > last) return [];
  const [from, to] = [parseDay(first), parseDay(last)];
  if (from === undefined || to === undefined) throw new RangeError(`time: "${first}" and "${last}" are not both days`);
  return Array.from({ length: (to - from) / DAY_MS + 1 }, (_, index) => dayOf(from + index * DAY_MS));
}
