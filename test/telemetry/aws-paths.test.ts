import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { keptKeys } from "../../src/telemetry/kept-keys.ts";
import { readTelemetry, type TelemetryRow } from "../../src/telemetry/read-object.ts";

// What people have who followed AWS's guidance for Claude Code: metrics in CloudWatch, exported or subscribed, and the Parquet of its Firehose.
const AT = Date.parse("2026-11-29T08:00:00Z");
const EMF = {
  OTelLib: "com.anthropic.claude_code",
  _aws: { Timestamp: AT, CloudWatchMetrics: [{ Namespace: "ClaudeCode", Metrics: [{ Name: "claude_code.token.usage" }] }] },
  "claude_code.token.usage": 1200,
  "session.id": "e4dfd0b5-e614-4c31-85f1-78450b7f3d12",
  "user.email": "Alice@Example.com",
  model: "claude-opus-4-8",
  type: "output",
  department: "engineering",
  prompt: "SECRET",
};

async function rowsOf(bytes: Uint8Array): Promise<{ rows: TelemetryRow[]; problems: string[] }> {
  const problems: string[] = [];
  const reading = readTelemetry(
    { key: "k", deliveredAt: AT, body: Readable.from([Buffer.from(bytes)]) },
    keptKeys(),
    ({ reason }) => problems.push(reason),
  );
  const rows: TelemetryRow[] = [];
  for await (const row of reading) rows.push(row);
  return { rows, problems };
}

const WANTED = {
  metric: "claude_code.token.usage",
  value: 1200n * 10n ** 12n,
  session_id: "e4dfd0b5-e614-4c31-85f1-78450b7f3d12",
  person: "alice@example.com",
  model: "claude-opus-4-8",
  type: "output",
  event_time: AT,
};

test("lines of the embedded metric format, plain, behind the times of an export task, and in a subscription's envelopes", async () => {
  const line = JSON.stringify(EMF);
  const envelope = JSON.stringify({ messageType: "DATA_MESSAGE", logEvents: [{ id: "1", timestamp: AT, message: line }] });
  const control = JSON.stringify({
    messageType: "CONTROL_MESSAGE",
    logEvents: [{ message: "CWL CONTROL MESSAGE: Checking health" }],
  });
  for (const bytes of [
    Buffer.from(`${line}\n`),
    gzipSync(`2026-11-29T08:00:00.000Z ${line}\n`),
    gzipSync(envelope),
    Buffer.from(`${control}${envelope}`),
  ]) {
    const { rows, problems } = await rowsOf(bytes);
    expect(problems).toEqual([]);
    expect(rows).toHaveLength(1);
    expect(rows[0]).toMatchObject({ table: "client_points", row: WANTED });
    expect(JSON.stringify([...(rows[0]?.row.labels ?? [])])).toBe('[["department","engineering"]]');
    expect(JSON.stringify(rows, (_, value) => (typeof value === "bigint" ? String(value) : value))).not.toContain("SECRET");
  }
});

test("the Parquet of the guidance's Firehose, and one with other columns", async () => {
  const column = (name: string, data: readonly unknown[], type: "STRING" | "DOUBLE" | "TIMESTAMP") => ({
    name,
    data: [...data],
    type,
  });
  const file = parquetWriteBuffer({
    columnData: [
      column("timestamp", [new Date(AT)], "TIMESTAMP"),
      column("user_id", ["u-1"], "STRING"),
      column("session_id", [EMF["session.id"]], "STRING"),
      column("model", ["claude-opus-4-8"], "STRING"),
      column("type", ["output"], "STRING"),
      column("token_usage", [1200], "DOUBLE"),
      column("user_email", ["Alice@Example.com"], "STRING"),
      column("otel_lib", ["com.anthropic.claude_code"], "STRING"),
    ],
  });
  const { rows, problems } = await rowsOf(new Uint8Array(file));
  expect(problems).toEqual([]);
  expect(rows).toMatchObject([{ table: "client_points", row: WANTED }]);
  const other = parquetWriteBuffer({ columnData: [column("a", ["x"], "STRING")] });
  expect((await rowsOf(new Uint8Array(other))).problems).toEqual(["not_otlp"]);
});

test("what is neither is refused with its place, and a transcript's text goes nowhere", async () => {
  const { rows, problems } = await rowsOf(
    Buffer.from(`{"type":"user","message":"SECRET"}\nhello SECRET\n${JSON.stringify(EMF)}\n`),
  );
  expect(problems).toEqual(["not_otlp", "bad_json"]);
  expect(rows).toHaveLength(1);
});
