import type { BudgetsConfig } from "../config/budgets.ts";
import { formatUsd, type PicoUsd, parseUsd } from "../money.ts";
import type { Row, Warehouse } from "../ports.ts";
import { DAY_MS, dayOf, isoOf, parseDay, parseInstant } from "../time.ts";
import { type BudgetUse, budgetIncidents } from "./budget-incidents.ts";
import { type BudgetPeriod, type BudgetScope, limitFor, usedShare, watchedPeriods } from "./budget-limits.ts";
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
  budgets: BudgetsConfig,
  range: TickRange,
  projections: boolean,
  known: ReadonlyMap<string, Incident> = new Map(),
): Promise<BudgetWatch> {
  const uses: BudgetUse[] = [];
  for (const { scope, period, atLeast } of watchedPeriods(budgets)) {
    const params = { from: isoOf(range.from), to: isoOf(range.to), scope, period, at_least: formatUsd(atLeast) };
    const { rows } = await warehouse.query("anomalies/budget_usage", params);
    uses.push(...rows.map((row) => useOf(row, scope, period)));
  }
  const crossed = budgetIncidents(budgets, uses, known);
  if (!projections) return crossed;
  const projected = await projectedIncidents(warehouse, budgets, range, new Map([...known, ...crossed.incidents]));
  return {
    incidents: new Map([...crossed.incidents, ...projected.map(({ incident }) => [incident.key, incident] as const)]),
    notices: [...crossed.notices, ...projected],
  };
}

const text = (value: Row[string] | undefined): string | null => (typeof value === "string" ? value : null);

const useOf = (row: Row, scope: BudgetScope, period: BudgetPeriod): BudgetUse => ({
  tick: parseInstant(String(row.tick)) ?? Number.NaN,
  since: parseInstant(String(row.since)) ?? Number.NaN,
  scope,
  name: text(row.scope_name),
  period,
  used: parseUsd(String(row.used)),
  team: text(row.team),
  accountId: text(row.account_id),
});

const HISTORY_MS = 56 * DAY_MS;

/** Dollars by day for every name of a scope. */
export async function dailySpend(
  warehouse: Warehouse,
  scope: BudgetScope,
  range: TickRange,
): Promise<Map<string | null, Map<string, PicoUsd>>> {
  const params = { scope, from: isoOf(range.from), to: isoOf(range.to) };
  const { rows } = await warehouse.query("anomalies/daily_spend", params);
  const names = new Map<string | null, Map<string, PicoUsd>>();
  for (const row of rows) {
    const name = text(row.scope_name);
    if (name === null && scope !== "organisation") continue;
    const days = names.get(name) ?? new Map<string, PicoUsd>();
    days.set(String(row.dt), parseUsd(String(row.spend)));
    names.set(name, days);
  }
  return names;
}

/** Months that will most probably end above their limit, judged at the end of each day, told once per month. */
async function projectedIncidents(
  warehouse: Warehouse,
  budgets: BudgetsConfig,
  range: TickRange,
  known: ReadonlyMap<string, Incident>,
): Promise<Notice[]> {
  const notices: Notice[] = [];
  const done = new Set(known.keys());
  const scopes = new Set(budgets.filter(({ period }) => period === "month").map(({ scope }) => scope));
  for (const scope of scopes) {
    const names = await dailySpend(warehouse, scope, { from: range.from - HISTORY_MS, to: range.to });
    const first = [...names.values()].flatMap((days) => [...days.keys()]).sort()[0];
    if (first === undefined) continue;
    for (const [name, exact] of names) {
      const budget = limitFor(budgets, scope, "month", name);
      if (!budget) continue;
      const limit = Number(formatUsd(budget.limit));
      const days = new Map([...exact].map(([day, dollars]) => [day, Number(formatUsd(dollars))]));
      for (let tick = Math.floor(range.from / DAY_MS) * DAY_MS + DAY_MS; tick <= range.to; tick += DAY_MS) {
        const month = dayOf(tick - DAY_MS).slice(0, 7);
        const key = `budget_projection|${scope}|${name ?? ""}|month|${month}`;
        if (done.has(key)) continue;
        const used = [...exact].reduce(
          (sum, [day, spent]) => (day.startsWith(month) && day < dayOf(tick) ? sum + spent : sum),
          0n,
        );
        if (used >= budget.limit) continue;
        const projection = projectMonth(days, first, dayOf(tick));
        if (!projection || projection.low <= limit) continue;
        done.add(key);
        const share = projection.expected / limit;
        const latest: Reading = {
          tick,
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
            used_share: usedShare(used, budget.limit),
          },
        };
        notices.push({
          kind: "opened",
          tick,
          incident: projectionIncident(key, scope, name, parseDay(`${month}-01`) ?? tick, latest, used),
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
