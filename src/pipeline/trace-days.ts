import { workWithin } from "../bounded-work.ts";
import type { ObjectStore, Warehouse } from "../ports.ts";
import { addDays, dayOf } from "../time.ts";
import { apiCallsOf } from "./api-calls.ts";
import { callPeopleOf, renamedDays } from "./call-people.ts";
import { backlogPieces, clearMarks, type DayRange, daysIn, marksOf, staleDays } from "./stale-days.ts";
import { markWholeDays } from "./stale-hours.ts";
import { traceRange } from "./trace-calls.ts";

/** Where telemetry and CloudTrail leave marks of the older days that they touched. */
export const TRACE_MARKS = "stale-telemetry";
/** Days before today that every run looks at: clients and collectors send late, and so does Bedrock. */
const RECENT_DAYS = 2;
/** A piece is not begun with less than this: some queries and four swaps. Milliseconds. */
const LEAST_TIME = 90_000;

export interface TraceInput {
  /** What the stack reads. */
  readonly reads: { readonly telemetry: boolean; readonly trail: boolean };
  readonly warehouse: Warehouse;
  readonly data: ObjectStore;
  /** Milliseconds. */
  readonly now: number;
  /** Milliseconds that this run still has. */
  readonly timeLeft: () => number;
}

export interface Traced {
  readonly days: number;
  /** Traced calls of those days. */
  readonly calls: number;
  /** Calls of those days that CloudTrail saw. */
  readonly apiCalls: number;
  /** Days that still wait: those that the time was not enough for, and those that failed. */
  readonly backlog: number;
  readonly failures: readonly unknown[];
}

/**
 * The last days, then every older day that new telemetry or events of CloudTrail touched, or of which a user of Identity Center has another name by
 * now, as far as the time goes. What fails stays marked.
 */
export async function traceRecent({ reads, warehouse, data, now, timeLeft }: TraceInput): Promise<Traced> {
  const recent: DayRange = { from: addDays(dayOf(now), -RECENT_DAYS), to: dayOf(now) };
  const marks = await staleDays(data, TRACE_MARKS);
  const renamed = reads.trail ? (await renamedDays(warehouse, recent.from)).map((day) => ({ day })) : [];
  const total = { days: 0, calls: 0, apiCalls: 0 };
  const { left, failed } = await workWithin({
    pieces: [recent, ...backlogPieces([...marks, ...renamed], recent.from)],
    timeLeft,
    least: LEAST_TIME,
    work: async (piece) => {
      if (reads.telemetry) {
        const { calls, repriced } = await traceRange(warehouse, piece);
        // Before the marks go: a run that ends here is repeated, and marks those days again.
        await markWholeDays(data, `trace-${now}`, repriced);
        total.calls += calls;
      }
      // After it: a client may tell the tokens of a call that no log has.
      if (reads.trail) total.apiCalls += await apiCallsOf(warehouse, piece);
      await markWholeDays(data, `people-${now}`, await callPeopleOf(warehouse, piece));
      await clearMarks(data, marksOf(marks, piece));
      total.days += daysIn(piece);
    },
  });
  const waiting = [...left, ...failed.map(({ piece }) => piece)].flatMap((piece) => marksOf([...marks, ...renamed], piece));
  return { ...total, backlog: new Set(waiting.map(({ day }) => day)).size, failures: failed.map(({ error }) => error) };
}
