import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { identifier, quote } from "../../src/local/duckdb-tables.ts";
import { readResult } from "../../src/local/duckdb-values.ts";
import type { QueryParams, SqlValue } from "../../src/ports.ts";
import { compile } from "../../src/query/compile.ts";
import { queryFile } from "../../src/query/files.ts";
import { tables } from "../../src/tables/index.ts";

/** Some columns of a row; the others are null. */
export type Cells = Readonly<Record<string, string | number | boolean>>;

type Given = Readonly<Record<string, readonly Cells[]>>;
type Answer = Record<string, SqlValue>[];

/** Questions take turns: they share the names of tables. */
let last: Promise<unknown> = Promise.resolve();

/** One engine for all questions of a process: opening one takes as long as a question. */
let engine: Promise<DuckDBConnection> | undefined;

async function opened(): Promise<DuckDBConnection> {
  const connection = await (await DuckDBInstance.create(":memory:", { threads: "1" })).connect();
  await connection.run("set TimeZone='UTC'");
  await connection.run("set disabled_optimizers='statistics_propagation'");
  await connection.run(queryFile("duckdb/macros").sql);
  return connection;
}

/**
 * What a query answers where its tables and views hold these rows and no others. No file is written and nothing is rolled up, so a row of a test is
 * what the query sees.
 * @param name as in `anomalies/spend_daily`
 * @returns its rows, without columns that are null
 */
export function ask(name: string, params: QueryParams, given: Given): Promise<Answer> {
  const asked = last.then(() => answer(name, params, given));
  last = asked.catch(() => undefined);
  return asked;
}

async function answer(name: string, params: QueryParams, given: Given): Promise<Answer> {
  const { sql, header } = queryFile(name);
  engine ??= opened();
  const connection = await engine;
  for (const read of header.reads) await emptied(connection, read);
  for (const read of header.reads) {
    const rows = given[read];
    if (rows === undefined) throw new Error(`${name} reads ${read}: give its rows`);
    if (rows.length > 0) await connection.run(insertion(read, rows));
  }
  const { rows } = await readResult(await connection.run(compile(name, sql, header, params)));
  return rows.map((row) =>
    Object.fromEntries(Object.entries(row).filter((cell): cell is [string, SqlValue] => cell[1] !== null)),
  );
}

/** Columns of a table or view with their types, as the engine has them. */
export function columnsOf(name: string): Promise<readonly { readonly name: string; readonly type: string }[]> {
  const asked = last.then(async () => {
    engine ??= opened();
    const connection = await engine;
    await emptied(connection, name);
    const { rows } = await readResult(await connection.run(`describe ${identifier(name)}`));
    return rows.map((row) => ({ name: String(row["column_name"]), type: String(row["column_type"]) }));
  });
  last = asked.catch(() => undefined);
  return asked;
}

/** An empty table in its place; a view's columns follow from what it reads. */
async function emptied(connection: DuckDBConnection, name: string): Promise<void> {
  const table = tables().find((each) => each.name === name);
  if (table !== undefined) {
    const columns = [...table.columns, ...table.partitions].map(({ name: of, type }) => `${identifier(of)} ${typeOf(type)}`);
    await connection.run(`create or replace table ${identifier(name)} (${columns.join(", ")})`);
    return;
  }
  const { sql, header } = queryFile(`views/${name}`);
  for (const read of header.reads) await emptied(connection, read);
  await connection.run(`create or replace table ${identifier(name)} as select * from (${sql}\n) limit 0`);
}

function insertion(name: string, rows: readonly Cells[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  if (columns.length === 0) return rows.map(() => `insert into ${identifier(name)} default values;`).join("\n");
  const literal = (value: Cells[string] | undefined): string => (value === undefined ? "null" : quote(String(value)));
  const values = rows.map((row) => `(${columns.map((column) => literal(row[column])).join(", ")})`);
  return `insert into ${identifier(name)} (${columns.map(identifier).join(", ")}) values ${values.join(", ")}`;
}

const typeOf = (type: string): string => (type === "array(varchar)" ? "varchar[]" : type);

/** A range of ticks: after the first instant, up to the second. */
export const ticks = (from: string, to: string): { readonly from: string; readonly to: string } => ({
  from: `${from}Z`,
  to: `${to}Z`,
});

/** An instant as results have it. @param text as in `2026-06-02 10:00` */
export const at = (text: string): string => new Date(`${text.replace(" ", "T")}Z`).toISOString();
