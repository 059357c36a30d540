import type { Scope } from "../config/alert-rule.ts";
import type { BudgetsConfig } from "../config/budgets.ts";
import { formatUsd, type PicoUsd } from "../money.ts";
import { dayOf } from "../time.ts";
import { type BudgetPeriod, type BudgetScope, limitFor, shareOf, usedShare } from "./budget-limits.ts";
import type { Incident, Reading } from "./lifecycle.ts";
import type { Notice } from "./notice.ts";
import { incidentId } from "./silence.ts";

/** One row of anomalies/budget_usage. */
export interface BudgetUse {
  readonly tick: number;
  readonly since: number;
  readonly scope: BudgetScope;
  readonly name: string | null;
  readonly period: BudgetPeriod;
  readonly used: PicoUsd;
  readonly team: string | null;
  readonly accountId: string | null;
}

/** The first instant after a period. */
export function periodEnd(since: number, period: BudgetPeriod): number {
  const start = new Date(since);
  return period === "day" ? since + 86_400_000 : Date.UTC(start.getUTCFullYear(), start.getUTCMonth() + 1, 1);
}

const periodName = (since: number, period: BudgetPeriod): string => dayOf(since).slice(0, period === "day" ? 10 : 7);

/** The state's key: it names threshold and period, and not the limit, so that a change of config repeats no message. */
export const budgetKey = (scope: Scope, name: string | null, period: BudgetPeriod, since: number, threshold: number): string =>
  `budget|${scope}|${name ?? ""}|${period}|${periodName(since, period)}|${Math.round(threshold * 1e4) / 100}`;

/**
 * Thresholds that were crossed, one incident and at most one message for each threshold and period. When several are crossed between two ticks,
 * the highest is told and the others are recorded under it. Pure.
 */
export function budgetIncidents(
  budgets: BudgetsConfig,
  uses: readonly BudgetUse[],
  known: ReadonlyMap<string, Incident>,
): { readonly incidents: ReadonlyMap<string, Incident>; readonly notices: readonly Notice[] } {
  const incidents = new Map<string, Incident>();
  const notices: Notice[] = [];
  for (const use of [...uses].sort((a, b) => a.tick - b.tick)) {
    const budget = limitFor(budgets, use.scope, use.period, use.name);
    if (!budget) continue;
    const crossed = budget.thresholds
      .filter((threshold) => use.used >= shareOf(budget.limit, threshold))
      .map((threshold) => ({ threshold, key: budgetKey(use.scope, use.name, use.period, use.since, threshold) }));
    const fresh = crossed.filter(({ key }) => !incidents.has(key) && !known.has(key));
    const highest = fresh.at(-1);
    for (const { threshold, key } of fresh) {
      const under =
        highest && key !== highest.key ? incidentId({ key: highest.key, rule: "budget", firstBreach: use.tick }) : null;
      const incident = begin(key, use, budget.limit, threshold, under);
      incidents.set(key, incident);
      notices.push({ kind: "opened", tick: use.tick, incident });
    }
    for (const { key } of crossed) {
      const before = incidents.get(key);
      if (before)
        incidents.set(key, { ...before, dollars: use.used, latest: readingOf(use, budget.limit, Number(before.latest.limit)) });
    }
  }
  return { incidents, notices };
}

const readingOf = (use: BudgetUse, limit: PicoUsd, threshold: number): Reading => {
  const share = usedShare(use.used, limit);
  return {
    tick: use.tick,
    value: share,
    baseline: null,
    baselineN: 0,
    limit: threshold,
    intensity: share / threshold,
    facts: {
      period: use.period,
      period_name: periodName(use.since, use.period),
      threshold,
      used_usd: formatUsd(use.used),
      limit_usd: formatUsd(limit),
      resets: dayOf(periodEnd(use.since, use.period)),
    },
  };
};

function begin(key: string, use: BudgetUse, limit: PicoUsd, threshold: number, groupedUnder: string | null): Incident {
  const latest = readingOf(use, limit, threshold);
  return {
    key,
    rule: "budget",
    scope: use.scope,
    name: use.name,
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
export const closePeriods = (incidents: ReadonlyMap<string, Incident>, now: number): Map<string, Incident> =>
  new Map(
    [...incidents].map(([key, incident]) => {
      const end = periodEnd(incident.since, incident.latest.facts["period"] === "day" ? "day" : "month");
      return [key, incident.state === "open" && end <= now ? { ...incident, state: "resolved", resolvedAt: end } : incident];
    }),
  );
