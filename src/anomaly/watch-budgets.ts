import { localDay, periodBounds, startOfLocalDay } from "../local-time.ts";
import { formatUsd, type PicoUsd } from "../money.ts";
import type { Warehouse } from "../ports.ts";
import { addDays, DAY_MS } from "../time.ts";
import { budgetIncidents } from "./budget-incidents.ts";
import { type BudgetScope, countedOf, limitFor, usedShare } from "./budget-limits.ts";
import { type BudgetContext, budgetUses, dailySpend } from "./budget-queries.ts";
import type { Incident, Reading } from "./lifecycle.ts";
import type { Notice } from "./notice.ts";
import type { TickRange } from "./observe.ts";
import { projectMonth } from "./project-month.ts";

export interface BudgetWatch {
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly notices: readonly Notice[];
}

/** Crossed and projected budgets in a range of ticks. `known` is what was told before; nothing in it is told again. */
export async function watchBudgets(
  warehouse: Warehouse,
  context: BudgetContext & { readonly alerts: { readonly projections: boolean } },
  range: TickRange,
  known: ReadonlyMap<string, Incident> = new Map(),
): Promise<BudgetWatch> {
  const crossed = budgetIncidents(context, await budgetUses(warehouse, context, range), known);
  if (!context.alerts.projections) return crossed;
  const projected = await projectedIncidents(warehouse, context, range, new Map([...known, ...crossed.incidents]));
  return {
    incidents: new Map([...crossed.incidents, ...projected.map(({ incident }) => [incident.key, incident] as const)]),
    notices: [...crossed.notices, ...projected],
  };
}

const HISTORY_MS = 56 * DAY_MS;

/** Months that will most probably end above their limit, judged at the end of each day, told once per month. */
async function projectedIncidents(
  warehouse: Warehouse,
  context: BudgetContext,
  range: TickRange,
  known: ReadonlyMap<string, Incident>,
): Promise<Notice[]> {
  const { budgets, timezone } = context;
  const notices: Notice[] = [];
  const done = new Set(known.keys());
  const scopes = new Set(budgets.filter(({ period }) => period === "month").map(({ scope }) => scope));
  for (const scope of scopes) {
    // Reading every call of two months for a projection is not worth it.
    if (scope === "metadata") continue;
    const names = await dailySpend(warehouse, context, scope, { from: range.from - HISTORY_MS, to: range.to });
    const first = [...names.values()].flatMap((days) => [...days.keys()]).sort()[0];
    if (first === undefined) continue;
    for (const [name, all] of names) {
      const budget = limitFor(budgets, scope, "month", name);
      if (!budget) continue;
      const exact = new Map([...all].map(([day, { spent, claimed }]) => [day, countedOf(budget, spent, claimed)]));
      const limit = Number(formatUsd(budget.limit));
      const days = new Map([...exact].map(([day, dollars]) => [day, Number(formatUsd(dollars))]));
      for (const tick of periodBounds(range.from, range.to, "day", timezone)) {
        if (tick <= range.from || tick > range.to) continue;
        const today = localDay(tick, timezone);
        const month = addDays(today, -1).slice(0, 7);
        const key = `budget_projection|${scope}|${name ?? ""}|month|${month}`;
        if (done.has(key)) continue;
        const used = [...exact].reduce((sum, [day, spent]) => (day.startsWith(month) && day < today ? sum + spent : sum), 0n);
        if (used >= budget.limit) continue;
        const guessed = [...all].reduce(
          (sum, [day, spend]) =>
            day.startsWith(month) && day < today ? sum + countedOf(budget, spend.guessed, spend.guessedClaimed) : sum,
          0n,
        );
        const projection = projectMonth(days, first, today);
        if (!projection || projection.low <= limit) continue;
        done.add(key);
        const share = projection.expected / limit;
        const latest: Reading = {
          tick,
          since: null,
          value: share,
          baseline: null,
          baselineN: projection.days,
          limit: 1,
          intensity: share,
          facts: {
            period: "month",
            period_name: month,
            threshold: 1,
            used_usd: formatUsd(used),
            limit_usd: formatUsd(budget.limit),
            projected_usd: projection.expected.toFixed(2),
            projected_low_usd: projection.low.toFixed(2),
            projected_high_usd: projection.high.toFixed(2),
            ...(guessed > 0n ? { guessed_usd: formatUsd(guessed) } : {}),
            used_share: usedShare(used, budget.limit),
          },
        };
        notices.push({
          kind: "opened",
          tick,
          incident: projectionIncident(key, scope, name, startOfLocalDay(`${month}-01`, timezone), latest, used),
        });
      }
    }
  }
  return notices;
}

const projectionIncident = (
  key: string,
  scope: BudgetScope,
  name: string | null,
  since: number,
  latest: Reading,
  used: PicoUsd,
): Incident => ({
  key,
  rule: "budget_projection",
  scope,
  name,
  team: scope === "team" ? name : null,
  accountId: scope === "account" ? name : null,
  state: "open",
  since,
  firstBreach: latest.tick,
  lastBreach: latest.tick,
  openedAt: latest.tick,
  escalatedAt: null,
  resolvedAt: null,
  clearSince: null,
  notifiedAt: latest.tick,
  toldIntensity: latest.intensity,
  latest,
  worst: latest,
  dollars: used,
  groupedUnder: null,
  waitsSince: null,
  knownAs: null,
  muted: null,
});
