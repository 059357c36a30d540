import type { ObjectStore } from "../ports.ts";
import { DAY_MS, dayOf, daysBetween, HOUR_MS, parseDay } from "../time.ts";

/** Days older than this are marked. Less than what every run looks at, so that one that runs half a day late still misses nothing. */
const MARK_HOURS = 24;
/** Marks under way at once: S3 takes about 30 ms for each, and a year's backfill leaves some ten thousand. */
const AT_ONCE = 16;

/** Days in one piece of the backlog: a query of its size never takes a run's whole time. */
const LONGEST_PIECE = 14;
/** Days without a mark that a piece takes along: a weekend and a holiday cost less than another four queries. */
const NEAR_DAYS = 3;

export interface StaleDay {
  readonly day: string;
  readonly key: string;
}

export interface DayRange {
  readonly from: string;
  readonly to: string;
}

/**
 * Leaves a mark for every day that changed too long ago for the ordinary run to see it. Marks are named for the batch, so that two ingests
 * never take each other's mark away; most batches touch only the last hours and leave none.
 */
export async function markStaleDays(
  store: ObjectStore,
  batch: string,
  days: readonly string[],
  now: number,
  folder: string,
): Promise<number> {
  const recent = dayOf(now - MARK_HOURS * HOUR_MS);
  const late = days.filter((day) => day < recent);
  await inParallel(late, async (day) => void (await store.write(`${folder}/dt=${day}/${batch}`, "")));
  return late.length;
}

/** Marks that are there now. Only these may be cleared after the work: one that appears meanwhile waits for the next. */
export async function staleDays(store: ObjectStore, folder: string): Promise<StaleDay[]> {
  const marks: StaleDay[] = [];
  for await (const { key } of store.list(`${folder}/`)) {
    const day = /\/dt=(\d{4}-\d{2}-\d{2})\//.exec(key)?.[1];
    if (day !== undefined && parseDay(day) !== undefined) marks.push({ day, key });
  }
  return marks;
}

export const clearMarks = (store: ObjectStore, marks: readonly StaleDay[]): Promise<void> =>
  inParallel(marks, ({ key }) => store.remove(key));

/** Marked days before another one as pieces, newest first, since that is where somebody looks. Near ones are together. */
export function backlogPieces(marks: readonly { readonly day: string }[], before: string): DayRange[] {
  const days = [...new Set(marks.map(({ day }) => day))].filter((day) => day < before).sort();
  const pieces: { from: string; to: string }[] = [];
  for (const day of days.toReversed()) {
    const last = pieces.at(-1);
    if (last && span(day, last.from) <= NEAR_DAYS + 1 && span(day, last.to) < LONGEST_PIECE) last.from = day;
    else pieces.push({ from: day, to: day });
  }
  return pieces;
}

/** How many of a piece's days are marked, and the marks that go when it is done. */
export const marksOf = <Mark extends { readonly day: string }>(marks: readonly Mark[], { from, to }: DayRange): readonly Mark[] =>
  marks.filter(({ day }) => day >= from && day <= to);

export const daysIn = ({ from, to }: DayRange): number => daysBetween(from, to).length;

/** Days from the first to the second. */
const span = (first: string, second: string): number => ((parseDay(second) ?? 0) - (parseDay(first) ?? 0)) / DAY_MS;

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < items.length; at += AT_ONCE) await Promise.all(items.slice(at, at + AT_ONCE).map(work));
}
