import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { zstdDecompressSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { S3Store } from "../../src/aws/s3-store.ts";
import { clientFor, StubService } from "../aws/stub-service.ts";
import { answersOf, logOf, RECORDINGS } from "../telemetry/recordings.ts";
import { AthenaOnDuckDb } from "./athena-on-duckdb.ts";
import { FULL } from "./full-config.ts";
import { type Packaged, packaged, unzip } from "./packaged.ts";
import { statements } from "./template-checks.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

/** The shipped bundles of a stack that reads telemetry, over a recorded session of Claude Code. */
const SESSION = `${RECORDINGS}claude-code/tools-delta`;
const DAY = "2026-11-29";
const folder = join(import.meta.dirname, "../../.cache", `telemetry-functions-${process.pid}`);
const NAMES = ["catalog", "ingest", "telemetry", "trace"];
const LOG = `AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/29/08/20261129T081500000Z_0000000000000001.json.gz`;

let server: FauxqsServer;
let athena: StubService;
let engine: AthenaOnDuckDb;
let data: S3Store;
let pkg: Packaged;

beforeAll(async () => {
  pkg = await packaged(FULL);
  server = await startFauxqs({ port: 0, logger: false });
  for (const bucket of ["raw-logs", "otel", "curated"]) server.createBucket(bucket);
  const client = new S3Client({ ...clientFor(`http://127.0.0.1:${server.port}`), forcePathStyle: true });
  const bucket = (name: string): S3Store => new S3Store(`s3://${name}`, { client });
  data = bucket("curated");
  athena = await StubService.start();
  engine = new AthenaOnDuckDb(data);
  athena.on(engine.answer);
  for (const name of NAMES) {
    for (const [path, bytes] of unzip(pkg, name)) {
      mkdirSync(join(folder, name, path, ".."), { recursive: true });
      writeFileSync(join(folder, name, path), bytes);
    }
  }
  await bucket("raw-logs").write(LOG, logOf(answersOf(SESSION), { bodies: false }));
  for (const signal of ["logs", "metrics"])
    await bucket("otel").write(`claude code/${signal}_123456789.json`, readFileSync(`${SESSION}/${signal}.jsonl`));
  await invoke("catalog", {});
  await invoke("ingest", sqs("raw-logs", LOG));
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  engine.close();
  athena.stop();
  await server.stop();
});

const sqs = (bucket: string, ...keys: string[]) => ({
  Records: keys.map((key, index) => ({
    messageId: `m${index}`,
    body: JSON.stringify({ redrive: [{ bucket, key }] }),
    eventSource: "aws:sqs",
  })),
});
const keysOf = async (prefix: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const { key } of data.list(prefix)) found.push(key);
  return found.sort();
};

/** Runs a bundle as Lambda does: a process of its own, an event in, a result out. */
async function invoke(name: string, event: unknown): Promise<{ result: unknown; log: string }> {
  engine.caller = `${name[0]?.toUpperCase()}${name.slice(1)}Role`;
  const code = `
    const { handler } = await import(${JSON.stringify(join(folder, name, "functions", `${name}.mjs`))});
    const now = Date.parse("${DAY}T23:30:00Z");
    Date.now = () => now;
    const result = await handler(JSON.parse(process.env.EVENT), { awsRequestId: "test", functionName: "strata-test-${name}", memoryLimitInMB: 1024, getRemainingTimeInMillis: () => 600000 });
    console.log("RESULT " + JSON.stringify(result ?? null));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", code], {
    env: {
      PATH: process.env["PATH"],
      EVENT: JSON.stringify(event),
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${server.port}`,
      AWS_ENDPOINT_URL: athena.endpoint,
      STRATA_DATA: "s3://curated",
      STRATA_REPORTS: "s3://reports",
      STRATA_DATABASE: "strata_test",
      STRATA_WORKGROUP: "strata-test",
      STRATA_ACCOUNT: "111122223333",
      STRATA_CUR: "none",
    },
  });
  let [log, errors] = ["", ""];
  child.stdout.on("data", (chunk) => {
    log += chunk;
  });
  child.stderr.on("data", (chunk) => {
    errors += chunk;
  });
  const status = await new Promise((resolve) => child.on("close", resolve));
  if (status !== 0) throw new Error(`${name}: ${errors.slice(0, 2000)}\n${log.slice(-2000)}`);
  return { result: JSON.parse(/^RESULT (.*)$/m.exec(log)?.[1] ?? "null"), log };
}

const rowsOf = (bytes: Uint8Array): Promise<Record<string, unknown>[]> =>
  parquetReadObjects({ file: new Uint8Array(bytes).buffer, compressors: { ZSTD: (input) => zstdDecompressSync(input) } });

const contents = async (prefix: string): Promise<string[]> =>
  Promise.all((await keysOf(prefix)).map(async (key) => `${key} ${(await data.readAll(key))?.etag}`));

it("telemetry reads what a collector wrote, to the same bytes however often", async () => {
  const objects = sqs("otel", "claude code/logs_123456789.json", "claude code/metrics_123456789.json");
  expect((await invoke("telemetry", objects)).result).toEqual({ batchItemFailures: [] });
  const folders = new Set((await keysOf("client_")).map((key) => key.split("/")[0]));
  expect([...folders].sort()).toEqual(["client_call_records", "client_points", "client_tool_records"]);
  const before = [...(await contents("client_")), ...(await contents("telemetry_objects/"))];
  await invoke("telemetry", objects);
  expect([...(await contents("client_")), ...(await contents("telemetry_objects/"))]).toEqual(before);
});

it("telemetry leaves what is at no place of strata.yml alone, and gives back what it cannot fetch", async () => {
  const event = {
    source: "aws.s3",
    "detail-type": "Object Created",
    detail: { bucket: { name: "otel" }, object: { key: "x.json" } },
  };
  const { result } = await invoke("telemetry", {
    Records: [
      { messageId: "elsewhere", body: JSON.stringify(event), eventSource: "aws:sqs" },
      { messageId: "gone", body: JSON.stringify({ redrive: [{ bucket: "otel", key: "gone.json" }] }), eventSource: "aws:sqs" },
    ],
  });
  expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "gone" }] });
});

it("trace brings them together with the calls, to the cent, and takes the marks away", async () => {
  await data.write("stale-telemetry/dt=2026-11-28/some-batch", "");
  const { result } = await invoke("trace", {});
  expect(result).toMatchObject({ days: 3, calls: 8, backlog: 0 });
  expect(await keysOf("stale-telemetry/")).toEqual([]);
  const made = await keysOf("traced_calls/");
  const rows = (await Promise.all(made.map(async (key) => rowsOf((await data.readAll(key))?.bytes ?? new Uint8Array())))).flat();
  expect(rows.filter((row) => row["match"] === "request_id")).toHaveLength(8);
  expect(rows.reduce((sum, row) => sum + Number(row["estimated_cost"] ?? 0), 0)).toBeCloseTo(0.170961, 12);
  // It writes where its role may, and changes partitions of its tables only.
  expect([...(engine.swapped.get("TraceRole") ?? [])].sort()).toEqual(["call_matches", "traced_calls"]);
  const may = JSON.stringify(statements(pkg).filter(({ holder }) => holder === "TraceRole"));
  for (const table of ["call_matches", "traced_calls"]) expect(may).toContain(`/${table}/*`);
});
