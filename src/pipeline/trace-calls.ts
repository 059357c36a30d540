import type { Warehouse } from "../ports.ts";

export interface TraceRange {
  readonly from: string;
  readonly to: string;
}

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

/** Both for some days. @returns how many calls are traced, and the days whose cache writes now have another duration and so another price */
export async function traceRange(
  warehouse: Warehouse,
  range: TraceRange,
): Promise<{ readonly calls: number; readonly repriced: readonly string[] }> {
  const before = await toldWrites(warehouse, range);
  await warehouse.replaceDays("call_matches", "telemetry/call_matches", { ...range });
  const after = await toldWrites(warehouse, range);
  const calls = await warehouse.replaceDays("traced_calls", "telemetry/traced_calls", { ...range });
  const repriced = [...new Set([...before.keys(), ...after.keys()])].filter((day) => before.get(day) !== after.get(day));
  return { calls, repriced: repriced.sort() };
}

/** By day, what clients told of the duration of cache writes. */
async function toldWrites(warehouse: Warehouse, range: TraceRange): Promise<Map<string, string>> {
  const { rows } = await warehouse.query("telemetry/told_writes", { ...range });
  return new Map(rows.map((row) => [String(row["dt"]), [row["calls"], row["short_tokens"], row["long_tokens"]].join("/")]));
}

async function tracedDays(warehouse: Warehouse): Promise<TraceRange | undefined> {
  const [days] = (await warehouse.query("telemetry/traced_days")).rows;
  return days?.["first_day"] ? { from: String(days["first_day"]), to: String(days["last_day"]) } : undefined;
}
