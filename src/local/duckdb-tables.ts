import { existsSync, readdirSync } from "node:fs";
import { join, resolve, sep } from "node:path";
import type { Column, Table } from "../tables/column.ts";

export const quote = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** A path as the engine takes it: its name for exactly this file, whatever characters it holds. */
export const pathLiteral = (path: string): string => quote(literalPath(resolve(path)));

/** In the engine's patterns a class of one character stands for that character; there is no other escape. */
const literalPath = (path: string): string => path.replace(/[[*?]/g, (mark) => `[${mark}]`);

export const identifier = (text: string): string => `"${text.replaceAll('"', '""')}"`;

/** Which columns files of a table have: all of them, alike those of an older version, or some these and some those. */
export type ColumnsOfFiles = "all" | "older" | "mixed";

/** A typed, possibly empty, view over a table's files. Columns that they lack are null; files said to have all of them are refused by the engine then. */
export function tableView(folder: string, table: Table, has: ColumnsOfFiles = "older"): string {
  const all = [...table.columns, ...table.partitions];
  const root = join(folder, table.name);
  const head = `create or replace view ${identifier(table.name)} as select`;
  // A small jsonl table may be one file beside the folders, such as alerts.jsonl.
  const oneFile = table.format === "jsonl" && existsSync(`${root}.jsonl`);
  const layouts = oneFile ? [{ files: pathLiteral(`${root}.jsonl`), partitions: table.partitions }] : layoutsOf(root, table);
  if (layouts.length === 0) return `${head} ${nothing(all)} where false`;
  const sources = layouts.map(({ files, partitions }) => {
    const hive = hiveOf(partitions);
    return table.format === "parquet"
      ? `from read_parquet(${files}${hive}${has === "mixed" ? ", union_by_name=true" : ""})`
      : `from read_json(${files}, format='newline_delimited', columns={${table.columns.map((c) => `${quote(c.name)}: ${quote(duckType(c))}`).join(", ")}}${hive})`;
  });
  if (table.format === "parquet" && has !== "all") sources.push(`select ${nothing(all)} where false`);
  return `${head} ${all.map(selected).join(", ")} from (${sources.join(" union all by name ")})`;
}

interface Layout {
  /** Paths or a pattern, as the engine takes them. */
  readonly files: string;
  /** Those that folders tell; what they do not is a column of the files. */
  readonly partitions: readonly Column[];
}

/** How a table's files lie: below a folder for each partition, or for the first one alone, as an analysis writes records (a file a day instead of one an hour). */
function layoutsOf(root: string, { format, partitions }: Table): Layout[] {
  const ending = `.${format}`;
  const [first, ...finer] = partitions;
  const files = existsSync(root)
    ? readdirSync(root, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(ending))
    : [];
  if (first === undefined || finer.length === 0)
    return files.length === 0 ? [] : [{ files: filesBelow(root, `**/*${ending}`, files), partitions }];
  const isFine = (file: string): boolean => file.split(sep).length > partitions.length;
  const fine = files.filter(isFine);
  const coarse = files.filter((file) => !isFine(file));
  return [
    ...(coarse.length === 0 ? [] : [{ files: filesBelow(root, `*/*${ending}`, coarse), partitions: [first] }]),
    ...(fine.length === 0
      ? []
      : [{ files: filesBelow(root, `${partitions.map(() => "*/").join("")}**/*${ending}`, fine), partitions }]),
  ];
}

const hiveOf = (partitions: readonly Column[]): string =>
  partitions.length === 0
    ? ""
    : `, hive_partitioning=true, hive_types={${partitions.map((c) => `${quote(c.name)}: ${c.type}`).join(", ")}}`;

/** A pattern, or, where the folder's name holds the one character that a pattern cannot name, the files one by one. */
function filesBelow(root: string, pattern: string, files: readonly string[]): string {
  const full = resolve(root);
  if (!full.includes("\\")) return quote(`${literalPath(full)}/${pattern}`);
  return `[${files.map((file) => quote(join(full, file))).join(", ")}]`;
}

const nothing = (all: readonly Column[]): string =>
  all.map((column) => `cast(null as ${duckType(column)}) as ${identifier(column.name)}`).join(", ");

/** DuckDB's spelling, where it differs. */
const duckType = ({ type }: Column): string => (type === "array(varchar)" ? "varchar[]" : type);

const selected = (column: Column): string =>
  `cast(${identifier(column.name)} as ${duckType(column)}) as ${identifier(column.name)}`;
