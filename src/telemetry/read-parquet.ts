import { parquetReadObjects } from "hyparquet";
import { seriesOf } from "./attributes.ts";
import type { PointItem } from "./item.ts";
import { decimal } from "./read-protobuf.ts";
import { TelemetryError } from "./telemetry-error.ts";

/** Columns of the Parquet that AWS's guidance for Claude Code has a Firehose transformation write: `token.usage` and nothing else (read in its source, 2026-07). */
const LABELS = {
  user_id: "user.id",
  session_id: "session.id",
  model: "model",
  type: "type",
  user_email: "user.email",
} as const;

/**
 * Token counts of such a file.
 * @throws TelemetryError when it is no Parquet or has other columns
 */
export async function* readFirehoseParquet(bytes: Uint8Array): AsyncGenerator<PointItem> {
  let rows: Record<string, unknown>[];
  try {
    // A copy: the bytes may lie inside a larger piece of memory.
    const file = Uint8Array.from(bytes).buffer;
    rows = await parquetReadObjects({ file });
  } catch (cause) {
    throw new TelemetryError("damaged_object", "a Parquet file that cannot be read", { cause });
  }
  const [first] = rows;
  if (first !== undefined && !("token_usage" in first && "timestamp" in first))
    throw new TelemetryError("not_otlp", "a Parquet file without timestamp and token_usage");
  for (const row of rows) {
    const { token_usage: usage, timestamp, otel_lib: library } = row;
    const value = typeof usage === "number" ? decimal(usage) : typeof usage === "bigint" ? String(usage) : undefined;
    const time = timeOf(timestamp);
    if (value === undefined || time === undefined) continue;
    const nanos = BigInt(time) * 1_000_000n;
    const attributes = new Map<string, string>([["service.name", "claude-code"]]);
    for (const [column, name] of Object.entries(LABELS)) {
      const label = row[column];
      if (typeof label === "string" && label !== "") attributes.set(name, label);
    }
    const scope = { name: typeof library === "string" ? library : "", version: null };
    const words = Object.entries(row)
      .filter(([column]) => column !== "token_usage" && column !== "timestamp")
      .map(([column, label]) => `${column}=${String(label)}`)
      .sort();
    yield {
      kind: "point",
      resource: new Map(),
      scope,
      metric: "claude_code.token.usage",
      type: "sum",
      temporality: "delta",
      start: nanos,
      time: nanos,
      value,
      attributes,
      series: seriesOf(["firehose", ...words]),
    };
  }
}

/** Milliseconds, of a date, a number in seconds or milliseconds, or ISO text. */
function timeOf(value: unknown): number | undefined {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? undefined : value.getTime();
  if (typeof value === "bigint") return timeOf(Number(value));
  if (typeof value === "number" && Number.isFinite(value) && value > 0) return Math.floor(value < 1e11 ? value * 1000 : value);
  if (typeof value !== "string") return undefined;
  const parsed = Date.parse(/[zZ]|[+-]\d\d:?\d\d$/.test(value) ? value : `${value}Z`);
  return Number.isNaN(parsed) ? undefined : parsed;
}
