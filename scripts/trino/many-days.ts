import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { identifier, quote, tableView } from "../../src/local/duckdb-tables.ts";
import type { Column, Table } from "../../src/tables/column.ts";

/** Clocks that were wrong: a year with leading zeros, the start of Unix time, one beyond nanoseconds in 64 bits, the last with four digits. */
export const ABSURD_DAYS: readonly string[] = ["0100-01-01", "1970-01-01", "2263-01-01", "9999-12-31"];

export interface ManyDays {
  /** Copies of the seed's month, each a month earlier than the one before. Forty make 1,217 days. */
  readonly months: number;
  /** Of the days before the last month every so many are kept; 1 for all of them. */
  readonly every: number;
}

/** Rows of one day that are kept, so that years of days can be queried in minutes. */
const ROWS_A_DAY = 12;
/** Partitions of an ordinary table; `hourly_usage` keeps some rows of every hour, since views go by hours. */
const PLACES: Readonly<Record<string, { readonly by: string; readonly rows: number; readonly where?: string }>> = {
  hourly_usage: { by: "dt, hour", rows: 2 },
  // One hour a day: as many files as days, and every hour of the day among them.
  invocation_records: { by: "dt", rows: 30, where: "hour = 8 + day(dt) % 10" },
  cur_line_items: { by: "period", rows: 200 },
};

/**
 * A data folder of years from one of a month: its days again and again, each copy a month earlier and thinned out, and one row of each table at
 * each absurd time. What belongs together across tables no longer does; both engines see the same.
 * @param seed a folder in the layout of the curated bucket
 */
export async function manyDays(seed: string, into: string, tables: readonly Table[], size: ManyDays): Promise<void> {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    await connection.run("set TimeZone='UTC'");
    await connection.run("set disabled_optimizers='statistics_propagation'");
    await connection.run("set partitioned_write_max_open_files=2000");
    await connection.run("set preserve_insertion_order=false");
    for (const table of tables) {
      await connection.run(tableView(seed, table));
      await write(connection, table, into, size);
    }
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function write(connection: DuckDBConnection, table: Table, into: string, { months, every }: ManyDays): Promise<void> {
  const all = [...table.columns, ...table.partitions];
  const name = identifier(table.name);
  const { by, rows, where = "true" } = PLACES[table.name] ?? { by: table.partitions[0]?.name ?? "dt", rows: ROWS_A_DAY };
  const folder = join(into, table.name);
  mkdirSync(folder);
  const [{ n } = { n: 0 }] = (await connection.runAndReadAll(`select count(*)::integer as n from ${name}`)).getRowObjects();
  if (n === 0) return;
  if (table.partitions.length === 0) {
    const cells = all.map((column) => cell(column, identifier(column.name))).join(", ");
    await copy(connection, `select ${cells} from ${name}`, table, join(folder, `${table.name}.${table.format}`), "");
    return;
  }
  const shifted = all.map((column) => cell(column, earlier(column, "m.k")));
  const absurd = ABSURD_DAYS.map(
    (day) =>
      `(select ${all.map((column) => cell(column, at(column, day))).join(", ")} from thinned where place = 1 order by ${by} limit 1)`,
  );
  const kept = by.startsWith("period")
    ? "true"
    : `(m.k = 0 or (epoch(dt - to_months(m.k::integer))::bigint // 86400) % ${every} = 0)`;
  await copy(
    connection,
    `with thinned as materialized (
      select *, row_number() over (partition by ${by} order by md5(cast(t as varchar))) as place from ${name} t where ${where}
    )
    select * from (
      select ${shifted.join(", ")} from thinned cross join range(${months}) m(k) where place <= ${rows} and ${kept}
      union all ${absurd.join(" union all ")}
    ) order by ${table.partitions.map((column) => identifier(column.name)).join(", ")}`,
    table,
    folder,
    `, partition_by (${table.partitions.map((column) => identifier(column.name)).join(", ")})`,
  );
}

async function copy(connection: DuckDBConnection, select: string, table: Table, to: string, by: string): Promise<void> {
  if (table.format === "jsonl") return copyLines(connection, select, table, to);
  const staged = mkdtempSync(join(tmpdir(), "strata-days-"));
  await connection.run(`copy (${select}) to ${quote(join(staged, "out"))} (format parquet${by})`);
  rmSync(to, { recursive: true, force: true });
  cpSync(join(staged, "out"), to, { recursive: true });
  rmSync(staged, { recursive: true });
}

/** JSON lines as the product writes them, in folders by the table's partition if it has one. */
async function copyLines(connection: DuckDBConnection, select: string, table: Table, to: string): Promise<void> {
  const cells = table.columns.map((column) => {
    const name = identifier(column.name);
    return `${name} := ${isTime(column) ? `strftime(${name}, '%Y-%m-%dT%H:%M:%S.%gZ')` : name}`;
  });
  const [partition] = table.partitions;
  const place = partition ? `${quote(`${partition.name}=`)} || ${identifier(partition.name)} || '/part.jsonl'` : "''";
  const found = await connection.runAndReadAll(
    `select ${place} as place, string_agg(cast(to_json(struct_pack(${cells.join(", ")})) as varchar), chr(10)) as lines from (${select}) group by 1`,
  );
  for (const [file, lines] of found.getRows()) {
    const path = join(to, String(file));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${String(lines)}\n`);
  }
}

const isTime = ({ type }: Column): boolean => type.startsWith("timestamp");

/** The column, so many months earlier if it is a time. */
function earlier(column: Column, months: string): string {
  const name = identifier(column.name);
  if (column.name === "period")
    return `strftime(cast(${name} || '-01' as date) - to_months(cast(${months} as integer)), '%Y-%m')`;
  return column.type === "date" || isTime(column) ? `${name} - to_months(cast(${months} as integer))` : name;
}

/** The column with its times at noon of an absurd day. */
function at(column: Column, day: string): string {
  if (column.type === "date") return `date ${quote(day)}`;
  return isTime(column) ? `timestamp ${quote(`${day} 12:00:00`)}` : identifier(column.name);
}

const cell = (column: Column, expression: string): string =>
  `cast(${expression} as ${column.type === "array(varchar)" ? "varchar[]" : column.type}) as ${identifier(column.name)}`;
