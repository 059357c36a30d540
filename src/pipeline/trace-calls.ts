import type { Warehouse } from "../ports.ts";

/** Brings calls and client telemetry together, for every day that has either. @returns how many calls are traced */
export async function traceCalls(warehouse: Warehouse): Promise<number> {
  const [days] = (await warehouse.query("telemetry/traced_days")).rows;
  if (!days?.["first_day"]) return 0;
  const range = { from: String(days["first_day"]), to: String(days["last_day"]) };
  return warehouse.replaceDays("traced_calls", "telemetry/traced_calls", range);
}
