import { createHash } from "node:crypto";
import { addCounts, type IngestCounts, noCounts } from "../curated/counts.ts";
import type { Curator } from "../curated/curator.ts";
import { ingestObjects } from "../curated/ingest-objects.ts";
import { InputError } from "../errors.ts";
import { classifyKey } from "../invocation/object-key.ts";
import { markStaleDays } from "../pipeline/stale-days.ts";
import type { Clock, ObjectInfo, ObjectStore } from "../ports.ts";
import { distinctObjects, type ObjectEvent, objectEvents } from "./object-events.ts";

export interface IngestDependencies {
  readonly target: ObjectStore;
  readonly curator: Curator;
  readonly clock: Clock;
  /** The store of a bucket that an event names. */
  readonly sourceOf: (bucket: string) => ObjectStore & { info(key: string, version?: string): Promise<ObjectInfo> };
}

export interface IngestedMessages {
  /** One for each message, in order; a rejected one is delivered again. */
  readonly results: readonly PromiseSettledResult<undefined>[];
  readonly counts: IngestCounts;
  readonly failedObjects: number;
  /** Seconds from each object's own time to now. */
  readonly lags: readonly number[];
}

/** Objects that are read at once. More would hold more rows in memory for little: parsing is what takes the time. */
const AT_ONCE = 2;

/**
 * Ingests every object that the messages name, each once. A message fails if one of its objects fails, and only then; the objects of its
 * neighbours stay done.
 */
export async function ingestMessages(bodies: readonly string[], dependencies: IngestDependencies): Promise<IngestedMessages> {
  const decoded = bodies.map((body): ObjectEvent[] | Error => {
    try {
      return objectEvents(body);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  });
  const objects = distinctObjects(decoded.flatMap((events) => (events instanceof Error ? [] : events)));
  const failures = new Map<string, Error>();
  let counts = noCounts();
  const lags: number[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < objects.length) {
      const event = objects[next++];
      if (!event) return;
      try {
        const outcome = await ingestOne(event, dependencies);
        counts = addCounts(counts, outcome.counts);
        if (outcome.lag !== undefined) lags.push(outcome.lag);
      } catch (error) {
        failures.set(idOf(event), error instanceof Error ? error : new Error(String(error)));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const results = decoded.map((events): PromiseSettledResult<undefined> => {
    if (events instanceof Error) return { status: "rejected", reason: events };
    const failed = events.map((event) => failures.get(idOf(event))).find((error) => error !== undefined);
    return failed ? { status: "rejected", reason: failed } : { status: "fulfilled", value: undefined };
  });
  return { results, counts, failedObjects: failures.size, lags };
}

async function ingestOne(
  event: ObjectEvent,
  dependencies: IngestDependencies,
): Promise<{ counts: IngestCounts; lag: number | undefined }> {
  const { kind, deliveredAt } = classifyKey(event.key);
  if (kind !== "log") return { counts: { ...noCounts(), skipped_objects: 1 }, lag: undefined };
  const source = dependencies.sourceOf(event.bucket);
  // The object's own time, size and version decide what is written, so they must not depend on which event came: a backfill names no version,
  // and must end in the files that the live event made.
  const info: ObjectInfo =
    event.size === undefined || deliveredAt === undefined
      ? await source.info(event.key, event.version)
      : { key: event.key, size: event.size, lastModified: deliveredAt };
  const version = event.version ?? info.version;
  const object: ObjectInfo = { ...info, ...(version === undefined ? {} : { version }) };
  const batch = batchName({ ...event, ...(version === undefined ? {} : { version }) });
  const { counts, days, failures } = await ingestObjects(
    { name: batch, objects: [object] },
    { source, target: dependencies.target, curator: dependencies.curator },
  );
  const [failure] = failures;
  if (failure) throw new InputError(failure.object, failure.message);
  const now = dependencies.clock.now();
  await markStaleDays(dependencies.target, batch, days, now);
  return { counts, lag: Math.max(0, (now - (deliveredAt ?? object.lastModified)) / 1000) };
}

/** The same object and version always make the same files, whoever asks and how often. */
export const batchName = ({ bucket, key, version }: ObjectEvent): string =>
  createHash("sha256")
    .update([bucket, key, version ?? ""].join("\n"))
    .digest("hex")
    .slice(0, 32);

const idOf = ({ bucket, key, version }: ObjectEvent): string => JSON.stringify([bucket, key, version ?? null]);
