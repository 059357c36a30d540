import { spawn } from "node:child_process";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";
import { ingestMessages } from "../../src/aws/ingest-messages.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { defaultConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import type { ObjectStore } from "../../src/ports.ts";
import { ROOT } from "../pipeline/run-strata.ts";
import { strataHere } from "../pipeline/strata-here.ts";
import { SqsFront } from "./sqs-front.ts";
import { clientFor } from "./stub-service.ts";

const curated = curator(defaultConfig());
let server: FauxqsServer;
let sqs: SQSClient;
let s3: S3Client;
let front: SqsFront;
let run = 0;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  sqs = new SQSClient(clientFor(endpoint));
  s3 = new S3Client({ ...clientFor(endpoint), forcePathStyle: true });
  server.createBucket("raw-logs");
  const logs = store("raw-logs");
  for (const [day, count] of [
    ["04", 5],
    ["05", 130],
    ["06", 130],
    ["07", 5],
  ] as const)
    await Promise.all(Array.from({ length: count }, (_, index) => logs.write(logKey(day, index), logObject(day, index))));
  await logs.write("bedrock/AWSLogs/111122223333/BedrockModelInvocationLogs/amazon-bedrock-logs-permission-check", "");
});
afterAll(async () => server.stop());
beforeEach(async () => {
  run += 1;
  front = new SqsFront(`http://127.0.0.1:${server.port}`);
  await front.start();
  server.createBucket(name("curated"));
  server.createQueue(name("dead"));
  server.createQueue(name("ingest"), {
    attributes: {
      VisibilityTimeout: "30",
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: arnOf(name("dead")), maxReceiveCount: 2 }),
    },
  });
  for (const [name, value] of Object.entries(environment())) vi.stubEnv(name, value);
  return () => {
    vi.unstubAllEnvs();
    front.stop();
  };
});

const name = (of: string): string => `${of}-${run}`;
const arnOf = (queue: string): string => `arn:aws:sqs:us-east-1:000000000000:${queue}`;
const urlOf = (queue: string): string => server.inspectQueue(queue)?.url ?? "";
const store = (bucket: string): S3Store => new S3Store(`s3://${bucket}`, { client: s3 });
const logKey = (day: string, index: number): string =>
  `bedrock/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/${day}/00/202610${day}T00${String(Math.floor(index / 60)).padStart(2, "0")}${String(index % 60).padStart(2, "0")}000Z_${index.toString(16).padStart(16, "0")}.json.gz`;
const logObject = (day: string, index: number): Buffer =>
  gzipSync(
    JSON.stringify({
      schemaType: "ModelInvocationLog",
      timestamp: `2026-10-${day}T00:00:00Z`,
      accountId: "111122223333",
      region: "us-east-1",
      requestId: `${day}-${index}`,
      operation: "Converse",
      modelId: "anthropic.claude-sonnet-4-6",
      input: { inputTokenCount: 10 },
      output: { outputTokenCount: 10 },
    }),
  );
const environment = (): NodeJS.ProcessEnv => ({
  AWS_REGION: "us-east-1",
  AWS_ACCESS_KEY_ID: "test",
  AWS_SECRET_ACCESS_KEY: "test",
  AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${server.port}`,
  AWS_ENDPOINT_URL_SQS: front.endpoint,
});
const strata = (...args: string[]) => strataHere(args);
const backfill = (...more: string[]): string[] => [
  ...["backfill", "--source", "s3://raw-logs/bedrock", "--from", "2026-10-05", "--to", "2026-10-06"],
  ...["--data", `s3://${name("curated")}`, "--queue", urlOf(name("ingest")), ...more],
];
const waiting = (queue: string): string[] => (server.inspectQueue(queue)?.messages.ready ?? []).map(({ body }) => body);
const enqueued = (): string[] =>
  waiting(name("ingest")).flatMap((body) => JSON.parse(body).redrive.map(({ key }: { key: string }) => key));
async function contents(of: ObjectStore): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for await (const { key } of of.list()) all.set(key, Buffer.from((await of.readAll(key))?.bytes ?? []).toString("base64"));
  return all;
}
const DAYS = ["05", "06"].flatMap((day) => Array.from({ length: 130 }, (_, index) => logKey(day, index)));

describe("strata backfill, over HTTP", () => {
  it("says with --dry-run what it would do and what that costs, and does nothing", async () => {
    const { code, stdout, stderr } = await strata(...backfill("--dry-run"));
    expect(code, stderr).toBe(0);
    expect(stdout).toContain("260 objects");
    expect(stdout).toContain("11 are of other days or no logs");
    expect(stdout).toMatch(/estimated on AWS by list price: \$0\.00\d+ /);
    expect(waiting(name("ingest"))).toEqual([]);
    expect(await contents(store(name("curated")))).toEqual(new Map());
  });

  it("puts every object of the days on the queue once, with no more requests at once than it may make", async () => {
    front.delay = 20;
    const { code, stderr } = await strata(...backfill("--concurrency", "2"));
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("260 objects");
    expect(enqueued().sort()).toEqual([...DAYS].sort());
    expect(front.most.get("SendMessageBatch")).toBe(2);
    expect(await contents(store(name("curated")))).toEqual(new Map());
  });

  it("goes on where it was killed: nothing is left out, and only the pages under way are sent twice", async () => {
    front.answerOnly.set("SendMessageBatch", 1);
    const args = [join(ROOT, "bin", "strata.js"), ...backfill("--concurrency", "1")];
    const child = spawn(process.execPath, args, { env: { ...process.env, ...environment() }, stdio: "ignore" });
    const gone = new Promise((resolve) => child.on("close", resolve));
    // Its first page is written down and the second is under way: nobody will answer it.
    while ((front.most.get("SendMessageBatch") ?? 0) < 1 || (await contents(store(name("curated")))).size === 0)
      await new Promise((resolve) => setImmediate(resolve));
    child.kill("SIGKILL");
    await gone;
    expect(enqueued()).toHaveLength(100);
    front.answerOnly.clear();
    const { code, stderr } = await strata(...backfill("--concurrency", "1"));
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("160 objects, 100 were done before");
    expect(enqueued().sort()).toEqual([...DAYS].sort());
    expect(await contents(store(name("curated")))).toEqual(new Map());
  });

  it("ingests here what has no queue, to the same files and marks as the function", async () => {
    const args = ["--source", "s3://raw-logs/bedrock", "--from", "2026-10-04", "--to", "2026-10-04"];
    const { code, stderr } = await strata("backfill", ...args, "--data", `s3://${name("curated")}`);
    expect(code, stderr).toBe(0);
    const byEvent = name("undisturbed");
    server.createBucket(byEvent);
    server.createQueue(byEvent);
    for (let index = 0; index < 5; index += 1) await send(byEvent, eventOf("04", index));
    await work(byEvent, store(byEvent));
    expect(await contents(store(name("curated")))).toEqual(await contents(store(byEvent)));
  });

  it("hands objects of a trail to the queue of a stage's further sources, without digests", async () => {
    const stage = `b${run}`;
    vi.stubEnv("AWS_ENDPOINT_URL_STS", `http://127.0.0.1:${server.port}`);
    server.createBucket(`strata-${stage}-data-000000000000-us-east-1`);
    server.createQueue(`strata-${stage}-sources`);
    server.createBucket(name("trail"));
    const folder = "AWSLogs/o-exampleorgid/111122223333";
    const [events, digest] = [`${folder}/CloudTrail/us-east-1/x.json.gz`, `${folder}/CloudTrail-Digest/us-east-1/x.json.gz`];
    for (const key of [events, digest]) await store(name("trail")).write(key, "x");
    const today = new Date().toISOString().slice(0, 10);
    const days = ["--from", "2026-10-01", "--to", today];
    const { code, stderr } = await strata(
      ...["backfill", "--stage", stage, "--cloudtrail", "--source", `s3://${name("trail")}/AWSLogs`, ...days],
    );
    expect(code, stderr).toBe(0);
    expect(waiting(`strata-${stage}-sources`).map((body) => JSON.parse(body))).toEqual([
      { redrive: [{ bucket: name("trail"), key: events }] },
    ]);
  });

  it.each([
    [["--from", "2026-10-01", "--to", "2026-10-02", "--kiro"], /--kiro hands objects to the queue/, /analyze .\/logs --kiro s3/],
    [["--from", "2026-10-01", "--to", "2026-10-02", "--kiro", "--batch"], /--batch and --kiro at once/, /One source at a time/],
    [["--from", "2026-10-01", "--to", "2026-10-02"], /where is the curated data\?/, /--stage prod/],
    [["--from", "2026-10-02", "--to", "2026-10-01", "--data", "x"], /--to 2026-10-01 is before/, /Swap/],
    [["--from", "2026-10-01", "--to", "2026-10-02", "--stage", "prod", "--data", "x"], /contradict/, /--stage prod/],
  ])("refuses %j with what to do", async (args, message, hint) => {
    const { code, stderr } = await strataHere(["backfill", "--source", "s3://raw-logs", ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toMatch(hint);
  });
});

/** What the event source mapping and the function do: messages that failed come back until SQS gives them up. */
async function work(queue: string, target: ObjectStore): Promise<number> {
  let ingested = 0;
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: urlOf(queue), MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return ingested;
    const { results, counts } = await ingestMessages(
      Messages.map(({ Body = "" }) => Body),
      { target, curator: curated, clock: { now: () => Date.now() }, sourceOf: store },
    );
    ingested += counts.objects;
    for (const [index, { ReceiptHandle }] of Messages.entries()) {
      const message = { QueueUrl: urlOf(queue), ReceiptHandle };
      if (results[index]?.status === "fulfilled") await sqs.send(new DeleteMessageCommand(message));
      else await sqs.send(new ChangeMessageVisibilityCommand({ ...message, VisibilityTimeout: 0 }));
    }
  }
}
const send = (queue: string, body: unknown, target = "arn:aws:sqs:us-east-1:000000000000:strata-prod-ingest") =>
  sqs.send(
    new SendMessageCommand({
      QueueUrl: urlOf(queue),
      MessageBody: JSON.stringify(body),
      MessageAttributes: { TARGET_ARN: { DataType: "String", StringValue: target } },
    }),
  );
const eventOf = (day: string, index: number) => ({
  source: "aws.s3",
  "detail-type": "Object Created",
  detail: { bucket: { name: "raw-logs" }, object: { key: logKey(day, index), size: logObject(day, index).length } },
});

describe("strata redrive, over HTTP", () => {
  it("sends everything that ingest gave up on back once; then every object is in, as if nothing had happened", async () => {
    const target = store(name("curated"));
    const broken: ObjectStore = {
      name: target.name,
      list: (prefix) => target.list(prefix),
      read: (key) => target.read(key),
      readAll: (key) => target.readAll(key),
      remove: (key) => target.remove(key),
      write: (key, bytes) =>
        key.includes("invocation_records") ? Promise.reject(new Error("KMS denies")) : target.write(key, bytes),
    };
    for (let index = 0; index < 25; index += 1) await send(name("ingest"), eventOf("05", index));
    // Delivered twice, as S3 may.
    await send(name("ingest"), eventOf("05", 3));
    await work(name("ingest"), broken);
    expect(waiting(name("ingest"))).toEqual([]);
    const dead = waiting(name("dead"));
    expect(dead).toHaveLength(26);

    const before = await strata("redrive", "--queue", urlOf(name("dead")), "--status");
    expect([before.code, before.stdout]).toEqual([1, expect.stringContaining("26 messages wait")]);
    front.deadLetters(arnOf(name("dead")), urlOf(name("dead")), urlOf(name("ingest")));
    const { code, stderr } = await strata("redrive", "--queue", urlOf(name("dead")), "--wait");
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("26 messages (COMPLETED)");
    expect(waiting(name("dead"))).toEqual([]);
    expect(waiting(name("ingest")).sort()).toEqual([...dead].sort());

    await work(name("ingest"), target);
    expect(waiting(name("dead"))).toEqual([]);
    const undisturbed = name("undisturbed");
    server.createBucket(undisturbed);
    server.createQueue(undisturbed);
    for (let index = 0; index < 25; index += 1) await send(undisturbed, eventOf("05", index));
    await work(undisturbed, store(undisturbed));
    expect(await contents(target)).toEqual(await contents(store(undisturbed)));
    const after = await strata("redrive", "--queue", urlOf(name("dead")));
    expect([after.code, after.stdout]).toEqual([0, `Nothing is waiting in ${name("dead")}.`]);
  });

  it("finds the queues of a stage, and sends on what EventBridge could not hand over, each where it was meant to go", async () => {
    const stage = `s${run}`;
    for (const queue of ["ingest", "ingest-dead", "events-dead"]) server.createQueue(`strata-${stage}-${queue}`);
    for (let index = 0; index < 12; index += 1) await send(`strata-${stage}-events-dead`, eventOf("06", index));
    for (const queue of ["telemetry", "telemetry-dead", "sources", "sources-dead"])
      server.createQueue(`strata-${stage}-${queue}`);
    const otel = {
      ...eventOf("06", 0),
      detail: { bucket: { name: "otel" }, object: { key: "year=2026/month=10/day=06/logs_123456789.json.gz" } },
    };
    await send(`strata-${stage}-events-dead`, otel, `arn:aws:sqs:us-east-1:000000000000:strata-${stage}-telemetry`);
    const trail = { ...eventOf("06", 0), detail: { bucket: { name: "trail" }, object: { key: "AWSLogs/x.json.gz" } } };
    await send(`strata-${stage}-events-dead`, trail, `arn:aws:sqs:us-east-1:000000000000:strata-${stage}-sources`);
    const manifest = {
      ...eventOf("06", 0),
      detail: { bucket: { name: "bill" }, object: { key: "cur/metadata/x-Manifest.json" } },
    };
    await send(`strata-${stage}-events-dead`, manifest);
    const { code, stdout, stderr } = await strata("redrive", "--stage", stage);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain("14 messages");
    expect(waiting(`strata-${stage}-sources`).map((body) => JSON.parse(body).detail.bucket.name)).toEqual(["trail"]);
    expect(waiting(`strata-${stage}-telemetry`).map((body) => JSON.parse(body).detail.bucket.name)).toEqual(["otel"]);
    expect(stdout).toContain("1 events stay");
    expect(
      waiting(`strata-${stage}-ingest`)
        .map((body) => JSON.parse(body).detail.object.key)
        .sort(),
    ).toEqual(Array.from({ length: 12 }, (_, index) => logKey("06", index)).sort());
    const left = server.inspectQueue(`strata-${stage}-events-dead`)?.messages;
    expect([left?.ready.length, left?.inflight.length]).toEqual([0, 1]);
  });

  it.each([
    [[], /which dead-letter queue\?/],
    [["--stage", "prod", "--queue", "https://sqs"], /--stage and --queue both/],
  ])("refuses %j and says what to give", async (args, message) => {
    const { code, stderr } = await strataHere(["redrive", ...args]);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
    expect(stderr).toContain("npx strata-bedrock redrive --stage prod");
    expect(stderr).toContain("IngestDeadLettersUrl");
  });

  it("names a stage that is not there", async () => {
    const { code, stderr } = await strata("redrive", "--stage", "nowhere");
    expect(code).toBe(1);
    expect(stderr).toMatch(/looking for the queue strata-nowhere-ingest-dead failed/);
  });
});
