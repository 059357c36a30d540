import { dayOf } from "../time.ts";
import type { Call } from "./call.ts";
import type { LoggedCall } from "./log-objects.ts";
import { afterDiscount, listCost, tokenTypes } from "./rates.ts";

/** Running sums over the invocations that can be read. Dollars in pico-dollars. */
export interface Tally {
  invocations: number;
  failed: number;
  blocked: number;
  coerced: number;
  unpriced: number;
  notTokenPriced: number;
  unattributed: number;
  unattributedEstimated: bigint;
  list: bigint;
  estimated: bigint;
  notYetBilled: bigint;
  firstEvent: number;
  lastEvent: number;
  readonly tokens: Record<(typeof tokenTypes)[number], number>;
  readonly teams: Map<string, { invocations: number; estimated: bigint }>;
  /** By person and day. */
  readonly personDays: Map<string, bigint>;
}

export const emptyTally = (): Tally => ({
  invocations: 0,
  failed: 0,
  blocked: 0,
  coerced: 0,
  unpriced: 0,
  notTokenPriced: 0,
  unattributed: 0,
  unattributedEstimated: 0n,
  list: 0n,
  estimated: 0n,
  notYetBilled: 0n,
  firstEvent: Number.POSITIVE_INFINITY,
  lastEvent: 0,
  tokens: { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
  teams: new Map(),
  personDays: new Map(),
});

export interface CallCost {
  readonly list: bigint;
  readonly estimated: bigint;
}

/** What a call costs where its model is priced by tokens. */
export function costOf({ target, tokens }: Call): CallCost {
  if (!target.model) return { list: 0n, estimated: 0n };
  const list = listCost(target.model, target.routing, tokens);
  return { list, estimated: afterDiscount(target.model, list) };
}

export const sumList = (calls: readonly LoggedCall[]): bigint => calls.reduce((sum, { call }) => sum + costOf(call).list, 0n);

export function count(tally: Tally, calls: readonly LoggedCall[], cutoff: number): void {
  for (const { call } of calls) {
    const { caller, target, tokens, outcome, time } = call;
    tally.invocations += 1;
    tally.firstEvent = Math.min(tally.firstEvent, time);
    tally.lastEvent = Math.max(tally.lastEvent, time);
    for (const type of tokenTypes) tally.tokens[type] += tokens[type];
    if (outcome.kind === "failed") tally.failed += 1;
    if (outcome.kind === "blocked") tally.blocked += 1;
    if (call.oddity === "text-count") tally.coerced += 1;
    if (!target.model) tally.notTokenPriced += 1;
    if (target.model?.listed === false) tally.unpriced += 1;
    const priced = target.model?.listed === true;
    const { list, estimated } = priced ? costOf(call) : { list: 0n, estimated: 0n };
    tally.list += list;
    tally.estimated += estimated;
    if (time >= cutoff) tally.notYetBilled += estimated;
    const team = caller.team ?? "unattributed";
    if (caller.team === undefined) {
      tally.unattributed += 1;
      tally.unattributedEstimated += estimated;
    }
    const sums = tally.teams.get(team) ?? { invocations: 0, estimated: 0n };
    sums.invocations += 1;
    sums.estimated += estimated;
    tally.teams.set(team, sums);
    if (caller.person !== undefined) {
      const key = `${caller.person} ${dayOf(time)}`;
      tally.personDays.set(key, (tally.personDays.get(key) ?? 0n) + estimated);
    }
  }
}
