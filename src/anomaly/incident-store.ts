import { messageOf, WriteConflict } from "../errors.ts";
import type { ObjectStore } from "../ports.ts";
import { decodeRecord, encodeRecord, type IncidentRecord, recordPath, STATE_PREFIX } from "./incident-record.ts";

/** A record and the version that it was read at or written as. */
export interface Versioned {
  readonly record: IncidentRecord;
  readonly etag: string;
}

/** State of incidents in small objects that are only changed by conditional writes. */
export class IncidentStore {
  readonly #store: ObjectStore;
  /** Objects that could not be read, as sentences. */
  readonly problems: string[] = [];

  constructor(store: ObjectStore) {
    this.#store = store;
  }

  /** Every record by its incident's key. A damaged object is named in `problems` and left alone. */
  async load(): Promise<Map<string, Versioned>> {
    const records = new Map<string, Versioned>();
    for await (const { key } of this.#store.list(STATE_PREFIX)) {
      if (!key.endsWith(".json")) continue;
      try {
        const found = await this.#store.readAll(key);
        if (!found) continue;
        const record = decodeRecord(key, found.bytes);
        records.set(record.key, { record, etag: found.etag });
      } catch (error) {
        this.problems.push(messageOf(error));
      }
    }
    return records;
  }

  /** @returns the new version, or undefined when somebody else changed it first */
  async save(record: IncidentRecord, before: Versioned | undefined): Promise<Versioned | undefined> {
    const condition = before ? { ifEtag: before.etag } : { ifAbsent: true };
    try {
      const { etag } = await this.#store.write(recordPath(record.key), encodeRecord(record), condition);
      return { record, etag };
    } catch (error) {
      if (error instanceof WriteConflict) return undefined;
      throw error;
    }
  }

  async forget(key: string): Promise<void> {
    await this.#store.remove(recordPath(key));
  }
}
