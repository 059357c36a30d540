import type { Row, Warehouse } from "../ports.ts";
import { pricedOf } from "./measures.ts";
import { daysAround, missingDays } from "./missing-days.ts";
import type { DataQuality, RecordQuality } from "./month-data.ts";
import type { Period } from "./period.ts";
import { count, text } from "./rows.ts";

/** Stands for the unreadable rest of an object, which is no line. */
const DAMAGED = "damaged_object";

type Ask = (name: string) => Promise<readonly Row[]>;

/** What the month's records say of themselves: reads them all. */
export async function loadRecordQuality(rows: Ask): Promise<RecordQuality> {
  const record = (await rows("record_quality"))[0] ?? {};
  return {
    records: count(record, "records"),
    duplicates: count(record, "duplicates"),
    coerced: count(record, "coerced"),
    contradictions: count(record, "contradictions"),
    objects: count(record, "objects"),
  };
}

/** What the month's sums and the quarantine say about its data. */
export async function loadQuality(
  rows: Ask,
  warehouse: Warehouse,
  period: Period,
  billedUntil: string | undefined,
): Promise<Omit<DataQuality, keyof RecordQuality>> {
  const gaps = (await warehouse.query("rollups/log_gaps", daysAround(period))).rows.map((row) => ({
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
