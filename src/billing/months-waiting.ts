import type { ObjectStore } from "../ports.ts";

const KEY = "reconciled_months/reconciled_months.jsonl";

/** Months, YYYY-MM, newest first, of which the last reconciliation left a step undone: their figures are not those of the bill that is there. */
export async function monthsWaiting(data: ObjectStore): Promise<string[]> {
  const object = await data.readAll(KEY);
  if (object === undefined) return [];
  const rows = Buffer.from(object.bytes)
    .toString()
    .split("\n")
    .flatMap((line): { month: string; fingerprint: string | null }[] => (line === "" ? [] : [JSON.parse(line)]));
  const waiting = rows.filter(({ fingerprint }) => fingerprint === null).map(({ month }) => month);
  return [...new Set(waiting)].sort().toReversed();
}
