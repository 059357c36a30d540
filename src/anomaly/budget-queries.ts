/** What was used of budgets, cut in the organisation's time zone. */
import type { StrataConfig } from "../config/strata-config.ts";
import { localDay, periodBounds } from "../local-time.ts";
import { formatUsd, type PicoUsd, parseUsd } from "../money.ts";
import type { QueryParams, Row, Warehouse } from "../ports.ts";
import { isoOf, parseInstant } from "../time.ts";
import type { BudgetUse } from "./budget-incidents.ts";
import { type BudgetPeriod, type BudgetScope, watchedPeriods } from "./budget-limits.ts";
import { claimedSources } from "./claimed-sources.ts";
import type { TickRange } from "./observe.ts";

/** What budgets follow of the configuration. */
export type BudgetContext = Pick<StrataConfig, "budgets" | "timezone" | "attribution">;

/** The parameters that cut a range into local periods. */
function cut(range: TickRange, period: BudgetPeriod, zone: string): QueryParams {
  const bounds = periodBounds(range.from, range.to, period, zone);
  return { starts: bounds.map((at) => isoOf(at).slice(0, 19).replace("T", " ")).join("|"), periods: bounds.length - 1 };
}

/** Running sums at each tick in which there was usage, for every scope and period that some budget is for. */
export async function budgetUses(warehouse: Warehouse, context: BudgetContext, range: TickRange): Promise<BudgetUse[]> {
  const uses: BudgetUse[] = [];
  for (const { scope, key, period, atLeast } of watchedPeriods(context.budgets)) {
    // A period that ends with the first tick was judged with the tick itself.
    const params = {
      from: isoOf(range.from),
      to: isoOf(range.to),
      at_least: formatUsd(atLeast),
      ...cut({ from: range.from - 3_600_000, to: range.to }, period, context.timezone),
    };
    const { rows } =
      key === null
        ? await warehouse.query("anomalies/budget_usage", { ...params, scope, claimed: claimedSources(context) })
        : await warehouse.query("anomalies/budget_metadata", { ...params, key });
    uses.push(...rows.map((row) => useOf(row, { scope, key, period })));
  }
  return uses;
}

const text = (value: Row[string] | undefined): string | null => (typeof value === "string" ? value : null);

const useOf = (row: Row, { scope, key, period }: Pick<BudgetUse, "scope" | "key" | "period">): BudgetUse => ({
  tick: parseInstant(String(row.tick)) ?? Number.NaN,
  since: parseInstant(String(row.since)) ?? Number.NaN,
  scope,
  key,
  name: text(row.scope_name),
  period,
  used: parseUsd(String(row.used)),
  claimed: parseUsd(String(row.claimed ?? "0")),
  guessed: parseUsd(String(row.guessed ?? "0")),
  guessedClaimed: parseUsd(String(row.guessed_claimed ?? "0")),
  team: text(row.team),
  accountId: text(row.account_id),
});

/** Dollars of a local day. */
export interface DaySpend {
  readonly spent: PicoUsd;
  /** Of these, attributed by what callers claim. */
  readonly claimed: PicoUsd;
  /** Of `spent`, what rests on guessed prices. */
  readonly guessed: PicoUsd;
  /** Of `guessed`, attributed by what callers claim. */
  readonly guessedClaimed: PicoUsd;
}

/** Dollars by local day for every name of a scope that hourly usage knows. */
export async function dailySpend(
  warehouse: Warehouse,
  context: BudgetContext,
  scope: Exclude<BudgetScope, "metadata">,
  range: TickRange,
): Promise<Map<string | null, Map<string, DaySpend>>> {
  const params = { scope, claimed: claimedSources(context), ...cut(range, "day", context.timezone) };
  const { rows } = await warehouse.query("anomalies/daily_spend", params);
  const names = new Map<string | null, Map<string, DaySpend>>();
  for (const row of rows) {
    const name = text(row.scope_name);
    if (name === null && scope !== "organisation") continue;
    const days = names.get(name) ?? new Map<string, DaySpend>();
    const day = localDay(parseInstant(String(row.since)) ?? Number.NaN, context.timezone);
    days.set(day, {
      spent: parseUsd(String(row.spend)),
      claimed: parseUsd(String(row.claimed ?? "0")),
      guessed: parseUsd(String(row.guessed ?? "0")),
      guessedClaimed: parseUsd(String(row.guessed_claimed ?? "0")),
    });
    names.set(name, days);
  }
  return names;
}
