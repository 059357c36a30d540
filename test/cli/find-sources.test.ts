import { gzipSync } from "node:zlib";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { S3Store } from "../../src/aws/s3-store.ts";
import { findSources } from "../../src/cli/analyze/find-sources.ts";
import { clientFor } from "../aws/stub-service.ts";

let server: FauxqsServer;
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  server.createBucket("exports");
  const endpoint = `http://127.0.0.1:${server.port}`;
  vi.stubEnv("AWS_ENDPOINT_URL_S3", endpoint);
  vi.stubEnv("AWS_REGION", "us-east-1");
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  const store = new S3Store("s3://exports", { client: new S3Client({ ...clientFor(endpoint), forcePathStyle: true }) });
  const record = JSON.stringify({ schemaType: "ModelInvocationLog", schemaVersion: "1.0", requestId: "a" });
  await store.write("in/insights.csv", `"@timestamp","@message"\n"2026-10-05","${record.replaceAll('"', '""')}"\n`);
  await store.write("in/firehose-1-2026-10-05-14", gzipSync(record));
  await store.write("in/named.json.gz", gzipSync(record));
  await store.write("in/prices.csv", "model,price\nnova,1\n");
  await store.write("in/empty.txt", "");
});
afterAll(async () => {
  vi.unstubAllEnvs();
  await server.stop();
});

it("objects in S3 of which the name says nothing are read by what they hold", async () => {
  const [source] = await findSources(["s3://exports/in"], { without: [] });
  expect(source?.problems).toEqual([]);
  const found = source?.work.flatMap(({ objects }) => objects).filter(({ holdsLogs }) => holdsLogs);
  expect(found?.map(({ key }) => key).sort()).toEqual(["in/firehose-1-2026-10-05-14", "in/insights.csv"]);
  expect(source?.work.some(({ hasLogs }) => hasLogs)).toBe(true);
});
