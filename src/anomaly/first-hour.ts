import type { ObjectStore, Warehouse } from "../ports.ts";
import { rangeOf } from "./run-detectors.ts";

const FIRST_HOUR_KEY = "alerts-state/first-hour.json";

/** When logging began; asked for once, since the answer reads all history. @returns milliseconds, `now` while there is no usage */
export async function firstHour(warehouse: Warehouse, state: ObjectStore, now: number): Promise<number> {
  const kept = await state.readAll(FIRST_HOUR_KEY);
  const known = kept ? Number(Buffer.from(kept.bytes).toString("utf8")) : Number.NaN;
  if (Number.isFinite(known)) return known;
  const first = (await rangeOf({ warehouse }))?.first;
  if (first !== undefined) await state.write(FIRST_HOUR_KEY, `${first}\n`);
  return first ?? now;
}
