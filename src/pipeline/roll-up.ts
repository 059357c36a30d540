import type { Relabelled } from "../attribution/relabelled.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import type { ObjectStore, Warehouse } from "../ports.ts";
import { addDays, dayOf } from "../time.ts";
import { workWithin } from "./bounded-work.ts";
import { type BilledLabels, billedLabels, writePrincipals } from "./principals.ts";
import { backlogPieces, clearMarks, type DayRange, daysIn, markStaleDays, marksOf, recentDays, staleDays } from "./stale-days.ts";
import { replaceUsage } from "./usage-tables.ts";

export interface RollUpInput {
  readonly warehouse: Warehouse;
  readonly data: ObjectStore;
  readonly config: StrataConfig;
  /** Milliseconds. */
  readonly now: number;
}

export interface CatchUpInput extends RollUpInput {
  /** Milliseconds that this run still has. */
  readonly timeLeft: () => number;
}

export interface RolledUp {
  readonly days: number;
  /** Rows that those days of hourly_usage hold now. */
  readonly rows: number;
  /** Records of those days that were delivered more than once. */
  readonly duplicates: number;
}

export interface CaughtUp extends RolledUp {
  /** Days that are still marked: those that the time was not enough for, and those that failed. */
  readonly backlog: number;
  readonly failures: readonly unknown[];
}

/** A piece is not begun with less than this: four queries and a swap. Milliseconds. */
const LEAST_TIME = 60_000;

/** The running rollup of the last days, with who called in them. */
export async function rollUpRecent(input: RollUpInput): Promise<RolledUp> {
  return rollUpDays(input, recentDays(input.now), await billedLabels(input.warehouse));
}

/**
 * Every older day that late records touched, as far as the time goes: newest first, a piece at a time. The marks of a piece go when it is done,
 * so the next run goes on where this one stopped; a piece that fails stays marked and keeps no other from being done.
 */
export async function catchUp(input: CatchUpInput): Promise<CaughtUp> {
  const { warehouse, data, now, timeLeft } = input;
  const marks = await staleDays(data);
  const pieces = backlogPieces(marks, recentDays(now).from);
  const total = { days: 0, rows: 0, duplicates: 0 };
  if (pieces.length === 0) return { ...total, backlog: 0, failures: [] };
  const labels = await billedLabels(warehouse);
  const { left, failed } = await workWithin({
    pieces,
    timeLeft,
    least: LEAST_TIME,
    work: async (piece) => {
      const done = await rollUpDays(input, piece, labels);
      await clearMarks(data, marksOf(marks, piece));
      total.days += done.days;
      total.rows += done.rows;
      total.duplicates += done.duplicates;
    },
  });
  const waiting = [...left, ...failed.map(({ piece }) => piece)].flatMap((piece) => marksOf(marks, piece));
  return { ...total, backlog: new Set(waiting.map(({ day }) => day)).size, failures: failed.map(({ error }) => error) };
}

async function rollUpDays(input: RollUpInput, range: DayRange, labels: BilledLabels): Promise<RolledUp> {
  const { warehouse, data, config, now } = input;
  await writePrincipals(warehouse, data, config, [range], { ...labels, asOf: dayOf(now) }, (change) =>
    markRelabelled(input, change),
  );
  const rows = await replaceUsage(warehouse, config, range);
  const [row] = (await warehouse.query("rollups/repeated_deliveries", { ...range })).rows;
  return { days: daysIn(range), rows, duplicates: Number(row?.["duplicates"] ?? 0) };
}

/** Older days that a newer bill gives other owners are rolled up again. They are marked before the owners are written, so that a run that is cut off loses none. */
async function markRelabelled({ warehouse, data, now }: RollUpInput, { from, daysOf }: Relabelled): Promise<void> {
  const to = addDays(recentDays(now).from, -1);
  if (from === undefined || from > to) return;
  const { rows } = await warehouse.query("rollups/callers_by_day", { from, to });
  const days = daysOf(
    rows.map((row) => ({ kind: String(row["kind"]), id: String(row["id"]), days: String(row["days"]).split(",") })),
  );
  await markStaleDays(data, "labels", days, now);
}
