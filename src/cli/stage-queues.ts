import { SqsQueue } from "../aws/sqs-queue.ts";
import { UsageError } from "../errors.ts";
import { STAGE } from "./account.ts";

/** The queues of a deployed stage by their names, as infra/queues.yml gives them. @throws UsageError for what is no stage */
export function stageQueue(stage: string, which: "ingest" | "ingest-dead" | "events-dead"): Promise<SqsQueue> {
  if (!STAGE.test(stage))
    throw new UsageError(`--stage: "${stage}" is not a stage`, {
      hint: "Lower-case letters and digits, for example --stage prod.",
    });
  return SqsQueue.named(`strata-${stage}-${which}`);
}
