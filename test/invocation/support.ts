import { Readable } from "node:stream";
import type { LogRecord } from "../../src/invocation/log-record.ts";
import { parseRecord } from "../../src/invocation/parse-record.ts";
import { type ReadItem, readInvocations } from "../../src/invocation/read-invocations.ts";
import { type LineItem, type ReadLinesOptions, readLines } from "../../src/invocation/read-lines.ts";

export const SAMPLES = new URL("../fixtures/samples/invocation-logs/", import.meta.url);

export type Raw = Record<string, unknown>;

/** A whole raw record; `change` replaces top-level fields, undefined removes them. */
export const rawRecord = (change: Raw = {}): Raw => ({
  schemaType: "ModelInvocationLog",
  schemaVersion: "1.0",
  timestamp: "2026-10-05T14:14:03Z",
  accountId: "012345678901",
  identity: { arn: "arn:aws:iam::012345678901:user/carol" },
  region: "us-east-1",
  requestId: "00000000-0000-4000-8000-000000000001",
  operation: "InvokeModel",
  modelId: "anthropic.claude-sonnet-4-6",
  input: { inputContentType: "application/json", inputTokenCount: 10 },
  output: { outputContentType: "application/json", outputTokenCount: 2 },
  ...change,
});

export const rawLine = (change: Raw = {}): string => JSON.stringify(rawRecord(change));

/** A record whose only counts are those of its bodies. */
export const bodyOnly = (outputBodyJson: unknown, inputBodyJson?: unknown): LogRecord =>
  parsed({ input: { inputBodyJson }, output: { outputBodyJson } });

export function parsed(change: Raw = {}): LogRecord {
  const result = parseRecord(rawLine(change));
  if (!result.ok) throw new Error(`${result.reason}: ${result.detail}`);
  return result.record;
}

/** The bytes as a stream of chunks of `size`. */
export function streamOf(bytes: string | Uint8Array, size = 1024): Readable {
  const buffer = Buffer.from(bytes);
  const chunks: Buffer[] = [];
  for (let start = 0; start < buffer.length; start += size) chunks.push(buffer.subarray(start, start + size));
  return Readable.from(chunks);
}

export const linesOf = (bytes: string | Uint8Array, options?: ReadLinesOptions, size?: number): Promise<LineItem[]> =>
  Array.fromAsync(readLines(streamOf(bytes, size), options));

/** The text of the good lines. */
export const textsOf = (items: readonly LineItem[]): string[] =>
  items.flatMap((item) => ("bytes" in item ? [item.bytes.toString()] : []));

export const itemsOf = (bytes: string | Uint8Array, options?: ReadLinesOptions, size?: number): Promise<ReadItem[]> =>
  Array.fromAsync(readInvocations(streamOf(bytes, size), "test", options));

/** `ok <request id>`, `<reason> <line>` or `damaged <reason>` of each item. */
export const summaryOf = (items: readonly ReadItem[]): string[] =>
  items.map((item) => {
    if ("record" in item) return `ok ${item.record.requestId.slice(-1)}`;
    return "bad" in item ? `${item.bad} ${item.line}` : `damaged ${item.damaged}`;
  });
