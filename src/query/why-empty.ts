import type { QueryParams, Row, Warehouse } from "../ports.ts";
import { PROGRAM } from "../program.ts";
import { coveredDays } from "./default-dates.ts";
import type { QueryFile } from "./files.ts";

/** What a query about them cannot do without, and where it comes from. The first that is empty is named. */
const SOURCES: readonly (readonly [reads: readonly string[], what: string, table: string])[] = [
  [["kiro_days", "kiro_usage"], "no report of Kiro was read (docs/other-calls.md)", "kiro_usage"],
  [["kiro_charges"], "no line of Kiro or Amazon Q is on a bill that was read (docs/other-calls.md)", "kiro_charges"],
  [["trail_events", "api_calls"], "no CloudTrail event was read (docs/other-calls.md)", "trail_events"],
  [["batch_jobs", "batch_records"], "no output of a batch job was read (docs/other-calls.md)", "batch_records"],
  [
    ["client_calls", "client_tools", "client_counts", "tool_costs", "commit_calls"],
    "no telemetry of clients was read (docs/telemetry.md)",
    "telemetry_objects",
  ],
  [
    ["traced_calls", "call_clients"],
    "no call could be matched with telemetry or names a session (docs/telemetry.md)",
    "traced_calls",
  ],
  [
    ["billed_charges", "cur_line_items", "charge_matches", "allocated_charges"],
    "no bill was read: give one to the analysis with --cur",
    "cur_line_items",
  ],
  [
    ["completeness", "service_counts"],
    `no counts of Bedrock itself were read: ${PROGRAM} analyze --counts asks CloudWatch for them`,
    "service_counts",
  ],
  [["quarantine"], "every line could be read: nothing is in quarantine", "quarantine"],
  [["alerts"], "no alert was raised", "alerts"],
  [["hourly_usage", "invocations", "call_identities"], "no call is in the data", "hourly_usage"],
];

/** Rows that stand for calls without the label that was asked for. */
const NOT_THERE = new Set(["(not sent)", "(none)"]);

/**
 * One sentence on why a query answers nothing, or nothing but "not sent": a source that was not read, days outside of the data, a label that nobody
 * sends, a limit that nothing reaches. Undefined where there is something to read.
 */
export async function whyEmpty(
  warehouse: Warehouse,
  { header }: QueryFile,
  params: QueryParams,
  rows: readonly Row[],
): Promise<string | undefined> {
  const label = header.params.find(({ name }) => name === "key" || name === "label");
  if (rows.length > 0 && !(label && rows.every((row) => NOT_THERE.has(String(Object.values(row)[0]))))) return undefined;
  for (const [reads, what, table] of SOURCES)
    if (header.reads.some((read) => reads.includes(read)) && (await isEmpty(warehouse, table))) return `Empty: ${what}.`;
  const outside = await outsideOfData(warehouse, params);
  if (outside) return outside;
  if (label) return labelsThere(warehouse, header.reads, label.name, String(params[label.name] ?? label.fallback));
  const limits = header.params.filter(({ name, fallback }) => LIMIT.test(name) && fallback !== undefined && fallback !== "null");
  if (limits.length === 0) return "Empty: the data of these days has nothing of the kind.";
  const set = limits.map(({ name, fallback }) => `${name}=${params[name] ?? fallback}`);
  return `Empty: nothing in these days is within ${set.join(" and ")}. Give other values with --param.`;
}

const LIMIT = /^(min_|max_|least|days$|gap_|within_|quota|since$|before$|first_hour|last_hour)/;

const isEmpty = async (warehouse: Warehouse, table: string): Promise<boolean> =>
  (await warehouse.query("rollups/has_rows", { source: table })).rows.length === 0;

async function outsideOfData(warehouse: Warehouse, { from, to }: QueryParams): Promise<string | undefined> {
  if (typeof from !== "string" || typeof to !== "string") return undefined;
  const days = await coveredDays(warehouse);
  if (days.from === null || days.to === null || (from <= days.to && to >= days.from)) return undefined;
  return `Empty: calls are from ${days.from} to ${days.to}, and ${from} to ${to} was asked for.`;
}

/** Which keys there are instead. */
async function labelsThere(warehouse: Warehouse, reads: readonly string[], name: string, value: string): Promise<string> {
  const { rows } = await warehouse.query(reads.includes("traced_calls") ? "telemetry/label_keys" : "attribution/metadata_keys");
  const there = rows.map((row) => String(row["label"]));
  return there.length === 0
    ? `No call has a label at all; ${name}=${value} was asked for.`
    : `No call has ${name}=${value}. There is: ${there.join(", ")} (--param ${name}=…).`;
}
