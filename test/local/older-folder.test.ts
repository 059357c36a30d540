import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, expect, it } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-older-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("a folder of an older version, whose files lack columns, is read with nulls in them", async () => {
  const root = join(folder, "hourly_usage");
  mkdirSync(root);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  await connection.run(
    `copy (select 'platform' as team, cast(3 as bigint) as invocations, date '2026-10-05' as dt) to '${root}' (format parquet, partition_by (dt))`,
  );
  connection.closeSync();
  const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
  const { rows } = await warehouse.adhoc(
    "select team, invocations, person, estimated_cost, dt from hourly_usage where dt = date '2026-10-05'",
  );
  expect(rows).toEqual([{ team: "platform", invocations: 3, person: null, estimated_cost: null, dt: "2026-10-05" }]);
  warehouse.close();
});

it("records of an older version lie in a folder an hour, those of today in a file a day; both are read, and both beside each other", async () => {
  const root = join(folder, "invocation_records");
  mkdirSync(root);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const hours = async (dt: string): Promise<unknown> => {
    const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
    try {
      return (await warehouse.adhoc(`select request_id, hour from invocation_records where dt = date '${dt}' order by 1`)).rows;
    } finally {
      warehouse.close();
    }
  };
  await connection.run(
    `copy (select 'old' as request_id, date '2026-10-05' as dt, '07' as hour) to '${root}' (format parquet, partition_by (dt, hour))`,
  );
  expect(await hours("2026-10-05")).toEqual([{ request_id: "old", hour: 7 }]);
  mkdirSync(join(root, "dt=2026-10-06"));
  for (const [day, id] of [
    ["2026-10-05", "retried"],
    ["2026-10-06", "new"],
  ])
    await connection.run(
      `copy (select '${id}' as request_id, cast(23 as integer) as hour) to '${join(root, `dt=${day}`, "batch-0000.parquet")}' (format parquet)`,
    );
  expect(await hours("2026-10-05")).toEqual([
    { request_id: "old", hour: 7 },
    { request_id: "retried", hour: 23 },
  ]);
  expect(await hours("2026-10-06")).toEqual([{ request_id: "new", hour: 23 }]);
  connection.closeSync();
});
