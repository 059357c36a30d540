import type { PicoUsd } from "../../money.ts";
import type { Row } from "../../ports.ts";
import { type DayRange, daysIn } from "../per-month.ts";
import { count, type Tokens, text, tokensOf, usd } from "../usage-slice.ts";
import { type UseProfile, type UseTier, useTiers } from "./defaults.ts";
import { headcount, type Mix } from "./mix.ts";

/** What one person did in the range. */
export interface PersonUse {
  readonly person: string;
  readonly team: string;
  readonly activeDays: number;
  readonly calls: number;
  readonly tokens: Tokens;
  readonly cost: PicoUsd;
  readonly dearestDay: PicoUsd;
}

export const readPerson = (row: Row): PersonUse => ({
  person: text(row.person),
  team: text(row.team),
  activeDays: count(row.active_days),
  calls: count(row.calls),
  tokens: tokensOf(row),
  cost: usd(row.estimated_cost),
  dearestDay: usd(row.dearest_day),
});

/** Days of a month, 365.25 / 12. */
const MONTH_DAYS = 30.4375;

/**
 * Behaviour by tier of use: people in the order of what they cost, the cheapest share of the mix is light, the dearest heavy. A tier nobody
 * falls into behaves like all people together. Calls and days are means over the tier, brought to a month.
 */
export function measuredProfiles(people: readonly PersonUse[], mix: Mix, range: DayRange): Readonly<Record<UseTier, UseProfile>> {
  const ranked = [...people].sort((a, b) => (a.cost < b.cost ? -1 : a.cost > b.cost ? 1 : a.person.localeCompare(b.person)));
  const sizes = headcount(ranked.length, mix);
  const months = daysIn(range) / MONTH_DAYS;
  let first = 0;
  const profile = (tier: UseTier): UseProfile => {
    const members = ranked.slice(first, first + sizes[tier]);
    first += sizes[tier];
    return profileOf(members.length > 0 ? members : ranked, months);
  };
  const [light, moderate, heavy] = useTiers.map(profile);
  const everybody = profileOf(ranked, months);
  return { light: light ?? everybody, moderate: moderate ?? everybody, heavy: heavy ?? everybody };
}

function profileOf(members: readonly PersonUse[], months: number): UseProfile {
  const sum = (pick: (one: PersonUse) => number): number => members.reduce((total, one) => total + pick(one), 0);
  const calls = sum((one) => one.calls);
  const days = sum(({ activeDays }) => activeDays);
  const perCall = (pick: (tokens: Tokens) => number): number => (calls === 0 ? 0 : sum(({ tokens }) => pick(tokens)) / calls);
  return {
    activeDays: members.length === 0 ? 0 : Math.min(31, days / members.length / months),
    callsPerDay: days === 0 ? 0 : calls / days,
    tokensPerCall: {
      input: perCall(({ input }) => input),
      output: perCall(({ output }) => output),
      cacheRead: perCall(({ cacheRead }) => cacheRead),
      cacheWrite5m: perCall(({ cacheWrite5m }) => cacheWrite5m),
      cacheWrite1h: perCall(({ cacheWrite1h }) => cacheWrite1h),
    },
  };
}
