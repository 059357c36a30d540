import type { Warehouse } from "../ports.ts";
import { addDays } from "../time.ts";
import type { TraceRange } from "./trace-calls.ts";

/** Whom CloudTrail, clients and installations name, for every day of which they tell. Before the rollup, and after calls are traced. */
export async function callPeople(warehouse: Warehouse): Promise<void> {
  const range = await daysOfOthers(warehouse);
  if (range) await warehouse.replaceDays("call_people", "attribution/call_people", beside(range));
}

/** First and last day of which anything but the log tells of calls, or the log of sessions. */
export async function daysOfOthers(warehouse: Warehouse): Promise<TraceRange | undefined> {
  const days: string[] = [];
  for (const query of ["telemetry/traced_days", "cloudtrail/trail_days"]) {
    const [row] = (await warehouse.query(query)).rows;
    if (row?.["first_day"]) days.push(String(row["first_day"]), String(row["last_day"]));
  }
  const [from, to] = [days.sort()[0], days.at(-1)];
  return from === undefined || to === undefined ? undefined : { from, to };
}

/** The same for some days. @returns the days of which a call may have another person now */
export async function callPeopleOf(warehouse: Warehouse, range: TraceRange): Promise<string[]> {
  const days = beside(range);
  const before = await toldPeople(warehouse, days);
  await warehouse.replaceDays("call_people", "attribution/call_people", days);
  const after = await toldPeople(warehouse, days);
  return [...new Set([...before.keys(), ...after.keys()])].filter((day) => before.get(day) !== after.get(day)).sort();
}

/** Days before one of which a user of Identity Center has another name by now: a file was pushed, or Kiro reported him. */
export async function renamedDays(warehouse: Warehouse, before: string): Promise<string[]> {
  return (await warehouse.query("attribution/renamed_days", { before })).rows.map((row) => String(row["day"]));
}

/** An event of the last second of a day may be logged in the first of the next. */
const beside = ({ from, to }: TraceRange) => ({ from: addDays(from, -1), to: addDays(to, 1) });

async function toldPeople(warehouse: Warehouse, range: ReturnType<typeof beside>): Promise<Map<string, string>> {
  const { rows } = await warehouse.query("attribution/told_people", range);
  return new Map(rows.map((row) => [String(row["dt"]), String(row["fingerprint"])]));
}
