import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { SNSClient } from "@aws-sdk/client-sns";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { detect } from "../../src/anomaly/detect.ts";
import { cloudWatchCounts } from "../../src/aws/cloudwatch-counts.ts";
import { SnsSink } from "../../src/aws/sns-sink.ts";
import { defaultConfig } from "../../src/config/load.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { writeServiceCounts } from "../../src/pipeline/service-counts.ts";
import type { Summary } from "../../src/pipeline/summary-schema.ts";
import type { ServiceCount, Warehouse } from "../../src/ports.ts";
import { HOUR_MS, isoOf, parseInstant } from "../../src/time.ts";
import { strataHere } from "../pipeline/strata-here.ts";
import { clientFor, json, jsonError, type StubAnswer, StubService } from "./stub-service.ts";

const DAY = parseInstant("2026-10-05T00:00:00Z") ?? 0;
const folder = mkdtempSync(join(tmpdir(), "strata-completeness-"));

let stub: StubService;
let server: FauxqsServer;
beforeAll(async () => {
  stub = await StubService.start();
  server = await startFauxqs({ port: 0, logger: false });
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  stub.stop();
  await server.stop();
});

/** CloudWatch's answer: hours from 10 to 13 o'clock with so many calls, 20 throttled ones and some failed deliveries in the last. */
function metrics(calls: number): StubAnswer {
  const hours = [10, 11, 12, 13].map((hour) => (DAY + hour * HOUR_MS) / 1000);
  return json({
    MetricDataResults: [
      { Id: "invocations", Timestamps: hours, Values: hours.map(() => calls) },
      { Id: "throttled", Timestamps: hours, Values: hours.map(() => 20) },
      { Id: "undelivered", Timestamps: hours.slice(3), Values: [7] },
    ],
  });
}

const client = (): CloudWatchClient => new CloudWatchClient({ ...clientFor(stub.endpoint), maxAttempts: 1 });

describe("cloudWatchCounts", () => {
  it("gives every hour its counts, from all pages, and nothing where CloudWatch has nothing", async () => {
    stub.on(({ body }) =>
      body.includes("NextToken")
        ? json({ MetricDataResults: [{ Id: "invocations", Timestamps: [(DAY + HOUR_MS) / 1000], Values: [4] }] })
        : json({
            MetricDataResults: [{ Id: "invocations", Timestamps: [(DAY + HOUR_MS) / 1000], Values: [5] }],
            NextToken: "2",
          }),
    );
    expect(await cloudWatchCounts({}, client).hours("us-east-1", DAY, DAY + 2 * HOUR_MS)).toEqual([
      { hour: "2026-10-05T00:00:00.000Z", invocations: 0, throttled: 0, undelivered: 0 },
      { hour: "2026-10-05T01:00:00.000Z", invocations: 9, throttled: 0, undelivered: 0 },
    ]);
    expect(stub.requests[0]?.body).toContain("AWS/Bedrock,ModelId");
  });

  it("says which region could not be asked", async () => {
    stub.on(() => jsonError("AccessDenied", "not authorized to perform: cloudwatch:GetMetricData", 403));
    await expect(cloudWatchCounts({}, client).hours("eu-west-1", DAY, DAY + HOUR_MS)).rejects.toThrow(
      /cloudwatch: reading Bedrock's counts in eu-west-1 failed: access is denied/,
    );
  });
});

it("writes one object a day and region, the same again when it runs again, and keeps the others when a region does not answer", async () => {
  const data = new FolderStore(join(folder, "counts"));
  const query = async () => ({ columns: [], rows: [{ region: "eu-west-1" }, { region: "us-east-1" }] });
  const warehouse: Warehouse = { query, adhoc: query, replaceDays: async () => 0 };
  const asked: string[] = [];
  const hours = async (region: string, from: number, to: number): Promise<ServiceCount[]> => {
    asked.push(`${region} ${isoOf(from)} ${isoOf(to)}`);
    if (region === "eu-west-1") throw new Error("nobody answers");
    return [
      { hour: "2026-10-04T23:00:00.000Z", invocations: 7, throttled: 0, undelivered: 0 },
      { hour: "2026-10-05T01:00:00.000Z", invocations: 9, throttled: 2, undelivered: 1 },
    ];
  };
  const input = { warehouse, data, counts: { hours }, account: "011122223333", from: "2026-10-04", until: DAY + 2.5 * HOUR_MS };
  const files = async (): Promise<[string, string][]> => {
    const found: [string, string][] = [];
    for await (const { key } of data.list())
      found.push([key, Buffer.from((await data.readAll(key))?.bytes ?? []).toString("base64")]);
    return found;
  };
  expect(await writeServiceCounts(input)).toMatchObject({ regions: 2, failures: [{ region: "eu-west-1" }] });
  const first = await files();
  await writeServiceCounts(input);
  expect(await files()).toEqual(first);
  expect(first.map(([key]) => key)).toEqual([
    "service_counts/dt=2026-10-04/011122223333-us-east-1.parquet",
    "service_counts/dt=2026-10-05/011122223333-us-east-1.parquet",
  ]);
  expect(asked[1]).toBe("us-east-1 2026-10-04T00:00:00.000Z 2026-10-05T02:00:00.000Z");
});

/** 900 calls an hour that went through and 20 that were throttled; one more call hours later, so that there is a later to judge from. */
function writeLogs(into: string): void {
  mkdirSync(into, { recursive: true });
  const lines: string[] = [];
  for (const hour of [10, 11, 12, 13, 18]) {
    for (let index = 0; index < (hour === 18 ? 1 : 920); index += 1)
      lines.push(
        JSON.stringify({
          schemaType: "ModelInvocationLog",
          schemaVersion: "1.0",
          timestamp: isoOf(DAY + hour * HOUR_MS + index * 3000).replace(".000Z", "Z"),
          accountId: "111122223333",
          region: "us-east-1",
          requestId: `${hour}-${index}`,
          operation: "Converse",
          modelId: "anthropic.claude-sonnet-4-6",
          ...(index < 900
            ? { input: { inputTokenCount: 10 }, output: { outputTokenCount: 10 } }
            : { errorCode: "ThrottlingException" }),
        }),
      );
  }
  writeFileSync(join(into, "log.jsonl"), lines.join("\n"));
}

describe("a log in which calls are missing", () => {
  const logs = join(folder, "logs");
  beforeAll(() => {
    vi.stubEnv("AWS_REGION", "us-east-1");
    vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
    vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
    vi.stubEnv("AWS_ENDPOINT_URL_CLOUDWATCH", stub.endpoint);
    vi.stubEnv("AWS_ENDPOINT_URL_STS", stub.endpoint);
  });
  afterAll(() => {
    vi.unstubAllEnvs();
  });
  const answer = (calls: number): void =>
    stub.on(({ body }) =>
      body.includes("GetCallerIdentity")
        ? {
            headers: { "content-type": "text/xml" },
            body: "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
          }
        : metrics(calls),
    );
  const analyze = async (out: string): Promise<{ code: number; summary: Summary; stderr: string }> => {
    writeLogs(logs);
    const args = ["analyze", logs, "--out", join(folder, out), "--counts", "--json", "--fail-on", "incomplete"];
    const { code, stdout, stderr } = await strataHere(args);
    return { code, summary: JSON.parse(stdout), stderr };
  };

  it("is told in the summary, in the table, by the exit code, and by a data alert that reaches the topic", async () => {
    answer(1000);
    const { code, summary, stderr } = await analyze("short");
    expect(code, stderr).toBe(1);
    expect(stderr).toContain("--fail-on incomplete");
    expect(summary.completeness).toMatchObject({
      status: "short",
      by_bedrock: { hours: 4, counted: 4000, ingested: 3600, missing: 400, share: 0.9, undelivered: 7, short_hours: 4 },
    });
    expect(summary.completeness.by_bedrock?.shortest[0]).toEqual({
      account_id: "111122223333",
      region: "us-east-1",
      hour: "2026-10-05T10:00:00.000Z",
      ingested: 900,
      counted: 1000,
      undelivered: 0,
    });
    expect(summary.alerts.data).toBeGreaterThan(0);

    const warehouse = await DuckDbWarehouse.open(join(folder, "short"));
    try {
      const { rows } = await warehouse.query("saved/incomplete_hours", { from: "2026-10-05", to: "2026-10-05" });
      expect(rows).toHaveLength(4);
      expect(rows[3]).toMatchObject({ hour: 13, ingested: 900, counted: 1000, undelivered: 7, share: 0.9, status: "short" });

      server.createTopic("data");
      server.createQueue("platform");
      server.subscribe({ topic: "data", queue: "platform" });
      const sns = new SNSClient(clientFor(`http://127.0.0.1:${server.port}`));
      const topics = new Map(
        ["info", "warning", "critical", "budget", "data"].map((tier) => [tier, "arn:aws:sns:us-east-1:000000000000:data"]),
      );
      await detect({
        warehouse,
        sink: new SnsSink({ topics, client: sns }),
        state: new FolderStore(join(folder, "state")),
        clock: { now: () => DAY + 17 * HOUR_MS },
        config: defaultConfig(),
      });
      const bodies = (server.inspectQueue("platform")?.messages.ready ?? []).map(({ body }) => body);
      const [message] = bodies.filter((body) => body.includes("Fewer records than Bedrock counted"));
      expect(message).toContain("111122223333/us-east-1");
    } finally {
      warehouse.close();
    }
  });

  it("is complete when the counts agree, throttled calls being on neither side; failed deliveries are told all the same", async () => {
    answer(900);
    const { code, summary } = await analyze("complete");
    expect(code).toBe(0);
    expect(summary.completeness).toMatchObject({ status: "complete", by_bedrock: { counted: 3600, missing: 0, share: 1 } });
    const alerts = readFileSync(join(folder, "complete", "alerts.jsonl"), "utf8")
      .trim()
      .split("\n");
    expect(alerts.map((line) => JSON.parse(line))).toMatchObject([
      { rule: "undelivered_logs", severity: "data", scope_name: "111122223333/us-east-1", value: 7, grouped_under: null },
    ]);
  });

  it("says who must be allowed what when CloudWatch refuses, and goes on without", async () => {
    stub.on(({ body }) =>
      body.includes("GetCallerIdentity")
        ? {
            headers: { "content-type": "text/xml" },
            body: "<GetCallerIdentityResponse><GetCallerIdentityResult><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
          }
        : jsonError("AccessDenied", "not authorized to perform: cloudwatch:GetMetricData", 403),
    );
    const { code, summary } = await analyze("refused");
    expect(code).toBe(0);
    expect(summary.completeness.by_bedrock).toBeNull();
    expect(summary.problems).toMatchObject([
      { kind: "note", place: "us-east-1", hint: expect.stringContaining("cloudwatch:GetMetricData") },
    ]);
  });
});
