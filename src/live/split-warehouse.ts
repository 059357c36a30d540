import type { QueryParams, QueryResult, Warehouse } from "../ports.ts";
import { queryFile, queryNames } from "../query/files.ts";

/** What the engine in the function has; what else a query reads is asked elsewhere. */
export const LIVE_TABLES: ReadonlySet<string> = new Set([
  "hourly_usage",
  "calls_5m",
  "metadata_usage",
  "service_counts",
  "principals",
]);

/** Asks the engine in the function where it has every table that a query reads, and the other one for the rest: the bill, and what few rules read. */
export class SplitWarehouse implements Warehouse {
  readonly #here: Warehouse;
  readonly #there: Warehouse;
  readonly #tables: ReadonlySet<string>;

  /** @param tables that are here */
  constructor(here: Warehouse, there: Warehouse, tables: ReadonlySet<string>) {
    this.#here = here;
    this.#there = there;
    this.#tables = tables;
  }

  query(name: string, params?: QueryParams): Promise<QueryResult> {
    return (this.isHere(name) ? this.#here : this.#there).query(name, params);
  }

  /** Whether a query is answered on this machine, for nothing. */
  isHere(name: string): boolean {
    return tablesOf(name).every((table) => this.#tables.has(table));
  }

  adhoc(text: string): Promise<QueryResult> {
    return this.#there.adhoc(text);
  }

  replaceDays(...given: Parameters<Warehouse["replaceDays"]>): Promise<number> {
    return this.#there.replaceDays(...given);
  }
}

/** Stored tables behind a query, through its views. */
function tablesOf(name: string): string[] {
  const views = queryNames("views");
  return queryFile(name).header.reads.flatMap((read) => (views.includes(`views/${read}`) ? tablesOf(`views/${read}`) : [read]));
}
