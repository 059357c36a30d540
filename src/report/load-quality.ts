import type { Row, Warehouse } from "../ports.ts";
import { pricedOf } from "./measures.ts";
import { missingDays } from "./missing-days.ts";
import type { DataQuality } from "./month-data.ts";
import type { Period } from "./period.ts";
import { count, text } from "./rows.ts";

/** Stands for the unreadable rest of an object, which is no line. */
const DAMAGED = "damaged_object";

/** What the month's data says about itself. */
export async function loadQuality(
  rows: (name: string) => Promise<readonly Row[]>,
  warehouse: Warehouse,
  period: Period,
  billedUntil: string | undefined,
): Promise<DataQuality> {
  const record = (await rows("record_quality"))[0] ?? {};
  const gaps = (await warehouse.query("rollups/log_gaps")).rows.map((row) => ({
    account: text(row, "account_id"),
    region: text(row, "region"),
    from: text(row, "first_hour"),
    to: text(row, "last_hour"),
    hours: count(row, "hours"),
  }));
  const lines = (await rows("quarantine")).map((row) => ({
    reason: text(row, "reason"),
    lines: count(row, "lines"),
    objects: count(row, "objects"),
  }));
  return {
    records: count(record, "records"),
    duplicates: count(record, "duplicates"),
    coerced: count(record, "coerced"),
    contradictions: count(record, "contradictions"),
    objects: count(record, "objects"),
    damagedObjects: lines.filter((line) => line.reason === DAMAGED).reduce((sum, line) => sum + line.objects, 0),
    quarantine: lines.filter((line) => line.reason !== DAMAGED),
    unpriced: (await rows("unpriced")).map((row) => ({
      model: text(row, "model"),
      calls: count(row, "calls"),
      tokens: count(row, "total_tokens"),
      teams: count(row, "teams"),
    })),
    unattributed: (await rows("unattributed")).map((row) => ({
      principal: text(row, "principal_arn"),
      account: text(row, "account_id"),
      usage: pricedOf(row, "calls"),
    })),
    missingDays: await missingDays(warehouse, period, billedUntil),
    gaps: gaps.filter((gap) => gap.from.slice(0, 10) <= period.to && gap.to.slice(0, 10) >= period.from),
  };
}
