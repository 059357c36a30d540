import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { ObjectNotFound, WriteConflict } from "../../src/errors.ts";
import type { ObjectInfo, ObjectStore, RemoveCondition, WriteCondition } from "../../src/ports.ts";

/** An object store in memory, with conditional writes that hold. */
export class MemoryStore implements ObjectStore {
  readonly name = "memory";
  readonly objects = new Map<string, Uint8Array>();

  static of(objects: Readonly<Record<string, Uint8Array | string>>): MemoryStore {
    const store = new MemoryStore();
    for (const [key, content] of Object.entries(objects)) store.objects.set(key, Buffer.from(content));
    return store;
  }

  async *list(prefix = ""): AsyncGenerator<ObjectInfo> {
    for (const key of [...this.objects.keys()].filter((each) => each.startsWith(prefix)).sort()) yield this.info(key);
  }

  info(key: string): ObjectInfo {
    const bytes = this.objects.get(key);
    if (bytes === undefined) throw new ObjectNotFound(key, `store: memory has no object ${key}`);
    return { key, size: bytes.length, lastModified: Date.UTC(2026, 9, 5) };
  }

  get infos(): ObjectInfo[] {
    return [...this.objects.keys()].sort().map((key) => this.info(key));
  }

  async read(key: string): Promise<{ body: Readable; info: ObjectInfo }> {
    const info = this.info(key);
    return { body: Readable.from([this.objects.get(key)]), info };
  }

  async readAll(key: string): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
    const bytes = this.objects.get(key);
    if (bytes === undefined) return undefined;
    return {
      bytes,
      get etag() {
        return etagOf(bytes);
      },
    };
  }

  async write(key: string, content: Uint8Array | string, condition: WriteCondition = {}): Promise<{ etag: string }> {
    const bytes = Buffer.from(content);
    const now = this.objects.get(key);
    if (condition.ifAbsent && now) throw new WriteConflict(key, `store: ${key} exists already`);
    if (condition.ifEtag !== undefined && (now === undefined || etagOf(now) !== condition.ifEtag))
      throw new WriteConflict(key, `store: ${key} was changed by somebody else`);
    this.objects.set(key, bytes);
    return { etag: etagOf(bytes) };
  }

  async remove(key: string, condition?: RemoveCondition): Promise<void> {
    const now = this.objects.get(key);
    if (condition !== undefined && now !== undefined && etagOf(now) !== condition.ifEtag)
      throw new WriteConflict(key, `store: ${key} was changed by somebody else`);
    this.objects.delete(key);
  }

  /** Every object as text and hash, to compare stores. */
  get content(): Record<string, string> {
    return Object.fromEntries([...this.objects].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, bytes]) => [key, etagOf(bytes)]));
  }
}

const etagOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
