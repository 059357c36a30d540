import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { S3Store } from "../../src/aws/s3-store.ts";
import { PreconditionProxy } from "../aws/precondition-proxy.ts";
import { clientFor, json, type StubAnswer, type StubRequest, StubService } from "../aws/stub-service.ts";
import { AthenaOnDuckDb } from "./athena-on-duckdb.ts";
import { FUNCTIONS, type Packaged, packaged, unzip } from "./packaged.ts";
import { runBundle } from "./run-bundle.ts";
import { statements } from "./template-checks.ts";

// Each call starts a process and several engines; on a busy machine that has taken half a minute.
vi.setConfig({ testTimeout: 300_000 });

const folder = join(import.meta.dirname, "../../.cache", `handlers-${process.pid}`);
const HOUR = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000);
const DAY = HOUR.toISOString().slice(0, 10);
const PRINCIPAL = "arn:aws:sts::111122223333:assumed-role/App/alice@example.com";
const LATE_TAGGED = "arn:aws:sts::111122223333:assumed-role/App/late-tagged";
/** Long rolled up: the middle of the month before the last days, and the end of the month before that. */
const LONG_AGO = new Date(Date.UTC(HOUR.getUTCFullYear(), HOUR.getUTCMonth() - 1, 15, 9)).toISOString();
const OLD = LONG_AGO.replace(".000Z", "Z");
const OLDER = new Date(Date.parse(OLD) - 16 * 86_400_000).toISOString().replace(".000Z", "Z");
const CANARY = "canary-7f3a-never-to-be-stored";

let server: FauxqsServer;
let proxy: PreconditionProxy;
let athena: StubService;
let engine: AthenaOnDuckDb;
let logs: S3Store;
let data: S3Store;
let reports: S3Store;
let pkg: Packaged;
let bills: S3Store;
let endpoint: string;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  for (const bucket of ["raw-logs", "curated", "reports", "billing"]) server.createBucket(bucket);
  server.createQueue("pages");
  for (const tier of ["info", "warning", "critical", "budget", "data"]) {
    server.createTopic(tier);
    server.subscribe({ topic: tier, queue: "pages" });
  }
  proxy = new PreconditionProxy(`http://127.0.0.1:${server.port}`);
  endpoint = await proxy.start();
  const client = new S3Client({ ...clientFor(endpoint), forcePathStyle: true });
  const bucket = (name: string): S3Store => new S3Store(`s3://${name}`, { client });
  [logs, data, reports, bills] = [bucket("raw-logs"), bucket("curated"), bucket("reports"), bucket("billing")];
  athena = await StubService.start();
  engine = new AthenaOnDuckDb(data, { billing: bills });
  athena.on((request) => bedrock(request) ?? engine.answer(request));
  pkg = await packaged();
  for (const name of FUNCTIONS) {
    for (const [path, bytes] of unzip(pkg, name)) {
      mkdirSync(join(folder, name, path, ".."), { recursive: true });
      writeFileSync(join(folder, name, path), bytes);
    }
  }
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  engine.close();
  athena.stop();
  proxy.stop();
  await server.stop();
});

/** Bedrock at the same address: one profile, made of a global one, with its tags. */
function bedrock({ path }: StubRequest): StubAnswer | undefined {
  const model = (region: string) => ({ modelArn: `arn:aws:bedrock:${region}::foundation-model/anthropic.claude-opus-5` });
  if (path.startsWith("/inference-profiles/")) return json({ models: [model("us-east-1"), model("")] });
  return path === "/listTagsForResource" ? json({ tags: [{ key: "team", value: "search" }] }) : undefined;
}

/** Runs a shipped bundle as Lambda does: a process of its own, an event in, a result out. @param later by how many minutes its clock is ahead */
async function invoke(name: string, event: unknown, later = 0): Promise<{ result: unknown; log: string }> {
  const before = await versions();
  engine.caller = roleOf(name);
  try {
    return await run(name, event, later);
  } finally {
    for (const [key, etag] of await versions())
      if (before.get(key) !== etag) wrote.set(name, (wrote.get(name) ?? new Set()).add(key));
  }
}

const roleOf = (name: string): string => `${name[0]?.toUpperCase()}${name.slice(1)}Role`;

/** What each function changed: bucket and key. */
const wrote = new Map<string, Set<string>>();
async function versions(): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const store of [data, reports])
    for await (const { key, etag = "" } of store.list()) found.set(`${store.bucket}/${key}`, etag);
  return found;
}

const run = (name: string, event: unknown, later: number): ReturnType<typeof runBundle> =>
  runBundle({
    bundle: join(folder, name, "functions", `${name}.mjs`),
    event,
    context: { functionName: `strata-test-${name}` },
    clock: `const now = Date.now; Date.now = () => now() + ${later * 60_000};`,
    env: {
      AWS_REGION: "us-east-1",
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ENDPOINT_URL_SNS: `http://127.0.0.1:${server.port}`,
      // Athena, Glue, CloudWatch and whatever else a bundle may call: nothing leaves this machine.
      AWS_ENDPOINT_URL: athena.endpoint,
      STRATA_DATA: "s3://curated",
      STRATA_REPORTS: "s3://reports",
      STRATA_DATABASE: "strata_test",
      STRATA_WORKGROUP: "strata-test",
      STRATA_STAGE: "test",
      STRATA_ACCOUNT: "111122223333",
      STRATA_ALERT_DEAD_LETTERS: `http://127.0.0.1:${server.port}/000000000000/alerts-dead`,
      STRATA_CUR: `s3://billing/${EXPORT}`,
      ...Object.fromEntries(
        ["info", "warning", "critical", "budget", "data"].map((tier) => [
          `TOPIC_${tier.toUpperCase()}`,
          `arn:aws:sns:us-east-1:000000000000:${tier}`,
        ]),
      ),
    },
  });

const sqs = (...bodies: unknown[]) => ({
  Records: bodies.map((body, index) => ({
    messageId: `m${index}`,
    body: typeof body === "string" ? body : JSON.stringify(body),
    eventSource: "aws:sqs",
  })),
});
const created = (key: string, size: number) => ({
  source: "aws.s3",
  "detail-type": "Object Created",
  time: new Date().toISOString(),
  detail: { bucket: { name: "raw-logs" }, object: { key, size } },
});

/** An hour of one team's calls, half of which fail at the service. */
function record(index: number): string {
  const time = new Date(HOUR.getTime() + index * 15_000).toISOString().replace(/\.\d+Z/, "Z");
  const failed = index % 2 === 1;
  return JSON.stringify({
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: time,
    accountId: "111122223333",
    region: "us-east-1",
    requestId: `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`,
    operation: "Converse",
    modelId: "anthropic.claude-sonnet-4-6",
    identity: { arn: PRINCIPAL },
    ...(failed ? { errorCode: "InternalServerException" } : {}),
    input: {
      inputContentType: "application/json",
      inputTokenCount: 1000,
      inputBodyJson: { messages: [{ role: "user", content: [{ text: CANARY }] }] },
    },
    ...(failed
      ? {}
      : {
          output: {
            outputContentType: "application/json",
            outputTokenCount: 200,
            outputBodyJson: {
              output: { message: { role: "assistant", content: [{ text: CANARY }] } },
              usage: { inputTokens: 1000, outputTokens: 200, totalTokens: 1200 },
            },
          },
        }),
  });
}
/** The hour on the bill: what its calls used, and a line of another service that is none of Strata's business. */
const EXPORT = "exports/bedrock-cur2";
const PERIOD = DAY.slice(0, 7);
const BILL = `${EXPORT}/data/BILLING_PERIOD=${PERIOD}/bedrock-cur2-00001.csv.gz`;
const MANIFEST = `${EXPORT}/metadata/BILLING_PERIOD=${PERIOD}/bedrock-cur2-Manifest.json`;
function billText(): string {
  const [start, end] = [HOUR, new Date(HOUR.getTime() + 3_600_000)].map((time) => time.toISOString().replace(".000Z", "Z"));
  const line = (id: string, product: string, type: string, amount: string, cost: string): string =>
    [
      id,
      "999900001111",
      "111122223333",
      start,
      end,
      "Usage",
      product,
      type,
      amount,
      "1K tokens",
      cost,
      PRINCIPAL,
      "us-east-1",
    ].join(",");
  return [
    "identity_line_item_id,bill_payer_account_id,line_item_usage_account_id,line_item_usage_start_date,line_item_usage_end_date,line_item_line_item_type,line_item_product_code,line_item_usage_type,line_item_usage_amount,pricing_unit,line_item_unblended_cost,line_item_iam_principal,product_region_code",
    line("one", "AmazonBedrock", "USE1-Claude4.6Sonnet-input-tokens", "200", "0.66"),
    line("two", "AmazonBedrock", "USE1-Claude4.6Sonnet-output-tokens", "20", "0.33"),
    line("three", "AmazonEC2", "BoxUsage:m7g.large", "1", "0.0816"),
  ].join("\n");
}
const stamp = HOUR.toISOString().replace(/[-:.]/g, "").replace("Z", "");
const logKey = (hex: string): string =>
  `AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/${DAY.replaceAll("-", "/")}/00/${stamp}Z_${hex.padStart(16, "0")}.json.gz`;
async function keys(store: S3Store, prefix = ""): Promise<string[]> {
  const found: string[] = [];
  for await (const { key } of store.list(prefix)) found.push(key);
  return found.sort();
}

/** Every row of the Parquet objects below a prefix. */
async function rowsBelow(prefix: string): Promise<Record<string, unknown>[]> {
  const rows: Record<string, unknown>[] = [];
  for (const key of await keys(data, prefix)) {
    const bytes = new Uint8Array((await data.readAll(key))?.bytes ?? []);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    rows.push(...(await parquetReadObjects({ file })));
  }
  return rows;
}

describe("the packaged functions, from event to Parquet to alert", () => {
  it("catalog makes database, tables, views and saved queries, and answers CloudFormation", async () => {
    const cloudFormation = await StubService.start();
    cloudFormation.on(() => ({ status: 200 }));
    await invoke("catalog", {
      RequestType: "Create",
      ResponseURL: `${cloudFormation.endpoint}/answer?signature=x`,
      StackId: "stack",
      RequestId: "request",
      LogicalResourceId: "Catalog",
    });
    const [answer] = cloudFormation.requests;
    cloudFormation.stop();
    expect(JSON.parse(answer?.body ?? "{}")).toMatchObject({
      Status: "SUCCESS",
      PhysicalResourceId: "strata_test",
      LogicalResourceId: "Catalog",
    });
    expect(engine.tableNames).toEqual(expect.arrayContaining(["invocation_records", "hourly_usage", "principals"]));
    expect(engine.statements.some((text) => text.startsWith("create or replace view invocations as"))).toBe(true);
  });

  it("ingest writes Parquet, quarantines bad lines, and gives back only the message that failed", async () => {
    const lines = Array.from({ length: 200 }, (_, index) => record(index));
    const object = gzipSync([...lines, "{ not json"].join("\n"));
    await logs.write(logKey("a1"), object);
    const { result, log } = await invoke(
      "ingest",
      sqs(created(logKey("a1"), object.length), created(logKey("b2"), 10), {
        Service: "Amazon S3",
        Event: "s3:TestEvent",
        Bucket: "raw-logs",
      }),
    );
    expect(result).toEqual({ batchItemFailures: [{ itemIdentifier: "m1" }] });
    const files = await keys(data, "invocation_records/");
    expect(files.length).toBeGreaterThan(0);
    expect(await rowsBelow("invocation_records/")).toHaveLength(200);
    expect(await keys(data, "quarantine/")).toHaveLength(1);
    expect(log).toContain('"Records":201');
    expect(log).toContain('"Quarantined":1');
  });

  it("ingest again changes nothing", async () => {
    const before = new Map(
      await Promise.all(
        (await keys(data)).map(
          async (key) => [key, Buffer.from((await data.readAll(key))?.bytes ?? []).toString("base64")] as const,
        ),
      ),
    );
    await invoke("ingest", sqs({ redrive: [{ bucket: "raw-logs", key: logKey("a1") }] }));
    for (const key of await keys(data))
      expect(Buffer.from((await data.readAll(key))?.bytes ?? []).toString("base64") === before.get(key), key).toBe(true);
  });

  it("detect sums up the hours that landed, tells the dashboard, and pages about the errors", async () => {
    const { result, log } = await invoke("detect", {});
    expect(Object(result).hours).toBeGreaterThan(0);
    expect(Object(result).backlog).toBe(0);
    expect(Object(result).published).toBeGreaterThan(0);
    for (const table of ["hourly_usage", "calls_5m"])
      expect((await keys(data, `${table}/run=`)).length, table).toBeGreaterThan(0);
    const sums = await engine.select(
      "select cast(sum(invocations) as bigint) as calls, cast(sum(errors) as bigint) as errors from hourly_usage",
    );
    expect(sums).toEqual([{ calls: 200, errors: 100 }]);
    expect(log).not.toContain("could not be");
    const counted: unknown[] = [];
    for (const key of await keys(data, "service_counts/")) {
      const bytes = new Uint8Array((await data.readAll(key))?.bytes ?? []);
      counted.push(
        ...(await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) })),
      );
    }
    expect(counted).toContainEqual(
      expect.objectContaining({ account_id: "111122223333", region: "us-east-1", invocations: 77n }),
    );
    expect(log).toContain('"AthenaUsd"');
  });

  it("reconcile stages the period whose manifest landed, and allocates its dollars to the principal of the log", async () => {
    await bills.write(BILL, gzipSync(billText()));
    const manifest = { executionId: "e1", lastUpdatedAt: new Date().toISOString(), dataFiles: [`s3://billing/${BILL}`] };
    await bills.write(MANIFEST, JSON.stringify({ ...manifest, statusCode: "DELIVERY_SUCCESS" }));
    const { result, log } = await invoke("reconcile", {
      ...created(MANIFEST, 200),
      detail: { bucket: { name: "billing" }, object: { key: MANIFEST, size: 200 } },
    });
    expect(result).toEqual({ periods: [PERIOD] });
    expect(log).toContain('"BilledUsd":0.99');
    expect(log).toMatch(/"ResidualUsd":0[,}]/);
    const charges = await rowsBelow("allocated_charges/");
    expect(charges).toEqual([
      expect.objectContaining({ token_type: "input", status: "allocated", person: "alice@example.com" }),
      expect.objectContaining({ token_type: "output", status: "allocated", person: "alice@example.com" }),
    ]);
    // The table over the delivery is gone again.
    expect(engine.tableNames.filter((name) => name.startsWith("staging_"))).toEqual([]);
  });

  it("reconcile asks nothing every hour, unless a month waits, and then does that month", async () => {
    const before = engine.statements.length;
    await invoke("reconcile", { waiting: true });
    expect(engine.statements.length).toBe(before);
    const key = "reconciled_months/reconciled_months.jsonl";
    const steps = Buffer.from((await data.readAll(key))?.bytes ?? []).toString();
    expect(steps).toContain(`"month":"${PERIOD}","step":"logged"`);
    await data.write(key, steps.replace(new RegExp(`("month":"${PERIOD}","step":"logged","fingerprint":)"\\w+"`), "$1null"));
    const { result, log } = await invoke("reconcile", { waiting: true });
    expect(result).toEqual({ periods: [] });
    expect(log).toContain(`"months":["${PERIOD}"],"waiting":[]`);
    const unloaded = engine.statements
      .slice(before)
      .flatMap((text) => /^unload[\s\S]*?\bto 's3:\/\/curated\/(\w+)/i.exec(text)?.[1] ?? []);
    expect(unloaded).toEqual(["logged_charges"]);
    expect(Buffer.from((await data.readAll(key))?.bytes ?? []).toString()).toBe(steps);
  });

  it("reconcile does nothing for an object that is no manifest", async () => {
    const before = engine.statements.length;
    const { result } = await invoke("reconcile", created(BILL, 10));
    expect(result).toEqual({ periods: [] });
    expect(engine.statements.length).toBe(before);
  });

  it("detect has paged about the errors, once, and sums up nothing anew while nothing lands", async () => {
    // The bill brought labels, so that the last hours are summed up once more.
    await invoke("detect", {});
    const messages = server.inspectQueue("pages")?.messages.ready ?? [];
    expect(messages.some(({ body }) => body.includes("error") || body.includes("Error"))).toBe(true);
    const { result } = await invoke("detect", {});
    expect(Object(result).backlog).toBe(0);
    expect(server.inspectQueue("pages")?.messages.ready.length).toBe(messages.length);
    expect(await keys(data, "current/")).toEqual(["current/budget-status.json"]);
  });

  it("report writes the running month's statement, and asks about single calls once in a week", async () => {
    const asked = (): number => engine.statements.filter((text) => text.startsWith("-- Record quality\n")).length;
    const before = asked();
    const { result } = await invoke("report", { month: DAY.slice(0, 7) });
    expect(asked()).toBe(before + 1);
    await invoke("report", { month: DAY.slice(0, 7) });
    expect(asked()).toBe(before + 1);
    const manifest = await reports.readAll(`reports/month=${DAY.slice(0, 7)}/manifest.json`);
    expect(JSON.parse(Buffer.from(manifest?.bytes ?? []).toString()).logs).toMatchObject({
      invocations: 200,
      records: 200,
      records_as_of: expect.stringMatching(/^\d{4}-\d\d-\d\d$/),
    });
    expect(Object(result).keys).toContain(`reports/month=${DAY.slice(0, 7)}/manifest.json`);
    expect(await keys(reports, "reports/")).toEqual(expect.arrayContaining([`reports/month=${DAY.slice(0, 7)}/report.html`]));
  });

  it("report tells once that a month is closed", async () => {
    const told = () =>
      (server.inspectQueue("pages")?.messages.ready ?? []).filter(({ body }) => body.includes("Bedrock statement"));
    expect(told()).toHaveLength(0);
    for (const run of [1, 2]) {
      const { log } = await invoke("report", { month: DAY.slice(0, 7), final: true });
      expect(log.includes("statements announced"), `run ${run}`).toBe(run === 1);
    }
    const [message] = told();
    expect(told()).toHaveLength(1);
    expect(message?.body).toContain(`[info] Bedrock statement ${DAY.slice(0, 7)}: final`);
    expect(message?.body).toContain("month-final");
    expect(await keys(reports, "reports/announcements.json")).toHaveLength(1);
    expect(await keys(reports, "reports/closed.json")).toHaveLength(1);
  });

  it("compact puts the hours that are over into one file each, and every call is there once, before and after the landed files go", async () => {
    const once = async () =>
      engine.select("select count(*) as calls, count(distinct request_id) as ids from invocations where dt < date '2100-01-01'");
    const files = async (): Promise<[number, number]> => {
      const all = await keys(data, "invocation_records/");
      const compacted = all.filter((key) => key.endsWith("/compacted.parquet"));
      return [compacted.length, all.length - compacted.length];
    };
    const [before, [, landed]] = [await once(), await files()];
    const { result } = await invoke("compact", {}, 10);
    expect(result).toMatchObject({ differing: 0, removed: 0, waiting: 0 });
    const [compacted, still] = await files();
    expect([compacted, still]).toEqual([Object(result).written, landed]);
    expect(await once()).toEqual(before);
    // Half an hour later.
    const { result: later } = await invoke("compact", {}, 40);
    expect(later).toMatchObject({ written: 0, differing: 0, waiting: 0 });
    expect(Object(later).removed).toBeGreaterThan(0);
    expect(await files()).toEqual([compacted, landed - Object(later).removed]);
    expect(await once()).toEqual(before);
    // The sums do not change by it.
    await invoke("detect", {});
    expect(await engine.select("select cast(sum(invocations) as bigint) as calls from hourly_usage")).toEqual([{ calls: 200 }]);
  });

  it.each(["ingest", "reconcile", "detect", "compact", "report"])("%s wrote only where its role may", (name) => {
    const role = roleOf(name);
    const allowed = statements(pkg)
      .filter(({ holder, statement }) => holder === role && [statement.Action].flat().includes("s3:PutObject"))
      .flatMap(({ statement }) => [statement.Resource].flat().map((resource) => String(Object(resource)["Fn::Sub"])))
      .map((arn) => new RegExp(`^${RegExp.escape(arn).replaceAll("\\*", ".*")}$`));
    const places = [...(wrote.get(name) ?? [])];
    expect(places.length).toBeGreaterThan(0);
    for (const place of places) {
      const [bucket, ...key] = place.split("/");
      const arn = `\${${bucket === "curated" ? "DataBucket" : "ReportsBucket"}.Arn}/${key.join("/")}`;
      expect(
        allowed.some((resource) => resource.test(arn)),
        `${role} may not write ${arn}`,
      ).toBe(true);
    }
  });

  it("each function changed partitions only of tables that its role may change", () => {
    for (const [caller, tables] of engine.swapped) {
      const text = JSON.stringify(
        statements(pkg).filter(({ holder, statement }) => holder === caller && statement.Sid === "SwapPartitions"),
      );
      for (const table of tables) expect(text, `${caller} ${table}`).toContain(`/${table}"`);
    }
    expect(engine.swapped.size).toBe(2);
  });

  it("ingest looks up what an application inference profile stands for", async () => {
    const [first = "{}"] = [record(0)];
    const arn = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ab12cd34ef56";
    await logs.write(logKey("c3"), gzipSync(JSON.stringify({ ...JSON.parse(first), requestId: "by-profile", modelId: arn })));
    const before = await keys(data, "invocation_records/");
    await invoke("ingest", sqs({ redrive: [{ bucket: "raw-logs", key: logKey("c3") }] }));
    const [made = ""] = (await keys(data, "invocation_records/")).filter((key) => !before.includes(key));
    const bytes = new Uint8Array((await data.readAll(made))?.bytes ?? []);
    const [row] = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
    expect(row).toMatchObject({ model: "claude-opus-5", routing: "global", team: "search", attribution_source: "resource_tag" });
    expect(await keys(data, "inference-profiles/")).toEqual(["inference-profiles/profiles.json"]);
  });

  it("a tag that comes with the bill reaches the hourly sums of the days that were rolled up long ago", async () => {
    const old = JSON.parse(record(0));
    const text = JSON.stringify({ ...old, requestId: "long-ago", timestamp: OLD, identity: { arn: LATE_TAGGED } });
    const other = JSON.stringify({ ...old, requestId: "untagged", timestamp: OLDER, identity: { arn: LATE_TAGGED } });
    await logs.write(logKey("d4"), gzipSync(`${text}\n${other}`));
    await invoke("ingest", sqs({ redrive: [{ bucket: "raw-logs", key: logKey("d4") }] }));
    await invoke("detect", {});
    expect(await keys(data, "stale/")).toEqual([]);
    const teams = async () =>
      Object.fromEntries(
        (
          await engine.select(
            `select cast(dt as varchar) as day, team from hourly_usage where principal_arn = '${LATE_TAGGED}' order by 1`,
          )
        ).map((row) => [row["day"], row["team"]]),
      );
    expect(await teams()).toEqual({ [OLDER.slice(0, 10)]: "unattributed", [OLD.slice(0, 10)]: "unattributed" });

    const at = OLD.replace(/T.*/, "T00:00:00Z");
    const line = `late,999900001111,111122223333,${at},${at.replace("T00", "T01")},Usage,AmazonBedrock,USE1-Claude4.6Sonnet-input-tokens,1,1K tokens,0.003,${LATE_TAGGED},us-east-1,"{""iamPrincipal/team"": ""search""}"`;
    const [header = "", ...lines] = billText().split("\n");
    const bill = [`${header},tags`, ...lines.map((each) => `${each},{}`), line].join("\n");
    await bills.write(BILL, gzipSync(bill));
    const manifest = { executionId: "e2", lastUpdatedAt: new Date().toISOString(), dataFiles: [`s3://billing/${BILL}`] };
    await bills.write(MANIFEST, JSON.stringify({ ...manifest, statusCode: "DELIVERY_SUCCESS" }));
    await invoke("reconcile", { all: true });
    const { result } = await invoke("detect", {});
    expect(await teams()).toEqual({ [OLDER.slice(0, 10)]: "unattributed", [OLD.slice(0, 10)]: "search" });
    expect(await keys(data, "stale/")).toEqual([]);
    // Beside the last hours the hours of that one day: nobody else has another owner now.
    expect(Object(result).hours).toBe(3 + 24);
  });

  it("nothing that was written, sent or logged holds a word of a prompt or an answer", async () => {
    for (const store of [data, reports]) {
      for (const key of await keys(store))
        expect(Buffer.from((await store.readAll(key))?.bytes ?? []).includes(CANARY), key).toBe(false);
    }
    expect(JSON.stringify(server.inspectQueue("pages")?.messages.ready)).not.toContain(CANARY);
  });
});
