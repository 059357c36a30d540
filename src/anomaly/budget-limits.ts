import type { BudgetsConfig } from "../config/budgets.ts";
import { glob } from "../glob.ts";
import { divideHalfEven, type PicoUsd, parseUsd } from "../money.ts";

export type BudgetScope = BudgetsConfig[number]["scope"];
export type BudgetPeriod = BudgetsConfig[number]["period"];

/** What is announced unless the budget says otherwise. */
export const DEFAULT_THRESHOLDS: Readonly<Record<BudgetPeriod, readonly number[]>> = { month: [0.8, 1], day: [0.8, 0.9, 1] };

export interface BudgetLimit {
  /** Whether what callers merely claim counts. */
  readonly count_claimed: boolean;
  readonly limit: PicoUsd;
  /** Shares of the limit, ascending. */
  readonly thresholds: readonly number[];
}

/** The limit that holds for one scope: the entry with its exact name, else the longest pattern, else the entry for each. */
export function limitFor(
  budgets: BudgetsConfig,
  scope: BudgetScope,
  period: BudgetPeriod,
  name: string | null,
  key: string | null = null,
): BudgetLimit | undefined {
  let best: { entry: BudgetsConfig[number]; rank: number } | undefined;
  for (const entry of budgets) {
    if (entry.scope !== scope || entry.period !== period || (entry.key ?? null) !== key) continue;
    if (entry.name !== undefined && scope !== "organisation" && !glob(entry.name)(name ?? "")) continue;
    const rank = entry.name === undefined ? 0 : entry.name.includes("*") ? entry.name.length : 10_000;
    if (!best || rank >= best.rank) best = { entry, rank };
  }
  if (!best) return undefined;
  const thresholds = [...(best.entry.thresholds ?? DEFAULT_THRESHOLDS[period])].sort((a, b) => a - b);
  return { limit: parseUsd(best.entry.limit_usd), thresholds, count_claimed: best.entry.count_claimed };
}

/** Dollars of a share of a limit, exact to a millionth of the share. */
export const shareOf = (limit: PicoUsd, share: number): PicoUsd =>
  divideHalfEven(limit * BigInt(Math.round(share * 1e6)), 1_000_000n);

/** What stands for the share of a limit of zero once anything was used: JSON has no infinity. */
export const BEYOND_ZERO = 9999;

/** Used divided by limit, to six digits, for display. Thresholds are compared in dollars. */
export const usedShare = (used: PicoUsd, limit: PicoUsd): number =>
  limit === 0n ? (used > 0n ? BEYOND_ZERO : 0) : Number((used * 1_000_000n) / limit) / 1e6;

export interface WatchedPeriod {
  readonly scope: BudgetScope;
  /** Of request metadata; null for other scopes. */
  readonly key: string | null;
  readonly period: BudgetPeriod;
  readonly atLeast: PicoUsd;
}

/** Scopes and periods that some budget is for, each with the smallest sum that is announced. */
export function watchedPeriods(budgets: BudgetsConfig): WatchedPeriod[] {
  const smallest = new Map<string, WatchedPeriod>();
  for (const { scope, key = null, period, limit_usd, thresholds } of budgets) {
    const first = Math.min(...(thresholds ?? DEFAULT_THRESHOLDS[period]));
    const atLeast = shareOf(parseUsd(limit_usd), first);
    const id = JSON.stringify([scope, key, period]);
    const known = smallest.get(id);
    if (!known || atLeast < known.atLeast) smallest.set(id, { scope, key, period, atLeast });
  }
  return [...smallest.values()];
}

/** What counts against a budget: all of it where the budget says so, else without what is merely claimed. */
export const countedOf = (
  { count_claimed: all }: Pick<BudgetsConfig[number], "count_claimed">,
  used: PicoUsd,
  claimed: PicoUsd,
): PicoUsd => (all ? used : used - claimed);
