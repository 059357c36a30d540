import { createHash } from "node:crypto";
import { addCounts, type IngestCounts, noCounts } from "../curated/counts.ts";
import type { Curator } from "../curated/curator.ts";
import { ingestObjects } from "../curated/ingest-objects.ts";
import { InputError } from "../errors.ts";
import { classifyKey } from "../invocation/object-key.ts";
import { markStaleHours } from "../pipeline/stale-hours.ts";
import type { Clock, ObjectInfo, ObjectStore } from "../ports.ts";
import { distinctObjects, type ObjectEvent, objectEvents } from "./object-events.ts";

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

/** Milliseconds that are kept back for writing and for answering. */
const RESERVE_MS = 15_000;
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
        if (dependencies.limits !== undefined && dependencies.limits.timeLeft() < RESERVE_MS)
          throw new InputError(event.key, `ingest: no time was left for ${event.key}; it is tried again`);
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
  const reads = event.named === true || (dependencies.reads?.(event.bucket, event.key) ?? true);
  if (kind !== "log" || !reads) return { counts: { ...noCounts(), skipped_objects: 1 }, lag: undefined };
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
  const guard = dependencies.limits && guardOf(dependencies.limits, event.key);
  const { counts, hours, failures } = await ingestObjects(
    { name: batch, objects: [object] },
    { source, target: dependencies.target, curator: dependencies.curator, guard },
  );
  const [failure] = failures;
  if (failure) throw new InputError(failure.object, failure.message);
  const now = dependencies.clock.now();
  await markStaleHours(dependencies.target, batch, hours, now);
  return { counts, lag: Math.max(0, (now - (deliveredAt ?? object.lastModified)) / 1000) };
}

/** The same object and version always make the same files, whoever asks and how often. */
export const batchName = ({ bucket, key, version }: ObjectEvent): string =>
  createHash("sha256")
    .update([bucket, key, version ?? ""].join("\n"))
    .digest("hex")
    .slice(0, 32);

const idOf = ({ bucket, key, version }: ObjectEvent): string => JSON.stringify([bucket, key, version ?? null]);
