import type { ObjectStore } from "../ports.ts";
import type { RowOf, Table } from "../tables/column.ts";
import { encodeParquet } from "./parquet.ts";

/** A row of a table, and the UTC day whose partition it belongs to. */
export interface DatedRow {
  readonly table: Table;
  readonly day: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Rows held in memory before they are written. */
const MOST_HELD = 50_000;

/** Rows by table and day, written together once there are many. */
export class DayRows {
  readonly #name: string;
  readonly #target: ObjectStore;
  readonly #held: DatedRow[] = [];
  readonly #days = new Set<string>();
  #kept = 0;
  #part = 0;

  constructor(name: string, target: ObjectStore) {
    this.#name = name;
    this.#target = target;
  }

  get days(): string[] {
    return [...this.#days].sort();
  }

  /** All rows of an object. @returns what it held, and how many rows that were */
  async take<Tally>(reading: AsyncGenerator<DatedRow, Tally>): Promise<[Tally, number]> {
    this.#kept = this.#held.length;
    for (let taken = 0; ; taken += 1) {
      const { value, done } = await reading.next();
      if (done === true) return [value, taken];
      this.#held.push(value);
      if (this.#held.length >= MOST_HELD) await this.flush();
    }
  }

  /** What the last object brought, as far as it is not written. */
  takeBack(): void {
    this.#held.length = Math.min(this.#kept, this.#held.length);
  }

  async flush(): Promise<void> {
    const files = Map.groupBy(this.#held, ({ table, day }) => `${table.name}/dt=${day}/`);
    for (const [folder, found] of [...files].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const [first] = found;
      if (first === undefined) continue;
      const { table, day } = first;
      this.#days.add(day);
      const rows = found.map(({ row }) => row as RowOf<Table>);
      await this.#target.write(
        `${folder}${this.#name}-${String(this.#part).padStart(4, "0")}.parquet`,
        encodeParquet(table, rows),
      );
    }
    this.#held.length = 0;
    this.#kept = 0;
    this.#part += 1;
  }
}
