import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { S3Client } from "@aws-sdk/client-s3";
import { DuckDBInstance } from "@duckdb/node-api";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { S3Store } from "../../src/aws/s3-store.ts";
import { forgetPerson } from "../../src/cli/forget/forget-person.ts";
import { PreconditionProxy } from "./precondition-proxy.ts";
import { clientFor } from "./stub-service.ts";

const ANN = "ann@example.com";
let server: FauxqsServer;
let proxy: PreconditionProxy;
let stores: [S3Store, S3Store];
beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  proxy = new PreconditionProxy(`http://127.0.0.1:${server.port}`);
  const client = new S3Client({ ...clientFor(await proxy.start()), forcePathStyle: true, maxAttempts: 2 });
  for (const bucket of ["data", "reports", "raw"]) server.createBucket(bucket);
  stores = [new S3Store("s3://data", { client }), new S3Store("s3://reports", { client })];
});
afterAll(async () => {
  proxy.stop();
  await server.stop();
});

async function records(): Promise<Uint8Array> {
  const folder = mkdtempSync(join(tmpdir(), "strata-forget-s3-"));
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(`copy (select * from (values
    ('${ANN}', 'arn:aws:iam::111122223333:user/ann', 'ann', null, 's3://raw/a.json.gz', 0.5),
    ('bob@example.com', 'arn:aws:iam::111122223333:user/bob', 'bob', null, 's3://raw/b.json.gz', 0.25)
  ) t(person, principal_arn, principal_name, session_name, source_object, cost)) to '${join(folder, "a.parquet")}' (format parquet)`);
  connection.closeSync();
  const bytes = readFileSync(join(folder, "a.parquet"));
  rmSync(folder, { recursive: true, force: true });
  return bytes;
}

const text = async (store: S3Store, key: string): Promise<string> =>
  Buffer.from((await store.readAll(key))?.bytes ?? []).toString("latin1");

it("takes a person out of a stack's two buckets, and leaves the raw bucket as it is", async () => {
  const [data, reports] = stores;
  const raw = new S3Store("s3://raw", {
    client: new S3Client({ ...clientFor(`http://127.0.0.1:${server.port}`), forcePathStyle: true }),
  });
  await raw.write("a.json.gz", ANN);
  const key = "invocation_records/dt=2026-10-05/hour=14/a.parquet";
  await data.write(key, await records());
  await data.write("alerts/alerts.jsonl", `{"name":"${ANN}"}\n`);
  await reports.write("month=2026-10/people.csv", `person,usd\n${ANN},0.5\nbob@example.com,0.25\n`);
  const before = (await data.readAll(key))?.etag;

  const looked = await forgetPerson({ stores, person: ANN, pseudonym: "person-1", now: 0, dryRun: true });
  expect(looked.objects.map((object) => object.key)).toEqual(["alerts/alerts.jsonl", key, "month=2026-10/people.csv"]);
  expect((await data.readAll(key))?.etag).toBe(before);

  const record = await forgetPerson({ stores, person: ANN, pseudonym: "person-1", now: 0 });
  expect(record.objects).toEqual([
    { store: data.name, key: "alerts/alerts.jsonl", rows: null },
    { store: data.name, key, rows: 1 },
    { store: reports.name, key: "month=2026-10/people.csv", rows: null },
  ]);
  expect(record.raw).toEqual(["s3://raw/a.json.gz"]);
  expect(await text(reports, "month=2026-10/people.csv")).toBe("person,usd\nperson-1,0.5\nbob@example.com,0.25\n");
  for (const store of stores) for await (const { key } of store.list()) expect(await text(store, key), key).not.toContain(ANN);
  expect(await text(raw, "a.json.gz")).toBe(ANN);
  expect(JSON.parse(await text(data, "audit/forget/1970-01-01T00-00-00-000Z-person-1.json"))).toEqual(record);
  expect((await forgetPerson({ stores, person: ANN, pseudonym: "person-2", now: 1 })).objects).toEqual([]);
});
