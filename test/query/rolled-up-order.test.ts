import { expect, it } from "vitest";
import { ask, type Cells } from "./ask.ts";

const FIVE = ["hour", "event_time", "delivered_at", "account_id", "region", "team", "model", "model_tier", "principal_arn"];
const CALLER = ["principal_type", "principal_name", "session_name", "person"];
const USAGE = [
  ...[
    "hour",
    "account_id",
    "region",
    "inference_region",
    "routing",
    "operation",
    "model_id",
    "inference_profile",
    "vendor",
    "model_family",
  ],
  ...["model", "model_tier", "service_tier", "principal_arn", ...CALLER, "team", "cost_center", "environment", "feature"],
  ...["attribution_source", "person_source"],
];

// The same rows are the same bytes, whatever order the records come in.
it.each([
  ["rollups/calls_5m", [...FIVE, ...CALLER, "error_code"]],
  ["rollups/hourly_usage", USAGE],
])("%s has its rows in the order of its dimensions", async (query, order) => {
  const of = (name: string, n: number): string | number =>
    name === "hour" ? n : name.endsWith("_time") || name.endsWith("_at") ? `2026-06-10 1${n}:00` : String(n);
  for (const [place, name] of order.entries()) {
    /** Equal in what comes before, and the other way round in what comes after. */
    const row = (n: number): Cells => ({
      ...{ dt: "2026-06-10", request_id: `r${n}`, status: "error", estimated_cost: n },
      ...Object.fromEntries(order.map((each, index) => [each, of(each, index < place ? 5 : index === place ? n : 9 - n)])),
    });
    const rows = await ask(query, { from: "2026-06-10", to: "2026-06-10" }, { invocations: [row(2), row(1)] });
    expect([name, rows.map((each) => Number(each["estimated_cost"]))]).toEqual([name, [1, 2]]);
  }
});
