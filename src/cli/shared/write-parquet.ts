import { writeFileSync } from "node:fs";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import { parquetSchema } from "../../curated/parquet.ts";
import { parseUsd } from "../../money.ts";
import type { QueryResult, SqlValue } from "../../ports.ts";
import type { SqlType } from "../../tables/column.ts";

/** Rows as a Parquet file: decimals as decimal(38,12), maps and lists as JSON text. */
export function writeParquet(file: string, { columns, rows }: QueryResult): void {
  const typed = columns.map(({ name, type }) => ({ name, type: storedType(type), meaning: "" }));
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    schema: parquetSchema(typed),
    columnData: typed.map(({ name, type }) => ({ name, data: rows.map((row) => stored(row[name] ?? null, type)) })),
    createdBy: "strata",
  });
  writeFileSync(file, writer.getBytes());
}

/** Text is kept as text, whatever an engine calls it. */
function storedType(type: string): SqlType {
  if (type.startsWith("decimal")) return "decimal(38,12)";
  if (/^(bigint|integer|hugeint|smallint|tinyint|u\w*int\w*)/.test(type)) return "bigint";
  if (type === "double" || type === "boolean" || type === "date") return type;
  return type.startsWith("float") || type === "real" ? "double" : type.startsWith("timestamp") ? "timestamp" : "varchar";
}

function stored(value: SqlValue, type: SqlType): unknown {
  if (value === null) return null;
  if (type === "decimal(38,12)") return parseUsd(String(value));
  if (type === "bigint") return BigInt(String(value));
  if (type === "timestamp" || type === "date") return new Date(String(value));
  return typeof value === "object" ? JSON.stringify(value) : type === "varchar" ? String(value) : value;
}
