import { divideHalfEven } from "../money.ts";
import type { Tally } from "./tally.ts";

/** Planted: this team ends the month past 80 % of its budget, and this one past 100 %. */
export const TEAM_PAST_80 = "mobile";
export const TEAM_PAST_100 = "search";

/** Share of the month's budget that a team has used at its end, per mille. */
const usedPerMille = (team: string): bigint => {
  if (team === TEAM_PAST_80) return 880n;
  return team === TEAM_PAST_100 ? 1_120n : 500n;
};

/** Whole cents, and whole dollars from a hundred dollars up. Never below a cent. */
function roundLimit(pico: bigint): bigint {
  const step = pico >= 100n * 1_000_000_000_000n ? 1_000_000_000_000n : 10_000_000_000n;
  const rounded = divideHalfEven(pico, step) * step;
  return rounded > 0n ? rounded : step;
}

export interface Budgets {
  readonly teams: ReadonlyMap<string, bigint>;
  readonly organisation: bigint;
  readonly personDay: bigint;
  readonly dearestPersonDay: bigint;
}

/** Limits that make the planted breaches true at every scale: what was spent, over the share that is to be used. */
export function setBudgets(tally: Tally, runawayPerson: string, runawayDay: string): Budgets {
  const ordinary = [...tally.personDays.entries()]
    .filter(([key]) => key !== `${runawayPerson} ${runawayDay}`)
    .map(([, spent]) => spent);
  let dearestPersonDay = 0n;
  for (const spent of ordinary) if (spent > dearestPersonDay) dearestPersonDay = spent;
  const teams = [...tally.teams.entries()].filter(([team]) => team !== "unattributed").sort(([a], [b]) => (a < b ? -1 : 1));
  return {
    teams: new Map(teams.map(([team, { estimated }]) => [team, roundLimit((estimated * 1000n) / usedPerMille(team))])),
    organisation: roundLimit((tally.estimated * 100n) / 55n),
    personDay: roundLimit((dearestPersonDay * 19n) / 10n),
    dearestPersonDay,
  };
}

export const shareOf = (spent: bigint, limit: bigint): number => Number((spent * 10_000n) / limit) / 10_000;
