import type { Warehouse } from "../ports.ts";
import { dayOf } from "../time.ts";

export interface MonthToReport {
  /** YYYY-MM */
  readonly month: string;
  /** Every usage line of the month's bill has an invoice. */
  readonly final: boolean;
}

/** The running month and the one before, if there is anything in them. */
export async function currentMonths(warehouse: Warehouse, now: number): Promise<MonthToReport[]> {
  const [covered] = (await warehouse.query("rollups/covered_days")).rows;
  const first = String(covered?.["first_day"] ?? "9999");
  const { rows } = await warehouse.query("billing/invoiced_periods");
  const invoiced = new Map(rows.map((row) => [String(row["period"]), row["invoiced"] === true]));
  const today = dayOf(now);
  const [year = 0, month = 1] = today.split("-").map(Number);
  const before = new Date(Date.UTC(year, month - 2, 1)).toISOString().slice(0, 7);
  return [before, today.slice(0, 7)]
    .filter((each) => each >= first.slice(0, 7))
    .map((each) => ({ month: each, final: invoiced.get(each) === true }));
}
