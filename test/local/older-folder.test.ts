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
