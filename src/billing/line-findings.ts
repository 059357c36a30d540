import type { StrataConfig } from "../config/strata-config.ts";
import type { Row } from "../ports.ts";
import { type BillFinding, billFinding } from "./finding.ts";

/** US dollars for one unit of a currency by billing period, as strata.yml has them. */
export type ExchangeRates = StrataConfig["billing"]["exchange_rates"];

/** Lines in another currency. @param amount exact decimal in that currency */
export function otherCurrency(
  period: string,
  currency: string,
  lines: number,
  amount: string,
  rates: ExchangeRates,
): BillFinding {
  const rate = Object.hasOwn(rates, currency) ? rates[currency]?.[period] : undefined;
  return rate === undefined
    ? billFinding(
        "other_currency",
        "error",
        period,
        `${lines} line(s) are in ${currency} (${amount}); they are kept apart and in no dollar figure`,
        `Set billing.exchange_rates in strata.yml, for example { ${currency}: { "${period}": "1.10" } } (US dollars for one ${currency}), or export the bill in US dollars.`,
      )
    : billFinding(
        "other_currency",
        "note",
        period,
        `${lines} line(s) are in ${currency} (${amount}); they are read at ${rate} US dollars for one ${currency}`,
        "Nothing, if billing.exchange_rates has the rate of the invoice.",
      );
}

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
export function stagedFinding(period: string, row: Row, rates: ExchangeRates = {}): BillFinding {
  if (row["finding"] === "monthly_lines") return monthlyLines(period, String(row["sample"] ?? ""), Number(row["lines"]));
  const [sample, lines, amount] = [String(row["sample"]), Number(row["lines"]), String(row["amount"])];
  return row["finding"] === "other_currency"
    ? otherCurrency(period, sample, lines, amount, rates)
    : negativeUsage(period, sample, lines, amount);
}
