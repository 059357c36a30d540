import type { DuckDBConnection } from "@duckdb/node-api";
import { glueTable } from "../../src/aws/glue-tables.ts";
import { TIERED_BYTES } from "../../src/aws/s3-store.ts";
import { tables } from "../../src/tables/index.ts";
import { addDays } from "../../src/time.ts";
import { type FunctionSize, lambdaUsage, type Run } from "./account.ts";
import type { Jobs, Measured } from "./measure.ts";
import { type Asked, asked, type History, type TableShape } from "./tables-read.ts";
import type { Stack } from "./template.ts";
import { objectsOf, SPAN_MS, type Volume } from "./traffic.ts";
import { dollars, minus, plus, times, type Usage } from "./usage.ts";

const DAYS = 30;
const HOURS = DAYS * 24;
const SECONDS = HOURS * 3600;
/** The detector's schedule is every five minutes. */
const RUNS = HOURS * 12;
/** Ticks of a day are judged again for two hours after it (OVERLAP_MS), by the run that begins an hour. */
const ASKED_AFTER_MIDNIGHT = 3;
/** Environments of a function that runs all the time last for hours, and nobody documents how many: one every two hours is on the safe side. */
const COLD_STARTS = 12 * DAYS;
/** A Data Export is delivered at least once a day (AWS Data Exports User Guide); two are counted. */
const DELIVERIES = 2 * DAYS;
/** The hourly look for months that wait. */
const WAITING_LOOKS = HOURS;
/** Mornings on which single calls of the running month are asked about: the first seven, when there is little to read yet, and at most four Mondays. */
const ASKING_MORNINGS = 7 + 4;
/** Mornings on which the month before is not closed yet. */
const OPEN_MORNINGS = 7;
/** Of these, those on which its calls are asked about: the first, one after late calls, and that of the closing. */
const ASKED_MORNINGS = 3;
/** Seconds that a small statement takes on Athena; a function that asks waits for it. */
const STATEMENT_S = 2;
/** Lambda polls a queue with five connections at once, each for up to 20 seconds (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
const POLLERS = 5;
const POLL_S = 20;
/** Messages of one receive or delete. */
const QUEUE_BATCH = 10;
/** Of S3's requests reach KMS with a bucket key: it removes up to 99 of 100 (S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"). */
const KMS_SHARE = 0.01;
/** Days that replaced days of sums are kept (infra/buckets.yml). */
const SUPERSEDED_DAYS = 7;
/** Days that old versions of records are kept. */
const VERSION_DAYS = 30;
/** Hours whose landed files are still there: the running one, half an hour until it is compacted, half until the files go. */
const LANDED_HOURS = 1.75;
const GB = 1e9;
/** Bytes that a table with a row a day or a principal may have in a day or at all; below the least that Athena bills. */
const SMALL = 100_000;

export interface Part {
  readonly name: string;
  readonly usage: Usage;
}

export interface MonthOf {
  readonly volume: Volume;
  readonly parts: readonly Part[];
  readonly dollars: number;
  /** Files that a statement's question over a month opens. */
  readonly monthFiles: number;
}

export interface Month {
  readonly volume: Volume;
  readonly measured: Measured;
  readonly jobs: Jobs;
  readonly stack: Stack;
  readonly sizeOf: (name: string) => FunctionSize;
  readonly planner: DuckDBConnection;
  /** Days of data that there are. */
  readonly kept: number;
}

/** A month of a stack at one volume, from what its runs were measured to take. */
export async function monthOf(given: Month): Promise<MonthOf> {
  const { volume, measured, stack, sizeOf } = given;
  const objects = objectsOf(volume);
  const shape = shapes(volume, measured);
  const detector = sizeOf("detect");
  const asks = await athena(given, shape);
  const batches = batchesOf(objects, stack);
  const ingest = ingestUsage(measured, sizeOf("ingest"), objects, batches);
  const detect = detectUsage(measured, detector, objects, asks);
  const jobsUsage = (run: Run, name: string, statements: Asked): Usage =>
    plus(runUsage(run, sizeOf(name), run.statements.length * STATEMENT_S), statements.usage);
  const counted: Part[] = [
    { name: "ingest", usage: ingest },
    { name: "queue", usage: queueUsage(objects, batches, stack) },
    { name: "detect", usage: detect },
    { name: "compact", usage: compactUsage(measured, sizeOf("compact"), objects) },
    {
      name: "reconcile",
      usage: plus(
        times(jobsUsage(given.jobs.reconcile, "reconcile", asks.reconcile), DELIVERIES),
        times(runUsage(given.jobs.waiting, sizeOf("reconcile")), WAITING_LOOKS),
      ),
    },
    {
      name: "report",
      usage: plus(
        times(jobsUsage(given.jobs.report, "report", asks.report), DAYS - ASKING_MORNINGS),
        times(jobsUsage(given.jobs.reportAsking, "report", asks.reportAsking), ASKING_MORNINGS),
        times(jobsUsage(given.jobs.reportBefore, "report", asks.reportBefore), OPEN_MORNINGS - ASKED_MORNINGS),
        times(jobsUsage(given.jobs.reportClosing, "report", asks.reportClosing), ASKED_MORNINGS),
      ),
    },
    { name: "prices", usage: times(stack.prices(sizeOf("prices")), DAYS / 7) },
    { name: "storage", usage: storageUsage(given, shape) },
    { name: "metrics, alarms", usage: stack.watching },
    { name: "key", usage: stack.key },
  ];
  const requests = plus(...counted.map(({ usage }) => usage));
  const logs = { log_gb: requests.log_gb ?? 0, log_gb_month: (requests.log_gb ?? 0) * (stack.logDays / DAYS) };
  const kms = { kms_request: ((requests.s3_read ?? 0) + (requests.s3_write ?? 0)) * KMS_SHARE + stack.queueKeyRequests(SECONDS) };
  const parts = [
    ...counted.map(({ name, usage }) => ({ name, usage: minus(usage, { log_gb: usage.log_gb ?? 0 }) })),
    { name: "logs", usage: logs },
    { name: "key requests", usage: kms },
  ];
  return { volume, parts, dollars: dollars(plus(...parts.map(({ usage }) => usage))), monthFiles: asks.monthFiles };
}

export const runUsage = (run: Pick<Run, "requests" | "cpu" | "waited">, size: FunctionSize, waits = 0): Usage =>
  plus(run.requests, lambdaUsage(size, run.cpu, run.waited + waits));

/** A batch is handed over when it is full or its window is over; each poller fills one of its own. Night and day differ, so the mean is taken over the hours of a week. */
function batchesOf(objects: number, { batchSize, window }: Stack): number {
  // Two thirds of a week's calls come in its 45 busy hours.
  const busy = (objects * (2 / 3)) / (45 / 168) / SECONDS;
  const quiet = (objects * (1 / 3)) / (123 / 168) / SECONDS;
  const inBatch = (rate: number): number => Math.min(batchSize, 1 + (rate * window) / POLLERS);
  return (objects * (2 / 3)) / inBatch(busy) + (objects * (1 / 3)) / inBatch(quiet);
}

/** What a run takes beyond its objects, and what each object adds, from a run with one and a run with many. */
function line(one: Run, many: Run, count: number): { readonly fixed: Run; readonly each: Run } {
  const share = 1 / (count - 1);
  const each = {
    ...many,
    requests: times(minus(many.requests, one.requests), share),
    cpu: Math.max(0, many.cpu - one.cpu) * share,
    waited: Math.max(0, many.waited - one.waited) * share,
  };
  return {
    fixed: {
      ...one,
      requests: minus(one.requests, each.requests),
      cpu: Math.max(0, one.cpu - each.cpu),
      waited: Math.max(0, one.waited - each.waited),
    },
    each,
  };
}

function ingestUsage({ single, full, batch }: Measured, size: FunctionSize, objects: number, batches: number): Usage {
  const { fixed, each } = line(single, full, batch);
  return plus(
    times(plus(fixed.requests, lambdaUsage(size, fixed.cpu, fixed.waited)), batches),
    times(plus(each.requests, minus(lambdaUsage(size, each.cpu, each.waited), lambdaUsage(size, 0, 0))), objects * straddling),
  );
}

/** A delivery at the turn of an hour holds calls of both, and makes two files. */
const straddling = 1 + SPAN_MS / 3_600_000;

function queueUsage(objects: number, batches: number, { batchSize }: Stack): Usage {
  const polled = Math.min(1, QUEUE_BATCH / batchSize);
  const taken = Math.max(batches, (objects / QUEUE_BATCH) * polled);
  return { sqs_request: objects + taken * 2 + (SECONDS / POLL_S) * POLLERS };
}

function detectUsage(
  { cold, unchanged, one, manyRun, many, turn, midnight }: Measured,
  size: FunctionSize,
  objects: number,
  asks: Asks,
): Usage {
  const { fixed, each } = line(one, manyRun, many);
  const newInRun = (objects / RUNS) * straddling;
  // A run in which something landed sums up the running hour: half of it on average, and one object of the hour before.
  const inHour = (objects / HOURS) * 0.5;
  const changing = Math.min(RUNS, objects);
  const run = plus(
    fixed.requests,
    times(each.requests, Math.max(1, newInRun)),
    lambdaUsage(size, fixed.cpu + each.cpu * Math.max(1, inHour), fixed.waited + each.waited * Math.max(1, newInRun)),
  );
  return plus(
    times(run, changing),
    times(runUsage(unchanged, size), RUNS - changing),
    // Beyond what any run does: the turn of an hour, the first hours of a day, a new environment.
    times(minus(runUsage(turn, size, STATEMENT_S), runUsage(unchanged, size)), HOURS),
    times(
      minus(runUsage(midnight, size, midnight.statements.length * STATEMENT_S), runUsage(turn, size)),
      DAYS * ASKED_AFTER_MIDNIGHT,
    ),
    times(minus(runUsage(cold, size), runUsage(one, size)), COLD_STARTS),
    times(asks.hour.usage, HOURS),
    times(minus(asks.midnight.usage, asks.hour.usage), DAYS * ASKED_AFTER_MIDNIGHT),
  );
}

/** Each hour is written by one run and rid of what landed by the next: two runs an hour. */
function compactUsage({ idle, compacting, removing, many }: Measured, size: FunctionSize, objects: number): Usage {
  const files = (objects / HOURS) * straddling;
  // The two objects that landed before the many.
  const share = files / (many + 2);
  const hour = [compacting, removing].map((run) =>
    plus(
      idle.requests,
      times(minus(run.requests, idle.requests), Math.max(1, share)),
      lambdaUsage(
        size,
        idle.cpu + Math.max(0, run.cpu - idle.cpu) * Math.max(1, share),
        idle.waited + Math.max(0, run.waited - idle.waited) * Math.max(1, share),
      ),
    ),
  );
  return times(plus(...hour), HOURS);
}

interface Asks {
  readonly hour: Asked;
  readonly midnight: Asked;
  readonly reconcile: Asked;
  readonly report: Asked;
  readonly reportAsking: Asked;
  readonly reportBefore: Asked;
  readonly reportClosing: Asked;
  readonly monthFiles: number;
}

async function athena({ measured, jobs, planner, kept }: Month, shape: (table: string) => TableShape): Promise<Asks> {
  const history: History = { first: addDays(jobs.day, 1 - kept), last: jobs.day };
  const of = (run: Run): Promise<Asked> => asked(planner, run.statements, shape, history);
  const question = `select i.team, sum(i.estimated_cost) as usd from invocations i where i.dt between date '${addDays(jobs.day, -29)}' and date '${jobs.day}' group by i.team`;
  return {
    hour: await of(measured.turn),
    midnight: await of(measured.midnight),
    reconcile: await of(jobs.reconcile),
    report: await of(jobs.report),
    reportAsking: await of(jobs.reportAsking),
    reportBefore: await of(jobs.reportBefore),
    reportClosing: await of(jobs.reportClosing),
    monthFiles: (await asked(planner, [question], shape, { first: addDays(jobs.day, -29), last: jobs.day })).files,
  };
}

/** How each table lies in the bucket at this volume. */
function shapes(volume: Volume, { recordBytes, ledgerBytes, sums }: Measured): (table: string) => TableShape {
  const objects = objectsOf(volume) / DAYS;
  const records = volume.calls / DAYS;
  const whole = (bytes: number): ReadonlyMap<string, number> => new Map([["*", bytes]]);
  const known: Readonly<Record<string, TableShape>> = {
    invocation_records: {
      byDay: true,
      files: 24,
      partitions: 24,
      // The running hour, the one before for a while, and late ones.
      recent: (objects / 24) * straddling * LANDED_HOURS,
      bytes: new Map([...recordBytes].map(([column, bytes]) => [column, bytes * records])),
    },
    ingested_objects: { byDay: true, files: objects, partitions: 1, bytes: whole(objects * ledgerBytes) },
    ...Object.fromEntries(
      [...sums].map(([table, columns]) => [
        table,
        { byDay: true, files: 1, partitions: 1, bytes: new Map([...columns].map(([column, bytes]) => [column, bytes * 24])) },
      ]),
    ),
  };
  return (name) => {
    const [partition] = tables().find((table) => table.name === name)?.partitions ?? [];
    // Days of tables whose partitions are worked out by Athena are listed whether there is anything or not.
    const listedFrom = firstProjected(name);
    const projected = listedFrom === undefined ? {} : { listedFrom };
    // A month's partition is a thirtieth of one a day.
    const share = partition?.name === "period" ? 1 / DAYS : 1;
    const shape = known[name] ?? { byDay: partition !== undefined, files: share, partitions: share, bytes: whole(SMALL * share) };
    return { ...shape, ...projected };
  };
}

const catalog = new Map(tables().map((table) => [table.name, glueTable(table, "s3://bucket/")]));

/** First day that Athena lists of a table, where the catalog says no days one by one. */
const firstProjected = (name: string): string | undefined =>
  catalog.get(name)?.Parameters?.["projection.dt.range"]?.split(",")[0];

/**
 * Gigabyte-months of records by the age of their days. S3 moves an object of Intelligent-Tiering down 30 and 90 days after it was last read (S3 User Guide, "How S3
 * Intelligent-Tiering works"); statements read the running month, and the month before on some mornings.
 */
function recordStorage(gbDay: number, objectBytes: number, kept: number): Usage {
  if (objectBytes < TIERED_BYTES) return { s3_gb_month: gbDay * kept };
  const warm = Math.min(kept, DAYS + OPEN_MORNINGS + 30);
  const cool = Math.min(kept - warm, 60);
  return {
    s3_gb_month: gbDay * warm,
    s3_infrequent_gb_month: gbDay * cool,
    s3_archive_instant_gb_month: gbDay * (kept - warm - cool),
    s3_tiering_month: 24 * kept,
  };
}

function storageUsage({ volume, measured: { landedBytes }, kept }: Month, shape: (table: string) => TableShape): Usage {
  const bytesOf = (table: string): number => [...shape(table).bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  const records = recordStorage(bytesOf("invocation_records") / GB, bytesOf("invocation_records") / 24, kept);
  const lasting = ["ingested_objects", "hourly_usage", "calls_5m"].reduce((sum, table) => sum + bytesOf(table) * kept, 0);
  // A day is written anew by every run, and is half full on average.
  const replaced = ["hourly_usage", "calls_5m"].reduce(
    (sum, table) => sum + (bytesOf(table) / 2) * (RUNS / DAYS) * SUPERSEDED_DAYS,
    0,
  );
  // What landed is kept as an old version after it is removed.
  const removed = (volume.calls / DAYS) * landedBytes * VERSION_DAYS;
  const tags = 2 * (RUNS / DAYS) * SUPERSEDED_DAYS;
  return plus(records, { s3_gb_month: (lasting + replaced + removed) / GB, s3_tag_month: tags });
}
