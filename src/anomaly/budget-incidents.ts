import type { StrataConfig } from "../config/strata-config.ts";
import { localDay, periodEnd, periodName } from "../local-time.ts";
import { formatUsd, type PicoUsd } from "../money.ts";
import {
  type BudgetLimit,
  type BudgetPeriod,
  type BudgetScope,
  countedOf,
  limitFor,
  shareOf,
  usedShare,
} from "./budget-limits.ts";
import type { Incident, Reading } from "./lifecycle.ts";
import type { Notice } from "./notice.ts";
import { incidentId } from "./silence.ts";

/** One row of anomalies/budget_usage. */
export interface BudgetUse {
  readonly tick: number;
  readonly since: number;
  readonly scope: BudgetScope;
  /** Of request metadata; null for other scopes. */
  readonly key: string | null;
  readonly name: string | null;
  readonly period: BudgetPeriod;
  readonly used: PicoUsd;
  /** Of these, attributed by what callers claim. */
  readonly claimed: PicoUsd;
  /** Of `used`, what rests on guessed prices. */
  readonly guessed: PicoUsd;
  /** Of `guessed`, attributed by what callers claim. */
  readonly guessedClaimed: PicoUsd;
  readonly team: string | null;
  readonly accountId: string | null;
}

/** The state's key: it names threshold and period, and not the limit, so that a change of config repeats no message. */
const budgetKey = (rule: BudgetRule, use: BudgetUse, zone: string, threshold: number): string =>
  `${rule}|${use.scope}|${nameOf(use) ?? ""}|${use.period}|${periodName(use.since, use.period, zone)}|${Math.round(threshold * 1e4) / 100}`;

type BudgetRule = "budget" | "budget_claimed";

/** Which one: of request metadata with its key, `tenant=acme`. */
const nameOf = ({ key, name }: Pick<BudgetUse, "key" | "name">): string | null => (key === null ? name : `${key}=${name}`);

/**
 * Thresholds that were crossed, one incident and at most one message for each threshold and period. When several are crossed between two ticks,
 * the highest is told and the others are recorded under it. What is crossed only with claimed spend is `budget_claimed`, which is no budget message. Pure.
 */
export function budgetIncidents(
  { budgets, timezone }: Pick<StrataConfig, "budgets" | "timezone">,
  uses: readonly BudgetUse[],
  known: ReadonlyMap<string, Incident>,
): { readonly incidents: ReadonlyMap<string, Incident>; readonly notices: readonly Notice[] } {
  const incidents = new Map<string, Incident>();
  const notices: Notice[] = [];
  const tell = (rule: BudgetRule, use: BudgetUse, budget: BudgetLimit, thresholds: readonly number[]): void => {
    const crossed = thresholds.map((threshold) => ({ threshold, key: budgetKey(rule, use, timezone, threshold) }));
    const fresh = crossed.filter(({ key }) => !incidents.has(key) && !known.has(key));
    const highest = fresh.at(-1);
    for (const { threshold, key } of fresh) {
      const under = highest && key !== highest.key ? incidentId({ key: highest.key, rule, firstBreach: use.tick }) : null;
      const incident = begin({ rule, key, use, limit: budget.limit, threshold, groupedUnder: under, zone: timezone });
      incidents.set(key, incident);
      notices.push({ kind: "opened", tick: use.tick, incident });
    }
    for (const { key } of crossed) {
      const before = incidents.get(key);
      if (before)
        incidents.set(key, {
          ...before,
          dollars: use.used,
          latest: readingOf(use, { limit: budget.limit, threshold: Number(before.latest.limit), zone: timezone }),
        });
    }
  };
  for (const use of [...uses].sort((a, b) => a.tick - b.tick)) {
    const budget = limitFor(budgets, use.scope, use.period, use.name, use.key);
    if (!budget) continue;
    const counted = countedOf(budget, use.used, use.claimed);
    const reached = (dollars: PicoUsd): number[] =>
      budget.thresholds.filter((threshold) => dollars >= shareOf(budget.limit, threshold));
    const certain = reached(counted);
    tell("budget", { ...use, used: counted, guessed: countedOf(budget, use.guessed, use.guessedClaimed) }, budget, certain);
    tell("budget_claimed", use, budget, reached(use.used).slice(certain.length));
  }
  return { incidents, notices };
}

interface Limit {
  readonly limit: PicoUsd;
  readonly threshold: number;
  readonly zone: string;
}

const readingOf = (use: BudgetUse, { limit, threshold, zone }: Limit): Reading => {
  const share = usedShare(use.used, limit);
  return {
    tick: use.tick,
    since: null,
    value: share,
    baseline: null,
    baselineN: 0,
    limit: threshold,
    intensity: share / threshold,
    facts: {
      period: use.period,
      period_name: periodName(use.since, use.period, zone),
      threshold,
      used_usd: formatUsd(use.used),
      limit_usd: formatUsd(limit),
      resets: localDay(periodEnd(use.since, use.period, zone), zone),
      ...(use.guessed > 0n ? { guessed_usd: formatUsd(use.guessed) } : {}),
      ...(use.claimed > 0n ? { claimed_usd: formatUsd(use.claimed) } : {}),
    },
  };
};

function begin({
  rule,
  key,
  use,
  groupedUnder,
  ...limit
}: Limit & {
  readonly rule: BudgetRule;
  readonly key: string;
  readonly use: BudgetUse;
  readonly groupedUnder: string | null;
}): Incident {
  const latest = readingOf(use, limit);
  return {
    key,
    rule,
    scope: use.scope,
    name: nameOf(use),
    team: use.scope === "team" ? use.name : use.team,
    accountId: use.scope === "account" ? use.name : use.accountId,
    state: "open",
    since: use.since,
    firstBreach: use.tick,
    lastBreach: use.tick,
    openedAt: use.tick,
    escalatedAt: null,
    resolvedAt: null,
    clearSince: null,
    notifiedAt: use.tick,
    toldIntensity: latest.intensity,
    latest,
    worst: latest,
    dollars: use.used,
    groupedUnder,
    waitsSince: null,
    knownAs: null,
    muted: null,
  };
}

/** Budget incidents end with their period, without a message. */
export const closePeriods = (incidents: ReadonlyMap<string, Incident>, now: number, zone: string): Map<string, Incident> =>
  new Map(
    [...incidents].map(([key, incident]) => {
      const end = periodEnd(incident.since, incident.latest.facts["period"] === "day" ? "day" : "month", zone);
      return [key, incident.state === "open" && end <= now ? { ...incident, state: "resolved", resolvedAt: end } : incident];
    }),
  );
