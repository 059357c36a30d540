import type { AttributionConfig } from "../config/attribution.ts";
import { addDays } from "../time.ts";

/** Days, both included. */
export interface Period {
  readonly from: string;
  readonly to: string;
}

export const FIRST_DAY = "0001-01-01";
export const LAST_DAY = "9999-12-31";

/**
 * The stretches of time within which strata.yml attributes alike: a new one begins wherever a rule, a membership or an account of a team begins
 * or has ended. One stretch where nothing is dated.
 */
export function attributionPeriods(config: AttributionConfig): Period[] {
  const dated = [...config.rules, ...Object.values(config.teams).flatMap(({ members, accounts }) => [...members, ...accounts])];
  const starts = new Set([FIRST_DAY]);
  for (const { from, to } of dated) {
    if (from !== undefined) starts.add(from);
    if (to !== undefined && to < LAST_DAY) starts.add(addDays(to, 1));
  }
  const days = [...starts].sort();
  return days.map((from, index) => {
    const next = days[index + 1];
    return { from, to: next === undefined ? LAST_DAY : addDays(next, -1) };
  });
}
