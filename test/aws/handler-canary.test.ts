import { gzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { parquetReadObjects } from "hyparquet";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { S3Store } from "../../src/aws/s3-store.ts";
import { CANARY, plantedLines, plantedSideBodies } from "../ingest/planted.ts";
import { clientFor } from "./stub-service.ts";

const WORD = CANARY.slice(0, 6);
const FOLDER = "AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14";
const keyOf = (hex: string): string => `${FOLDER}/20261005T141504123Z_${hex.padStart(16, "0")}.json.gz`;

let server: FauxqsServer;
let logs: S3Store;
let data: S3Store;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  const endpoint = `http://127.0.0.1:${server.port}`;
  for (const bucket of ["raw-logs", "curated"]) server.createBucket(bucket);
  const client = new S3Client({ ...clientFor(endpoint), forcePathStyle: true });
  logs = new S3Store("s3://raw-logs", { client });
  data = new S3Store("s3://curated", { client });
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  vi.stubEnv("AWS_ENDPOINT_URL_S3", endpoint);
  vi.stubEnv("AWS_ENDPOINT_URL_BEDROCK", "http://127.0.0.1:9");
  vi.stubEnv("STRATA_DATA", "s3://curated");
  vi.stubEnv("STRATA_STAGE", "test");
  vi.stubEnv("STRATA_ACCOUNT", "111122223333");
  vi.stubEnv("AWS_MAX_ATTEMPTS", "1");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

it("writes and logs no word of a prompt or completion: not in objects, metrics, errors or answers", async () => {
  const inline = gzipSync(plantedLines().join("\n"));
  const { lines, bodies } = plantedSideBodies(FOLDER);
  await Promise.all([
    logs.write(keyOf("a"), inline),
    logs.write(keyOf("b"), inline.subarray(0, -100)),
    logs.write(keyOf("c"), lines.join("\n")),
    logs.write(keyOf("d"), Buffer.from(CANARY)),
    ...Object.entries(bodies).map(([key, body]) => logs.write(key, body)),
  ]);
  const printed: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, "write").mockImplementation((text: unknown) => {
      printed.push(String(text));
      return true;
    });
  const { handler } = await import("../../functions/ingest.ts");
  const message = (body: unknown, index: number) => ({ messageId: `m${index}`, body: JSON.stringify(body) });
  const told = ["a", "b", "c", "d", "missing"].map((hex) => ({ redrive: [{ bucket: "raw-logs", key: keyOf(hex) }] }));
  const context = { awsRequestId: "test", functionName: "strata-test-ingest", getRemainingTimeInMillis: () => 60_000 };
  const answer = await Reflect.apply(handler, undefined, [{ Records: [...told, { what: CANARY }].map(message) }, context]);
  vi.restoreAllMocks();

  expect(answer).toEqual({ batchItemFailures: [{ itemIdentifier: "m4" }, { itemIdentifier: "m5" }] });
  const said = printed.join("");
  expect(said).toMatch(/"Records":\d{4,}/);
  expect(said).toMatch(/"Quarantined":\d{3,}/);
  expect(said).toContain('"DamagedObjects":1');
  expect(said).toContain('"FailedObjects":1');
  expect(said).toContain('"stage":"test"');
  expect(said).not.toContain(WORD);
  expect(JSON.stringify(answer)).not.toContain(WORD);
  let rows = 0;
  for await (const { key } of data.list()) {
    const bytes = new Uint8Array((await data.readAll(key))?.bytes ?? []);
    expect(Buffer.from(bytes).includes(WORD), key).toBe(false);
    if (!key.endsWith(".parquet")) continue;
    const read = await parquetReadObjects({ file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength) });
    rows += read.length;
    expect(
      JSON.stringify(read, (_, value) => (typeof value === "bigint" ? String(value) : value)),
      key,
    ).not.toContain(WORD);
  }
  expect(rows).toBeGreaterThan(1000);
});
