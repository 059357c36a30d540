import type { Warehouse } from "../ports.ts";
import { addDays } from "../time.ts";

/** Brings CloudTrail's events and the invocation log together, for every day that has an event. @returns how many calls there are */
export async function apiCalls(warehouse: Warehouse): Promise<number> {
  const [days] = (await warehouse.query("cloudtrail/trail_days")).rows;
  return days?.["first_day"] ? apiCallsOf(warehouse, { from: String(days["first_day"]), to: String(days["last_day"]) }) : 0;
}

/** The same for days whose events may be new, and the days beside them: an event of the last second of a day may be logged in the first of the next. */
export const apiCallsOf = (warehouse: Warehouse, { from, to }: { readonly from: string; readonly to: string }): Promise<number> =>
  warehouse.replaceDays("api_calls", "cloudtrail/api_calls", { from: addDays(from, -1), to: addDays(to, 1) });
