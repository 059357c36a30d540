import { InputError, UsageError } from "../errors.ts";
import type { ObjectInfo } from "../ports.ts";
import { PROGRAM } from "../program.ts";
import { resolveRegion } from "./resolve-region.ts";
import { parseS3Location, S3Store } from "./s3-store.ts";

/** Objects of one bucket, with whole keys, each once and sorted. */
export interface ListedBucket {
  readonly store: S3Store;
  readonly objects: readonly ObjectInfo[];
}

/**
 * Objects behind `s3://bucket/prefix` or `s3://bucket/key` locations, by bucket. A prefix is a folder: `s3://b/logs` is not `s3://b/logs-old`.
 * @throws InputError when a location cannot be listed or holds nothing, UsageError for patterns and without a region
 */
export async function listLocations(locations: readonly string[]): Promise<ListedBucket[]> {
  for (const location of locations) parseS3Location(location);
  await resolveRegion();
  const buckets = new Map<string, { store: S3Store; objects: Map<string, ObjectInfo> }>();
  for (const location of locations) {
    const { bucket, prefix } = parseS3Location(location);
    if (/[*?[\]]/.test(prefix))
      throw new UsageError(`input: ${location}: patterns work for folders, not for S3`, {
        hint: "Give a prefix, and --from and --to to read less.",
      });
    const entry = buckets.get(bucket) ?? { store: new S3Store(`s3://${bucket}`), objects: new Map() };
    buckets.set(bucket, entry);
    const folder = prefix === "" || prefix.endsWith("/") ? prefix : `${prefix}/`;
    let seen = 0;
    for await (const object of entry.store.list(prefix)) {
      if (object.key !== prefix && !object.key.startsWith(folder)) continue;
      entry.objects.set(object.key, object);
      seen += 1;
    }
    if (seen === 0)
      throw new InputError(location, `input: ${location} holds no objects`, {
        hint: `Check the prefix: Bedrock writes below <prefix>/AWSLogs/<account>/BedrockModelInvocationLogs/. ${PROGRAM} doctor shows where logs go.`,
      });
  }
  return [...buckets.values()].map(({ store, objects }) => ({
    store,
    objects: [...objects.values()].sort((a, b) => (a.key < b.key ? -1 : 1)),
  }));
}
