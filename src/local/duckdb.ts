import { mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance, type DuckDBPreparedStatement, StatementType } from "@duckdb/node-api";
import { messageOf, QueryError, StrataError } from "../errors.ts";
import type { QueryParams, QueryResult, Warehouse } from "../ports.ts";
import { compile } from "../query/compile.ts";
import { queryFile } from "../query/files.ts";
import { viewsInOrder } from "../query/views-in-order.ts";
import { tables } from "../tables/index.ts";
import { daysBetween } from "../time.ts";
import { identifier, quote, tableView } from "./duckdb-tables.ts";
import { readResult } from "./duckdb-values.ts";

export interface DuckDbOptions {
  /** Engine threads; all cores unless given. */
  readonly threads?: number;
  /** Allow only files below the data folder to be read, for text that a person typed. */
  readonly locked?: boolean;
}

/** The warehouse on one machine: every table of src/tables is a DuckDB view over the Parquet files of a data folder. */
export class DuckDbWarehouse implements Warehouse {
  readonly folder: string;
  readonly #connection: DuckDBConnection;

  private constructor(folder: string, connection: DuckDBConnection) {
    this.folder = folder;
    this.#connection = connection;
  }

  static async open(folder: string, options: DuckDbOptions = {}): Promise<DuckDbWarehouse> {
    const instance = await DuckDBInstance.create(":memory:", options.threads ? { threads: String(options.threads) } : {});
    const connection = await instance.connect();
    await connection.run("set TimeZone='UTC'");
    // DuckDB 1.5.5 fails on min and max of a Hive partition column in this pass ("Attempted to access index 53 within vector of size 53").
    await connection.run("set disabled_optimizers='statistics_propagation'");
    for (const statement of queryFileText("duckdb/macros")) await connection.run(statement);
    const warehouse = new DuckDbWarehouse(folder, connection);
    await warehouse.refresh();
    if (options.locked) {
      await connection.run(`set allowed_directories=[${quote(folder)}]`);
      await connection.run("set enable_external_access=false");
      await connection.run("set lock_configuration=true");
    }
    return warehouse;
  }

  /** Points every table at the files that are there now, and makes the views. Call it after files appeared. */
  async refresh(): Promise<void> {
    for (const table of tables()) await this.#connection.run(tableView(this.folder, table));
    for (const name of viewsInOrder()) {
      const { sql } = queryFile(name);
      await this.#run(name, () => this.#connection.run(`create or replace view ${identifier(name.slice(6))} as ${sql}`));
    }
  }

  async query(name: string, params: QueryParams = {}): Promise<QueryResult> {
    return this.#run(name, async () => readResult(await (await this.#prepare(name, params)).run()));
  }

  async adhoc(text: string): Promise<QueryResult> {
    return this.#run("the given SQL", async () => {
      const statements = await this.#connection.extractStatements(text);
      if (statements.count !== 1) throw new Error("give exactly one statement");
      const prepared = await statements.prepare(0);
      if (prepared.statementType !== StatementType.SELECT && prepared.statementType !== StatementType.EXPLAIN)
        throw new Error("only SELECT statements can be run");
      return readResult(await prepared.run());
    });
  }

  async replaceDays(table: string, name: string, range: { from: string; to: string }, params: QueryParams = {}): Promise<number> {
    return this.#run(name, async () => {
      const staged = identifier(`staged_${table}`);
      await (await this.#prepare(name, { ...params, ...range }, `create or replace temp table ${staged} as `)).run();
      const { rows: counts } = await readResult(
        await this.#connection.run(`select dt, count(*) as n from ${staged} group by dt`),
      );
      const filled = new Set(counts.map((row) => String(row.dt)));
      // The declared types, not those that the engine widened a sum to: other engines read these files too.
      const columns = queryFile(name).header.columns.filter((column) => column.name !== "dt");
      const stored = columns
        .map((column) => `cast(${identifier(column.name)} as ${column.type}) as ${identifier(column.name)}`)
        .join(", ");
      for (const day of daysBetween(range.from, range.to)) {
        const folder = join(this.folder, table, `dt=${day}`);
        const file = join(folder, `${table}.parquet`);
        if (!filled.has(day)) {
          rmSync(file, { force: true });
          continue;
        }
        mkdirSync(folder, { recursive: true });
        await this.#connection.run(
          `copy (select ${stored} from ${staged} where dt = date ${quote(day)}) to ${quote(`${file}.tmp`)} (format parquet, compression zstd)`,
        );
        renameSync(`${file}.tmp`, file);
      }
      await this.#connection.run(`drop table ${staged}`);
      await this.refresh();
      return counts.reduce((sum, row) => sum + Number(row.n), 0);
    });
  }

  close(): void {
    this.#connection.closeSync();
  }

  async #prepare(name: string, params: QueryParams, prefix = ""): Promise<DuckDBPreparedStatement> {
    const file = queryFile(name);
    // Prepared, because that takes one statement and no more.
    return this.#connection.prepare(prefix + compile(name, file.sql, file.header, params));
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

/** The statements of a file that is not a query (macros). */
const queryFileText = (name: string): string[] =>
  queryFile(name)
    .sql.split(";\n")
    .filter((statement) => statement.trim() !== "");
