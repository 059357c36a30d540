import { InputError } from "../errors.ts";
import { markStaleDays } from "../pipeline/stale-days.ts";
import { TRACE_MARKS } from "../pipeline/trace-days.ts";
import type { Clock, ObjectInfo, ObjectStore } from "../ports.ts";
import { ingestTelemetry } from "../telemetry/ingest-telemetry.ts";
import type { KeptKeys } from "../telemetry/kept-keys.ts";
import type { ObjectEvent } from "./object-events.ts";
import { batchOf, type CountedMessages, counted, objectMessages } from "./object-messages.ts";

export interface TelemetryDependencies {
  readonly target: ObjectStore;
  readonly keys: KeptKeys;
  readonly clock: Clock;
  readonly sourceOf: (bucket: string) => ObjectStore & { info(key: string, version?: string): Promise<ObjectInfo> };
  /** Whether an object that an event tells of is to be read. Somebody who names an object himself is not asked. */
  readonly reads: (bucket: string, key: string) => boolean;
  /** Milliseconds until the function is ended. */
  readonly timeLeft: () => number;
}

/**
 * Objects of collectors that messages tell of → rows of clients. An object and its version always end in the same files, so that a message
 * may come twice. Days that have new rows are marked for the next run that brings calls and telemetry together.
 */
export async function telemetryMessages(
  bodies: readonly string[],
  dependencies: TelemetryDependencies,
): Promise<CountedMessages> {
  const { reads, timeLeft } = dependencies;
  return counted(
    await objectMessages(bodies, {
      timeLeft,
      read: async (event) => (event.named === true || reads(event.bucket, event.key) ? readOne(event, dependencies) : undefined),
    }),
  );
}

async function readOne(event: ObjectEvent, { target, keys, clock, sourceOf }: TelemetryDependencies) {
  const source = sourceOf(event.bucket);
  // The object's own time decides where its ledger entry lies, so it must not depend on which event came.
  const batch = batchOf(event, await source.info(event.key, event.version));
  const done = await ingestTelemetry(batch, { source, target, keys });
  const [failure] = done.failures;
  if (failure) throw new InputError(failure.object, failure.message);
  await markStaleDays(target, batch.name, done.days, clock.now(), TRACE_MARKS);
  return done;
}
