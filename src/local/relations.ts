import type { DuckDBConnection } from "@duckdb/node-api";
import { queryFile } from "../query/files.ts";
import { viewsInOrder } from "../query/views-in-order.ts";
import type { Table } from "../tables/column.ts";
import { tables } from "../tables/index.ts";
import { type ColumnsOfFiles, identifier, tableView } from "./duckdb-tables.ts";

const WORD = /\w+/g;
const CATALOG = /information_schema|duckdb_|pg_catalog/i;

/** The tables and views of src/tables and sql/views in the engine. Each is made when a query first names it: making all of them takes longer than most queries. */
export class Relations {
  readonly #connection: DuckDBConnection;
  readonly #folder: string;
  readonly #mixed: boolean;
  readonly #tables = new Map<string, Table>(tables().map((table) => [table.name, table]));
  readonly #views = new Set(viewsInOrder().map((name) => name.slice("views/".length)));
  readonly #made = new Set<string>();
  /** Those that are to be read into the engine, and those that are. */
  readonly #toHold = new Set<string>();
  readonly #held = new Set<string>();
  /** Queries that are asked at the same time make a relation once. */
  #last: Promise<void> = Promise.resolve();

  /** @param mixed whether files of a table may differ in their columns */
  constructor(connection: DuckDBConnection, folder: string, mixed: boolean) {
    this.#connection = connection;
    this.#folder = folder;
    this.#mixed = mixed;
  }

  get names(): string[] {
    return [...this.#tables.keys(), ...this.#views];
  }

  /** Those that a text names; all where it names none, or asks the engine what there is. */
  namedIn(text: string): string[] {
    const words = new Set(text.toLowerCase().match(WORD) ?? []);
    const named = this.names.filter((name) => words.has(name));
    return named.length === 0 || CATALOG.test(text) ? this.names : named;
  }

  /** Makes those of the names that are not made yet, after what they read. */
  make(names: readonly string[]): Promise<void> {
    const making = this.#last.then(async () => {
      for (const name of names) await this.#make(name);
    });
    this.#last = making.catch(() => undefined);
    return making;
  }

  /**
   * Reads them into the engine when they are next named, once instead of in each query, until `release`. Tables follow their files; views are read anew
   * when a table that they read has changed.
   */
  hold(names: readonly string[]): Promise<void> {
    for (const name of names) this.#toHold.add(name);
    return this.#forget(names.filter((name) => !this.#held.has(name)));
  }

  release(names: readonly string[]): Promise<void> {
    for (const name of names) this.#toHold.delete(name);
    return this.#forget(names);
  }

  /** Files of these tables changed. */
  changed(names: readonly string[]): Promise<void> {
    return this.#forget([...names, ...this.#heldOver(names)]);
  }

  /**
   * A table's rows of some days are those of a staged one now, which goes, as its files are.
   * @param days the condition that names them
   * @param whole whether the table's files are of no other days
   */
  async replaced(table: string, staged: string, days: string, whole: boolean): Promise<void> {
    const held = identifier(table);
    if (!this.#held.has(table)) {
      if (!whole || !this.#toHold.has(table)) {
        await this.#connection.run(`drop table ${staged}`);
        return this.changed([table]);
      }
      // It would be read from the files that were written from these rows.
      await this.#connection.run(`drop view if exists ${held}`);
      await this.#connection.run(`alter table ${staged} rename to ${held}`);
      this.#made.add(table);
      this.#held.add(table);
      return this.#forget(this.#heldOver([table]));
    }
    const [[others] = []] = (await this.#connection.runAndReadAll(`select count(*) from ${held} where not (${days})`)).getRows();
    if (others === 0n) {
      await this.#connection.run(`drop table ${held}`);
      await this.#connection.run(`alter table ${staged} rename to ${held}`);
    } else {
      await this.#connection.run(`delete from ${held} where ${days}`);
      await this.#connection.run(`insert into ${held} by name from ${staged}`);
      await this.#connection.run(`drop table ${staged}`);
    }
    await this.#forget(this.#heldOver([table]));
  }

  async #make(name: string): Promise<void> {
    const table = this.#tables.get(name);
    if (!table && !this.#views.has(name)) return;
    if (this.#held.has(name)) return;
    if (!table) for (const read of queryFile(`views/${name}`).header.reads) await this.#make(read);
    if (this.#made.has(name)) return;
    if (table) await this.#view(table);
    else await this.#connection.run(`create or replace view ${identifier(name)} as ${queryFile(`views/${name}`).sql}`);
    this.#made.add(name);
    if (this.#toHold.has(name)) await this.#read(name);
  }

  /** Where files have all columns the engine knows that each row is one of theirs, and goes back for what a query needs of few rows. */
  async #view(table: Table): Promise<void> {
    const run = (has: ColumnsOfFiles) => this.#connection.run(tableView(this.#folder, table, has));
    if (this.#mixed) await run("mixed");
    else await run("all").catch(() => run("older"));
  }

  /** The same name stands for a table of the engine from now on; views over it need not be made again. */
  async #read(name: string): Promise<void> {
    const fresh = identifier(`held_${name}`);
    await this.#connection.run(`create or replace table ${fresh} as select * from ${identifier(name)}`);
    await this.#connection.run(`drop view ${identifier(name)}`);
    await this.#connection.run(`alter table ${fresh} rename to ${identifier(name)}`);
    this.#held.add(name);
  }

  /** Views in the engine that were read from one of these tables, by however many other views. */
  #heldOver(changed: readonly string[]): string[] {
    const reads = (name: string): boolean =>
      changed.includes(name) || (this.#views.has(name) && queryFile(`views/${name}`).header.reads.some(reads));
    return [...this.#held].filter((name) => this.#views.has(name) && reads(name));
  }

  async #forget(names: readonly string[]): Promise<void> {
    const forgetting = this.#last.then(async () => {
      for (const name of names) {
        if (this.#held.delete(name)) await this.#connection.run(`drop table ${identifier(name)}`);
        this.#made.delete(name);
      }
    });
    this.#last = forgetting.catch(() => undefined);
    return forgetting;
  }
}
