import { Readable } from "node:stream";
import { classifyKey } from "../invocation/object-key.ts";
import type { ObjectInfo, ObjectStore, RemoveCondition, WriteCondition } from "../ports.ts";
import type { S3Store } from "./s3-store.ts";

/** A log object is small and takes S3 some 20 ms whatever its size, so several are fetched while one is read. */
const AHEAD = 16;
/** Larger ones are streamed when their turn comes: AHEAD times this is what may lie in memory. */
const MOST_BYTES = 4 * 1024 * 1024;

/** A store for objects that are read once, in the order given; anything else is asked of the store behind it. */
export class ReadAhead implements ObjectStore {
  readonly name: string;
  readonly #store: S3Store;
  readonly #coming: ObjectInfo[];
  readonly #fetched = new Map<string, Promise<{ bytes: Uint8Array; info: ObjectInfo }>>();

  constructor(store: S3Store, objects: readonly ObjectInfo[]) {
    this.name = store.name;
    this.#store = store;
    this.#coming = objects.filter(({ key, size }) => size <= MOST_BYTES && classifyKey(key).kind === "log").toReversed();
  }

  async read(key: string, version?: string): Promise<{ body: Readable; info: ObjectInfo }> {
    this.#fetch();
    const fetched = this.#fetched.get(key);
    this.#fetched.delete(key);
    this.#fetch();
    if (fetched === undefined) return this.#store.read(key, version);
    const { bytes, info } = await fetched;
    return { body: Readable.from([bytes], { objectMode: false }), info };
  }

  list(prefix?: string): AsyncIterable<ObjectInfo> {
    return this.#store.list(prefix);
  }

  readAll(key: string): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
    return this.#store.readAll(key);
  }

  write(key: string, bytes: Uint8Array | string, condition?: WriteCondition): Promise<{ etag: string }> {
    return this.#store.write(key, bytes, condition);
  }

  remove(key: string, condition?: RemoveCondition): Promise<void> {
    return this.#store.remove(key, condition);
  }

  #fetch(): void {
    while (this.#fetched.size < AHEAD) {
      const next = this.#coming.pop();
      if (next === undefined) return;
      const fetching = this.#whole(next);
      // Whoever reads the object gets the error; until then it is nobody's.
      fetching.catch(() => undefined);
      this.#fetched.set(next.key, fetching);
    }
  }

  async #whole({ key, version }: ObjectInfo): Promise<{ bytes: Uint8Array; info: ObjectInfo }> {
    const { body, info } = await this.#store.read(key, version);
    const chunks: Uint8Array[] = [];
    for await (const chunk of body) chunks.push(chunk);
    return { bytes: Buffer.concat(chunks), info };
  }
}
