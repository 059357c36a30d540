import type { StrataConfig } from "../config/strata-config.ts";
import type { ObjectStore, Warehouse } from "../ports.ts";
import { daysBetween } from "../time.ts";
import { writePrincipals } from "./principals.ts";
import { clearMarks, rangesToRollUp, staleDays } from "./stale-days.ts";

export interface RollUpInput {
  readonly warehouse: Warehouse;
  readonly data: ObjectStore;
  readonly config: StrataConfig;
  /** Milliseconds. */
  readonly now: number;
}

export interface RolledUp {
  readonly days: number;
  /** Rows that those days of hourly_usage hold now. */
  readonly rows: number;
  /** Records of those days that were delivered more than once. */
  readonly duplicates: number;
}

/** The running rollup: who called, then the last days and every day that late records touched. Marks go when their days are done. */
export async function rollUp({ warehouse, data, config, now }: RollUpInput): Promise<RolledUp> {
  const marks = await staleDays(data);
  const ranges = rangesToRollUp(marks, now);
  await writePrincipals(warehouse, data, config, ranges);
  let days = 0;
  let rows = 0;
  let duplicates = 0;
  for (const range of ranges) {
    rows += await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", range);
    const [row] = (await warehouse.query("rollups/repeated_deliveries", range)).rows;
    duplicates += Number(row?.["duplicates"] ?? 0);
    days += daysBetween(range.from, range.to).length;
  }
  await clearMarks(data, marks);
  return { days, rows, duplicates };
}
