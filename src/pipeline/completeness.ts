import type { Warehouse } from "../ports.ts";
import type { Completeness } from "./summary-schema.ts";

/** How complete the log is, told from the hours in which records were expected and those in which there were some. */
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
  return {
    status: expected === 0 ? "unknown" : missing === 0 ? "complete" : "gaps",
    expected_hours: expected,
    missing_hours: missing,
    share: expected === 0 ? null : (expected - missing) / expected,
    gaps,
  };
}
