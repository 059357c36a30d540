import { callerAccount } from "../../aws/caller-account.ts";
import { failureOf } from "../../aws/failure.ts";
import { resolveRegion } from "../../aws/resolve-region.ts";
import { S3Store } from "../../aws/s3-store.ts";
import { SqsQueue } from "../../aws/sqs-queue.ts";
import { StrataError, UsageError } from "../../errors.ts";
import { STAGE } from "../../template/stage.ts";

type StageQueue = "ingest" | "ingest-dead" | "events-dead" | "telemetry" | "telemetry-dead" | "sources" | "sources-dead";

/** The queues of a deployed stage by their names, as infra/queues.cjs gives them. @throws UsageError for what is no stage */
export async function stageQueue(stage: string, which: StageQueue): Promise<SqsQueue> {
  return SqsQueue.named(`strata-${checked(stage)}-${which}`);
}

/** A queue that not every stack has; undefined where this one has none. @throws UsageError for what is no stage */
export async function optionalQueue(stage: string, which: StageQueue): Promise<SqsQueue | undefined> {
  try {
    return await stageQueue(stage, which);
  } catch (error) {
    if (error instanceof StrataError && failureOf(error.cause).kind === "missing") return undefined;
    throw error;
  }
}

/** The curated bucket of a deployed stage, as infra/buckets.yml names it. @throws UsageError for what is no stage */
export async function stageData(stage: string): Promise<S3Store> {
  return new S3Store(`s3://strata-${checked(stage)}-data-${await callerAccount()}-${await resolveRegion()}`);
}

/** The bucket of statements of a deployed stage. @throws UsageError for what is no stage */
export async function stageReports(stage: string): Promise<S3Store> {
  return new S3Store(`s3://strata-${checked(stage)}-reports-${await callerAccount()}-${await resolveRegion()}`);
}

function checked(stage: string): string {
  if (STAGE.test(stage)) return stage;
  throw new UsageError(`--stage: "${stage}" is not a stage`, {
    hint: "Lower-case letters and digits, for example --stage prod.",
  });
}
