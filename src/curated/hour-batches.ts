import { invocationRecords } from "../tables/invocation-records.ts";
import { DAY_MS, dayOf, HOUR_MS, hourOf } from "../time.ts";
import { HourColumns } from "./hour-columns.ts";
import { dayFile, hourFile } from "./hour-file.ts";
import type { CuratedFile } from "./invocation-row.ts";
import type { RecordFacts, SourceObject } from "./record-facts.ts";

/** Objects are mostly of one hour and end in the next one. */
const MOST_IDLE = 2;

/** What a file holds: an hour where hours are asked for one by one, as on AWS; a day where everything is read, since each file costs its reader a millisecond or two. */
export type Span = "hour" | "day";

/**
 * Records of one batch, held as columns by event hour or day until they are enough to write. The same records in the same order give the same files:
 * `invocation_records/dt=YYYY-MM-DD/hour=HH/<batch>-<part>.parquet`, or `dt=YYYY-MM-DD/<batch>-<part>.parquet` with the hour as a column.
 */
export class HourBatches {
  readonly #batch: string;
  readonly #span: Span;
  readonly #millis: number;
  readonly #limit: number;
  /** By the number of the hour or day. */
  readonly #spans = new Map<number, HourColumns>();
  readonly #idle: HourColumns[];
  readonly #marks = new Map<number, number>();
  #held = 0;
  #part = 0;
  #lastSpan = Number.NaN;
  #last: HourColumns | undefined;

  /**
   * @param idle columns whose memory is used again, taken and given back
   * @param limit rows held in memory before `full` asks to flush; 100,000 rows are about 25 MB
   */
  constructor(batch: string, span: Span, idle: HourColumns[] = [], limit = 100_000) {
    this.#batch = batch;
    this.#span = span;
    this.#millis = span === "hour" ? HOUR_MS : DAY_MS;
    this.#idle = idle;
    this.#limit = limit;
  }

  add(facts: RecordFacts, object: SourceObject): void {
    const span = Math.floor(facts.eventTime / this.#millis);
    if (span !== this.#lastSpan || this.#last === undefined) {
      this.#last = this.#spans.get(span) ?? this.#idle.pop() ?? new HourColumns();
      this.#lastSpan = span;
      this.#spans.set(span, this.#last);
    }
    this.#last.add(facts, object);
    this.#held += 1;
  }

  /** What `takeBack` will go back to. */
  mark(): void {
    this.#marks.clear();
    for (const [span, { rows }] of this.#spans) this.#marks.set(span, rows);
  }

  /** Takes out what was added since `mark`, as far as it is not flushed: an object that could not be read to its end has no rows. */
  takeBack(): void {
    for (const [span, columns] of this.#spans) {
      const kept = this.#marks.get(span) ?? 0;
      this.#held -= columns.rows - kept;
      if (kept === 0) this.#spans.delete(span);
      else columns.shorten(kept);
    }
    this.#last = undefined;
  }

  get full(): boolean {
    return this.#held >= this.#limit;
  }

  /** Takes out everything that is held, one file an hour or day, the oldest first. */
  *flush(): Generator<CuratedFile> {
    const part = String(this.#part).padStart(4, "0");
    for (const [span, columns] of [...this.#spans].sort(([a], [b]) => a - b)) {
      const millis = span * this.#millis;
      const hour = this.#span === "hour" ? `/hour=${String(hourOf(millis)).padStart(2, "0")}` : "";
      yield {
        key: `${invocationRecords.name}/dt=${dayOf(millis)}${hour}/${this.#batch}-${part}.parquet`,
        bytes: this.#span === "hour" ? hourFile(columns) : dayFile(columns),
        rows: columns.rows,
      };
      if (this.#idle.length === MOST_IDLE) continue;
      columns.clear();
      this.#idle.push(columns);
    }
    this.#part += 1;
    this.#held = 0;
    this.#spans.clear();
    this.#marks.clear();
    this.#last = undefined;
  }
}
