import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { quote, tableView } from "../../src/local/duckdb-tables.ts";
import type { Table } from "../../src/tables/column.ts";

/**
 * A copy of a data folder in the layout of the curated bucket: every table is a folder, also one that is a single file locally or has no rows, and records,
 * which an analysis writes by day, lie by hour.
 * Bedrock's own counts, which only CloudWatch knows, are made from the records: two of each 7 hours had some more calls than were logged.
 */
export async function stageData(data: string, into: string, tables: readonly Table[]): Promise<void> {
  rmSync(into, { recursive: true, force: true });
  mkdirSync(into, { recursive: true });
  for (const table of tables) {
    const { name, format } = table;
    const folder = join(into, name);
    mkdirSync(folder);
    if (table.partitions.length > 1) await byPartition(data, folder, table);
    else if (existsSync(join(data, name))) cpSync(join(data, name), folder, { recursive: true });
    const file = join(data, `${name}.${format}`);
    if (existsSync(file)) cpSync(file, join(folder, `${name}.${format}`));
  }
  if (readdirSync(join(into, "service_counts")).length === 0) await countCalls(into);
}

async function byPartition(data: string, folder: string, table: Table): Promise<void> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run("set TimeZone='UTC'");
  await connection.run("set partitioned_write_max_open_files=2000");
  await connection.run(tableView(data, table));
  const [first, ...finer] = table.partitions.map(({ name }) => name);
  const named = finer.map((name) => `printf('%02d', ${name}) as ${name}`).join(", ");
  await connection.run(
    `copy (select * replace (${named}) from ${table.name}) to ${quote(folder)} (format parquet, partition_by (${[first, ...finer].join(", ")}), overwrite_or_ignore true)`,
  );
  connection.closeSync();
}

async function countCalls(folder: string): Promise<void> {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const target = join(folder, "service_counts");
  const records = quote(join(folder, "invocation_records", "**", "*.parquet"));
  await connection.run(`
    copy (
      select hour, account_id, region, count(*) + case hour % 7 when 0 then 40 when 3 then 1 else 0 end as invocations,
        cast(case hour % 7 when 0 then 3 else 0 end as bigint) as undelivered, cast(0 as bigint) as throttled, dt
      from read_parquet(${records}, hive_partitioning=true, hive_types={'dt': date, 'hour': integer})
      group by dt, hour, account_id, region
      order by dt, hour, account_id, region
    ) to ${quote(`${target}.staged`)} (format parquet, partition_by (dt))`);
  connection.closeSync();
  rmSync(target, { recursive: true });
  renameSync(`${target}.staged`, target);
}
