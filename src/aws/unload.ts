import type { Table } from "../tables/column.ts";

/**
 * UNLOAD of a query into Parquet below a location, one folder a day. Every column is cast to its declared type, the partition comes last
 * (Athena: "UNLOAD", partitioned_by). The query keeps its lines, so that an error's line number leads back to the file.
 */
export function unloadText(
  table: Table,
  query: string,
  location: string,
): { readonly unload: string; readonly linesBefore: number } {
  const cells = [
    ...table.columns.map(({ name, type }) => `cast("${name}" as ${type}) as "${name}"`),
    ...table.partitions.map(({ name }) => `"${name}"`),
  ];
  const partitions = table.partitions.map(({ name }) => text(name)).join(", ");
  return {
    unload: `unload (select ${cells.join(", ")} from (\n${query}\n))\nto ${text(location)}\nwith (format = 'PARQUET', compression = 'ZSTD', partitioned_by = array[${partitions}])`,
    linesBefore: 1,
  };
}

const text = (value: string): string => `'${value.replaceAll("'", "''")}'`;
