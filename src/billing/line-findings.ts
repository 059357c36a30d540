import type { Row } from "../ports.ts";
import { type BillFinding, billFinding } from "./finding.ts";

/** Lines in another currency. @param amount exact decimal in that currency */
export const otherCurrency = (period: string, currency: string, lines: number, amount: string): BillFinding =>
  billFinding(
    "other_currency",
    "error",
    period,
    `${lines} line(s) are in ${currency} (${amount}); they are kept apart and in no dollar figure`,
    "Export the bill in US dollars, or reconcile that payer on its own.",
  );

/** Usage with a negative amount or cost. @param first id of the first such line */
export const negativeUsage = (period: string, first: string, lines: number, usd: string): BillFinding =>
  billFinding(
    "negative_lines",
    "note",
    period,
    `${lines} usage line(s) are negative ($${usd}), first ${first}; they are counted as billed`,
    "AWS writes such lines when it corrects usage; look at them if the amount matters.",
  );

/** An export whose usage lines are of a whole month each. @param payer empty where the export does not say */
export const monthlyLines = (period: string, payer: string, lines: number): BillFinding =>
  billFinding(
    "monthly_lines",
    "note",
    period,
    `the export${payer === "" ? "" : ` of payer ${payer}`} is monthly (each of its ${lines} usage line(s) is of a whole month): log and bill are compared by month, and no day has a billed figure of its own`,
    "Set the export's time granularity to hourly or daily in AWS Data Exports to see days.",
  );

/** A row of billing/staged_checks as a finding. */
export function stagedFinding(period: string, row: Row): BillFinding {
  if (row["finding"] === "monthly_lines") return monthlyLines(period, String(row["sample"] ?? ""), Number(row["lines"]));
  const of = row["finding"] === "other_currency" ? otherCurrency : negativeUsage;
  return of(period, String(row["sample"]), Number(row["lines"]), String(row["amount"]));
}
