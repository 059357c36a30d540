import { divideHalfEven, type PicoUsd, parseUsd } from "../../money.ts";
import { type DayRange, perMonth } from "../per-month.ts";
import { shareOf } from "../whatif/what-if.ts";
import { HEADROOM } from "./defaults.ts";
import type { PersonUse } from "./measured-profiles.ts";
import type { PlanCost } from "./plan-cost.ts";

/** A limit for strata.yml, in whole dollars. */
export interface BudgetSuggestion {
  readonly scope: "organisation" | "team" | "person";
  /** Undefined: each of them. */
  readonly name?: string;
  readonly period: "day" | "month";
  readonly limit: PicoUsd;
  readonly because: string;
}

const STEP = parseUsd("10");

/** With headroom, up to the next ten dollars. */
const rounded = (amount: PicoUsd): PicoUsd => {
  const wanted = shareOf(amount, HEADROOM);
  return ((wanted + STEP - 1n) / STEP) * STEP;
};

/** From a plan: the organisation's month, and a person's month and day by the heaviest tier that has developers. */
export function plannedBudgets(cost: PlanCost): BudgetSuggestion[] {
  const heaviest = cost.tiers.findLast(({ developers }) => developers > 0);
  const whole: BudgetSuggestion = {
    scope: "organisation",
    period: "month",
    limit: rounded(cost.perMonth),
    because: "planned month and 20 %",
  };
  if (!heaviest) return [whole];
  return [
    whole,
    {
      scope: "person",
      period: "month",
      limit: rounded(heaviest.perDeveloper),
      because: `month of a ${heaviest.tier} user and 20 %`,
    },
    {
      scope: "person",
      period: "day",
      limit: rounded(heaviest.perActiveDay * 2n),
      because: `twice the day of a ${heaviest.tier} user and 20 %`,
    },
  ];
}

/** From measured spend: each team's month (its services too), and a person's month and day that nineteen of twenty people stay below. */
export function measuredBudgets(
  teams: ReadonlyMap<string, PicoUsd>,
  people: readonly PersonUse[],
  range: DayRange,
): BudgetSuggestion[] {
  const byTeam = [...teams]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(
      ([name, cost]): BudgetSuggestion => ({
        scope: "team",
        name,
        period: "month",
        limit: rounded(perMonth(cost, range)),
        because: "measured month and 20 %",
      }),
    );
  if (people.length === 0) return byTeam;
  const person = (period: "month" | "day", amount: PicoUsd, because: string): BudgetSuggestion => ({
    scope: "person",
    period,
    limit: rounded(amount),
    because,
  });
  return [
    ...byTeam,
    person("month", perMonth(percentile95(people.map(({ cost }) => cost)), range), "95th percentile of people and 20 %"),
    person("day", percentile95(people.map(({ dearestDay }) => dearestDay)), "95th percentile of people's dearest days and 20 %"),
  ];
}

/** Nearest rank: the smallest amount that 95 percent do not exceed. */
function percentile95(amounts: readonly PicoUsd[]): PicoUsd {
  const sorted = [...amounts].sort((a, b) => (a < b ? -1 : 1));
  return sorted[Math.ceil(sorted.length * 0.95) - 1] ?? 0n;
}

/** The `budgets:` section for strata.yml. Names are quoted as JSON, which YAML reads. */
export const budgetsYaml = (suggestions: readonly BudgetSuggestion[]): string =>
  [
    "budgets:",
    ...suggestions.map(
      ({ scope, name, period, limit, because }) =>
        `  - { scope: ${scope}, ${name === undefined ? "" : `name: ${JSON.stringify(name)}, `}period: ${period}, limit_usd: ${divideHalfEven(limit, parseUsd("1"))} } # ${because}`,
    ),
  ].join("\n");
