import type { Command } from "commander";
import { S3Store } from "../../aws/s3-store.ts";
import { SqsQueue } from "../../aws/sqs-queue.ts";
import { defaultConfig, loadConfig } from "../../config/load.ts";
import { UsageError } from "../../errors.ts";
import { thousands } from "../../figures.ts";
import { FolderStore } from "../../local/folder-store.ts";
import { inDollars } from "../../money.ts";
import { BACKFILL_KINDS, type BackfillKind, backfill, planBackfill } from "../../pipeline/backfill.ts";
import type { ObjectStore } from "../../ports.ts";
import { PROGRAM } from "../../program.ts";
import { dayOption, numberOption } from "../shared/options.ts";
import { progress } from "../shared/progress.ts";
import { stageData, stageQueue } from "../shared/stage-places.ts";
import { ingestHere, toQueue } from "./backfill-targets.ts";

const OTHERS: Readonly<Record<BackfillKind, string>> = {
  telemetry: "objects of OpenTelemetry collectors instead of logs, by the day on which they were written; needs --stage",
  cloudtrail: "objects of a trail instead of logs; needs --stage, as do those that follow",
  batch: "output of batch inference jobs instead of logs",
  kiro: "user reports of Kiro instead of logs",
};

interface Options extends Partial<Record<BackfillKind, boolean>> {
  source: string;
  prefix?: string;
  from: string;
  to: string;
  data?: string;
  stage?: string;
  queue?: string;
  config?: string;
  concurrency: string;
  dryRun?: boolean;
}

export function backfillCommand(program: Command, done: (code: number) => void): void {
  const command = program
    .command("backfill")
    .requiredOption("--source <place>", "raw logs: s3://bucket/prefix or a folder")
    .requiredOption("--from <date>", "first day of delivery, YYYY-MM-DD")
    .requiredOption("--to <date>", "last day of delivery, YYYY-MM-DD");
  for (const kind of BACKFILL_KINDS) command.option(`--${kind}`, OTHERS[kind]);
  command
    .option("--stage <stage>", "stage of the stack: its queue and its curated data")
    .option("--data <place>", "without --stage: curated data, s3://bucket or a folder; the checkpoint is kept there")
    .option("--prefix <prefix>", "only keys that begin with this")
    .option("--queue <url>", "without --stage: ingest's queue; without a queue this command ingests the objects itself")
    .option("--config <file>", "strata.yml, for objects that this command ingests")
    .option("--concurrency <n>", "pages of 100 objects at once", "4")
    .option("--dry-run", "count objects and bytes and estimate the cost; change nothing")
    .addHelpText(
      "after",
      `
Examples:
  $ strata backfill --stage prod --source s3://my-logs --from 2026-09-01 --to 2026-09-30 --dry-run
  $ strata backfill --stage prod --source s3://my-logs --from 2026-09-01 --to 2026-09-30
  $ strata backfill --stage prod --telemetry --source s3://my-otel --from 2026-09-01 --to 2026-09-30
  $ strata backfill --stage prod --cloudtrail --source s3://my-trail/AWSLogs --from 2026-09-01 --to 2026-09-30
  $ strata backfill --source ./logs --from 2026-09-01 --to 2026-09-30 --data ./data`,
    )
    .action(async (options: Options) => done(await run(options)));
}

async function run(options: Options): Promise<number> {
  const from = dayOption("--from", options.from) ?? "";
  const to = dayOption("--to", options.to) ?? "";
  if (to < from) throw new UsageError(`backfill: --to ${to} is before --from ${from}`, { hint: "Swap the two days." });
  const source = storeOf(options.source);
  const kinds = BACKFILL_KINDS.filter((name) => options[name] === true);
  const [kind] = kinds;
  if (kinds.length > 1)
    throw new UsageError(`backfill: ${kinds.map((name) => `--${name}`).join(" and ")} at once`, {
      hint: "One source at a time: run the command once for each.",
    });
  if (kind !== undefined && options.stage === undefined)
    throw new UsageError(`backfill: --${kind} hands objects to the queue of a stack`, {
      hint: `Give --stage prod. On one machine: ${PROGRAM} analyze ./logs --${kind} ${options.source}.`,
    });
  const { data, queue } = await targetOf(options, kind);
  const reading = progress(options.dryRun ? "Counting" : "Handing over");
  const shared = {
    source,
    checkpoints: data,
    from,
    to,
    concurrency: numberOption("--concurrency", options.concurrency),
    kind,
    ...(options.prefix === undefined ? {} : { prefix: options.prefix }),
    onProgress: ({ objects }: { objects: number }) => reading.update(`${thousands(objects)} objects`),
  };
  if (options.dryRun) {
    const plan = await planBackfill(shared);
    reading.done(`${thousands(plan.objects)} objects`);
    console.log(
      [
        `${thousands(plan.objects)} objects, ${(plan.bytes / 1e6).toFixed(1)} MB; ${thousands(plan.resumed)} were handed over before, ${thousands(plan.skipped)} are of other days or no logs`,
        `estimated on AWS by list price: ${inDollars(plan.cost.total)} (requests ${inDollars(plan.cost.requests)}, Lambda ${inDollars(plan.cost.compute)}, SQS ${inDollars(plan.cost.queue)})`,
      ].join("\n"),
    );
    return 0;
  }
  const failures: string[] = [];
  const config = options.config === undefined ? defaultConfig() : loadConfig(options.config);
  const enqueue = queue === undefined ? ingestHere({ config, source, data, failures }) : toQueue(queue, source);
  const found = await backfill({ ...shared, enqueue });
  reading.done(`${thousands(found.objects)} objects, ${thousands(found.resumed)} were done before`);
  for (const failure of failures) console.error(`strata: ${failure}`);
  return failures.length > 0 ? 1 : 0;
}

const storeOf = (place: string): ObjectStore => (place.startsWith("s3://") ? new S3Store(place) : new FolderStore(place));

/** Where the checkpoint is kept, and the queue, if objects go to one. */
async function targetOf(
  { stage, data, queue }: Options,
  kind: BackfillKind | undefined,
): Promise<{ data: ObjectStore; queue?: SqsQueue }> {
  if (stage !== undefined && data === undefined && queue === undefined) {
    const ingest = await stageQueue(stage, kind === undefined ? "ingest" : kind === "telemetry" ? "telemetry" : "sources");
    return { data: await stageData(stage), queue: ingest };
  }
  if (data === undefined || stage !== undefined)
    throw new UsageError(
      data === undefined
        ? "backfill: where is the curated data?"
        : "backfill: --stage names queue and data, so --queue and --data contradict it",
      { hint: "Give --stage prod for a deployed stack, or --data ./data to ingest into a folder." },
    );
  return { data: storeOf(data), ...(queue === undefined ? {} : { queue: new SqsQueue({ url: queue }) }) };
}
