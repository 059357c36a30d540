import type { Check } from "../../doctor/check.ts";
import { telemetryChecks } from "../../doctor/checks/telemetry.ts";
import { count, text } from "../../report/rows.ts";
import { openData } from "../shared/open-data.ts";

/** What the telemetry in a data folder lacks. @throws UsageError when the folder holds no analysis */
export async function lookAtData(folder: string): Promise<Check[]> {
  const warehouse = await openData(folder);
  try {
    const { rows } = await warehouse.query("saved/telemetry_health");
    return telemetryChecks(
      rows.map((row) => ({
        version: text(row, "client_version"),
        events: count(row, "events"),
        withRequestId: count(row, "with_request_id"),
        knownRequestId: count(row, "known_request_id"),
        withSession: count(row, "with_session"),
        loggedSessions: count(row, "logged_sessions"),
        points: count(row, "points"),
      })),
    );
  } finally {
    warehouse.close();
  }
}
