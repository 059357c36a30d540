import type { Warehouse } from "../ports.ts";
import { addDays } from "../time.ts";

/** Brings CloudTrail's events and the invocation log together, for every day that has an event. @returns how many calls there are */
export async function apiCalls(warehouse: Warehouse): Promise<number> {
  const [days] = (await warehouse.query("cloudtrail/trail_days")).rows;
  if (!days?.["first_day"]) return 0;
  // An event of the last second of a day may be logged in the first of the next.
  const [from, to] = [addDays(String(days["first_day"]), -1), addDays(String(days["last_day"]), 1)];
  return warehouse.replaceDays("api_calls", "cloudtrail/api_calls", { from, to });
}
