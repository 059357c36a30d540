import { invocationRecords } from "../tables/invocation-records.ts";
import { dayOf, HOUR_MS, hourOf } from "../time.ts";
import { HourColumns } from "./hour-columns.ts";
import { hourFile } from "./hour-file.ts";
import type { CuratedFile } from "./invocation-row.ts";
import type { RecordFacts, SourceObject } from "./record-facts.ts";

/** Objects are mostly of one hour and end in the next one. */
const MOST_IDLE = 2;

/**
 * Records of one batch, held as columns by event hour until they are enough to write. The same records in the same order give the same files:
 * `invocation_records/dt=YYYY-MM-DD/hour=HH/<batch>-<part>.parquet`.
 */
export class HourBatches {
  readonly #batch: string;
  readonly #limit: number;
  readonly #hours = new Map<number, HourColumns>();
  readonly #idle: HourColumns[];
  readonly #marks = new Map<number, number>();
  #held = 0;
  #part = 0;
  #lastHour = Number.NaN;
  #last: HourColumns | undefined;

  /**
   * @param idle columns whose memory is used again, taken and given back
   * @param limit rows held in memory before `full` asks to flush; 100,000 rows are about 25 MB
   */
  constructor(batch: string, idle: HourColumns[] = [], limit = 100_000) {
    this.#batch = batch;
    this.#idle = idle;
    this.#limit = limit;
  }

  add(facts: RecordFacts, object: SourceObject): void {
    const hour = Math.floor(facts.eventTime / HOUR_MS);
    if (hour !== this.#lastHour || this.#last === undefined) {
      this.#last = this.#hours.get(hour) ?? this.#idle.pop() ?? new HourColumns();
      this.#lastHour = hour;
      this.#hours.set(hour, this.#last);
    }
    this.#last.add(facts, object);
    this.#held += 1;
  }

  /** What `takeBack` will go back to. */
  mark(): void {
    this.#marks.clear();
    for (const [hour, { rows }] of this.#hours) this.#marks.set(hour, rows);
  }

  /** Takes out what was added since `mark`, as far as it is not flushed: an object that could not be read to its end has no rows. */
  takeBack(): void {
    for (const [hour, columns] of this.#hours) {
      const kept = this.#marks.get(hour) ?? 0;
      this.#held -= columns.rows - kept;
      if (kept === 0) this.#hours.delete(hour);
      else columns.shorten(kept);
    }
    this.#last = undefined;
  }

  get full(): boolean {
    return this.#held >= this.#limit;
  }

  /** Takes out everything that is held, one file an hour, oldest hour first. */
  *flush(): Generator<CuratedFile> {
    const part = String(this.#part).padStart(4, "0");
    for (const [hour, columns] of [...this.#hours].sort(([a], [b]) => a - b)) {
      const millis = hour * HOUR_MS;
      const folder = `dt=${dayOf(millis)}/hour=${String(hourOf(millis)).padStart(2, "0")}`;
      yield {
        key: `${invocationRecords.name}/${folder}/${this.#batch}-${part}.parquet`,
        bytes: hourFile(columns),
        rows: columns.rows,
      };
      if (this.#idle.length === MOST_IDLE) continue;
      columns.clear();
      this.#idle.push(columns);
    }
    this.#part += 1;
    this.#held = 0;
    this.#hours.clear();
    this.#marks.clear();
    this.#last = undefined;
  }
}
