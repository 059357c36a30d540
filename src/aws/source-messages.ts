import { Readable } from "node:stream";
import { InputError } from "../errors.ts";
import { markStaleDays } from "../pipeline/stale-days.ts";
import { TRACE_MARKS } from "../pipeline/trace-days.ts";
import type { Clock, ObjectInfo, ObjectStore } from "../ports.ts";
import { ingestSource } from "../sources/ingest-source.ts";
import type { SourceReader } from "../sources/source-reader.ts";
import type { BatchJobs } from "./batch-jobs.ts";
import type { ObjectEvent } from "./object-events.ts";
import { batchOf, type CountedMessages, counted, objectMessages, RESERVE_MS } from "./object-messages.ts";

export interface SourceDependencies {
  readonly target: ObjectStore;
  readonly clock: Clock;
  readonly sourceOf: (bucket: string) => ObjectStore & { info(key: string, version?: string): Promise<ObjectInfo> };
  /** Readers of the sources that strata.yml places an object in; it is passed over where by its key none reads it. */
  readonly readersOf: (bucket: string, key: string) => readonly SourceReader[];
  /** Describes the jobs whose output is read. */
  readonly jobs?: BatchJobs | undefined;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
}

/** Share of the time that is left that one object may take: a monster comes back alone. */
const SHARE = 0.5;

/**
 * Objects of CloudTrail, batch inference and Kiro that messages tell of → their rows. An object and its version always end in the same files, so
 * that a message may come twice. Days with calls that are not new are marked for the next run that brings them together with the log.
 */
export const sourceMessages = async (bodies: readonly string[], dependencies: SourceDependencies): Promise<CountedMessages> =>
  counted(await objectMessages(bodies, { timeLeft: dependencies.timeLeft, read: async (event) => readOne(event, dependencies) }));

async function readOne(event: ObjectEvent, dependencies: SourceDependencies) {
  const { target, clock, sourceOf, readersOf, jobs, timeLeft } = dependencies;
  const placed = readersOf(event.bucket, event.key);
  if (placed.length === 0 && event.named === true)
    throw new InputError(event.key, `sources: ${event.bucket}/${event.key} is at no place of sources.cloudtrail, batch or kiro`, {
      hint: "The function may read the places of strata.yml alone: add this one there and deploy.",
    });
  const readers = placed.filter((reader) => reader.kindOf(event.key) === "records");
  if (readers.length === 0) return undefined;
  const source = sourceOf(event.bucket);
  // The object's own time decides where its ledger entry lies, so it must not depend on which event came.
  const batch = batchOf(event, await source.info(event.key, event.version));
  let [rows, quarantined] = [0, 0];
  for (const reader of readers) {
    const stores = { reader, source: within(source, timeLeft), target, keepsEmpty: false };
    const done = await ingestSource(batch, stores);
    const [failure] = done.failures;
    if (failure) throw new InputError(failure.object, failure.message);
    if (reader.source === "cloudtrail") await markStaleDays(target, batch.name, done.days, clock.now(), TRACE_MARKS);
    if (reader.source === "batch") await jobs?.describe(event.key);
    rows += done.rows;
    quarantined += done.quarantined;
  }
  return { rows, quarantined };
}

/** The store, whose objects end with an error once one has taken its share of the time. */
function within(store: ObjectStore, timeLeft: () => number): Pick<ObjectStore, "read"> {
  const until = (timeLeft() - RESERVE_MS) * (1 - SHARE) + RESERVE_MS;
  return {
    async read(key, version) {
      const { body, info } = await store.read(key, version);
      async function* guarded(): AsyncGenerator<unknown> {
        for await (const chunk of body) {
          if (timeLeft() < until) throw new InputError(key, `sources: ${key} takes longer than one object may`);
          yield chunk;
        }
      }
      return { body: Readable.from(guarded(), { objectMode: false }), info };
    },
  };
}
