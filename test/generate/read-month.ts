/** Reads a generated folder back with nothing but zlib and JSON: no code of the generator or the product. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { asyncBufferFromFile, parquetReadObjects } from "hyparquet";

export interface LogRecord {
  readonly timestamp: string;
  readonly accountId: string;
  readonly region: string;
  readonly requestId: string;
  readonly modelId: string;
  readonly operation: string;
  readonly errorCode?: string;
  readonly identity: { readonly arn: string };
  readonly requestMetadata?: Readonly<Record<string, string>>;
  readonly input?: Readonly<Record<string, unknown>>;
  readonly output?: Readonly<Record<string, unknown>>;
}

export interface ReadLogs {
  readonly objects: number;
  readonly bodies: number;
  readonly permissionChecks: number;
  readonly damaged: number;
  readonly garbage: number;
  readonly duplicates: number;
  /** First record of each request id. */
  readonly records: readonly LogRecord[];
  readonly keys: readonly string[];
}

const filesUnder = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();

/** One hash over names and bytes of every file. */
export function fingerprint(folder: string): string {
  const hash = createHash("sha256");
  for (const file of filesUnder(folder)) hash.update(file.slice(folder.length)).update("\0").update(readFileSync(file));
  return hash.digest("hex");
}

const isRecord = (value: unknown): value is LogRecord => {
  if (typeof value !== "object" || value === null || !("requestId" in value) || !("timestamp" in value)) return false;
  const input: unknown = "input" in value ? value.input : undefined;
  const count = typeof input === "object" && input !== null && "inputTokenCount" in input ? input.inputTokenCount : 0;
  return /^\d+$/.test(String(count));
};

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
};

export function readLogs(folder: string): ReadLogs {
  const files = filesUnder(folder);
  const bodies = files.filter((file) => /\/\d{2}\/data\/[^/]+$/.test(file));
  const checks = files.filter((file) => file.endsWith("amazon-bedrock-logs-permission-check"));
  const logs = files.filter((file) => !bodies.includes(file) && !checks.includes(file));
  const seen = new Set<string>();
  const records: LogRecord[] = [];
  let [damaged, garbage, duplicates] = [0, 0, 0];
  for (const file of logs) {
    const bytes = readFileSync(file);
    // The last four bytes of a whole gzip file are its length.
    const text = gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
    const whole = bytes.readUInt32LE(bytes.length - 4) === Buffer.byteLength(text);
    const lines = text.split("\n");
    if (!whole) {
      damaged += 1;
      lines.pop();
    }
    for (const line of lines) {
      if (line === "") continue;
      const value = parsed(line);
      if (!isRecord(value)) garbage += 1;
      else if (seen.has(value.requestId)) duplicates += 1;
      else {
        seen.add(value.requestId);
        records.push(value);
      }
    }
  }
  const keys = logs.map((file) => file.slice(folder.length + 1));
  return {
    objects: logs.length,
    bodies: bodies.length,
    permissionChecks: checks.length,
    damaged,
    garbage,
    duplicates,
    records,
    keys,
  };
}

export type CurRow = Readonly<Record<string, unknown>>;

/** The rows of a Parquet export, in order of its parts. */
export async function readParquetCur(folder: string): Promise<CurRow[]> {
  const rows: CurRow[] = [];
  for (const file of filesUnder(folder).filter((name) => name.endsWith(".parquet"))) {
    rows.push(...(await parquetReadObjects({ file: await asyncBufferFromFile(file) })));
  }
  return rows;
}

/** The rows of a CSV export as text. */
export function readCsvCur(folder: string): CurRow[] {
  return filesUnder(folder)
    .filter((name) => name.endsWith(".csv.gz"))
    .flatMap((file) => {
      const [header = [], ...rows] = gunzipSync(readFileSync(file)).toString().trimEnd().split("\n").map(csvCells);
      return rows.map((row) => Object.fromEntries(row.map((cell, index) => [header[index] ?? "", cell])));
    });
}

const csvCells = (line: string): string[] =>
  [...line.matchAll(/("(?:[^"]|"")*"|[^,]*)(?:,|$)/g)]
    .slice(0, -1)
    .map(([, cell = ""]) => (cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell));

/** Exact sum of doubles that stand for amounts with at most ten decimals, as pico-dollars. */
export const sumPico = (rows: readonly CurRow[], column = "line_item_unblended_cost"): bigint =>
  rows.reduce((sum, row) => sum + BigInt(Math.round(Number(row[column]) * 1e10)) * 100n, 0n);

export const tokenCount = (part: Readonly<Record<string, unknown>> | undefined, name: string): number =>
  Number(part?.[name] ?? 0);
