import { jsonOf } from "../json-of.ts";
import { inParallel, markHour, recentHours, startOf, startOfHour } from "../pipeline/stale-hours.ts";
import type { ObjectStore } from "../ports.ts";
import { HOUR_MS, parseInstant } from "../time.ts";
import { landedHours } from "./landed-hours.ts";
import { wasSummed } from "./new-tables.ts";

/** How far hours were looked at: `{"looked_to": "2026-10-05T07:00:00.000Z"}`. */
const LOOKED = "state/hours.json";
/** A first run begins here; what is older is there from before, or is marked when it lands. */
const FIRST_LOOK_MS = 24 * HOUR_MS;

export interface LookedTo {
  /** Start of the hour, milliseconds. */
  readonly at: number;
  /** Hours that were marked because nobody knows any more whether they were looked at; undefined where that is known. */
  readonly marked?: number;
}

/**
 * How far hours were looked at. Where that is lost (gone, damaged, or a time to come) every older hour that holds landed files is marked, and summed up as any
 * late hour is, newest day first, as far as the time goes: compact removes an hour's landed files only when its sums are those of its records, so an hour
 * without them has been looked at. Marked first and remembered then, so that a run that is cut off forgets none. An hour whose sums were right keeps its
 * bytes, and alerts that were sent stay claimed: nothing is paged twice.
 * @param now milliseconds; the hours that each run looks at are summed up before
 */
export async function lookedTo(store: ObjectStore, now: number): Promise<LookedTo> {
  const kept = await store.readAll(LOOKED);
  const { looked_to }: { readonly looked_to?: unknown } = Object(jsonOf(kept?.bytes));
  const at = typeof looked_to === "string" ? parseInstant(looked_to) : undefined;
  // Two runs at the turn of an hour: the later one may have written already.
  if (at !== undefined && at <= startOfHour(now) + HOUR_MS) return { at };
  if (kept === undefined && !(await wasSummed(store))) return { at: startOfHour(now) - FIRST_LOOK_MS };
  const [recent] = recentHours(now);
  const older = (await landedHours(store)).filter((hour) => recent && startOf(hour) < startOf(recent));
  await inParallel(older, (hour) => markHour(store, "lost-track", hour));
  await rememberLookedTo(store, startOfHour(now));
  return { at: startOfHour(now), marked: older.length };
}

/** @param at start of the hour, milliseconds */
export async function rememberLookedTo(store: ObjectStore, at: number): Promise<void> {
  await store.write(LOOKED, `${JSON.stringify({ looked_to: new Date(at).toISOString() })}\n`);
}
