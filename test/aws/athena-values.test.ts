import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { scanCost } from "../../src/aws/athena-cost.ts";
import { AMBIGUOUS, athenaValue, columnType, jsonValue } from "../../src/aws/athena-values.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";

describe("athenaValue", () => {
  it.each([
    ["varchar", "x", "x"],
    ["varchar", "", ""],
    ["varchar", undefined, null],
    ["bigint", "42", 42],
    ["integer", "-1", -1],
    ["double", "1.5E-3", 0.0015],
    ["boolean", "false", false],
    ["decimal(38,12)", "12.500000000000", "12.500000000000"],
    ["decimal(38,12)", "0E-12", "0.000000000000"],
    ["decimal(38,12)", "-1.5E-10", "-0.00000000015"],
    ["decimal(38,0)", "1E+3", "1000"],
    ["date", "2026-10-05", "2026-10-05"],
    ["timestamp", "2026-10-05 14:00:00.250", "2026-10-05T14:00:00.250Z"],
    ["timestamp with time zone", "2026-10-05 14:00:00.000 UTC", "2026-10-05T14:00:00.000Z"],
    ["map", "{}", {}],
    ["map", "{team=search}", { team: "search" }],
    ["array", "[]", []],
    ["array", "[one]", ["one"]],
  ] as const)("reads %s %s", (type, text, expected) => {
    expect(athenaValue(type, text)).toEqual(expected);
  });

  it.each([
    ["map", "{a=b=c}"],
    ["map", "{a=1, b=2}"],
    ["map", "{a=null}"],
    ["array", "[a, b]"],
    ["array", "[null]"],
  ])("does not guess at the %s %s", (type, text) => {
    expect(athenaValue(type, text)).toBe(AMBIGUOUS);
  });

  it("refuses a count that a number cannot hold", () => {
    expect(() => athenaValue("bigint", "9007199254740993")).toThrow(/larger than a number can hold exactly/);
  });

  it("reads maps and lists from JSON", () => {
    expect(jsonValue('{"a":"b=c, d","e":null}')).toEqual({ a: "b=c, d", e: null });
    expect(jsonValue(undefined)).toBeNull();
  });

  it("names types as the local engine does", async () => {
    const duckdb = await DuckDbWarehouse.open(mkdtempSync(join(tmpdir(), "strata-values-")));
    const { rows, columns } = await duckdb.adhoc(
      "select cast(1.5 as decimal(38,12)) as d, date '2026-10-05' as dt, timestamp '2026-10-05 14:00:00.25' as ts, cast(7 as bigint) as n, cast(0 as decimal(38,12)) as zero",
    );
    duckdb.close();
    const [row] = rows;
    expect(athenaValue("decimal(38,12)", "1.500000000000")).toEqual(row?.["d"]);
    expect(athenaValue("decimal(38,12)", "0E-12")).toEqual(row?.["zero"]);
    expect(athenaValue("date", "2026-10-05")).toEqual(row?.["dt"]);
    expect(athenaValue("timestamp", "2026-10-05 14:00:00.250")).toEqual(row?.["ts"]);
    expect(athenaValue("bigint", "7")).toEqual(row?.["n"]);
    expect(columnType({ Name: "d", Type: "decimal", Precision: 38, Scale: 12 })).toBe(columns[0]?.type);
  });
});

describe("scanCost", () => {
  it.each([
    // 10 MiB at $5 a TiB: 10 × 5e12 / 1048576 = 47683715.8 pico-dollars
    [0, false, 47_683_716n],
    [10 * 1024 * 1024, false, 47_683_716n],
    // one byte into the eleventh MiB: 52452087.4
    [10 * 1024 * 1024 + 1, false, 52_452_088n],
    [1024 ** 4, false, 5_000_000_000_000n],
    [1024 ** 4, true, 0n],
  ] as const)("charges %d bytes (free: %s) with %d pico-dollars", (bytes, free, expected) => {
    expect(scanCost(bytes, free)).toBe(expected);
  });
});
