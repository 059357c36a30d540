import type { ReadItem } from "../invocation/read-invocations.ts";
import type { ObjectInfo } from "../ports.ts";
import { isoOf } from "../time.ts";

/** What is quarantined of an object line by line; the rest is counted by reason. */
export const MOST_PLACED = 1000;

type Refused = Exclude<ReadItem, { readonly record: unknown }>;

/** The quarantine entries of one object, as JSON: as many as one object may take, however many of its lines are bad. */
export class RefusedLines {
  readonly #entries: string[] = [];
  readonly #more = new Map<string, { line: number; records: number }>();
  readonly #common: { readonly source_object: string; readonly version: string | null };
  readonly #deliveredAt: string;

  constructor(object: ObjectInfo, deliveredAt: number) {
    this.#common = { source_object: object.key, version: object.version ?? null };
    this.#deliveredAt = isoOf(deliveredAt);
  }

  add(item: Refused): void {
    if ("damaged" in item) {
      this.#entries.push(this.#entry(item.line, null, "damaged_object", item.damaged, null, 1));
      return;
    }
    if (this.#entries.length < MOST_PLACED) {
      this.#entries.push(this.#entry(item.line, item.offset, item.bad, item.detail, item.fingerprint, 1));
      return;
    }
    const same = this.#more.get(item.bad);
    if (same === undefined) this.#more.set(item.bad, { line: item.line, records: 1 });
    else same.records += 1;
  }

  /** One JSON text an entry. */
  entries(): readonly string[] {
    const more = [...this.#more].map(([reason, { line, records }]) =>
      this.#entry(line, null, reason, `${records} more from this line on, not listed one by one`, null, records),
    );
    return [...this.#entries, ...more];
  }

  #entry(
    line: number,
    offset: number | null,
    reason: string,
    detail: string,
    fingerprint: string | null,
    records: number,
  ): string {
    return JSON.stringify({
      ...this.#common,
      source_line: line,
      byte_offset: offset,
      reason,
      detail,
      fingerprint,
      records,
      delivered_at: this.#deliveredAt,
    });
  }
}
