import type { Warehouse } from "../ports.ts";

/** How complete the log is, told from the hours in which records were expected and those in which there were some. */
export interface Completeness {
  /** complete, gaps, or unknown where there is too little history to expect anything. */
  readonly status: "complete" | "gaps" | "unknown";
  /** Hours of an account and region in which records were expected. */
  readonly expected_hours: number;
  readonly missing_hours: number;
  /** Share of the expected hours that have records; null when none was expected. */
  readonly share: number | null;
  readonly gaps: readonly LogGap[];
}

export interface LogGap {
  readonly account_id: string;
  readonly region: string;
  /** First and last hour without records, ISO 8601. */
  readonly first_hour: string;
  readonly last_hour: string;
  readonly hours: number;
}

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
