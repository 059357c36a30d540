import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { ingestMessages } from "../../src/aws/ingest-messages.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { defaultConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { strataHere } from "../pipeline/strata-here.ts";
import { clientFor, json, jsonError, StubService } from "./stub-service.ts";

let server: FauxqsServer;
let logs: S3Store;
let data: S3Store;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  const curated = "strata-prod-data-000000000000-us-east-1";
  for (const bucket of ["raw-logs", "other-logs", curated]) server.createBucket(bucket);
  server.createQueue("strata-prod-ingest");
  const client = new S3Client({ ...clientFor(endpoint), forcePathStyle: true });
  logs = new S3Store("s3://raw-logs", { client });
  data = new S3Store(`s3://${curated}`, { client });
  for (const [name, value] of Object.entries({
    AWS_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_ENDPOINT_URL_S3: endpoint,
    AWS_ENDPOINT_URL_SQS: endpoint,
    AWS_ENDPOINT_URL_STS: endpoint,
  }))
    vi.stubEnv(name, value);
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

const KEY = "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14/20261005T141504123Z_000000000000000a.json";
const record = (id: string, account: string): string =>
  JSON.stringify({
    schemaType: "ModelInvocationLog",
    timestamp: "2026-10-05T14:00:00Z",
    accountId: account,
    region: "us-east-1",
    requestId: id,
    operation: "Converse",
    modelId: "anthropic.claude-sonnet-4-6",
    input: { inputTokenCount: 10 },
    output: { outputTokenCount: 10 },
  });
const waiting = (): string[] => (server.inspectQueue("strata-prod-ingest")?.messages.ready ?? []).map(({ body }) => body);
const ingest = (bodies: readonly string[]) =>
  ingestMessages(bodies, {
    target: data,
    curator: curator(defaultConfig()),
    clock: { now: () => Date.UTC(2026, 9, 9) },
    sourceOf: () => logs,
  });
async function strata(...args: string[]): Promise<{ code: number; said: string }> {
  const { code, stdout, stderr } = await strataHere(args);
  return { code, said: `${stdout}\n${stderr}` };
}
const keys = async (prefix: string): Promise<string[]> => {
  const found: string[] = [];
  for await (const { key } of data.list(prefix)) found.push(key);
  return found;
};

it("lists the quarantine of a stage, and has ingest read the mended object again: then it is empty and the day is to be rolled up", async () => {
  await logs.write(KEY, [record("a", "111122223333"), record("b", "x")].join("\n"));
  await ingest([JSON.stringify({ redrive: [{ bucket: "raw-logs", key: KEY }] })]);
  const listed = await strata("quarantine", "list", "--stage", "prod");
  expect([listed.code, listed.said]).toEqual([0, expect.stringContaining("wrong_type")]);
  expect(listed.said).toContain("000000000000000a.json");

  const wrong = await strata("quarantine", "retry", "--stage", "prod", "--logs", "s3://other-logs");
  expect([wrong.code, wrong.said]).toEqual([2, expect.stringContaining("did not come from s3://other-logs")]);
  expect(waiting()).toEqual([]);
  expect(await keys("quarantine/")).toHaveLength(1);

  const retry = ["quarantine", "retry", "--stage", "prod", "--logs", "s3://other-logs", "s3://raw-logs/bedrock"];
  const still = await strata(...retry);
  expect([still.code, still.said]).toEqual([0, expect.stringContaining("1 objects with 1 entries")]);
  expect(waiting().map((body) => JSON.parse(body))).toEqual([{ redrive: [{ bucket: "raw-logs", key: KEY }] }]);
  await ingest(waiting());
  expect(await keys("quarantine/")).toHaveLength(1);

  await logs.write(KEY, [record("a", "111122223333"), record("b", "111122223333")].join("\n"));
  for (const mark of await keys("stale/")) await data.remove(mark);
  await strata(...retry);
  const { counts } = await ingest(waiting().slice(-1));
  expect(counts).toMatchObject({ landed: 2, quarantined: 0 });
  expect(await keys("quarantine/")).toEqual([]);
  expect(await keys("stale/")).toEqual([expect.stringContaining("stale/dt=2026-10-05/")]);
  expect(await keys("invocation_records/")).toHaveLength(1);
  expect((await strata(...retry)).said).toContain("Nothing is in the quarantine.");
});

it("puts the entries back when the queue does not take the message", async () => {
  await logs.write(KEY, record("b", "x"));
  await ingest([JSON.stringify({ redrive: [{ bucket: "raw-logs", key: KEY }] })]);
  const before = await keys("quarantine/");
  const refusing = await StubService.start();
  refusing.on(({ operation }) =>
    operation === "GetQueueUrl" ? json({ QueueUrl: "http://sqs/q" }) : jsonError("KmsAccessDenied", "the key denies", 400),
  );
  vi.stubEnv("AWS_ENDPOINT_URL_SQS", refusing.endpoint);
  const { code, said } = await strata("quarantine", "retry", "--stage", "prod", "--logs", "s3://raw-logs");
  refusing.stop();
  expect([code, said]).toEqual([1, expect.stringContaining("sqs: sending")]);
  expect(await keys("quarantine/")).toEqual(before);
});
