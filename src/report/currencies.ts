import { divideHalfEven, formatUsd, type PicoUsd, toSteps } from "../money.ts";
import type { Bill } from "./month-data.ts";
import { sumUsd } from "./rows.ts";

/** What a bill comes to in one of its currencies. */
export interface InvoicedSum {
  /** ISO 4217. */
  readonly currency: string;
  /** In that currency, in millionths of millionths. */
  readonly invoiced: bigint;
  readonly billed: PicoUsd;
}

/** The bill in the currencies of its invoices, in their order; empty where only a part of it is shown, of which no invoice speaks. */
export function invoicedSums({ invoices, total }: Pick<Bill, "invoices" | "total">): InvoicedSum[] {
  if (sumUsd(invoices.map(({ billed }) => billed)) !== total) return [];
  return [...Map.groupBy(invoices, ({ currency }) => currency)]
    .map(([currency, lines]) => ({
      currency,
      invoiced: lines.reduce((sum, line) => sum + line.invoiced, 0n),
      billed: sumUsd(lines.map(({ billed }) => billed)),
    }))
    .sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

/** Currencies of a bill that are not US dollars. */
export const foreignOf = ({ invoices }: Pick<Bill, "invoices">): string[] =>
  [...new Set(invoices.map(({ currency }) => currency))].filter((currency) => currency !== "USD").sort();

/** Decimal places in which amounts of a currency are booked: none of yen, three of dinars. */
export const placesOf = (currency: string): number =>
  new Intl.NumberFormat("en-US", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** US dollars for one unit, as the amounts have it: `1.0873`. Undefined where nothing was invoiced. */
export function rateOf({ invoiced, billed }: InvoicedSum): string | undefined {
  if (invoiced === 0n) return undefined;
  const [up, down] = invoiced < 0n ? [-billed, -invoiced] : [billed, invoiced];
  // Six digits: exact sums were rounded to twelve.
  return formatUsd(divideHalfEven(up * 1_000_000n, down) * 1_000_000n);
}

/**
 * Amounts of US dollars in the one currency that a bill is in, each in the smallest unit of that currency, and together what is invoiced; undefined where a bill is
 * in several currencies, or comes to nothing.
 */
export function inCurrencyOf(
  bill: Pick<Bill, "invoices" | "total">,
  amounts: readonly PicoUsd[],
): { readonly currency: string; readonly booked: readonly bigint[] } | undefined {
  const [sum, another] = invoicedSums(bill);
  if (sum === undefined || another !== undefined || sum.billed === 0n || sumUsd(amounts) !== sum.billed) return undefined;
  const sign = sum.billed < 0n ? -1n : 1n;
  const exact = amounts.map((amount) => divideHalfEven(amount * sum.invoiced * sign, sum.billed * sign));
  const largest = amounts.reduce((best, amount, index) => (amount > (amounts[best] ?? 0n) ? index : best), 0);
  // What rounding to millionths of millionths lost or made.
  const off = sum.invoiced - sumUsd(exact);
  const whole = exact.map((amount, index) => (index === largest ? amount + off : amount));
  return { currency: sum.currency, booked: toSteps(whole, placesOf(sum.currency)) };
}
