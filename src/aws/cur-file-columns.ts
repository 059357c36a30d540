import type { Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { type AsyncBuffer, parquetMetadataAsync, parquetSchema, type SchemaTree } from "hyparquet";
import { columnNames } from "../billing/bill-forms.ts";
import { InputError } from "../errors.ts";

/** What is asked of the bucket that holds an export. */
export interface CurFiles {
  info(key: string): Promise<{ readonly size: number }>;
  range(key: string, start: number, end: number): Promise<ArrayBuffer>;
  read(key: string): Promise<{ readonly body: Readable }>;
}

/** Name → Hive type of the columns of one data file of an export, as the file itself says: the manifest may list fewer. */
export type FileColumns = ReadonlyMap<string, string>;

/** Reads the footer of a Parquet file, or the first line of a CSV. @throws InputError for a file that is neither */
export async function curFileColumns(store: CurFiles, key: string): Promise<FileColumns> {
  return key.endsWith(".parquet") ? parquetColumns(store, key) : csvColumns(store, key);
}

async function parquetColumns(store: CurFiles, key: string): Promise<FileColumns> {
  const { size } = await store.info(key);
  const file: AsyncBuffer = { byteLength: size, slice: (start, end) => store.range(key, start, end ?? size) };
  const tree = parquetSchema(await parquetMetadataAsync(file));
  const names = columnNames(tree.children.map((child) => child.element.name));
  return new Map(tree.children.map((child, index) => [names[index] ?? "", hiveTypeOf(child)]));
}

function hiveTypeOf({ element, children }: SchemaTree): string {
  if (children.length > 0)
    return element.converted_type === "MAP" || element.converted_type === "MAP_KEY_VALUE" ? "map<string,string>" : "string";
  if (element.converted_type === "DECIMAL") return `decimal(${element.precision ?? 38},${element.scale ?? 0})`;
  if (element.converted_type === "DATE") return "date";
  if (element.type === "INT96" || element.converted_type?.startsWith("TIMESTAMP") || element.logical_type?.type === "TIMESTAMP")
    return "timestamp";
  switch (element.type) {
    case "DOUBLE":
    case "FLOAT":
      return "double";
    case "INT64":
    case "INT32":
      return "bigint";
    case "BOOLEAN":
      return "boolean";
    default:
      return "string";
  }
}

async function csvColumns(store: CurFiles, key: string): Promise<FileColumns> {
  const { body } = await store.read(key);
  const text = key.endsWith(".gz") ? body.pipe(createGunzip()) : body;
  let head = "";
  for await (const chunk of text) {
    head += Buffer.from(chunk).toString("utf8");
    if (head.includes("\n") || head.length > 1_000_000) break;
  }
  body.destroy();
  const line = head.split(/\r?\n/, 1)[0] ?? "";
  const names = line
    .replace(/^\uFEFF/, "")
    .split(",")
    .map((name) => name.trim().replace(/^"|"$/g, ""));
  if (names.length < 2)
    throw new InputError(key, `billing: ${key} has no header line`, {
      hint: "Create the export as Parquet or as CSV with a header.",
    });
  return new Map(columnNames(names).map((name) => [name, "string"]));
}
