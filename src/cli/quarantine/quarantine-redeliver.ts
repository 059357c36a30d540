import { batchName } from "../../aws/object-messages.ts";
import { parseS3Location } from "../../aws/s3-store.ts";
import type { SqsQueue } from "../../aws/sqs-queue.ts";
import type { QuarantineEntry } from "../../curated/quarantine-entries.ts";
import { UsageError } from "../../errors.ts";
import type { ObjectStore } from "../../ports.ts";
import { progress } from "../shared/progress.ts";
import { stageData, stageQueue } from "../shared/stage-places.ts";
import { entries, type Filter } from "./quarantine-filter.ts";

/**
 * Has ingest read the objects with entries again; it writes the same files, and marks their days to be rolled up. An object's entries are taken
 * out first, since ingest deletes nothing: what is still wrong with it comes back.
 * @returns exit code
 */
export async function redeliver(options: Filter & { stage: string; logs: readonly string[] }): Promise<number> {
  const found = await entries(options);
  if (found.length === 0) {
    console.log("Nothing is in the quarantine.");
    return 0;
  }
  const buckets = [...new Set(options.logs.map((place) => parseS3Location(place).bucket))];
  const objects = new Map(found.map((entry) => [entry.batch, { entry, bucket: bucketOf(entry, buckets) }]));
  const [data, queue] = [await stageData(options.stage), await stageQueue(options.stage, "ingest")];
  const sending = progress("Sending to ingest");
  let sent = 0;
  for (const [batch, { entry, bucket }] of objects) {
    await sendAgain(data, queue, batch, {
      bucket,
      key: entry.object,
      ...(entry.version === null ? {} : { version: entry.version }),
    });
    sent += 1;
    sending.update(`${sent} of ${objects.size} objects`);
  }
  sending.done(`${sent} objects with ${found.length} entries`);
  console.log("Ingest reads them within minutes; what is still wrong is in the quarantine again then.");
  return 0;
}

/** The bucket whose object the batch is: its name is made of bucket, key and version. */
function bucketOf({ batch, object: key, version }: QuarantineEntry, buckets: readonly string[]): string {
  const bucket = buckets.find((each) => batchName({ bucket: each, key, ...(version === null ? {} : { version }) }) === batch);
  if (bucket !== undefined) return bucket;
  throw new UsageError(`quarantine: ${key} did not come from ${buckets.map((each) => `s3://${each}`).join(", ")}`, {
    hint: "Give every log bucket of the stack to --logs, or pick objects of one with --object.",
  });
}

async function sendAgain(data: ObjectStore, queue: SqsQueue, batch: string, object: object): Promise<void> {
  const place = `quarantine/${batch}.jsonl`;
  const old = await data.readAll(place);
  await data.remove(place);
  try {
    await queue.send([JSON.stringify({ redrive: [object] })]);
  } catch (error) {
    if (old !== undefined) await data.write(place, old.bytes);
    throw error;
  }
}
