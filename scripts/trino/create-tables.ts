import { StrataError } from "../../src/errors.ts";
import { queryFile } from "../../src/query/files.ts";
import { viewsInOrder } from "../../src/query/views-in-order.ts";
import type { Table } from "../../src/tables/column.ts";
import type { TrinoClient } from "./trino-client.ts";

/** The same spellings of an instant as the Glue table takes (src/aws/glue-tables.ts). */
const INSTANTS = "yyyy-MM-dd''T''HH:mm:ss.SSS''Z'',yyyy-MM-dd''T''HH:mm:ss''Z''";

/** External tables over a data folder, each partition that is there, then the views in order. @param root location of the data folder that holds a table */
export async function createTables(
  trino: TrinoClient,
  schema: string,
  tables: readonly Table[],
  root: (table: string) => string,
): Promise<void> {
  await trino.run(`create schema ${schema}`);
  for (const table of tables) {
    await trino.run(createTable(table, `${root(table.name)}/${table.name}`));
    if (table.partitions.length > 0) {
      await trino.run(`call system.sync_partition_metadata('${schema}', '${table.name}', 'ADD')`);
    }
  }
  for (const name of viewsInOrder()) {
    try {
      await trino.run(`create view ${viewName(name)} as\n${queryFile(name).sql}`);
    } catch (error) {
      throw new StrataError(`trino: ${name} cannot be made a view: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
}

export const viewName = (query: string): string => query.slice("views/".length);

/** The Hive connector's spelling of one table of src/tables. */
export function createTable(table: Table, location: string): string {
  const cells = [...table.columns, ...table.partitions].map(({ name, type }) => `  "${name}" ${type}`);
  const properties = [
    `external_location = '${location}'`,
    `format = '${table.format === "parquet" ? "PARQUET" : "JSON"}'`,
    ...(table.partitions.length > 0
      ? [`partitioned_by = array[${table.partitions.map(({ name }) => `'${name}'`).join(", ")}]`]
      : []),
    ...(table.format === "jsonl" ? [`extra_properties = map_from_entries(array[row('timestamp.formats', '${INSTANTS}')])`] : []),
  ];
  return `create table "${table.name}" (\n${cells.join(",\n")}\n)\nwith (\n  ${properties.join(",\n  ")}\n)`;
}
