import type { MonthAnswers, TracedAnswers } from "../billing/month-answers.ts";
import type { PicoUsd } from "../money.ts";
import type { Row, Warehouse } from "../ports.ts";
import { count, text, usd } from "./rows.ts";

/** What a month holds now, beside what was published of it. */
export interface MonthState {
  /** YYYY-MM */
  readonly month: string;
  readonly invocations: number;
  readonly estimated: PicoUsd;
  /** Undefined without a bill. */
  readonly billed: PicoUsd | undefined;
  /** Every usage line of the month's bill has an invoice. */
  readonly invoiced: boolean;
  /** Empty when it is not known, or several pay. */
  readonly payer: string;
}

/** The months of a range of days (both included) that have usage, charges or a bill. */
export const monthStates = async (warehouse: Warehouse, range: { from: string; to: string }): Promise<MonthState[]> =>
  (await warehouse.query(QUERY, range)).rows.map(stateOf);

/** All months from one on, YYYY-MM. */
export const monthStatesFrom = async (answers: MonthAnswers, first: string): Promise<MonthState[]> =>
  (await answers.rows({ ...QUESTION, first })).map(stateOf);

/** By month, a text that is another one when any table changed that its statement is made from. */
export const madeFromMonths = (answers: TracedAnswers, first: string): Promise<ReadonlyMap<string, string>> =>
  answers.madeFrom({ ...QUESTION, first });

const QUERY = "reports/month_states";
/** Labels of calls (metadata_usage) are summed up with their hours. */
const QUESTION = { query: QUERY, tables: ["hourly_usage", "allocated_charges", "cur_line_items"] };

const stateOf = (row: Row): MonthState => ({
  month: text(row, "month"),
  invocations: count(row, "invocations"),
  estimated: usd(row, "estimated_cost"),
  billed: row["billed_cost"] === null ? undefined : usd(row, "billed_cost"),
  invoiced: row["invoiced"] === true,
  payer: text(row, "payer_account_id"),
});
