import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { SchemaElement } from "hyparquet";
import { type ColumnSource, parquetWriteBuffer } from "hyparquet-writer";
import type { BillLine } from "./bill-line.ts";
import { instant } from "./calendar.ts";
import { type CurCell, type CurColumn, type CurContext, type CurType, curColumns } from "./cur-columns.ts";
import { gzipped } from "./log-objects.ts";

export interface CurWriter {
  /** Takes lines in the order of the bill; writes a part whenever enough have come together. */
  add(lines: readonly BillLine[]): Promise<void>;
  /** Writes what is left, then the manifest: AWS writes it last, so that it announces a whole delivery. */
  close(): Promise<{ readonly parts: number; readonly lines: number }>;
}

/** Lines per part: two to six parts at scale 1. */
const PART_LINES = 40_000;
const EXPORT_NAME = "bedrock-cur2";

export async function createCurWriter(
  folder: string,
  month: string,
  format: "parquet" | "csv",
  context: CurContext,
): Promise<CurWriter> {
  const base = join(folder, EXPORT_NAME);
  const period = `BILLING_PERIOD=${month}`;
  await mkdir(join(base, "data", period), { recursive: true });
  await mkdir(join(base, "metadata", period), { recursive: true });
  const files: string[] = [];
  let waiting: BillLine[] = [];
  let written = 0;

  const flush = async (lines: readonly BillLine[]): Promise<void> => {
    const ending = format === "parquet" ? "snappy.parquet" : "csv.gz";
    const name = `${EXPORT_NAME}-${String(files.length + 1).padStart(5, "0")}.${ending}`;
    files.push(name);
    const bytes = format === "parquet" ? parquetOf(lines, written, context) : await gzipped(csvOf(lines, written, context));
    written += lines.length;
    await writeFile(join(base, "data", period, name), bytes);
  };

  return {
    async add(lines) {
      for (const line of lines) waiting.push(line);
      if (waiting.length < PART_LINES) return;
      const full = waiting;
      waiting = [];
      await flush(full);
    },
    async close() {
      // Always more than one part, as a reader must not rely on there being one.
      const half = files.length === 0 ? Math.ceil(waiting.length / 2) : waiting.length;
      for (const part of [waiting.slice(0, half), waiting.slice(half)]) if (part.length > 0) await flush(part);
      waiting = [];
      const manifest = {
        executionId: "00000000-0000-4000-8000-000000000e01",
        createdAt: instant(context.monthEnd + 4 * 3_600_000),
        lastUpdatedAt: instant(context.monthEnd + 4 * 3_600_000 + 165_000),
        dataFiles: files.map((name) => `s3://example-billing/exports/${EXPORT_NAME}/data/${period}/${name}`),
        additionalOutputFiles: [],
        columns: curColumns.map(({ name, type }) => ({ name, type })),
        statusCode: "DELIVERY_SUCCESS",
      };
      await writeFile(
        join(base, "metadata", period, `${EXPORT_NAME}-Manifest.json`),
        `${JSON.stringify(manifest, undefined, 1)}\n`,
      );
      return { parts: files.length, lines: written };
    },
  };
}

const scalar = (name: string, type: CurType): SchemaElement => {
  if (type === "double") return { name, type: "DOUBLE", repetition_type: "OPTIONAL" };
  if (type === "timestamp") return { name, type: "INT64", converted_type: "TIMESTAMP_MILLIS", repetition_type: "OPTIONAL" };
  return { name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" };
};

/** A map is a group of repeated key and value pairs (parquet-format, LogicalTypes.md, "Maps"). */
const mapOf = (name: string, value: CurType): SchemaElement[] => [
  { name, converted_type: "MAP", repetition_type: "OPTIONAL", num_children: 1 },
  { name: "key_value", repetition_type: "REPEATED", num_children: 2 },
  { name: "key", type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "REQUIRED" },
  { ...scalar("value", value), repetition_type: "OPTIONAL" },
];

const schema: SchemaElement[] = [
  { name: "root", num_children: curColumns.length },
  ...curColumns.flatMap(({ name, type }) => {
    if (type === "map<string,string>") return mapOf(name, "string");
    if (type === "map<string,double>") return mapOf(name, "double");
    return [scalar(name, type)];
  }),
];

function parquetOf(lines: readonly BillLine[], first: number, context: CurContext): Uint8Array {
  const columnData = curColumns.map(
    (column): ColumnSource => ({
      name: column.name,
      data: lines.map((line, index) => parquetCell(column, column.cell(line, first + index, context))),
    }),
  );
  return new Uint8Array(parquetWriteBuffer({ columnData, schema, rowGroupSize: PART_LINES, createdBy: "strata generate" }));
}

function parquetCell(column: CurColumn, cell: CurCell): unknown {
  if (cell === undefined) return undefined;
  if (column.type === "double") return Number(cell);
  if (column.type === "timestamp") return new Date(Number(cell));
  return cell;
}

function csvOf(lines: readonly BillLine[], first: number, context: CurContext): string {
  const rows = lines.map((line, index) =>
    curColumns.map((column) => csvCell(column, column.cell(line, first + index, context))).join(","),
  );
  return `${curColumns.map(({ name }) => name).join(",")}\n${rows.join("\n")}\n`;
}

/** Maps are JSON text in one cell. */
function csvCell(column: CurColumn, cell: CurCell): string {
  if (cell === undefined) return "";
  if (column.type === "timestamp") return instant(Number(cell));
  const plain = typeof cell === "object" ? JSON.stringify(cell) : String(cell);
  return /[",\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain;
}
