import type { Row, Warehouse } from "../ports.ts";

/** A query about whole months: it takes `from` and `to` and yields a column `month`, YYYY-MM. */
export interface MonthQuestion {
  readonly query: string;
  /** Stored tables that it reads by day or month. */
  readonly tables: readonly string[];
  /** First month that is asked about; all that there are unless given. */
  readonly first?: string;
  /** What else the rows of a month hang on. */
  readonly also?: (month: string) => string;
}

/** Answers by month. On AWS a month of which nothing changed is not asked about again: each question about all of history would list every day that there is. */
export interface MonthAnswers {
  rows(question: MonthQuestion): Promise<readonly Row[]>;
}

/** Answers of which it is known what they are made from. */
export interface TracedAnswers extends MonthAnswers {
  /** By month, a text that is another one when anything changed that the rows are made from. A month that is missing is one of which that is not known. */
  madeFrom(question: MonthQuestion): Promise<ReadonlyMap<string, string>>;
}

/** On one machine asking costs nothing. */
export const askedAnew = (warehouse: Warehouse): MonthAnswers => ({
  rows: async ({ query, first }) => (await warehouse.query(query, first === undefined ? {} : { from: `${first}-01` })).rows,
});
