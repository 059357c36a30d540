import { InferenceProfiles } from "../../aws/inference-profiles.ts";
import { ingestMessages } from "../../aws/ingest-messages.ts";
import { batchName } from "../../aws/object-messages.ts";
import { S3Store } from "../../aws/s3-store.ts";
import type { SqsQueue } from "../../aws/sqs-queue.ts";
import type { StrataConfig } from "../../config/strata-config.ts";
import { curator } from "../../curated/curator.ts";
import { ingestObjects } from "../../curated/ingest-objects.ts";
import { messageOf, UsageError } from "../../errors.ts";
import type { BackfillInput } from "../../pipeline/backfill.ts";
import type { ObjectInfo, ObjectStore } from "../../ports.ts";

/** One message for ten objects: SQS is paid by the request. */
const PER_MESSAGE = 10;

/** Bucket of a store in S3, and its keys as that bucket has them. */
function bucketOf(source: ObjectStore): { bucket: string; full: (key: string) => string } | undefined {
  const [, bucket, prefix = ""] = /^s3:\/\/([^/]+)\/?(.*)$/.exec(source.name) ?? [];
  return bucket === undefined ? undefined : { bucket, full: (key) => (prefix === "" ? key : `${prefix}/${key}`) };
}

/** Puts objects on ingest's queue. @throws UsageError for logs that are not in S3 */
export function toQueue(queue: SqsQueue, source: ObjectStore): BackfillInput["enqueue"] {
  const place = bucketOf(source);
  if (place === undefined)
    throw new UsageError(`backfill: a queue needs logs in S3, and ${source.name} is a folder`, {
      hint: "Give --source s3://…, or --data alone to ingest here.",
    });
  const { bucket, full } = place;
  return async (objects) => {
    const messages: string[] = [];
    for (let start = 0; start < objects.length; start += PER_MESSAGE) {
      const some = objects.slice(start, start + PER_MESSAGE);
      messages.push(JSON.stringify({ redrive: some.map(({ key, version }) => ({ bucket, key: full(key), version })) }));
    }
    await queue.send(messages);
  };
}

export interface IngestHere {
  readonly config: StrataConfig;
  readonly source: ObjectStore;
  readonly data: ObjectStore;
  /** What could not be ingested, as sentences. */
  readonly failures: string[];
}

/** Ingests objects in this process: those of S3 as the function does, to the same files and with the same marks. */
export function ingestHere({ config, source, data, failures }: IngestHere): BackfillInput["enqueue"] {
  const place = bucketOf(source);
  const clock = { now: () => Date.now() };
  if (place === undefined) return eachFile(source, data, config, failures);
  const onFailure = (error: unknown): void => void failures.push(messageOf(error));
  const profiles = new InferenceProfiles({ store: () => data, clock, onFailure });
  const curated = curator(config, profiles);
  const { bucket, full } = place;
  const stores = new Map([[bucket, new S3Store(`s3://${bucket}`)]]);
  const sourceOf = (name: string): S3Store => stores.get(name) ?? new S3Store(`s3://${name}`);
  return async (objects) => {
    const messages = objects.map(({ key }) => JSON.stringify({ redrive: [{ bucket, key: full(key) }] }));
    const { results } = await ingestMessages(messages, { target: data, curator: curated, clock, sourceOf });
    for (const result of results) if (result.status === "rejected") failures.push(`backfill: ${messageOf(result.reason)}`);
  };
}

function eachFile(source: ObjectStore, target: ObjectStore, config: StrataConfig, failures: string[]): BackfillInput["enqueue"] {
  const curated = curator(config);
  const name = ({ key, version }: ObjectInfo): string =>
    batchName({ bucket: source.name, key, ...(version === undefined ? {} : { version }) });
  return async (objects) => {
    for (const object of objects) {
      const result = await ingestObjects({ name: name(object), objects: [object] }, { source, target, curator: curated });
      failures.push(...result.failures.map(({ object: key, message }) => `backfill: ${key}: ${message}`));
    }
  };
}
