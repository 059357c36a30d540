import { type Hour, hourKey, startOf } from "../pipeline/stale-hours.ts";
import type { ObjectInfo, ObjectStore } from "../ports.ts";
import { parseDay } from "../time.ts";

/** The one file of an hour that is compacted; every other one in its folder is as it landed. */
export const COMPACTED = "compacted.parquet";
export const isCompacted = ({ key }: ObjectInfo): boolean => key.endsWith(`/${COMPACTED}`);

const RECORDS = "invocation_records/";
const IN_HOUR = /\/dt=(\d{4}-\d{2}-\d{2})\/hour=([01]\d|2[0-3])\/[^/]+\.parquet$/;

/** Hours that hold files as they landed, the newest first. @param days to look through; all of them unless given */
export async function landedHours(store: ObjectStore, days?: ReadonlySet<string>): Promise<Hour[]> {
  const hours = new Map<string, Hour>();
  for (const prefix of days === undefined ? [RECORDS] : [...days].map((day) => `${RECORDS}dt=${day}/`))
    for await (const file of store.list(prefix)) {
      const [, day = "", hour = ""] = IN_HOUR.exec(file.key) ?? [];
      if (parseDay(day) === undefined || isCompacted(file)) continue;
      const found = { day, hour: Number(hour) };
      hours.set(hourKey(found), found);
    }
  return [...hours.values()].sort((a, b) => startOf(b) - startOf(a));
}
