import type { ObjectStore } from "../ports.ts";
import { DAY_MS, dayOf, daysBetween, HOUR_MS, parseDay } from "../time.ts";

/** The days that every rollup recomputes reach back this far from now; what lands in older days is marked. */
const ALWAYS_HOURS = 36;
/** Ingest marks days older than this. Less than ALWAYS_HOURS, so that a rollup that runs half a day late still misses nothing. */
const MARK_HOURS = 24;
const FOLDER = "stale";

export interface StaleDay {
  readonly day: string;
  readonly key: string;
}

/**
 * Leaves a mark for every day that changed too long ago for the ordinary rollup to see it. Marks are named for the batch, so that two ingests
 * never take each other's mark away; most batches touch only the last hours and leave none.
 */
export async function markStaleDays(store: ObjectStore, batch: string, days: readonly string[], now: number): Promise<number> {
  const recent = dayOf(now - MARK_HOURS * HOUR_MS);
  const late = days.filter((day) => day < recent);
  for (const day of late) await store.write(`${FOLDER}/dt=${day}/${batch}`, "");
  return late.length;
}

/** Marks that are there now. Only these may be cleared after the rollup: one that appears meanwhile waits for the next. */
export async function staleDays(store: ObjectStore): Promise<StaleDay[]> {
  const marks: StaleDay[] = [];
  for await (const { key } of store.list(`${FOLDER}/`)) {
    const day = /\/dt=(\d{4}-\d{2}-\d{2})\//.exec(key)?.[1];
    if (day !== undefined && parseDay(day) !== undefined) marks.push({ day, key });
  }
  return marks;
}

export async function clearMarks(store: ObjectStore, marks: readonly StaleDay[]): Promise<void> {
  for (const { key } of marks) await store.remove(key);
}

/** The days to recompute, as ranges without gaps between them: the last hours, and every marked day. */
export function rangesToRollUp(marks: readonly StaleDay[], now: number): { readonly from: string; readonly to: string }[] {
  const recent = daysBetween(dayOf(now - ALWAYS_HOURS * HOUR_MS), dayOf(now));
  const days = [...new Set([...marks.map(({ day }) => day), ...recent])].sort();
  const ranges: { from: string; to: string }[] = [];
  for (const day of days) {
    const last = ranges.at(-1);
    if (last && (parseDay(day) ?? 0) - (parseDay(last.to) ?? 0) <= DAY_MS) last.to = day;
    else ranges.push({ from: day, to: day });
  }
  return ranges;
}
