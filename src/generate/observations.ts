import { DAY_MS } from "../time.ts";
import { type Call, type Caller, tokensOf } from "./call.ts";
import type { Delivery } from "./damage.ts";
import type { Schedule } from "./incidents.ts";
import { costOf } from "./tally.ts";

/** Counts of what was delivered, and sizes of the incidents, as they came out. */
export interface Observations {
  objects: number;
  bodyObjects: number;
  duplicates: number;
  corruptLines: number;
  damagedObjects: number;
  lostInGap: number;
  lostInDamagedObject: number;
  burst: { failed: number; calls: number };
  spike: { tokens: number; ordinaryTokens: number };
  busyDay: bigint;
  /** List dollars of ordinary workdays, to compare the busy day with. */
  workdays: bigint[];
  runawayCalls: number;
  unpriced: { calls: number; first: number; last: number };
  unattributed: Set<Caller>;
}

export const emptyObservations = (): Observations => ({
  objects: 0,
  bodyObjects: 0,
  duplicates: 0,
  corruptLines: 0,
  damagedObjects: 0,
  lostInGap: 0,
  lostInDamagedObject: 0,
  burst: { failed: 0, calls: 0 },
  spike: { tokens: 0, ordinaryTokens: 0 },
  busyDay: 0n,
  workdays: [],
  runawayCalls: 0,
  unpriced: { calls: 0, first: 0, last: 0 },
  unattributed: new Set(),
});

/** Adds a day. */
export function observe(
  seen: Observations,
  plan: Schedule,
  calls: readonly Call[],
  delivery: Delivery,
  bodies: number,
  inGap: number,
): void {
  seen.objects += delivery.objects.length;
  seen.bodyObjects += bodies;
  seen.duplicates += delivery.duplicates;
  seen.corruptLines += delivery.garbage;
  seen.damagedObjects += delivery.damagedObjects;
  seen.lostInGap += inGap;
  seen.lostInDamagedObject += delivery.lost.length;
  let spent = 0n;
  for (const call of calls) {
    const { time, caller, target, outcome, incident } = call;
    if (incident !== "runaway") spent += costOf(call).list;
    else seen.runawayCalls += 1;
    if (time >= plan.burst.start && time < plan.burst.end) {
      seen.burst.calls += 1;
      if (outcome.kind === "failed") seen.burst.failed += 1;
    }
    if (time >= plan.spike.start && time < plan.spike.end)
      seen.spike[incident === "token-spike" ? "tokens" : "ordinaryTokens"] += tokensOf(call.tokens);
    if (target.model?.listed === false) {
      if (seen.unpriced.calls === 0) seen.unpriced.first = time;
      seen.unpriced.calls += 1;
      seen.unpriced.last = time;
    }
    if (caller.team === undefined) seen.unattributed.add(caller);
  }
  const [first] = calls;
  if (!first) return;
  const midnight = first.time - (first.time % DAY_MS);
  const weekday = new Date(midnight).getUTCDay();
  if (midnight === plan.busyDay.start) seen.busyDay = spent;
  else if (weekday !== 0 && weekday !== 6) seen.workdays.push(spent);
}
