import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";

/** Trino documentation, "Comparison functions and operators": the result is null if one argument is; "String functions": concat as the operator ||. */
describe("what is unknown on Athena is unknown on one machine", () => {
  const folder = mkdtempSync(join(tmpdir(), "strata-unknown-"));
  let warehouse: DuckDbWarehouse;
  beforeAll(async () => {
    warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
  });
  afterAll(() => {
    warehouse.close();
    rmSync(folder, { recursive: true });
  });

  it.each([
    ["greatest(x, 0)", null],
    ["greatest(1, 2, x)", null],
    ["least(x, 1000000000)", null],
    ["least(4, 3, x, 2)", null],
    ["concat('2026-10', y)", null],
    ["concat('a', y, 'b')", null],
    ["greatest(1, 3, 2)", 3],
    ["greatest(-1, 0)", 0],
    ["least(4, 3, 5, 2)", 2],
    ["concat('2026-10', '-01')", "2026-10-01"],
    ["concat('a', '/', 'b')", "a/b"],
  ])("%s is %s", async (text, value) => {
    const { rows } = await warehouse.adhoc(
      `select ${text} as found from (select cast(null as integer) as x, cast(null as varchar) as y) as n`,
    );
    expect(rows).toEqual([{ found: value }]);
  });

  it("of dates and instants, too", async () => {
    const { rows } = await warehouse.adhoc(
      "select greatest(date '2026-10-01', date '2026-10-05') as later, least(timestamp '2026-10-01 00:00:00', cast(null as timestamp)) as never",
    );
    expect(rows).toEqual([{ later: "2026-10-05", never: null }]);
  });
});
