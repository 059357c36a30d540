import { isoOf } from "../time.ts";
import { type IngestCounts, noCounts } from "./counts.ts";

/** Unknown fields that are named; AWS adds a few at a time, a flood is somebody's joke. */
const MOST_UNKNOWN = 50;

/** What became of one object's records. */
export class ObjectTally {
  bad = 0;
  outside = 0;
  damaged: string | null = null;
  #landed = 0;
  #coerced = 0;
  #first = Number.POSITIVE_INFINITY;
  #last = Number.NEGATIVE_INFINITY;
  readonly #unknown = new Map<string, number>();

  land(eventTime: number, coerced: boolean, unknownFields: readonly string[]): void {
    this.#landed += 1;
    if (coerced) this.#coerced += 1;
    this.#first = Math.min(this.#first, eventTime);
    this.#last = Math.max(this.#last, eventTime);
    for (const path of unknownFields) {
      const name = this.#unknown.has(path) || this.#unknown.size < MOST_UNKNOWN ? path : "(others)";
      this.#unknown.set(name, (this.#unknown.get(name) ?? 0) + 1);
    }
  }

  counts(bytes: number): IngestCounts {
    return {
      ...noCounts(),
      bytes,
      damaged_objects: this.damaged === null ? 0 : 1,
      records: this.#landed + this.bad,
      landed: this.#landed,
      quarantined: this.bad,
      coerced: this.#coerced,
      outside_range: this.outside,
      unknown_fields: Object.fromEntries(this.#unknown),
    };
  }

  /** The columns of ingested_objects that it knows. */
  row(): Record<string, unknown> {
    return {
      records: this.#landed + this.bad,
      landed: this.#landed,
      quarantined: this.bad,
      coerced: this.#coerced,
      damaged: this.damaged,
      first_event: this.#landed === 0 ? null : isoOf(this.#first),
      last_event: this.#landed === 0 ? null : isoOf(this.#last),
      unknown_fields: [...this.#unknown.keys()].sort(),
    };
  }
}
