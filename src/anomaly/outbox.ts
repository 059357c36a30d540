/** claim → publish → confirm: at least once, and once when nothing breaks. */
import { messageOf } from "../errors.ts";
import type { AlertSink, Clock } from "../ports.ts";
import type { IncidentRecord, OutboxEntry } from "./incident-record.ts";
import type { IncidentStore, Versioned } from "./incident-store.ts";

/** A claim older than this is of a run that died: publishing takes seconds. */
export const LEASE_MS = 120_000;

export interface Delivery {
  readonly sink: AlertSink;
  readonly store: IncidentStore;
  readonly clock: Clock;
  /** Runs that try before a message counts as undeliverable. */
  readonly attempts: number;
}

export interface Delivered {
  readonly version: Versioned;
  readonly published: readonly OutboxEntry[];
  readonly failed: readonly OutboxEntry[];
  /** Given up in this run. */
  readonly undeliverable: readonly OutboxEntry[];
}

/** Whether an entry waits for somebody to publish it. */
export const isDue = (entry: OutboxEntry, now: number): boolean =>
  entry.status === "failed" || (entry.status === "claimed" && now - entry.claimedAt >= LEASE_MS);

/** Claims what is due of a record, then publishes it. @returns undefined when another run was faster */
export async function takeOver(delivery: Delivery, before: Versioned): Promise<Delivered | undefined> {
  const now = delivery.clock.now();
  const outbox = before.record.outbox.map(
    (entry): OutboxEntry => (isDue(entry, now) ? { ...entry, status: "claimed", claimedAt: now } : entry),
  );
  const claimed = await delivery.store.save({ ...before.record, outbox }, before);
  return claimed && publishClaimed(delivery, claimed, now);
}

/** Publishes the entries that were claimed at `claimedAt` and writes down how it went. */
export async function publishClaimed(delivery: Delivery, claimed: Versioned, claimedAt: number): Promise<Delivered> {
  const outcomes = new Map<string, OutboxEntry>();
  for (const entry of claimed.record.outbox) {
    if (entry.status !== "claimed" || entry.claimedAt !== claimedAt) continue;
    const attempts = entry.attempts + 1;
    try {
      await delivery.sink.publish(entry.message);
      outcomes.set(entry.id, { ...entry, attempts, status: "published", lastError: null });
    } catch (error) {
      const status = attempts >= delivery.attempts ? "undeliverable" : "failed";
      outcomes.set(entry.id, { ...entry, attempts, status, lastError: messageOf(error) });
    }
  }
  const changed = [...outcomes.values()];
  const published = changed.filter(({ status }) => status === "published");
  const record: IncidentRecord = {
    ...claimed.record,
    notices: claimed.record.notices + published.length,
    outbox: keepRecent(claimed.record.outbox.map((entry) => outcomes.get(entry.id) ?? entry)),
  };
  const confirmed = changed.length === 0 ? claimed : await delivery.store.save(record, claimed);
  return {
    // Not confirmed means that another run took over a claim that had grown too old; what it writes is the truth.
    version: confirmed ?? claimed,
    published,
    failed: changed.filter(({ status }) => status === "failed"),
    undeliverable: changed.filter(({ status }) => status === "undeliverable"),
  };
}

const MOST_DONE = 5;

/** Messages on their way stay; of those that are done only the last, so that the object stays small. */
function keepRecent(outbox: readonly OutboxEntry[]): OutboxEntry[] {
  const done = outbox.filter(({ status }) => status === "published");
  const old = new Set(done.slice(0, Math.max(0, done.length - MOST_DONE)).map(({ id }) => id));
  return outbox.filter(({ id }) => !old.has(id)).map((entry) => (entry.status === "published" ? emptied(entry) : entry));
}

/** Given up, and not yet in the dead-letter queue and in a data alert; afterwards its text is no longer kept here. */
export const isLost = ({ status, message }: OutboxEntry): boolean => status === "undeliverable" && message.body !== "";

/** Where a message is told or kept elsewhere its text need not be here, too. */
export const emptied = (entry: OutboxEntry): OutboxEntry => ({ ...entry, message: { ...entry.message, body: "" } });
