import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { answersOf, logOf, RECORDINGS } from "../telemetry/recordings.ts";
import { type Bundles, openBundles, redriven as sqs } from "./bundles.ts";
import { FULL } from "./full-config.ts";
import { statements } from "./template-checks.ts";

vi.setConfig({ testTimeout: 300_000, hookTimeout: 600_000 });

/** The shipped bundles of a stack that reads telemetry, over a recorded session of Claude Code. */
const SESSION = `${RECORDINGS}claude-code/tools-delta`;
const DAY = "2026-11-29";
const LOG = `AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/11/29/08/20261129T081500000Z_0000000000000001.json.gz`;

let bundles: Bundles;

beforeAll(async () => {
  bundles = await openBundles({
    config: FULL,
    names: ["catalog", "ingest", "telemetry", "trace"],
    buckets: ["raw-logs", "otel"],
    now: `${DAY}T23:30:00Z`,
  });
  await bundles.bucket("raw-logs").write(LOG, logOf(answersOf(SESSION), { bodies: false }));
  for (const signal of ["logs", "metrics"])
    await bundles.bucket("otel").write(`claude code/${signal}_123456789.json`, readFileSync(`${SESSION}/${signal}.jsonl`));
  await bundles.invoke("catalog", {});
  await bundles.invoke("ingest", sqs("raw-logs", LOG));
});
afterAll(() => bundles.close());

it("telemetry reads what a collector wrote, to the same bytes however often", async () => {
  const objects = sqs("otel", "claude code/logs_123456789.json", "claude code/metrics_123456789.json");
  expect((await bundles.invoke("telemetry", objects)).result).toEqual({ batchItemFailures: [] });
  const folders = new Set((await bundles.keysOf("client_")).map((key) => key.split("/")[0]));
  expect([...folders].sort()).toEqual(["client_call_records", "client_points", "client_tool_records"]);
  const before = [...(await bundles.contents("client_")), ...(await bundles.contents("telemetry_objects/"))];
  await bundles.invoke("telemetry", objects);
  expect([...(await bundles.contents("client_")), ...(await bundles.contents("telemetry_objects/"))]).toEqual(before);
});

it("telemetry leaves what is at no place of strata.yml alone, and gives back what it cannot fetch", async () => {
  const event = {
    source: "aws.s3",
    "detail-type": "Object Created",
    detail: { bucket: { name: "otel" }, object: { key: "x.json" } },
  };
  const { result } = await bundles.invoke("telemetry", {
    Records: [
      { messageId: "elsewhere", body: JSON.stringify(event), eventSource: "aws:sqs" },
      { messageId: "gone", body: JSON.stringify({ redrive: [{ bucket: "otel", key: "gone.json" }] }), eventSource: "aws:sqs" },
    ],
  });
  expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "gone" }] });
});

it("trace brings them together with the calls, to the cent, and takes the marks away", async () => {
  await bundles.data.write("stale-telemetry/dt=2026-11-28/some-batch", "");
  const { result } = await bundles.invoke("trace", {});
  expect(result).toMatchObject({ days: 3, calls: 8, apiCalls: 0, backlog: 0 });
  expect(await bundles.keysOf("stale-telemetry/")).toEqual([]);
  const made = await bundles.keysOf("traced_calls/");
  const rows = (
    await Promise.all(made.map(async (key) => bundles.rowsOf((await bundles.data.readAll(key))?.bytes ?? new Uint8Array())))
  ).flat();
  expect(rows.filter((row) => row["match"] === "request_id")).toHaveLength(8);
  expect(rows.reduce((sum, row) => sum + Number(row["estimated_cost"] ?? 0), 0)).toBeCloseTo(0.170961, 12);
  // It writes where its role may, and changes partitions of its tables only.
  expect([...(bundles.engine.swapped.get("TraceRole") ?? [])].sort()).toEqual(["call_matches", "call_people", "traced_calls"]);
  const may = JSON.stringify(statements(bundles.pkg).filter(({ holder }) => holder === "TraceRole"));
  for (const table of ["call_matches", "call_people", "traced_calls"]) expect(may).toContain(`/${table}/*`);
});
