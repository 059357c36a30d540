import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { athenaLiteral } from "../../src/aws/athena-literals.ts";

const literal = (type: string, value: string | number | boolean | null): string => athenaLiteral({ name: "p", type, value });

describe("athenaLiteral", () => {
  it.each([
    ["varchar", "search", "'search'"],
    ["varchar", "O'Brien", "'O''Brien'"],
    ["varchar", "'; drop table invocations; --", "'''; drop table invocations; --'"],
    ["varchar", "\\'", "'\\'''"],
    ["varchar", "", "''"],
    ["varchar", null, "cast(null as varchar)"],
    ["date", "2026-10-05", "date '2026-10-05'"],
    ["timestamp", "2026-10-05T14:00:00Z", "timestamp '2026-10-05 14:00:00'"],
    ["integer", "7", "integer '7'"],
    ["bigint", -5, "bigint '-5'"],
    ["double", "2.5e-3", "double '2.5e-3'"],
    ["decimal(38,12)", "0.000001", "cast('0.000001' as decimal(38,12))"],
    ["decimal(38,12)", null, "cast(null as decimal(38,12))"],
    ["boolean", true, "true"],
  ] as const)("writes %s %s as %s", (type, value, expected) => {
    expect(literal(type, value)).toBe(expected);
  });

  it.each([
    ["date", "2026-10-05' or '1'='1"],
    ["timestamp", "2026-10-05 14:00:00') or (1=1"],
    ["integer", "1 or 1=1"],
    ["bigint", "1;select 1"],
    ["double", "1 union select 2"],
    ["decimal(38,12)", "1' as double)) --"],
    ["boolean", "true or true"],
    ["varchar", "nul\u0000byte"],
  ])("refuses a %s that is %s", (type, value) => {
    expect(() => literal(type, value)).toThrow(/^athena: p="/);
  });

  it("refuses a type that is not one", () => {
    expect(() => literal("varchar) as x, (select 1", "a")).toThrow(/cannot be passed/);
    expect(() => literal("decimal(38,12)) --", null)).toThrow(/cannot be passed/);
  });

  it("refuses what Athena would not take", () => {
    expect(() => literal("varchar", "x".repeat(1023))).toThrow(/1025 characters long; Athena takes 1024/);
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
