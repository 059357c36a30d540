import type { SchemaElement } from "hyparquet";
import { ByteWriter, parquetWrite } from "hyparquet-writer";
import type { Column, RowOf, SqlType, Table } from "../tables/column.ts";

/**
 * Parquet bytes of rows. The same rows in the same order give the same bytes.
 * Decimals are INT64 pico-dollars, timestamps milliseconds UTC, strings dictionary-encoded where that halves them.
 */
export function encodeParquet<T extends Table>(table: T, rows: readonly RowOf<T>[]): Uint8Array {
  const cells = rows as readonly Readonly<Record<string, unknown>>[];
  const writer = new ByteWriter();
  parquetWrite({
    writer,
    schema: parquetSchema(table.columns),
    columnData: table.columns.map(({ name, type }) => ({ name, data: cells.map((row) => cell(type, row[name])) })),
    rowGroupSize: 100_000,
    createdBy: "strata",
  });
  return writer.getBytes();
}

function cell(type: SqlType, value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (type === "bigint" && typeof value === "number") return BigInt(value);
  if (type === "date" && typeof value === "string") return new Date(`${value}T00:00:00Z`);
  return value;
}

export function parquetSchema(columns: readonly Column[]): SchemaElement[] {
  return [{ name: "schema", num_children: columns.length }, ...columns.flatMap(element)];
}

function element({ name, type }: Column): SchemaElement[] {
  const repetition_type = "OPTIONAL" as const;
  switch (type) {
    case "varchar":
      return [{ name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type }];
    case "boolean":
      return [{ name, type: "BOOLEAN", repetition_type }];
    case "integer":
      return [{ name, type: "INT32", repetition_type }];
    case "bigint":
      return [{ name, type: "INT64", repetition_type }];
    case "double":
      return [{ name, type: "DOUBLE", repetition_type }];
    case "date":
      return [{ name, type: "INT32", converted_type: "DATE", repetition_type }];
    case "timestamp":
      return [{ name, type: "INT64", converted_type: "TIMESTAMP_MILLIS", repetition_type }];
    case "decimal(18,12)":
      return [{ name, type: "INT64", converted_type: "DECIMAL", precision: 18, scale: 12, repetition_type }];
    case "decimal(38,12)":
      return [
        {
          name,
          type: "FIXED_LEN_BYTE_ARRAY",
          type_length: 16,
          converted_type: "DECIMAL",
          precision: 38,
          scale: 12,
          repetition_type,
        },
      ];
    case "map(varchar,varchar)":
      return [
        { name, repetition_type, converted_type: "MAP", num_children: 1 },
        { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
        { name: "key", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
        { name: "value", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type },
      ];
    case "array(varchar)":
      return [
        { name, repetition_type, converted_type: "LIST", num_children: 1 },
        { name: "list", repetition_type: "REPEATED", num_children: 1 },
        { name: "element", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type },
      ];
    default:
      return type satisfies never;
  }
}
