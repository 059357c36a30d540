import type { Row } from "../ports.ts";
import type { Bill } from "./month-data.ts";
import { count, sumUsd, text, usd } from "./rows.ts";

/** The bill of the month as allocated_charges has it; undefined when it has no line of that month. */
export async function loadBill(rows: (name: string) => Promise<readonly Row[]>): Promise<Bill | undefined> {
  const lines = (await rows("reconciliation")).map((row) => ({
    status: text(row, "status"),
    reason: text(row, "reason"),
    corrects: text(row, "corrects"),
    lines: count(row, "lines"),
    billedTokens: count(row, "billed_tokens"),
    loggedTokens: count(row, "logged_tokens"),
    billed: usd(row, "billed_cost"),
    net: usd(row, "net_cost"),
    list: usd(row, "public_cost"),
  }));
  if (lines.length === 0) return undefined;
  const byStatus = new Map<string, bigint>();
  for (const line of lines) byStatus.set(line.status, (byStatus.get(line.status) ?? 0n) + line.billed);
  const invoices = await rows("invoices");
  const coverage = await rows("bill_coverage");
  const days = coverage.flatMap((row) => [text(row, "first_day"), text(row, "last_day")]).sort();
  return {
    total: sumUsd(lines.map((line) => line.billed)),
    byStatus,
    lines,
    incomplete: invoices.some((row) => row["incomplete"] === true),
    invoices: invoices.map((row) => ({
      payer: text(row, "payer_account_id"),
      invoice: text(row, "invoice_id"),
      billType: text(row, "bill_type"),
      seller: text(row, "billing_entity"),
      legalEntity: text(row, "legal_entity"),
      currency: text(row, "currency_code"),
      invoiced: usd(row, "original_cost"),
      period: text(row, "period"),
      lines: count(row, "lines"),
      billed: usd(row, "billed_cost"),
    })),
    usageMonths: (await rows("by_usage_month")).map((row) => ({
      month: text(row, "usage_month"),
      billed: usd(row, "billed_cost"),
    })),
    shared: (await rows("shared_charges")).map((row) => ({
      team: text(row, "team"),
      kind: text(row, "kind"),
      billed: usd(row, "billed_cost"),
    })),
    adjustments: (await rows("adjustments")).map((row) => ({
      team: text(row, "team"),
      kind: text(row, "kind"),
      billed: usd(row, "billed_cost"),
    })),
    versions: coverage.map((row) => text(row, "cur_version")),
    firstDay: days[0] ?? "",
    lastDay: days.at(-1) ?? "",
  };
}
