import { AthenaClient } from "@aws-sdk/client-athena";
import { GlueClient } from "@aws-sdk/client-glue";
import { S3Client } from "@aws-sdk/client-s3";
import { type FauxqsServer, startFauxqs } from "fauxqs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AthenaWarehouse } from "../../src/aws/athena-warehouse.ts";
import { glueSwap } from "../../src/aws/glue-swap.ts";
import { S3Store } from "../../src/aws/s3-store.ts";
import { stageBill } from "../../src/aws/stage-bill.ts";
import { encodeParquet } from "../../src/curated/parquet.ts";
import { tables } from "../../src/tables/index.ts";
import { invocationRecords } from "../../src/tables/invocation-records.ts";
import { billLine, csv } from "../billing/ledger.ts";
import { AthenaOnDuckDb } from "../functions/athena-on-duckdb.ts";
import { record } from "../planning/data-folder.ts";
import { clientFor, StubService } from "./stub-service.ts";

let server: FauxqsServer;
let athena: StubService;
let engine: AthenaOnDuckDb;
let data: S3Store;
let bill: S3Store;
let glue: GlueClient;
let warehouse: AthenaWarehouse;

beforeAll(async () => {
  server = await startFauxqs({ port: 0, logger: false });
  athena = await StubService.start();
  for (const bucket of ["curated", "billing"]) server.createBucket(bucket);
  const client = new S3Client({ ...clientFor(`http://127.0.0.1:${server.port}`), forcePathStyle: true });
  data = new S3Store("s3://curated", { client });
  bill = new S3Store("s3://billing", { client });
  engine = new AthenaOnDuckDb(data, { billing: bill });
  athena.on(engine.answer);
  glue = new GlueClient({ ...clientFor(athena.endpoint), maxAttempts: 2 });
  for (const { name } of tables())
    await engine.answer({ operation: "CreateTable", body: JSON.stringify({ TableInput: { Name: name } }) } as never);
  warehouse = new AthenaWarehouse({
    database: "strata_test",
    workgroup: "strata-test",
    data: "s3://curated",
    athena: new AthenaClient({ ...clientFor(athena.endpoint), maxAttempts: 1 }),
    swapPartitions: glueSwap({}, glue),
    store: data,
    sleep: async () => undefined,
  });
});
afterAll(async () => {
  engine.close();
  athena.stop();
  await server.stop();
});

const keysBelow = async (prefix: string): Promise<string[]> => {
  const keys: string[] = [];
  for await (const { key } of data.list(prefix)) keys.push(key);
  return keys;
};

describe("a write that Athena runs again counts once, though every run leaves its files", () => {
  it("rolls up a day", async () => {
    const calls = [0, 1, 2].map((index) => record({ at: `2026-10-05T0${index}:00:00Z`, input: 1000, output: 10 }, index));
    await data.write("invocation_records/dt=2026-10-05/hour=0/a-1.parquet", encodeParquet(invocationRecords, calls));
    engine.failingUnloads = 2;
    const rows = await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", { from: "2026-10-05", to: "2026-10-05" });
    expect(rows).toBe(1);
    const { rows: sums } = await warehouse.adhoc("select sum(invocations) as n, sum(input_tokens) as tokens from hourly_usage");
    expect(sums.map(({ n, tokens }) => [Number(n), Number(tokens)])).toEqual([[3, 3000]]);
    // Three runs wrote, each into a folder of its own.
    expect(new Set((await keysBelow("hourly_usage/")).map((key) => key.split("/")[1])).size).toBe(3);
  });

  it("stages a bill, dollar by dollar", async () => {
    const file = "bedrock/data/BILLING_PERIOD=2026-10/cur-00001.csv";
    await bill.write(file, csv([billLine({ line_item_unblended_cost: "12.50" })]));
    const manifest = { executionId: "one", lastUpdatedAt: "2026-11-01T00:00:00Z", dataFiles: [file] };
    await bill.write("bedrock/metadata/BILLING_PERIOD=2026-10/cur-Manifest.json", JSON.stringify(manifest));
    engine.failingUnloads = 1;
    // The answer to making the staging table is lost, too: the SDK asks again, and there is such a table.
    let lost = 0;
    athena.on(async (request) => {
      const answer = await engine.answer(request);
      return request.operation === "CreateTable" && ++lost === 1 ? { status: 500 } : answer;
    });
    await stageBill({ warehouse, glue, database: "strata_test", source: bill });
    athena.on(engine.answer);
    expect(lost).toBe(2);
    const { rows } = await warehouse.adhoc("select cast(sum(unblended_cost) as decimal(12,2)) as usd from cur_line_items");
    expect(rows).toEqual([{ usd: "12.50" }]);
  });

  it("leaves the old rows when every run fails", async () => {
    const before = await keysBelow("hourly_usage/");
    engine.failingUnloads = 3;
    await expect(
      warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", { from: "2026-10-05", to: "2026-10-05" }),
    ).rejects.toThrow(/internal error/);
    const { rows } = await warehouse.adhoc("select sum(invocations) as n from hourly_usage");
    expect(Number(rows[0]?.["n"])).toBe(3);
    const left = (await keysBelow("hourly_usage/")).filter((key) => !before.includes(key));
    expect(left).toHaveLength(3);
  });
});
