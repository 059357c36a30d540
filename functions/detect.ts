import { tmpdir } from "node:os";
import { join } from "node:path";
import { GlueClient } from "@aws-sdk/client-glue";
import { BUDGET_STATUS_KEY, budgetStatus } from "../src/anomaly/budget-status.ts";
import { type DetectResult, detect } from "../src/anomaly/detect.ts";
import { alertOutlet } from "../src/aws/alert-outlet.ts";
import { clientConfig } from "../src/aws/client-options.ts";
import { cloudWatchCounts } from "../src/aws/cloudwatch-counts.ts";
import { configInForce } from "../src/aws/config-in-force.ts";
import { dashboardAddress } from "../src/aws/dashboard-address.ts";
import { setting, stageName, systemClock, topics } from "../src/aws/deployment.ts";
import { gluePlaces } from "../src/aws/glue-places.ts";
import { tellHourUsage } from "../src/aws/hour-usage.ts";
import { runTold } from "../src/aws/run-told.ts";
import type { S3Store } from "../src/aws/s3-store.ts";
import { SnsSink } from "../src/aws/sns-sink.ts";
import { SqsDeadLetters } from "../src/aws/sqs-dead-letters.ts";
import { type Stack, stack } from "../src/aws/stack.ts";
import type { LambdaContext } from "../src/aws/time-left.ts";
import type { StrataConfig } from "../src/config/strata-config.ts";
import { LiveRun } from "../src/live/live-run.ts";
import { LIVE_TABLES, SplitWarehouse } from "../src/live/split-warehouse.ts";
import { countAgain } from "../src/pipeline/count-again.ts";
import { keptLabels } from "../src/pipeline/labels-object.ts";
import { quietRules } from "../src/pipeline/quiet-rules.ts";
import type { Warehouse } from "../src/ports.ts";
import { writeChanged } from "../src/write-changed.ts";

let opened: Promise<LiveRun> | undefined;
let athena: Warehouse | undefined;
/** Engine and disk stay between two runs; Athena is asked with the time of the run that asks. */
const live = (store: S3Store): Promise<LiveRun> => {
  opened ??= LiveRun.open({
    store,
    places: gluePlaces({ glue: new GlueClient(clientConfig()), store, database: setting("database") }),
    history: () => athena,
    work: join(tmpdir(), `strata-${process.pid}`),
  });
  return opened;
};

interface Ran {
  readonly published: number;
  readonly failed: number;
  readonly open: number;
  /** Hours that were summed up. */
  readonly hours: number;
  /** Hours that still wait. */
  readonly backlog: number;
}

/** Every five minutes: sums up the hours that changed, judges what happened since the last run and tells what is new; then what can wait. */
export const handler = async (_event?: unknown, context?: LambdaContext): Promise<Ran> => {
  const own = stack("detect", context);
  const { telemetry, data, timeLeft } = own;
  const began = systemClock.now();
  return runTold(own, "detection failed", async () => {
    const config = await configInForce(data, telemetry, began);
    athena = own.warehouse;
    const run = await live(data);
    const labels = await keptLabels(own.warehouse, data);
    const recent = await run.recent(config, labels, began);
    const warehouse = new SplitWarehouse(run.engine, own.warehouse, LIVE_TABLES);
    const done = await judge(own, warehouse, config);
    telemetry.count("DetectionLag", Math.max(0, Math.round((began - done.range.to) / 1000)));
    const status = await budgetStatus({ warehouse, config, now: systemClock.now() });
    await writeChanged(data, BUDGET_STATUS_KEY, `${JSON.stringify(status, null, 2)}\n`);
    await hourly(own, run.engine, config, began);
    const { failures, lostTrackOf, ...late } = await run.catchUp(config, labels, began, timeLeft);
    if (lostTrackOf !== undefined)
      telemetry.log.warn("state/hours.json was lost; older hours are summed up again", { hours: lostTrackOf });
    for (const error of failures) telemetry.failed(error, "late hours could not be summed up; they are tried again");
    telemetry.count("HoursWaiting", late.backlog);
    const hours = recent.length + late.hours;
    telemetry.log.info("detected", { ...done, hours, backlog: late.backlog });
    return { published: done.published, failed: done.failed, open: done.open, hours, backlog: late.backlog };
  });
};

async function judge({ telemetry, data }: Stack, warehouse: SplitWarehouse, config: StrataConfig): Promise<DetectResult> {
  const { detector } = config.deploy;
  const live = { sink: new SnsSink({ topics: topics() }), state: data };
  const outlet = alertOutlet(detector, { live, place: setting("data"), log: telemetry.log });
  const stage = stageName();
  // Lambda sets it.
  const region = process.env.AWS_REGION;
  const done = await detect({
    warehouse,
    ...outlet,
    deadLetters: new SqsDeadLetters({ url: setting("alertDeadLetters") }),
    clock: systemClock,
    config,
    isDear: (query) => !warehouse.isHere(query),
    isQuiet: quietRules(data),
    // What a message says to run, runs there.
    target: `--athena --stage ${stage}`,
    stage,
    ...(region === undefined || !config.deploy.dashboard ? {} : { dashboard: dashboardAddress(stage, region) }),
  });
  telemetry.count("AlertsSent", detector === "live" ? done.published : 0);
  telemetry.count("AlertsFailed", done.failed + done.undeliverable);
  telemetry.count("OpenIncidents", done.open);
  return done;
}

/** Once an hour: what the hour used; every third: what Bedrock itself counted. A region that cannot be asked makes completeness unknown there, and the run no failure. */
async function hourly({ telemetry, data }: Stack, warehouse: Warehouse, config: StrataConfig, now: number): Promise<void> {
  if ((await tellHourUsage({ warehouse, data, telemetry }, now, config.report.people === "names")) === 0) return;
  const counted = await countAgain({ warehouse, data, counts: cloudWatchCounts(), account: setting("account"), now });
  for (const { error } of counted?.failures ?? []) telemetry.failed(error, "Bedrock's own counts could not be read");
}
