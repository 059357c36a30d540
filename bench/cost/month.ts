import type { DuckDBConnection } from "@duckdb/node-api";
import { addDays } from "../../src/time.ts";
import { type FunctionSize, lambdaUsage, type Run } from "./account.ts";
import type { Jobs, Measured } from "./measure.ts";
import {
  ASKED_AFTER_MIDNIGHT,
  ASKED_MORNINGS,
  ASKING_MORNINGS,
  COLD_STARTS,
  DAYS,
  DELIVERIES,
  HOURS,
  OPEN_MORNINGS,
  RUNS,
  SECONDS,
  straddling,
  WAITING_LOOKS,
} from "./schedule.ts";
import { type Stored, shapes, storageUsage } from "./storage.ts";
import { type Asked, asked, type History, type TableShape } from "./tables-read.ts";
import type { Stack } from "./template.ts";
import { objectsOf, type Volume } from "./traffic.ts";
import { dollars, minus, plus, times, type Usage } from "./usage.ts";

/** Seconds that a small statement takes on Athena; a function that asks waits for it. */
const STATEMENT_S = 2;
/** Lambda polls a queue with five connections at once, each for up to 20 seconds (Lambda Developer Guide, "Using Lambda with Amazon SQS"). */
const POLLERS = 5;
const POLL_S = 20;
/** Messages of one receive or delete. */
const QUEUE_BATCH = 10;
/** Of S3's requests reach KMS with a bucket key: it removes up to 99 of 100 (S3 User Guide, "Reducing the cost of SSE-KMS with Amazon S3 Bucket Keys"). */
const KMS_SHARE = 0.01;

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

export interface Month extends Stored {
  readonly jobs: Jobs;
  readonly stack: Stack;
  readonly sizeOf: (name: string) => FunctionSize;
  readonly planner: DuckDBConnection;
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
