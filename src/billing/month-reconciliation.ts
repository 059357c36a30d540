import { formatUsd, parseUsd } from "../money.ts";
import type { Row, Warehouse } from "../ports.ts";
import { addDays } from "../time.ts";
import { type NextAction, nextActions, type ReasonAmount } from "./next-actions.ts";
import { type BillSummary, billSummary } from "./reconcile.ts";

export interface WaterfallStep {
  readonly step: string;
  readonly meaning: string;
  /** Exact decimal. */
  readonly usd: string;
  /** The two ends, estimated and billed; the others are added between them. */
  readonly end: boolean;
}

export interface ReconciledDay {
  readonly day: string;
  /** provisional, billed, final or restated */
  readonly status: string;
  readonly billed_usd: string;
  readonly estimated_usd: string;
  /** For a restated day: what was billed when the month was closed. */
  readonly before_usd: string | null;
  readonly invoice_id: string | null;
  readonly cur_version: string | null;
}

/** One month as finance asks about it. All amounts are exact decimal text. */
export interface MonthReconciliation {
  readonly month: string;
  readonly steps: readonly WaterfallStep[];
  readonly summary: BillSummary;
  readonly reasons: readonly ReasonAmount[];
  readonly days: readonly ReconciledDay[];
  readonly next: readonly NextAction[];
}

/** Reads what reconciliation left in the tables: the waterfall, the six parts, the days. `undefined` when the month is on no bill. */
export async function monthReconciliation(warehouse: Warehouse, month: string): Promise<MonthReconciliation | undefined> {
  const from = `${month}-01`;
  const to = addDays(`${addDays(from, 31).slice(0, 7)}-01`, -1);
  const days = (await warehouse.query("billing/status_by_day", { from, to })).rows.map(dayOf);
  if (!days.some((day) => day.cur_version !== null)) return undefined;
  const steps = (await warehouse.query("billing/variance", { month })).rows.map(stepOf);
  const reasons = (await warehouse.query("reports/reconciliation", { from, to })).rows.map(
    (row): ReasonAmount => ({ status: String(row["status"]), reason: String(row["reason"]), usd: usd(row, "billed_cost") }),
  );
  const summary = await billSummary(warehouse, { from, to });
  return { month, steps, summary, reasons, days, next: nextActions(summary.billed_usd, reasons, steps) };
}

const usd = (row: Row, name: string): string => formatUsd(parseUsd(String(row[name] ?? "0")));
const text = (row: Row, name: string): string | null => {
  const value = row[name];
  return value === null || value === undefined ? null : String(value);
};

const stepOf = (row: Row): WaterfallStep => ({
  step: String(row["step"]),
  meaning: String(row["meaning"]),
  usd: usd(row, "amount"),
  end: row["step"] === "estimated" || row["step"] === "billed",
});

const dayOf = (row: Row): ReconciledDay => ({
  day: String(row["dt"]),
  status: String(row["status"]),
  billed_usd: usd(row, "billed_cost"),
  estimated_usd: usd(row, "estimated_cost"),
  before_usd: text(row, "closed_cost") === null ? null : usd(row, "closed_cost"),
  invoice_id: text(row, "invoice_id"),
  cur_version: text(row, "cur_version"),
});
