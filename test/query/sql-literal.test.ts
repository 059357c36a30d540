import { DuckDBInstance } from "@duckdb/node-api";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { HOSTILE } from "../../scripts/trino/hostile.ts";
import { sqlLiteral } from "../../src/query/sql-literal.ts";

const literal = (type: string, value: string | number | boolean | null): string => sqlLiteral({ name: "p", type, value });

describe("a value as an SQL literal", () => {
  it.each([
    ["varchar", "search", "'search'"],
    ["varchar", "O'Brien", "'O''Brien'"],
    ["varchar", "'; drop table invocations; --", "'''; drop table invocations; --'"],
    ["varchar", "\\'", "'\\'''"],
    ["varchar", " kept ", "' kept '"],
    ["varchar", "", "''"],
    ["varchar", null, "cast(null as varchar)"],
    ["date", "2026-10-05", "date '2026-10-05'"],
    ["timestamp", "2026-10-05T14:00:00Z", "timestamp '2026-10-05 14:00:00'"],
    ["integer", " 7 ", "integer '7'"],
    ["bigint", -5, "bigint '-5'"],
    ["double", "2.5e-3", "double '2.5e-3'"],
    ["decimal(38,12)", "0.000001", "cast('0.000001' as decimal(38,12))"],
    ["decimal(38,12)", null, "cast(null as decimal(38,12))"],
    ["boolean", true, "true"],
  ] as const)("of %s %s is %s", (type, value, expected) => {
    expect(literal(type, value)).toBe(expected);
  });

  it.each([
    ["date", "2026-10-05' or '1'='1"],
    ["date", "2026-10-05\n--"],
    ["timestamp", "2026-10-05 14:00:00') or (1=1"],
    ["integer", "1 or 1=1"],
    ["bigint", "1;select 1"],
    ["double", "1 union select 2"],
    ["double", "NaN"],
    ["decimal(38,12)", "1' as double)) --"],
    ["boolean", "true or true"],
    ["varchar", "nul\u0000byte"],
  ])("refuses a %s that is %j", (type, value) => {
    expect(() => literal(type, value)).toThrow(/^p=".*is not a /s);
  });

  it.each([
    "varchar) as x, (select 1",
    "decimal(38,12)) --",
    "constructor",
    "varchar(5)",
    "date(1,2)",
    "timestamp with time zone",
  ])("refuses the type %s, which is none", (type) => {
    expect(() => literal(type, null)).toThrow(/cannot be passed/);
  });

  it("never lets text out of its quotes", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 300, unit: "binary" }), (text) => {
        if (text.includes("\0")) return;
        const written = literal("varchar", text);
        expect(written.startsWith("'") && written.endsWith("'")).toBe(true);
        // Inside the outer quotes every quote is one of a pair, and undoing that gives the text.
        const inner = written.slice(1, -1);
        expect(inner.replaceAll("''", "")).not.toContain("'");
        expect(inner.replaceAll("''", "'")).toBe(text);
      }),
    );
  });
});

describe("an engine reads back the value and nothing else", () => {
  let instance: DuckDBInstance;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(":memory:");
  });
  afterAll(() => instance.closeSync());

  async function back(type: string, value: string | number): Promise<unknown> {
    const connection = await instance.connect();
    const prepared = await connection.prepare(`select cast(${literal(type, value)} as varchar) as v, 1 as one`);
    const rows = (await prepared.runAndReadAll()).getRows();
    connection.closeSync();
    expect(rows).toHaveLength(1);
    expect(rows[0]?.[1]).toBe(1);
    return rows[0]?.[0];
  }

  it.each(HOSTILE)("%j", async (text) => {
    expect(await back("varchar", text)).toBe(text);
  });

  it("whatever the text is", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 60, unit: fc.constantFrom(..."'\"\\;-/*:?$%{}\n\r\tä🙂a ") }), async (text) => {
        expect(await back("varchar", text)).toBe(text);
      }),
      { numRuns: 200 },
    );
  });

  it("whatever the number is", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        async (whole, real) => {
          expect(await back("bigint", String(whole))).toBe(String(whole));
          expect(Number(await back("double", real))).toBe(real + 0);
        },
      ),
      { numRuns: 100 },
    );
  });
});
