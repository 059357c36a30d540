import { allocate, type Decimal } from "../../money.ts";
import type { DayRange } from "../per-month.ts";
import type { UsageSlice } from "../usage-slice.ts";
import { CallerSums, shareOf, type WhatIf, whatIf } from "./what-if.ts";

/**
 * One more discount on what is estimated today. Saves exactly `percent` of the stored estimate, rounded once; callers' parts sum to it.
 * @param percent 7.5 is seven and a half percent
 */
export function discount(given: {
  readonly slices: readonly UsageSlice[];
  readonly range: DayRange;
  readonly percent: Decimal;
  readonly percentText: string;
  readonly concerned?: (slice: UsageSlice) => boolean;
}): WhatIf {
  const sums = new CallerSums();
  for (const slice of given.slices) {
    if (given.concerned && !given.concerned(slice)) continue;
    const { estimatedCost: cost } = slice;
    if (cost === null)
      sums.skip({
        reason: "no price is known for these calls as they are",
        model: slice.model,
        calls: slice.calls,
        estimatedCost: null,
      });
    else
      sums.add({
        who: slice.who,
        kind: slice.kind,
        team: slice.team,
        model: slice.model,
        calls: slice.calls,
        before: cost,
        after: cost,
        saving: 0n,
      });
  }
  const callers = sums.callers();
  const total = callers.reduce((sum, { before }) => sum + before, 0n);
  const saving = shareOf(total, { units: given.percent.units, scale: given.percent.scale + 2 });
  const parts = allocate(
    saving,
    callers.map(({ before }) => before),
  );
  return whatIf({
    title: `${given.percentText} % off`,
    range: given.range,
    assumptions: [
      "The discount comes on top of those in strata.yml and applies to all concerned calls alike; AWS Marketplace sales may be outside an agreement.",
    ],
    callers: callers.map((caller, index) => ({
      ...caller,
      saving: parts[index] ?? 0n,
      after: caller.before - (parts[index] ?? 0n),
    })),
    notComputed: sums.notComputed(),
    stored: total,
  });
}
