import { counted } from "../../figures.ts";
import type { Decimal } from "../../money.ts";
import { PROGRAM } from "../../program.ts";
import type { DayRange } from "../per-month.ts";
import type { Repricer } from "../reprice.ts";
import type { UsageSlice } from "../usage-slice.ts";
import { ALL, CallerSums, type WhatIf, whatIf } from "./what-if.ts";

/** What a slice would be: another slice, or undefined when the question does not concern it. */
export type Change = (slice: UsageSlice) => Partial<UsageSlice> | undefined;

export interface ChangeQuestion {
  readonly title: string;
  readonly range: DayRange;
  readonly assumptions: readonly string[];
  readonly slices: readonly UsageSlice[];
  readonly change: Change;
  /** Share of the concerned calls that change; all unless given. */
  readonly share?: Decimal;
  /** Prices of today. */
  readonly prices: Repricer;
  /** Prices after the change, where they change. */
  readonly newPrices?: Repricer;
  /** Callers that would not save are left as they are. */
  readonly onlySavings?: boolean;
}

/** Prices the concerned slices as they are and as they would be. What cannot be priced either way is reported and in no sum. */
export function changeSlices(question: ChangeQuestion): WhatIf {
  const { slices, change, prices, newPrices = prices, share = ALL } = question;
  const sums = new CallerSums();
  let stored = 0n;
  let cacheLost = 0;
  let guessed = 0;
  for (const slice of slices) {
    const changed = change(slice);
    if (changed === undefined) continue;
    const skip = (reason: string): void =>
      sums.skip({ reason, model: slice.model, calls: slice.calls, estimatedCost: slice.estimatedCost });
    const before = prices.price(slice);
    if (before === null) {
      skip("no price is known for these calls as they are");
      continue;
    }
    const next = { ...slice, ...changed };
    const { cost: after, cacheLost: lost, estimated } = newPrices.priceUncachedIfNeeded(next);
    if (after === null) {
      skip(`no price is known for ${next.model}, ${next.routing ?? "unknown routing"}, ${next.serviceTier}, in ${next.region}`);
      continue;
    }
    if (question.onlySavings && after >= before) continue;
    if (lost) cacheLost += slice.calls;
    if (estimated) guessed += slice.calls;
    stored += slice.estimatedCost ?? 0n;
    sums.add({
      who: slice.who,
      kind: slice.kind,
      team: slice.team,
      model: slice.model,
      calls: slice.calls,
      before,
      after,
      saving: before - after,
    });
  }
  const assumptions = [...question.assumptions];
  if (cacheLost > 0)
    assumptions.push(
      `No cache price is known after the change for ${counted(cacheLost, "call")}: their cached tokens count as plain input.`,
    );
  if (guessed > 0)
    assumptions.push(
      `The price after the change of ${counted(guessed, "call")} is itself an estimate (${PROGRAM} prices says why).`,
    );
  return whatIf({
    title: question.title,
    range: question.range,
    assumptions,
    callers: sums.callers(share),
    notComputed: sums.notComputed(),
    stored,
  });
}
