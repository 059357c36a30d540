import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-unknown-"));
let warehouse: DuckDbWarehouse;
beforeAll(async () => {
  warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
});
afterAll(() => {
  warehouse.close();
  rmSync(folder, { recursive: true });
});

/** Trino documentation, "Comparison functions and operators": the result is null if one argument is; "String functions": concat as the operator ||. */
describe("what is unknown on Athena is unknown on one machine", () => {
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

/** Trino documentation, "Date and time functions", interval functions: units from millisecond to year, and a negative value subtracts. */
describe("date_add of Athena", () => {
  it.each([
    ["millisecond", 1_500, "2026-10-31 10:00:01.5"],
    ["second", -1, "2026-10-31 09:59:59"],
    ["minute", 90, "2026-10-31 11:30:00"],
    ["hour", -11, "2026-10-30 23:00:00"],
    ["day", 1, "2026-11-01 10:00:00"],
    ["week", -1, "2026-10-24 10:00:00"],
    ["month", 4, "2027-02-28 10:00:00"],
    ["year", -100, "1926-10-31 10:00:00"],
  ])("adds in the unit %s", async (unit, count, at) => {
    const text = `select cast(date_add('${unit}', n, t) as varchar) as found, date_add('${unit}', x, t) as unknown
      from (select ${count} as n, cast(null as bigint) as x, timestamp '2026-10-31 10:00:00' as t) as v`;
    expect((await warehouse.adhoc(text)).rows).toEqual([{ found: at, unknown: null }]);
  });

  it("refuses a unit that Athena does not know", async () => {
    await expect(warehouse.adhoc("select date_add('fortnight', 1, date '2026-10-05') as found")).rejects.toThrow("fortnight");
  });
});
