import type { CuratedFile, InvocationRow } from "../../src/curated/invocation-row.ts";
import { encodeParquet } from "../../src/curated/parquet.ts";
import { invocationRecords } from "../../src/tables/invocation-records.ts";
import { dayOf, hourOf } from "../../src/time.ts";

/**
 * Rows of one batch, held by event hour until they are enough to write. A batch with the same rows in the same order gives the same files:
 * `invocation_records/dt=YYYY-MM-DD/hour=HH/<batch>-<part>.parquet`.
 */
export class HourBuffers {
  readonly #batch: string;
  readonly #limit: number;
  readonly #hours = new Map<string, InvocationRow[]>();
  #held = 0;
  #part = 0;

  /** @param limit rows held in memory before `full` asks to flush */
  constructor(batch: string, limit = 100_000) {
    this.#batch = batch;
    this.#limit = limit;
  }

  add(row: InvocationRow, eventTime: number): void {
    const hour = `dt=${dayOf(eventTime)}/hour=${String(hourOf(eventTime)).padStart(2, "0")}`;
    const rows = this.#hours.get(hour);
    if (rows) rows.push(row);
    else this.#hours.set(hour, [row]);
    this.#held += 1;
  }

  get full(): boolean {
    return this.#held >= this.#limit;
  }

  /** Takes out everything that is held, one file an hour, oldest hour first. */
  *flush(): Generator<CuratedFile> {
    const part = String(this.#part).padStart(4, "0");
    for (const hour of [...this.#hours.keys()].sort()) {
      const rows = this.#hours.get(hour) ?? [];
      yield {
        key: `${invocationRecords.name}/${hour}/${this.#batch}-${part}.parquet`,
        bytes: encodeParquet(invocationRecords, rows),
        rows: rows.length,
      };
    }
    this.#part += 1;
    this.#held = 0;
    this.#hours.clear();
  }
}
