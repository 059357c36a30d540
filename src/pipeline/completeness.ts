import type { Row, Warehouse } from "../ports.ts";
import type { Completeness } from "./summary-schema.ts";

/**
 * How complete the log is: against Bedrock's own counts where somebody asked for them, and everywhere from the hours in which records were
 * expected and those in which there were some.
 */
export async function completeness(warehouse: Warehouse): Promise<Completeness> {
  const [totals] = (await warehouse.query("rollups/expected_hours")).rows;
  const gaps = (await warehouse.query("rollups/log_gaps")).rows.map((row) => ({
    account_id: String(row.account_id),
    region: String(row.region),
    first_hour: String(row.first_hour),
    last_hour: String(row.last_hour),
    hours: Number(row.hours),
  }));
  const expected = Number(totals?.expected_hours ?? 0);
  const missing = Number(totals?.missing_hours ?? 0);
  const counted = await byBedrock(warehouse);
  return {
    status: statusOf(expected, missing, counted),
    expected_hours: expected,
    missing_hours: missing,
    share: expected === 0 ? null : (expected - missing) / expected,
    gaps,
    by_bedrock: counted,
  };
}

function statusOf(expected: number, missing: number, counted: Completeness["by_bedrock"]): Completeness["status"] {
  if (counted !== null && counted.short_hours > 0) return "short";
  if (missing > 0) return "gaps";
  return expected === 0 && counted === null ? "unknown" : "complete";
}

async function byBedrock(warehouse: Warehouse): Promise<Completeness["by_bedrock"]> {
  const [row] = (await warehouse.query("rollups/counted_hours")).rows;
  const of = (name: string): number => Number(row?.[name] ?? 0);
  if (of("hours") === 0) return null;
  const [counted, missing] = [of("counted"), of("missing")];
  return {
    hours: of("hours"),
    counted,
    ingested: of("ingested"),
    missing,
    share: counted === 0 ? 1 : 1 - missing / counted,
    undelivered: of("undelivered"),
    short_hours: of("short_hours"),
    shortest: (await warehouse.query("rollups/short_hours")).rows.map(shortHour),
  };
}

const shortHour = (row: Row) => ({
  account_id: String(row.account_id),
  region: String(row.region),
  hour: String(row.at_hour),
  ingested: Number(row.ingested),
  counted: Number(row.counted),
  undelivered: Number(row.undelivered ?? 0),
});
