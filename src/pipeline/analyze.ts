import type { Alert } from "../anomaly/alert.ts";
import { BUDGET_STATUS_KEY, budgetStatus } from "../anomaly/budget-status.ts";
import { detectOver } from "../anomaly/run-detectors.ts";
import { type DimensionWriter, reconcile, writeDimensions } from "../billing/reconcile.ts";
import { reconcileLimits } from "../billing/reconcile-limits.ts";
import { restatementNotes } from "../billing/restatement-notes.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import type { IngestResult } from "../curated/ingest-objects.ts";
import type { ObjectStore, ServiceCounts, Warehouse } from "../ports.ts";
import { writeReport } from "../report/write-report.ts";
import { tables } from "../tables/index.ts";
import { addDays, parseDay, parseInstant } from "../time.ts";
import { apiCalls } from "./api-calls.ts";
import { callPeople, daysOfOthers } from "./call-people.ts";
import { completeness } from "./completeness.ts";
import { billedLabels, writePrincipals } from "./principals.ts";
import { writeServiceCounts } from "./service-counts.ts";
import { type OnStage, stages } from "./stages.ts";
import { type BillTotals, summarise, usd } from "./summary.ts";
import { type Problem, type Summary, tracedSchema } from "./summary-schema.ts";
import { matchCalls, traceCalls } from "./trace-calls.ts";
import { replaceUsage } from "./usage-tables.ts";

/** A warehouse whose engine can keep what it has read. */
export interface AnalysingWarehouse extends Warehouse {
  /** Files of these tables changed; of all unless given. */
  refresh(only?: readonly string[]): Promise<void>;
  /** Reads tables and views once instead of in each query, and again when what they are read from has changed. */
  hold(names: readonly string[]): Promise<void>;
  /** Reads their files in each query again. */
  release(names: readonly string[]): Promise<void>;
}

export interface AnalyzeInput {
  readonly config: StrataConfig;
  readonly data: ObjectStore;
  /** Opened once the records have landed and the bill, if any, is imported. */
  readonly warehouse: AnalysingWarehouse;
  readonly ingested: IngestResult;
  /** Whether cur_line_items holds a bill. */
  readonly hasBill: boolean;
  /** Puts the small tables that billing derives in place. */
  readonly dimensions: DimensionWriter;
  /** Milliseconds; nothing later is judged by the detectors. */
  readonly now: number;
  readonly problems: readonly Problem[];
  /** Asks Bedrock what it counted itself; without it completeness is told from gaps alone. */
  readonly serviceCounts?: { readonly api: ServiceCounts; readonly account: string } | undefined;
  readonly onStage?: OnStage;
}

/** Tables with a row for each call. */
const BY_CALL = new Set(["invocation_records", "client_call_records", "client_tool_records", "client_points", "trail_events"]);
/** More calls than this are not kept in the engine: they take some 5 KB of memory each (docs/performance.md). Their files are large then, and sooner read again. */
export const MOST_HELD = 300_000;
/** With more calls than this their sums and the bill are not kept either, 2 KB for each call: memory is what one query needs. */
const MOST_SUMMED = 2_000_000;

/** Tables that the engine keeps, by the number of calls that were read. */
export const tablesToHold = (records: number): string[] =>
  tables()
    // Calls as they landed are read once for `invocations`, and else for a column or two, unless they are brought together with others.
    .filter(({ name }) => name !== "invocation_records" && (records <= MOST_HELD || !BY_CALL.has(name)))
    .filter(({ partitions }) => records <= MOST_SUMMED || partitions.length === 0)
    .map(({ name }) => name);

/** Everything after ingest, in order: principals, rollup, reconciliation, alerts, reports, summary. */
export async function analyze(input: AnalyzeInput): Promise<Summary> {
  const { config, data, warehouse, ingested, hasBill } = input;
  const onStage = stages(input.onStage ?? (() => undefined), hasBill ? [] : ["the bill"]);
  onStage("who called");
  const isHeld = ingested.counts.records <= MOST_HELD;
  await warehouse.hold(tablesToHold(ingested.counts.records));
  if (hasBill)
    await writeDimensions({ warehouse, dimensions: input.dimensions, attribution: config.attribution, billing: config.billing });
  const [landed] = (await warehouse.query("rollups/landed_days")).rows;
  const range = landed?.first_day ? { from: String(landed.first_day), to: String(landed.last_day) } : undefined;
  const labels = { ...(await billedLabels(warehouse)), asOf: range?.to ?? "" };
  await writePrincipals(warehouse, data, config, range ? [range] : [], labels);
  await warehouse.refresh(["principals", "learned_owners", "attribution_sources", "identity_sources"]);

  onStage("sessions");
  const traced = (await daysOfOthers(warehouse)) ? await bringTogether(warehouse, isHeld) : 0;
  // What it is made from changes no more.
  if (isHeld) await warehouse.hold(["invocations"]);
  if (range) {
    onStage("hourly usage");
    await replaceUsage(warehouse, config, range);
  }
  await warehouse.release(["invocation_records"]);
  const uncounted =
    range && input.serviceCounts ? await askBedrock(input, range, () => onStage("hourly usage", "Bedrock's own counts", 1)) : [];
  const [invocations = {}] = (await warehouse.query("rollups/invocation_counts")).rows;
  // As of the last event, not of the run: the same input gives the same files.
  const lastEvent = parseInstant(String(invocations.last_event ?? ""));
  let bill: BillTotals | undefined;
  const restated: Problem[] = [];
  if (hasBill) {
    onStage("the bill");
    if (isHeld) await warehouse.hold(["billed_charges"]);
    const done = await reconcile({
      warehouse,
      dimensions: input.dimensions,
      attribution: config.attribution,
      ...reconcileLimits(config.billing),
      noticedAt: Math.min(lastEvent ?? input.now, input.now),
    });
    for (const failure of done.failures) throw failure;
    bill = done.summary;
    restated.push(...restatementNotes(done.closedChanged));
  }
  onStage("alerts");
  const detected = range ? await detectOver({ warehouse, config, now: input.now, ...range }) : undefined;
  const alerts = detected?.alerts ?? [];
  await data.write("alerts.jsonl", alerts.map((alert) => `${JSON.stringify(alert)}\n`).join(""));
  if (lastEvent !== undefined) {
    const standing = await budgetStatus({ warehouse, config, now: lastEvent });
    await data.write(BUDGET_STATUS_KEY, `${JSON.stringify(standing, null, 2)}\n`);
  }
  await warehouse.refresh(["alerts"]);
  await warehouse.hold(["log_hours"]);

  const quality = await completeness(warehouse);
  const months = (await warehouse.query("rollups/months")).rows.map((row) => String(row.month));
  const reports: string[] = [];
  const statements: Summary["statements"] = [];
  for (const [index, month] of months.entries()) {
    onStage("reports", `report ${month}, ${index + 1} of ${months.length}`, index / months.length);
    const { keys, status, notice } = await writeReport({ warehouse, store: data, config, month });
    reports.push(...keys);
    statements.push({ month, status, notice: notice ? [notice.summary, ...notice.details].join(" ") : null });
  }
  const summary = summarise({
    counts: ingested.counts,
    invocations,
    bill,
    alerts: countByTier(alerts),
    learning: detected?.learning ?? [],
    months,
    completeness: quality,
    traced: traced === 0 ? [] : await coverage(warehouse),
    problems: distinct([...input.problems, ...uncounted, ...restated, ...(detected?.notes ?? []).map(noteOf)]),
    statements,
    reports,
  });
  await data.write("summary.json", `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}

/** Calls of the log with what clients and CloudTrail tell of them. @returns how many calls are traced */
async function bringTogether(warehouse: AnalysingWarehouse, isHeld: boolean): Promise<number> {
  // Each step reads them.
  if (isHeld) await warehouse.hold(["invocation_records"]);
  await matchCalls(warehouse);
  const traced = await traceCalls(warehouse);
  await apiCalls(warehouse);
  await callPeople(warehouse);
  return traced;
}

/** What the detectors left out, for the reader of the summary. */
const noteOf = (message: string): Problem => ({
  kind: "note",
  place: "alerts",
  message,
  hint: "docs/alerts.md says what each rule needs; a rule that can never run here is turned off with alerts.rules.<name>.enabled: false.",
});

/** How calls and telemetry met; the first thing to look at when a session's cost looks wrong. */
async function coverage(warehouse: Warehouse): Promise<Summary["traced"]> {
  const { rows } = await warehouse.query("telemetry/coverage");
  return rows.map((row) =>
    tracedSchema.parse({
      seen: row["seen"],
      match: row["match"],
      calls: Number(row["calls"]),
      estimated_usd: usd(row["estimated_cost"]),
      claimed_usd: usd(row["claimed_cost"]),
    }),
  );
}

/** Bedrock's own counts of the days of the log, up to now. What it does not answer is a note, not a failure. */
async function askBedrock(
  { warehouse, data, serviceCounts, now }: AnalyzeInput,
  { from, to }: { readonly from: string; readonly to: string },
  onAsking: () => void,
): Promise<Problem[]> {
  if (serviceCounts === undefined) return [];
  onAsking();
  const { api: counts, account } = serviceCounts;
  const until = Math.min(now, parseDay(addDays(to, 1)) ?? now);
  const { regions, failures } = await writeServiceCounts({ warehouse, data, counts, account, from, until });
  await warehouse.refresh(["service_counts"]);
  const hint = "Allow cloudwatch:GetMetricData, or leave --counts out; completeness is told from gaps alone there.";
  if (regions === 0)
    return [
      {
        kind: "note",
        place: account,
        message: `counts: the log holds no call of account ${account}, whose counts CloudWatch would show`,
        hint: "Use the AWS profile of the account that made the calls.",
      },
    ];
  return failures.map(({ region, message }) => ({ kind: "note", place: region, message, hint }));
}

/** A second run on the same folder may find the same again. */
const distinct = (problems: readonly Problem[]): Problem[] => [
  ...new Map(problems.map((problem) => [`${problem.place}\n${problem.message}`, problem])).values(),
];

/** Incidents that somebody is told about: those that another one explains, and muted ones, are in the table only. */
function countByTier(alerts: readonly Alert[]): Summary["alerts"] {
  const told = alerts.filter((alert) => alert.grouped_under === null && alert.muted === null);
  const of = (tier: string): number => told.filter((alert) => alert.severity === tier).length;
  return { info: of("info"), warning: of("warning"), critical: of("critical"), budget: of("budget"), data: of("data") };
}
