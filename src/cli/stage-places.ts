import { callerAccount } from "../aws/caller-account.ts";
import { resolveRegion } from "../aws/resolve-region.ts";
import { S3Store } from "../aws/s3-store.ts";
import { SqsQueue } from "../aws/sqs-queue.ts";
import { UsageError } from "../errors.ts";
import { STAGE } from "../template/stage.ts";

/** The queues of a deployed stage by their names, as infra/queues.yml gives them. @throws UsageError for what is no stage */
export async function stageQueue(stage: string, which: "ingest" | "ingest-dead" | "events-dead"): Promise<SqsQueue> {
  return SqsQueue.named(`strata-${checked(stage)}-${which}`);
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
