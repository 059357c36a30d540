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

/** A row of billing/staged_checks as a finding. */
export function stagedFinding(period: string, row: Row): BillFinding {
  const of = row["finding"] === "other_currency" ? otherCurrency : negativeUsage;
  return of(period, String(row["sample"]), Number(row["lines"]), String(row["amount"]));
}
