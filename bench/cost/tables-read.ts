import type { DuckDBConnection } from "@duckdb/node-api";
import { DAY_MS } from "../../src/time.ts";
import { type Scan, scansOf } from "../../test/query/plan-scans.ts";
import { NOTHING, plus, type Usage } from "./usage.ts";

/** How a table lies in the bucket, on an average day; of one without days, at all. */
export interface TableShape {
  readonly byDay: boolean;
  /** Files and partitions of a day. */
  readonly files: number;
  readonly partitions: number;
  /** Files beside them that only the last day has. */
  readonly recent?: number;
  /** First day that is listed even before there is any data, `YYYY-MM-DD`. */
  readonly listedFrom?: string;
  /** Stored bytes of a day, by column; `*` for all others together. */
  readonly bytes: ReadonlyMap<string, number>;
}

/** Bytes that Athena reads with one GET; a larger file takes several. */
const READ_AT_ONCE = 8 * 1024 * 1024;
/** Keys of a listing. */
const PAGE = 1000;
const LEAST_MIB = 10;
const MIB = 1024 * 1024;

const daysFrom = (first: string, last: string): number => Math.max(0, (Date.parse(last) - Date.parse(first)) / DAY_MS + 1);
const later = (a: string, b: string): string => (a > b ? a : b);
const earlier = (a: string, b: string): string => (a < b ? a : b);

export interface History {
  /** First and last day that there is, `YYYY-MM-DD`. */
  readonly first: string;
  readonly last: string;
}

function daysIn({ first, last }: Scan, history: History): number {
  return daysFrom(later(first ?? history.first, history.first), earlier(last ?? history.last, history.last));
}

/** What one reading of a table takes. A file is opened once, its column chunks are read as far as they are asked for; a partition is listed once. */
export function scanUsage(
  scan: Scan,
  shape: TableShape,
  history: History,
): { readonly usage: Usage; readonly bytes: number; readonly files: number } {
  const days = shape.byDay ? daysIn(scan, history) : 1;
  const whole = [...shape.bytes.values()].reduce((sum, bytes) => sum + bytes, 0);
  const asked = shape.bytes.has("*") ? whole : scan.columns.reduce((sum, column) => sum + (shape.bytes.get(column) ?? 0), 0);
  const files = days * shape.files + ((scan.last ?? history.last) >= history.last ? (shape.recent ?? 0) : 0);
  const reads = files + Math.floor((days * asked) / READ_AT_ONCE);
  const listed = shape.listedFrom === undefined ? days : Math.max(days, daysIn(scan, { ...history, first: shape.listedFrom }));
  const lists = days * Math.max(shape.partitions, shape.files / PAGE) + (listed - days) * shape.partitions;
  return { usage: { s3_read: reads, s3_write: lists }, bytes: days * asked, files };
}

export interface Asked {
  readonly usage: Usage;
  /** Files opened. */
  readonly files: number;
  readonly bytes: number;
}

const plans = new Map<string, Promise<readonly Scan[] | undefined>>();

/** Each text is planned once; undefined for one over tables that the planner does not have. */
function planned(connection: DuckDBConnection, text: string): Promise<readonly Scan[] | undefined> {
  const known = plans.get(text) ?? scansOf(connection, text).catch(() => undefined);
  plans.set(text, known);
  return known;
}

/** Days of the month that an UNLOAD by day writes: a file each, and a tag on the one that was there before. */
const DAYS_WRITTEN = 30;
const byDay = (text: string): boolean => /partitioned_by = array\['dt'\]\)$/.test(text);

/** A statement's query: what stands inside an UNLOAD, or itself. */
const queryOf = (text: string): string => /^unload \((select [\s\S]*)\)\nto '/.exec(text)?.[1] ?? text;
const isDefinition = (text: string): boolean => /^\s*(create|drop|alter)\b/i.test(text);

/**
 * What statements cost on Athena: 10 MiB at least, S3 requests for the files that they open, Glue requests for the tables that they name.
 * @param shapeOf of a stored table
 */
export async function asked(
  connection: DuckDBConnection,
  statements: readonly string[],
  shapeOf: (table: string) => TableShape,
  history: History,
): Promise<Asked> {
  let usage: Usage = NOTHING;
  let files = 0;
  let bytes = 0;
  for (const text of statements) {
    if (isDefinition(text)) {
      usage = plus(usage, { glue_request: 2 });
      continue;
    }
    let scanned = 0;
    const scans = await planned(connection, queryOf(text));
    for (const scan of scans ?? []) {
      const one = scanUsage(scan, shapeOf(scan.table), history);
      usage = plus(usage, one.usage);
      files += one.files;
      scanned += one.bytes;
    }
    bytes += scanned;
    // A table over somebody's delivery, which lives for one statement, is not in the catalog that plans are made with: one file, and the least that is billed.
    const tables = new Set(scans?.map(({ table }) => table) ?? [""]);
    usage = plus(usage, {
      athena_mib: Math.max(LEAST_MIB, Math.ceil(scanned / MIB)),
      glue_request: 2 * tables.size,
      ...(scans === undefined ? { s3_read: 1, s3_write: 1 } : {}),
    });
    if (byDay(text)) usage = plus(usage, { s3_write: 2 * DAYS_WRITTEN });
  }
  return { usage, files, bytes };
}
