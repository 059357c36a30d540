import type { Routing } from "../../model/identity.ts";
import { type PicoUsd, parseDecimal } from "../../money.ts";
import type { ModelChoice } from "../model-choice.ts";
import { type UseProfile, type UseTier, useTiers } from "./defaults.ts";
import { type PlanInput, planCost } from "./plan-cost.ts";

/** What the month costs when one thing is different. */
export interface SensitivityRow {
  readonly what: string;
  readonly value: string;
  readonly perMonth: PicoUsd;
  /** Difference to the plan. */
  readonly difference: PicoUsd;
}

const CACHE_HITS = ["0", "0.5", "0.8", "0.9", "0.95"];
const SHARES = ["0.1", "0.25", "0.5"];
const USE = ["0.5", "1.5", "2"];

/** One change at a time; each row is priced exactly. `cheaper` is the model one tier down, if there is one with a price. */
export function sensitivity(
  input: PlanInput,
  cheaper: ModelChoice | undefined,
  otherRouting: Routing | undefined,
): SensitivityRow[] {
  const base = planCost(input).perMonth;
  const row = (what: string, value: string, changed: PlanInput): SensitivityRow => {
    const { perMonth } = planCost(changed);
    return { what, value, perMonth, difference: perMonth - base };
  };
  const rows = CACHE_HITS.map((rate) =>
    row("cache-hit rate", `${Number(rate) * 100} %`, { ...input, cacheHit: parseDecimal(rate) }),
  );
  for (const share of cheaper ? SHARES : [])
    if (cheaper)
      rows.push(
        row(`calls on ${cheaper.model}`, `${Number(share) * 100} %`, {
          ...input,
          second: { model: cheaper, share: parseDecimal(share) },
        }),
      );
  for (const factor of USE)
    rows.push(row("use per developer", `× ${factor}`, { ...input, profiles: scaled(input.profiles, Number(factor)) }));
  rows.push(
    row("everybody heavy", "100 %", {
      ...input,
      developers: { light: 0, moderate: 0, heavy: useTiers.reduce((sum, tier) => sum + input.developers[tier], 0) },
    }),
  );
  if (otherRouting) rows.push(row("routing", otherRouting, { ...input, place: { ...input.place, routing: otherRouting } }));
  return rows;
}

const scaled = (profiles: Readonly<Record<UseTier, UseProfile>>, factor: number): Readonly<Record<UseTier, UseProfile>> => ({
  light: { ...profiles.light, callsPerDay: profiles.light.callsPerDay * factor },
  moderate: { ...profiles.moderate, callsPerDay: profiles.moderate.callsPerDay * factor },
  heavy: { ...profiles.heavy, callsPerDay: profiles.heavy.callsPerDay * factor },
});
