import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { BedrockClient } from "@aws-sdk/client-bedrock";
import { InferenceProfiles } from "../../src/aws/inference-profiles.ts";
import { ingestMessages } from "../../src/aws/ingest-messages.ts";
import { defaultConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { ObjectNotFound } from "../../src/errors.ts";
import type { ObjectInfo, ObjectStore } from "../../src/ports.ts";
import { clientFor } from "./stub-service.ts";

/** What happens to a process that was killed: this call, and every later one, goes nowhere. */
export class Killed extends Error {}

/** A process that dies at its nth call: before the call, or after it took effect but before anybody heard of it. */
export class Life {
  left: number;
  readonly #after: boolean;
  calls = 0;

  constructor(left = Number.POSITIVE_INFINITY, after = false) {
    this.left = left;
    this.#after = after;
  }

  async call<Value>(run: () => Value | Promise<Value>): Promise<Value> {
    this.calls += 1;
    this.left -= 1;
    if (this.left > 0) return run();
    if (this.left === 0 && this.#after) await run();
    throw new Killed("the process is gone");
  }
}

/** A log bucket that keeps versions. */
export class VersionedLogs {
  readonly #versions = new Map<string, { version: string | undefined; bytes: Uint8Array }[]>();

  put(key: string, bytes: Uint8Array, version?: string): void {
    this.#versions.set(key, [...(this.#versions.get(key) ?? []), { version, bytes }]);
  }

  /** As one process sees it. */
  seenBy(life: Life): ObjectStore & { info(key: string, version?: string): Promise<ObjectInfo> } {
    const find = (key: string, version?: string) => {
      const all = this.#versions.get(key) ?? [];
      const found = version === undefined ? all.at(-1) : all.find((each) => each.version === version);
      if (found === undefined) throw new ObjectNotFound(key, `store: there is no ${key}`);
      return found;
    };
    const infoOf = (key: string, version?: string): ObjectInfo => {
      const { bytes, version: own } = find(key, version);
      return { key, size: bytes.length, lastModified: 0, ...(own === undefined ? {} : { version: own }) };
    };
    return {
      name: "s3://logs",
      async *list() {},
      info: (key, version) => life.call(() => infoOf(key, version)),
      read: (key, version) => life.call(() => ({ body: Readable.from([find(key, version).bytes]), info: infoOf(key, version) })),
      readAll: (key) => life.call(() => ({ bytes: find(key).bytes, etag: "" })),
      write: () => Promise.reject(new Error("logs are only read")),
      remove: () => Promise.reject(new Error("logs are only read")),
    };
  }
}

/** What is left when a process dies: the curated bucket and the queue. */
export interface World {
  readonly logs: VersionedLogs;
  readonly target: ObjectStore;
  /** Messages that were not deleted, in the order in which they are delivered. */
  queue: string[];
}

/** Every object of a store by the hash of its bytes. */
export async function contentOf(store: ObjectStore): Promise<Record<string, string>> {
  const found: [string, string][] = [];
  for await (const { key } of store.list()) {
    const { bytes } = (await store.readAll(key)) ?? { bytes: new Uint8Array() };
    found.push([key, createHash("sha256").update(bytes).digest("hex")]);
  }
  return Object.fromEntries(found.sort());
}

const counted = (store: ObjectStore, life: Life): ObjectStore => ({
  name: store.name,
  list: (prefix) => store.list(prefix),
  read: (key) => life.call(() => store.read(key)),
  readAll: (key) => life.call(() => store.readAll(key)),
  write: (key, bytes, condition) => life.call(() => store.write(key, bytes, condition)),
  remove: (key) => life.call(() => store.remove(key)),
});

/**
 * The function and its event source mapping, as one process: receives some messages, ingests, writes its metrics, deletes what succeeded, until
 * nothing is left that it can do.
 * @throws Killed
 */
export async function work(world: World, endpoint: string, life = new Life(), batchSize = 10): Promise<void> {
  const target = counted(world.target, life);
  const profiles = new InferenceProfiles({
    store: () => target,
    clock: { now: () => NOW },
    onFailure: () => undefined,
    clientOf: () => {
      const client = new BedrockClient({ ...clientFor(endpoint), maxAttempts: 1 });
      client.middlewareStack.add((next) => (args) => life.call(() => next(args)), { step: "initialize" });
      return client;
    },
  });
  const curated = curator(defaultConfig(), profiles);
  const given = new Set<string>();
  for (;;) {
    const messages = await life.call(() => world.queue.filter((message) => !given.has(message)).slice(0, batchSize));
    if (messages.length === 0) return;
    const { results } = await ingestMessages(messages, {
      target,
      curator: curated,
      clock: { now: () => NOW },
      sourceOf: () => world.logs.seenBy(life),
    });
    // Metrics are lines on standard output.
    await life.call(() => undefined);
    for (const [index, message] of messages.entries()) {
      given.add(message);
      if (results[index]?.status === "fulfilled")
        await life.call(() => {
          world.queue = world.queue.filter((each) => each !== message);
        });
    }
  }
}

/** Days after the events, so that ingest leaves stale marks. */
const NOW = Date.UTC(2026, 9, 9);
