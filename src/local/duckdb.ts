import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBPreparedStatement, StatementType } from "@duckdb/node-api";
import { together } from "../bounded-work.ts";
import { messageOf, QueryError, StrataError } from "../errors.ts";
import type { QueryParams, QueryResult, Warehouse } from "../ports.ts";
import { compile } from "../query/compile.ts";
import { explainedText } from "../query/explained-text.ts";
import { queryFile } from "../query/files.ts";
import type { QueryColumn } from "../query/header.ts";
import { tables } from "../tables/index.ts";
import { Connections } from "./connections.ts";
import { identifier, pathLiteral, quote } from "./duckdb-tables.ts";
import { readResult } from "./duckdb-values.ts";
import { bound } from "./engine-bounds.ts";
import { refusal } from "./only-shown.ts";
import { Relations } from "./relations.ts";

export interface DuckDbOptions {
  /** Engine threads; all cores unless given. With several, one of them asks without pause whether the others are done, which takes a core. */
  readonly threads?: number;
  /** Named queries that may run at the same time; one unless given. With one engine thread each runs in a thread of its own. */
  readonly atOnce?: number;
  /** Bytes that the engine may take; a query that needs more fails, and the next one goes on. Four fifths of the machine unless given. */
  readonly memory?: number;
  /** Allow only files below the data folder to be read, for text that a person typed. */
  readonly locked?: boolean;
  /** Lets every query, whoever wrote it, see columns as this says (SQL with its name; undefined: as it is), and text that was typed nothing but tables and views. */
  readonly shown?: (column: string, type: string) => string | undefined;
  /** Where what does not fit into memory goes; beside the process unless given. */
  readonly spill?: string;
  /** Files of a table may differ in their columns, as those of two releases do; looking into each takes time. */
  readonly mixed?: boolean;
}

const READS_ONLY = "only SELECT statements can be run, and EXPLAIN of one";

/** The warehouse on one machine: every table of src/tables is a DuckDB view over the Parquet files of a data folder. */
export class DuckDbWarehouse implements Warehouse {
  readonly folder: string;
  readonly #connections: Connections;
  readonly #relations: Relations;
  /** Relations that typed text may read; undefined where it may read what the engine can. */
  #shown: ReadonlySet<string> | undefined;

  private constructor(folder: string, connections: Connections, mixed: boolean) {
    this.folder = folder;
    this.#connections = connections;
    this.#relations = new Relations(connections.first, folder, mixed);
  }

  get #connection(): DuckDBConnection {
    return this.#connections.first;
  }

  static async open(folder: string, options: DuckDbOptions = {}): Promise<DuckDbWarehouse> {
    const instance = await DuckDBInstance.create(":memory:", options.threads ? { threads: String(options.threads) } : {});
    const connections = await Connections.open(instance, options.atOnce ?? 1);
    const connection = connections.first;
    await connections.set("set TimeZone='UTC'");
    await bound(connection, options);
    // DuckDB 1.5.5 fails on min and max of a Hive partition column in this pass ("Attempted to access index 53 within vector of size 53").
    await connection.run("set disabled_optimizers='statistics_propagation'");
    for (const statement of queryFileText("duckdb/macros")) await connection.run(statement);
    const warehouse = new DuckDbWarehouse(folder, connections, options.mixed ?? false);
    if (options.shown) await warehouse.#showOnly(options.shown);
    if (options.locked) {
      // The engine compares a pattern's text before it looks for files, so the folder is allowed by its name and as it stands in patterns.
      await connection.run(`set allowed_directories=[${quote(resolve(folder))}, ${pathLiteral(folder)}]`);
      await connection.run("set enable_external_access=false");
      await connection.run("set lock_configuration=true");
    }
    return warehouse;
  }

  /** Call it after files appeared, changed or went. @param only tables whose files did; all unless given */
  refresh(only: readonly string[] = tables().map(({ name }) => name)): Promise<void> {
    return this.#relations.changed(only);
  }

  /** Tables and views that many queries will read are read once, and again when what they are read from has changed. */
  hold(names: readonly string[]): Promise<void> {
    return this.#relations.hold(names);
  }

  /** Reads their files in each query again. */
  release(names: readonly string[]): Promise<void> {
    return this.#relations.release(names);
  }

  async query(name: string, params: QueryParams = {}): Promise<QueryResult> {
    return this.#run(name, () =>
      this.#connections.lend(async (connection) => readResult(await (await this.#prepare(connection, name, params)).run())),
    );
  }

  async adhoc(text: string): Promise<QueryResult> {
    return this.#run("the given SQL", async () => {
      if (this.#shown) await this.#checkShown(text, this.#shown);
      else await this.#relations.make(this.#relations.namedIn(text));
      const prepared = await this.#onlyStatement(text);
      if (prepared.statementType === StatementType.EXPLAIN) await this.#checkExplained(text);
      else if (prepared.statementType !== StatementType.SELECT) throw new Error(READS_ONLY);
      return readResult(await prepared.run());
    });
  }

  /** Ends the queries that run, which fail then. */
  interrupt(): void {
    this.#connections.interrupt();
  }

  /** A second schema over the first, which is where names are looked for from now on. */
  async #showOnly(shown: NonNullable<DuckDbOptions["shown"]>): Promise<void> {
    const relations = this.#relations.names;
    await this.#relations.make(relations);
    await this.#connection.run("create schema shown");
    for (const relation of relations) {
      const { rows } = await readResult(await this.#connection.run(`describe main.${identifier(relation)}`));
      const replaced = rows.flatMap((row) => shown(String(row["column_name"]), String(row["column_type"])) ?? []);
      const star = replaced.length === 0 ? "*" : `* replace (${replaced.join(", ")})`;
      await this.#connection.run(`create view shown.${identifier(relation)} as select ${star} from main.${identifier(relation)}`);
    }
    await this.#connection.run("set search_path='shown'");
    for (const statement of queryFileText("duckdb/macros")) await this.#connection.run(statement);
    this.#shown = new Set(relations);
  }

  async #checkShown(text: string, relations: ReadonlySet<string>): Promise<void> {
    const { rows } = await readResult(await this.#connection.run(`select json_serialize_sql(${quote(text)}) as tree`));
    const refused = refusal(String(rows[0]?.["tree"]), relations);
    if (refused !== undefined) throw new Error(refused);
  }

  async #onlyStatement(text: string): Promise<DuckDBPreparedStatement> {
    const statements = await this.#connection.extractStatements(text);
    if (statements.count !== 1) throw new Error("give exactly one statement");
    return statements.prepare(0);
  }

  /** EXPLAIN ANALYZE runs what it explains, a COPY to a file included. */
  async #checkExplained(text: string): Promise<void> {
    const explained = explainedText(text);
    const inner = explained === undefined ? undefined : await this.#onlyStatement(explained);
    if (inner?.statementType !== StatementType.SELECT) throw new Error(READS_ONLY);
  }

  async replaceDays(table: string, name: string, range: { from: string; to: string }, params: QueryParams = {}): Promise<number> {
    return this.#replace(table, name, range, params);
  }

  /**
   * As `replaceDays`, for some hours of one day: the day's other rows stay. Their records must be in the folder, those of other hours of the day must not.
   * @returns how many rows the day holds now
   */
  async replaceHours(
    table: string,
    name: string,
    { day, hours }: { readonly day: string; readonly hours: readonly number[] },
    params: QueryParams = {},
  ): Promise<number> {
    return this.#replace(table, name, { from: day, to: day }, params, hours);
  }

  async #replace(
    table: string,
    name: string,
    range: { from: string; to: string },
    params: QueryParams,
    hours?: readonly number[],
  ): Promise<number> {
    return this.#run(name, async () => {
      const { sql, header } = queryFile(name);
      await this.#relations.make(header.reads);
      const found = compile(name, sql, header, { ...params, ...range });
      if (hours !== undefined) await this.#relations.make([table]);
      const kept =
        hours === undefined
          ? ""
          : `union all by name select ${header.columns.map((column) => identifier(column.name)).join(", ")} from ${identifier(table)}
             where dt = date ${quote(range.from)} and hour not in (${hours.map(Number).join(", ") || "-1"})`;
      // The declared types, not those that the engine widened a sum to: other engines read these files too.
      const columns = header.columns.filter((column) => column.name !== "dt");
      const stored = columns
        .map((column) => `cast(${identifier(column.name)} as ${column.type}) as ${identifier(column.name)}`)
        .join(", ");
      // The query's own order leaves nothing open, so that the same rows always give the same bytes; with rows of other hours among them every column decides.
      const order = hours === undefined ? "" : ` order by ${["dt", ...columns.map(sortable)].join(", ")}`;
      const sorted = identifier(`sorted_${table}`);
      await this.#connection.run(
        `create or replace table ${sorted} as select ${stored}, cast(dt as date) as dt from (select * from (${found}\n) ${kept})${order}`,
      );
      const { rows: counts } = await readResult(
        await this.#connection.run(`select dt, count(*) as n from ${sorted} group by dt`),
      );
      const filled = new Set(counts.map((row) => String(row.dt)));
      for (const day of storedDays(join(this.folder, table))) {
        if (day >= range.from && day <= range.to && !filled.has(day))
          rmSync(join(this.folder, table, `dt=${day}`, `${table}.parquet`), { force: true });
      }
      await together([...filled].sort().map((day) => this.#writeDay(table, sorted, day)));
      // The day's other rows are in the new file now, whatever the files were called that they came from.
      if (hours !== undefined)
        for (const other of filesOf(join(this.folder, table, `dt=${range.from}`)))
          if (other !== `${table}.parquet` || !filled.has(range.from))
            rmSync(join(this.folder, table, `dt=${range.from}`, other));
      const isOurs = (day: string): boolean =>
        filesOf(join(this.folder, table, `dt=${day}`)).every((other) => filled.has(day) && other === `${table}.parquet`);
      const whole = hours === undefined && storedDays(join(this.folder, table)).every(isOurs);
      await this.#relations.replaced(table, sorted, `dt between date ${quote(range.from)} and date ${quote(range.to)}`, whole);
      return counts.reduce((sum, row) => sum + Number(row.n), 0);
    });
  }

  async #writeDay(table: string, sorted: string, day: string): Promise<void> {
    const folder = join(this.folder, table, `dt=${day}`);
    const file = join(folder, `${table}.parquet`);
    mkdirSync(folder, { recursive: true });
    // The engine keeps the order of a table that it reads.
    await this.#connections.lend((connection) =>
      connection.run(
        `copy (select * exclude (dt) from ${sorted} where dt = date ${quote(day)}) to ${quote(`${file}.tmp`)} (format parquet, compression zstd)`,
      ),
    );
    renameSync(`${file}.tmp`, file);
  }

  /** Writes the rows of a query, in its order and with the types that its header declares, into one Parquet file. @param file its path */
  async exportRows(name: string, params: QueryParams, file: string): Promise<void> {
    await this.#run(name, async () => {
      const { sql, header } = queryFile(name);
      await this.#relations.make(header.reads);
      const stored = header.columns.map(
        ({ name: column, type }) => `cast(${identifier(column)} as ${type}) as ${identifier(column)}`,
      );
      await this.#connection.run(
        `copy (select ${stored.join(", ")} from (${compile(name, sql, header, params)}\n)) to ${quote(file)} (format parquet, compression zstd)`,
      );
    });
  }

  close(): void {
    this.#connections.close();
  }

  async #prepare(connection: DuckDBConnection, name: string, params: QueryParams): Promise<DuckDBPreparedStatement> {
    const file = queryFile(name);
    await this.#relations.make(file.header.reads);
    // Prepared, because that takes one statement and no more.
    return connection.prepare(compile(name, file.sql, file.header, params));
  }

  async #run<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof StrataError) throw error;
      throw new QueryError(name, `query: ${name} failed: ${messageOf(error)}`, { cause: error });
    }
  }
}

/** Days of which a table has a folder: looking for each day of a range would take long where an event is far away. */
const storedDays = (folder: string): string[] =>
  existsSync(folder) ? readdirSync(folder).flatMap((name) => (name.startsWith("dt=") ? [name.slice(3)] : [])) : [];

/** A column in an order; maps cannot be compared, and their text can. */
const sortable = ({ name, type }: QueryColumn): string =>
  type.startsWith("map") ? `cast(${identifier(name)} as varchar)` : identifier(name);

const filesOf = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

/** The statements of a file that is not a query (macros). */
const queryFileText = (name: string): string[] =>
  queryFile(name)
    .sql.split(";\n")
    .filter((statement) => statement.trim() !== "");
