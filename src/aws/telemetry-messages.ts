import { InputError } from "../errors.ts";
import { markStaleDays } from "../pipeline/stale-days.ts";
import { TRACE_MARKS } from "../pipeline/trace-days.ts";
import type { Clock, ObjectInfo, ObjectStore } from "../ports.ts";
import { ingestTelemetry } from "../telemetry/ingest-telemetry.ts";
import type { KeptKeys } from "../telemetry/kept-keys.ts";
import { batchName } from "./ingest-messages.ts";
import { distinctObjects, type ObjectEvent, objectEvents } from "./object-events.ts";

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

export interface TelemetryMessages {
  /** One for each message, in order; a rejected one is delivered again. */
  readonly results: readonly PromiseSettledResult<undefined>[];
  readonly objects: number;
  readonly rows: number;
  readonly quarantined: number;
  readonly skipped: number;
  readonly failed: number;
}

/** Milliseconds that are kept back for writing and for answering. */
const RESERVE_MS = 15_000;

/**
 * Objects of collectors that messages tell of → rows of clients. An object and its version always end in the same files, so that a message
 * may come twice. Days that have new rows are marked for the next run that brings calls and telemetry together.
 */
export async function telemetryMessages(
  bodies: readonly string[],
  dependencies: TelemetryDependencies,
): Promise<TelemetryMessages> {
  const decoded = bodies.map((body): ObjectEvent[] | Error => {
    try {
      return objectEvents(body);
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  });
  const totals = { objects: 0, rows: 0, quarantined: 0, skipped: 0 };
  const failures = new Map<string, Error>();
  for (const event of distinctObjects(decoded.flatMap((events) => (events instanceof Error ? [] : events)))) {
    if (event.named !== true && !dependencies.reads(event.bucket, event.key)) {
      totals.skipped += 1;
      continue;
    }
    try {
      const { rows, quarantined } = await readOne(event, dependencies);
      totals.objects += 1;
      totals.rows += rows;
      totals.quarantined += quarantined;
    } catch (error) {
      failures.set(idOf(event), error instanceof Error ? error : new Error(String(error)));
    }
  }
  const results = decoded.map((events): PromiseSettledResult<undefined> => {
    const reason = events instanceof Error ? events : events.map((event) => failures.get(idOf(event))).find(Boolean);
    return reason ? { status: "rejected", reason } : { status: "fulfilled", value: undefined };
  });
  return { results, ...totals, failed: failures.size };
}

async function readOne(event: ObjectEvent, { target, keys, clock, sourceOf, timeLeft }: TelemetryDependencies) {
  if (timeLeft() < RESERVE_MS) throw new InputError(event.key, `telemetry: no time was left for ${event.key}; it is tried again`);
  const source = sourceOf(event.bucket);
  // The object's own time decides where its ledger entry lies, so it must not depend on which event came.
  const object = await source.info(event.key, event.version);
  const version = event.version ?? object.version;
  const batch = batchName({ ...event, ...(version === undefined ? {} : { version }) });
  const done = await ingestTelemetry(
    { name: batch, objects: [{ ...object, ...(version === undefined ? {} : { version }) }] },
    { source, target, keys },
  );
  const [failure] = done.failures;
  if (failure) throw new InputError(failure.object, failure.message);
  await markStaleDays(target, batch, done.days, clock.now(), TRACE_MARKS);
  return done;
}

const idOf = ({ bucket, key, version }: ObjectEvent): string => JSON.stringify([bucket, key, version ?? null]);
