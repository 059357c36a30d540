import { createHash } from "node:crypto";
import { InputError } from "../errors.ts";
import type { ObjectInfo } from "../ports.ts";
import { distinctObjects, type ObjectEvent, objectEvents } from "./object-events.ts";

export interface ObjectMessages<Done> {
  /** One for each message, in order; a rejected one is delivered again. */
  readonly results: readonly PromiseSettledResult<undefined>[];
  /** What came of each object that was read. */
  readonly done: readonly Done[];
  /** Passed over unread. */
  readonly skipped: number;
  readonly failed: number;
}

/** The same, with what the objects held. */
export interface CountedMessages extends Omit<ObjectMessages<unknown>, "done"> {
  readonly objects: number;
  readonly rows: number;
  readonly quarantined: number;
}

export function counted({
  done,
  ...told
}: ObjectMessages<{ readonly rows: number; readonly quarantined: number }>): CountedMessages {
  const sum = (of: "rows" | "quarantined"): number => done.reduce((total, one) => total + one[of], 0);
  return { ...told, objects: done.length, rows: sum("rows"), quarantined: sum("quarantined") };
}

/** Milliseconds that are kept back for writing and for answering. */
export const RESERVE_MS = 15_000;

/**
 * Every object that messages tell of, each once. A message fails if one of its objects does, and only then; the objects of its neighbours stay done.
 * @param read undefined for an object that is passed over unread
 */
export async function objectMessages<Done>(
  bodies: readonly string[],
  {
    timeLeft,
    atOnce = 1,
    read,
  }: {
    /** Milliseconds until the function is ended. */
    readonly timeLeft: () => number;
    /** Objects that are read at the same time. */
    readonly atOnce?: number;
    readonly read: (event: ObjectEvent) => Promise<Done | undefined>;
  },
): Promise<ObjectMessages<Done>> {
  const decoded = bodies.map((body): ObjectEvent[] | Error => {
    try {
      return objectEvents(body);
    } catch (error) {
      return asError(error);
    }
  });
  const done: Done[] = [];
  const failures = new Map<string, Error>();
  let skipped = 0;
  const waiting = distinctObjects(decoded.flatMap((events) => (events instanceof Error ? [] : events)));
  const worker = async (): Promise<void> => {
    for (let event = waiting.shift(); event; event = waiting.shift()) {
      try {
        if (timeLeft() < RESERVE_MS) throw new InputError(event.key, `no time was left for ${event.key}; it is tried again`);
        const outcome = await read(event);
        if (outcome === undefined) skipped += 1;
        else done.push(outcome);
      } catch (error) {
        failures.set(idOf(event), asError(error));
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  const results = decoded.map((events): PromiseSettledResult<undefined> => {
    const reason = events instanceof Error ? events : events.map((event) => failures.get(idOf(event))).find(Boolean);
    return reason ? { status: "rejected", reason } : { status: "fulfilled", value: undefined };
  });
  return { results, done, skipped, failed: failures.size };
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
const idOf = ({ bucket, key, version }: ObjectEvent): string => JSON.stringify([bucket, key, version ?? null]);

/** The same object and version always make the same files, whoever asks and how often. */
export const batchName = ({ bucket, key, version }: ObjectEvent): string =>
  createHash("sha256")
    .update([bucket, key, version ?? ""].join("\n"))
    .digest("hex")
    .slice(0, 32);

/** What is read of an event, and what it is written as. A backfill names no version, and must end in the files that the live event made. */
export function batchOf(
  event: ObjectEvent,
  info: ObjectInfo,
): { readonly name: string; readonly objects: readonly [ObjectInfo] } {
  const version = event.version ?? info.version;
  const known = version === undefined ? {} : { version };
  return { name: batchName({ ...event, ...known }), objects: [{ ...info, ...known }] };
}
