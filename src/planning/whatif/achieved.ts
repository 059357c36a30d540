import { UsageError } from "../../errors.ts";
import { divideHalfEven, type PicoUsd } from "../../money.ts";
import type { Row, Warehouse } from "../../ports.ts";
import { addDays } from "../../time.ts";
import { type DayRange, perMonth } from "../per-month.ts";
import { count, usd } from "../usage-slice.ts";

/** One side of a comparison. */
export interface WindowTotals {
  readonly range: DayRange;
  readonly days: number;
  /** Calls that did not fail. */
  readonly calls: number;
  readonly errors: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly unpriced: number;
  readonly cost: PicoUsd;
}

/** What a unit of work cost before and after, and what the work after would have cost at the price before. */
export interface AchievedBy {
  readonly unit: "call" | "token" | "output token";
  readonly before: number;
  readonly after: number;
  /** Cost of the work after at the unit cost before, minus what it did cost; null when there was no work before. */
  readonly saving: PicoUsd | null;
  readonly savingPerMonth: PicoUsd | null;
}

export interface Achieved {
  readonly before: WindowTotals;
  readonly after: WindowTotals;
  readonly by: readonly AchievedBy[];
  readonly notes: readonly string[];
}

export interface AchievedScope {
  readonly team?: string | undefined;
  readonly who?: string | undefined;
  readonly model?: string | undefined;
}

/**
 * Days before and after a change, as far as there is data; whole weeks compare best, since then weekends weigh the same.
 * @param change first day of the new way
 * @throws UsageError when one side has no day with data
 */
export function windowsAround(
  change: string,
  days: number,
  covered: DayRange,
): { readonly before: DayRange; readonly after: DayRange } {
  const clip = (from: string, to: string): DayRange => ({
    from: from < covered.from ? covered.from : from,
    to: to > covered.to ? covered.to : to,
  });
  const before = clip(addDays(change, -days), addDays(change, -1));
  const after = clip(change, addDays(change, days - 1));
  if (before.from > before.to || after.from > after.to)
    throw new UsageError(
      `achieved: there is no usage on one side of ${change}; the data covers ${covered.from} to ${covered.to}`,
      {
        hint: "Give the first day of the new way, inside the data.",
      },
    );
  return { before, after };
}

export async function achieved(
  warehouse: Warehouse,
  windows: { readonly before: DayRange; readonly after: DayRange },
  scope: AchievedScope,
): Promise<Achieved> {
  const params = { team: scope.team ?? null, who: scope.who ?? null, model: scope.model ?? null };
  const totals = async (range: DayRange): Promise<WindowTotals> =>
    readTotals(range, (await warehouse.query("planning/window_totals", { ...params, ...range })).rows[0] ?? {});
  return compareWindows(await totals(windows.before), await totals(windows.after));
}

/** Both windows set beside each other, by call, by token and by output token: traffic that grew or shrank is neither saving nor cost. */
export function compareWindows(before: WindowTotals, after: WindowTotals): Achieved {
  const by = (unit: AchievedBy["unit"], size: (totals: WindowTotals) => number): AchievedBy => {
    const [then, now] = [size(before), size(after)];
    const saving = then === 0 || now === 0 ? null : divideHalfEven(before.cost * BigInt(now), BigInt(then)) - after.cost;
    return { unit, before: then, after: now, saving, savingPerMonth: saving === null ? null : perMonth(saving, after.range) };
  };
  const notes = [
    "By call: the calls after, at what a call cost before. By token: the same with all tokens, by output token with completions only.",
    "Where the three disagree, the calls themselves changed (longer prompts, longer answers): look at tokens per call before booking a saving.",
  ];
  if (before.days !== after.days)
    notes.push(`Usage on ${before.days} days before and ${after.days} days after: the windows are not alike.`);
  if (before.unpriced + after.unpriced > 0)
    notes.push(`${before.unpriced + after.unpriced} calls had no price and are counted as calls that cost nothing.`);
  return {
    before,
    after,
    by: [
      by("call", ({ calls }) => calls),
      by("token", (one) => one.promptTokens + one.outputTokens),
      by("output token", ({ outputTokens }) => outputTokens),
    ],
    notes,
  };
}

const readTotals = (range: DayRange, row: Row): WindowTotals => ({
  range,
  days: count(row.days),
  calls: count(row.calls),
  errors: count(row.errors),
  promptTokens: count(row.prompt_tokens),
  outputTokens: count(row.output_tokens),
  cacheReadTokens: count(row.cache_read_tokens),
  unpriced: count(row.unpriced),
  cost: usd(row.estimated_cost),
});
