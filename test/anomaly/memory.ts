import { Readable } from "node:stream";
import { ObjectNotFound, WriteConflict } from "../../src/errors.ts";
import type {
  AlertSink,
  ObjectInfo,
  ObjectStore,
  QueryParams,
  QueryResult,
  RemoveCondition,
  Row,
  Warehouse,
  WriteCondition,
} from "../../src/ports.ts";

/** A bucket in memory that honours conditional writes, as S3 does. */
export class MemoryStore implements ObjectStore {
  readonly name = "memory";
  readonly objects = new Map<string, { bytes: Uint8Array; etag: string }>();
  #version = 0;

  async *list(prefix = ""): AsyncGenerator<ObjectInfo> {
    for (const [key, { bytes, etag }] of [...this.objects].sort(([a], [b]) => (a < b ? -1 : 1)))
      if (key.startsWith(prefix)) yield { key, size: bytes.length, lastModified: 0, etag };
  }

  async read(key: string): Promise<{ body: Readable; info: ObjectInfo }> {
    const found = this.objects.get(key);
    if (!found) throw new ObjectNotFound(key, `store: no ${key}`);
    return { body: Readable.from([found.bytes]), info: { key, size: found.bytes.length, lastModified: 0 } };
  }

  async readAll(key: string): Promise<{ bytes: Uint8Array; etag: string } | undefined> {
    return this.objects.get(key);
  }

  async write(key: string, bytes: Uint8Array | string, condition: WriteCondition = {}): Promise<{ etag: string }> {
    const found = this.objects.get(key);
    if ((condition.ifAbsent && found) || (condition.ifEtag !== undefined && found?.etag !== condition.ifEtag))
      throw new WriteConflict(key, `store: ${key} was changed by somebody else`);
    const etag = `v${++this.#version}`;
    this.objects.set(key, { bytes: typeof bytes === "string" ? Buffer.from(bytes) : bytes, etag });
    return { etag };
  }

  async remove(key: string, condition?: RemoveCondition): Promise<void> {
    const found = this.objects.get(key);
    if (condition !== undefined && found !== undefined && found.etag !== condition.ifEtag)
      throw new WriteConflict(key, `store: ${key} was changed by somebody else`);
    this.objects.delete(key);
  }

  text(key: string): string {
    return Buffer.from(this.objects.get(key)?.bytes ?? []).toString("utf8");
  }
}

export type Sent = Parameters<AlertSink["publish"]>[0];

export class MemorySink implements AlertSink {
  readonly sent: Sent[] = [];
  /** Throws for messages that it says true of. */
  refuses: (message: Sent) => boolean = () => false;

  async publish(message: Sent): Promise<void> {
    if (this.refuses(message)) throw new Error("sns: Throttling: Rate exceeded");
    this.sent.push(message);
  }
}

/** Answers queries by name; others have no rows. */
export class FakeWarehouse implements Warehouse {
  readonly answers: Readonly<Record<string, (params: QueryParams) => Row[]>>;

  constructor(answers: Readonly<Record<string, (params: QueryParams) => Row[]>>) {
    this.answers = answers;
  }

  async query(name: string, params: QueryParams = {}): Promise<QueryResult> {
    return { columns: [], rows: this.answers[name]?.(params) ?? [] };
  }

  async adhoc(): Promise<QueryResult> {
    return { columns: [], rows: [] };
  }

  async replaceDays(..._given: Parameters<Warehouse["replaceDays"]>): Promise<number> {
    return 0;
  }
}
