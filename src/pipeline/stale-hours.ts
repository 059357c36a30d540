import type { ObjectStore } from "../ports.ts";
import { dayOf, HOUR_MS, hourOf, parseDay } from "../time.ts";

/** One UTC hour of events. */
export interface Hour {
  readonly day: string;
  /** 0 to 23. */
  readonly hour: number;
}

/** Hours before the running one that every run looks at; what lands in older ones is marked. */
const ALWAYS_HOURS = 2;
/** Ingest marks hours that are further back than this. Less than ALWAYS_HOURS, so that nothing falls between two runs at the turn of an hour. */
const MARK_HOURS = 1;
const FOLDER = "stale";
/** Marks under way at once: S3 takes about 30 ms for each, and a year's backfill leaves some ten thousand. */
const AT_ONCE = 16;

/** A mark, and the hours that are to be summed up anew because of it. */
export interface Mark {
  readonly key: string;
  readonly hours: readonly Hour[];
}

/**
 * Leaves a mark for every hour that changed too long ago for the ordinary run to see it. Marks are named for the batch, so that two ingests never take
 * each other's mark away; most batches touch only the last hours and leave none.
 * @param hours starts of hours, milliseconds
 */
export async function markStaleHours(store: ObjectStore, batch: string, hours: readonly number[], now: number): Promise<number> {
  const recent = startOfHour(now) - MARK_HOURS * HOUR_MS;
  const late = hours.filter((hour) => hour < recent);
  await inParallel(late, (start) => markHour(store, batch, hourAt(start)));
  return late.length;
}

/** Marks one hour, whenever it was. @param why names the mark */
export async function markHour(store: ObjectStore, why: string, { day, hour }: Hour): Promise<void> {
  await store.write(`${FOLDER}/dt=${day}/hour=${String(hour).padStart(2, "0")}/${why}`, "");
}

/** Marks all hours of some days: what is known of their callers has changed. @param why names the marks */
export async function markWholeDays(store: ObjectStore, why: string, days: readonly string[]): Promise<void> {
  await inParallel(days, async (day) => void (await store.write(`${FOLDER}/dt=${day}/${why}`, "")));
}

/** Marks that are there now. Only these may be cleared after the work: one that appears meanwhile waits for the next run. */
export async function staleMarks(store: ObjectStore): Promise<Mark[]> {
  const marks: Mark[] = [];
  for await (const { key } of store.list(`${FOLDER}/`)) {
    const [, day = "", hour] = /\/dt=(\d{4}-\d{2}-\d{2})\/(?:hour=([01]\d|2[0-3])\/)?/.exec(key) ?? [];
    if (parseDay(day) === undefined) continue;
    marks.push({ key, hours: hour === undefined ? hoursOfDay(day) : [{ day, hour: Number(hour) }] });
  }
  return marks;
}

export const clearMarks = (store: ObjectStore, marks: readonly Mark[]): Promise<void> =>
  inParallel(marks, ({ key }) => store.remove(key));

/** The hours that each run looks at, marked or not, oldest first. */
export const recentHours = (now: number): Hour[] => hoursBetween(startOfHour(now) - ALWAYS_HOURS * HOUR_MS, startOfHour(now));

/** Hours by their starts, both included, milliseconds. */
export function hoursBetween(first: number, last: number): Hour[] {
  const hours: Hour[] = [];
  for (let at = startOfHour(first); at <= last; at += HOUR_MS) hours.push(hourAt(at));
  return hours;
}

export const startOfHour = (millis: number): number => Math.floor(millis / HOUR_MS) * HOUR_MS;
export const hourAt = (millis: number): Hour => ({ day: dayOf(millis), hour: hourOf(millis) });
export const startOf = ({ day, hour }: Hour): number => (parseDay(day) ?? Number.NaN) + hour * HOUR_MS;
export const hourKey = ({ day, hour }: Hour): string => `${day} ${String(hour).padStart(2, "0")}`;

const hoursOfDay = (day: string): Hour[] => Array.from({ length: 24 }, (_, hour) => ({ day, hour }));

/** Hours as pieces of work: those of a day together, the newest day first, since that is where somebody looks. Each hour once. */
export function byDay(hours: readonly Hour[]): Hour[][] {
  const distinct = [...new Map(hours.map((hour) => [hourKey(hour), hour])).values()].sort((a, b) => startOf(a) - startOf(b));
  return [...Map.groupBy(distinct, ({ day }) => day).values()].toReversed();
}

/** Work on objects, as many at once as S3 answers gladly. */
export async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(work));
}
