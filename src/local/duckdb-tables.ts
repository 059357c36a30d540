import { existsSync, readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Column, Table } from "../tables/column.ts";

export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A path as the engine takes it: its name for exactly this file, whatever characters it holds. */
export const pathLiteral = (path: string): string => quote(literalPath(resolve(path)));

/** In the engine's patterns a class of one character stands for that character; there is no other escape. */
const literalPath = (path: string): string => path.replace(/[[*?]/g, (mark) => `[${mark}]`);

export const identifier = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/**
 * A typed, possibly empty, view over a table's files. Columns that a folder of an older version lacks are null.
 * @param mixed also those that only some of the files lack
 */
export function tableView(folder: string, table: Table, mixed = false): string {
  const all = [...table.columns, ...table.partitions];
  const root = join(folder, table.name);
  const head = `create or replace view ${identifier(table.name)} as select`;
  // A small jsonl table may be one file beside the folders, such as alerts.jsonl.
  const oneFile = table.format === "jsonl" && existsSync(`${root}.jsonl`);
  if (!oneFile && !hasFiles(root, `.${table.format}`)) {
    return `${head} ${nothing(all)} where false`;
  }
  const hive =
    table.partitions.length > 0
      ? `, hive_partitioning=true, hive_types={${table.partitions.map((c) => `${quote(c.name)}: ${c.type}`).join(", ")}}`
      : "";
  const source =
    table.format === "parquet"
      ? `(from read_parquet(${filesBelow(root, ".parquet")}${hive}${mixed ? ", union_by_name=true" : ""}) union all by name select ${nothing(all)} where false)`
      : `read_json(${oneFile ? pathLiteral(`${root}.jsonl`) : filesBelow(root, ".jsonl")}, format='newline_delimited', columns={${table.columns.map((c) => `${quote(c.name)}: ${quote(duckType(c))}`).join(", ")}}${hive})`;
  return `${head} ${all.map(selected).join(", ")} from ${source}`;
}

/** A pattern, or, where the folder's name holds the one character that a pattern cannot name, the files one by one. */
function filesBelow(root: string, ending: string): string {
  const full = resolve(root);
  if (!full.includes("\\")) return quote(`${literalPath(full)}/**/*${ending}`);
  const files = readdirSync(full, { recursive: true, encoding: "utf8" }).filter((path) => path.endsWith(ending));
  return `[${files.map((file) => quote(join(full, file))).join(", ")}]`;
}

const nothing = (all: readonly Column[]): string =>
  all.map((column) => `cast(null as ${duckType(column)}) as ${identifier(column.name)}`).join(", ");

/** DuckDB's spelling, where it differs. */
const duckType = ({ type }: Column): string => (type === "array(varchar)" ? "varchar[]" : type);

const selected = (column: Column): string =>
  `cast(${identifier(column.name)} as ${duckType(column)}) as ${identifier(column.name)}`;

function hasFiles(folder: string, ending: string): boolean {
  if (!existsSync(folder)) return false;
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).some((path) => path.endsWith(ending));
}
