import type { BudgetsConfig } from "../config/budgets.ts";
import { glob } from "../glob.ts";
import { type PicoUsd, parseUsd } from "../money.ts";
import { type Known, knownOf, NO_USAGE, type Priced } from "./measures.ts";
import type { DimensionRow, Totals } from "./month-data.ts";
import { ratio } from "./rows.ts";

export interface BudgetLine {
  readonly scope: (typeof SHOWN)[number];
  readonly name: string;
  readonly limit: PicoUsd;
  readonly spent: PicoUsd;
  /** How much of the spending `spent` says. */
  readonly known: Known;
  /** spent / limit. */
  readonly share: number;
  /** Where the month ends if it goes on as it did; equal to `spent` for a month that is over. */
  readonly projected: PicoUsd;
  readonly state: "over" | "near" | "projected" | "within";
}

/** What of a month budgets are judged by. */
export interface SpendingByScope {
  readonly organisation: string;
  readonly totals: Pick<Totals, keyof Priced>;
  readonly by: Readonly<Record<"account" | "team" | "person", readonly DimensionRow[]>>;
}

/**
 * Month budgets against estimated dollars. A budget with a name holds for that name (`*` allowed), one without for each; of several that
 * hold for a name the one that is written first counts. A budget nobody spent against yet is shown with zero.
 */
export function budgetLines(data: SpendingByScope, budgets: BudgetsConfig, daysLeftFactor: number): BudgetLine[] {
  const lines = new Map<string, BudgetLine>();
  for (const budget of budgets) {
    if (budget.period !== "month" || !isShown(budget.scope)) continue;
    const limit = parseUsd(budget.limit_usd);
    const near = Math.min(...(budget.thresholds ?? [0.8]));
    const spending = new Map(spendingOf(data, budget.scope));
    const wanted = budget.name;
    if (wanted !== undefined && !wanted.includes("*") && budget.scope !== "organisation" && !spending.has(wanted))
      spending.set(wanted, NO_USAGE);
    for (const [name, used] of spending) {
      const spent = used.estimated;
      const key = `${budget.scope}\n${name}`;
      if (lines.has(key) || (wanted !== undefined && budget.scope !== "organisation" && !glob(wanted)(name))) continue;
      const share = limit === 0n ? (spent > 0n ? Number.POSITIVE_INFINITY : 0) : ratio(spent, limit);
      const projected = (spent * BigInt(Math.round(daysLeftFactor * 1_000_000))) / 1_000_000n;
      const state = spent > limit ? "over" : share >= near ? "near" : projected > limit ? "projected" : "within";
      lines.set(key, { scope: budget.scope, name, limit, spent, known: knownOf(used), share, projected, state });
    }
  }
  return [...lines.values()].sort((a, b) => b.share - a.share || (a.name < b.name ? -1 : 1));
}

/** The statement has columns for these. */
const SHOWN = ["organisation", "account", "team", "person"] as const;
const isShown = (scope: string): scope is BudgetLine["scope"] => SHOWN.some((known) => known === scope);

function spendingOf(data: SpendingByScope, scope: BudgetLine["scope"]): (readonly [string, Priced])[] {
  if (scope === "organisation") return [[data.organisation, data.totals]];
  return data.by[scope]
    .filter((row) => row.name !== "unattributed" && row.name !== "(no person)")
    .map((row) => [row.name, row.usage] as const);
}
