import type { Warehouse } from "../ports.ts";

/** Which call of the log each call of a client is, for every day that has either. Before the rollup: what a cache write costs may hang on it. */
export async function matchCalls(warehouse: Warehouse): Promise<void> {
  const range = await tracedDays(warehouse);
  if (range) await warehouse.replaceDays("call_matches", "telemetry/call_matches", range);
}

/** Brings the matched calls and what clients tell of them together. @returns how many calls are traced */
export async function traceCalls(warehouse: Warehouse): Promise<number> {
  const range = await tracedDays(warehouse);
  return range ? warehouse.replaceDays("traced_calls", "telemetry/traced_calls", range) : 0;
}

async function tracedDays(warehouse: Warehouse): Promise<{ from: string; to: string } | undefined> {
  const [days] = (await warehouse.query("telemetry/traced_days")).rows;
  return days?.["first_day"] ? { from: String(days["first_day"]), to: String(days["last_day"]) } : undefined;
}
