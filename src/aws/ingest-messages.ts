import { addCounts, type IngestCounts, noCounts } from "../curated/counts.ts";
import type { Curator } from "../curated/curator.ts";
import { ingestObjects } from "../curated/ingest-objects.ts";
import { InputError } from "../errors.ts";
import { classifyKey } from "../invocation/object-key.ts";
import { markStaleHours } from "../pipeline/stale-hours.ts";
import type { Clock, ObjectInfo, ObjectStore } from "../ports.ts";
import type { ObjectEvent } from "./object-events.ts";
import { batchOf, objectMessages, RESERVE_MS } from "./object-messages.ts";

export interface IngestDependencies {
  readonly target: ObjectStore;
  readonly curator: Curator;
  readonly clock: Clock;
  /** The store of a bucket that an event names. */
  readonly limits?: IngestLimits | undefined;
  /** Whether an object that an event tells of is to be read; everything unless given. Somebody who names an object himself is not asked. */
  readonly reads?: (bucket: string, key: string) => boolean;
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

/** What one object may take, so that a single poisonous one comes back alone instead of taking its neighbours with it. */
export interface IngestLimits {
  /** Milliseconds until the function is ended. */
  timeLeft(): number;
  /** Bytes that the process holds. */
  memoryUsed(): number;
  /** Bytes that the function has. */
  readonly memory: number;
}

/** Share of the time that is left that one object may take. */
const SHARE = 0.5;
/** Of the function's memory: above it, an object that brought on more than the second is given up. */
const MOST_MEMORY = 0.92;
const MOST_GROWTH = 0.25;

/** Throws once an object has had its share. */
function guardOf({ timeLeft, memoryUsed, memory }: IngestLimits, key: string): () => void {
  let until: number | undefined;
  let before = 0;
  return () => {
    if (until === undefined) {
      // From when its bytes are there: until then a neighbour may have kept the processor busy.
      until = (timeLeft() - RESERVE_MS) * (1 - SHARE) + RESERVE_MS;
      before = memoryUsed();
    }
    if (timeLeft() < until) throw new InputError(key, `ingest: ${key} takes longer than one object may`, { hint: LARGER });
    const used = memoryUsed();
    if (used > memory * MOST_MEMORY && used - before > memory * MOST_GROWTH)
      throw new InputError(key, `ingest: ${key} takes more memory than one object may`, { hint: LARGER });
  };
}

const LARGER = "Look at the object; if it is a log in order, give the function more memory, which brings more processor, too.";

/** Objects that are read at once. More would hold more rows in memory for little: parsing is what takes the time. */
const AT_ONCE = 2;

/**
 * Ingests every object that the messages name, each once. A message fails if one of its objects fails, and only then; the objects of its
 * neighbours stay done.
 */
export async function ingestMessages(bodies: readonly string[], dependencies: IngestDependencies): Promise<IngestedMessages> {
  const { results, done, failed } = await objectMessages(bodies, {
    timeLeft: () => dependencies.limits?.timeLeft() ?? Number.POSITIVE_INFINITY,
    atOnce: AT_ONCE,
    read: async (event) => ingestOne(event, dependencies),
  });
  return {
    results,
    counts: done.reduce((total, { counts }) => addCounts(total, counts), noCounts()),
    failedObjects: failed,
    lags: done.flatMap(({ lag }) => lag ?? []),
  };
}

async function ingestOne(
  event: ObjectEvent,
  dependencies: IngestDependencies,
): Promise<{ counts: IngestCounts; lag: number | undefined }> {
  const { kind, deliveredAt } = classifyKey(event.key);
  const reads = event.named === true || (dependencies.reads?.(event.bucket, event.key) ?? true);
  if (kind !== "log" || !reads) return { counts: { ...noCounts(), skipped_objects: 1 }, lag: undefined };
  const source = dependencies.sourceOf(event.bucket);
  // The object's own time, size and version decide what is written, so they must not depend on which event came.
  const batch = batchOf(
    event,
    event.size === undefined || deliveredAt === undefined
      ? await source.info(event.key, event.version)
      : { key: event.key, size: event.size, lastModified: deliveredAt },
  );
  const guard = dependencies.limits && guardOf(dependencies.limits, event.key);
  const { counts, hours, failures } = await ingestObjects(batch, {
    source,
    target: dependencies.target,
    curator: dependencies.curator,
    guard,
  });
  const [failure] = failures;
  if (failure) throw new InputError(failure.object, failure.message);
  const now = dependencies.clock.now();
  await markStaleHours(dependencies.target, batch.name, hours, now);
  return { counts, lag: Math.max(0, (now - (deliveredAt ?? batch.objects[0].lastModified)) / 1000) };
}
