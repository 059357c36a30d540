import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fitTable } from "../../src/cli/shared/fit-table.ts";
import { renderRows } from "../../src/cli/shared/rows.ts";

const CELLS = {
  head: ["rule", "what_it_is", "usd_per_month"],
  rows: [
    ["newer-and-cheaper", "Older versions of a model whose newer version costs less", "2,001.68"],
    ["flex", "Services that could use the flex tier", "15.37"],
  ],
  numeric: [false, false, true],
};
const widest = (text: string): number => Math.max(...text.split("\n").map((line) => [...line].length));

describe("a table in a terminal", () => {
  test("that is wide enough is left as it is", () => {
    expect(fitTable(CELLS, 120)).toBe(fitTable(CELLS));
    expect(fitTable(CELLS)).toContain(
      "│ newer-and-cheaper │ Older versions of a model whose newer version costs less │      2,001.68 │",
    );
  });

  test("wraps headings at underscores and text between words when it is not", () => {
    const table = fitTable(CELLS, 60);
    expect(widest(table)).toBeLessThanOrEqual(60);
    expect(table).toContain("what_");
    expect(table).toContain("newer-and-cheaper");
    expect(table).toContain("2,001.68");
    expect(table).not.toMatch(/vers\s*│/);
  });

  test("becomes a block a row when even that is too wide, with nothing cut", () => {
    const blocks = fitTable(CELLS, 30);
    expect(blocks).toBe(
      [
        "newer-and-cheaper",
        "  what_it_is     Older versions of a model whose newer version costs less",
        "  usd_per_month  2,001.68",
        "",
        "flex",
        "  what_it_is     Services that could use the flex tier",
        "  usd_per_month  15.37",
      ].join("\n"),
    );
  });

  test("loses no word of any text, at any width", () => {
    const word = fc.stringMatching(/^[a-z]{1,12}$/);
    fc.assert(
      fc.property(
        fc.array(fc.tuple(word, fc.array(word, { minLength: 1, maxLength: 12 })), { minLength: 1, maxLength: 5 }),
        fc.integer({ min: 10, max: 100 }),
        (lines, width) => {
          const rows = lines.map(([name, words]) => [name, words.join(" "), "1.00"]);
          const table = fitTable({ head: ["a", "b", "c"], rows, numeric: [false, false, true] }, width);
          const seen = new Set(table.split(/[^a-z0-9.]+/));
          return rows.every((row) => row.every((text) => text.split(" ").every((one) => seen.has(one))));
        },
      ),
      { numRuns: 200 },
    );
  });
});

test.each([
  ["decimal(38,12)", "819.979999999999", "819.98"],
  ["decimal(38,12)", "1.025", "1.02"],
  ["decimal(38,12)", "1.035", "1.04"],
  ["decimal(38,12)", "393", "393.00"],
  ["decimal(38,12)", "0.798292400000", "0.798292"],
  ["decimal(38,12)", "0.000000400000", "0.00"],
  ["decimal(38,12)", "-0.000000400000", "0.00"],
  ["decimal(38,12)", "-1234567.895", "-1,234,567.90"],
  ["decimal(38,12)", "999.999", "1,000.00"],
  ["double", "0.5", "0.5"],
  ["bigint", "1234567", "1,234,567"],
  ["double", "1e21", "1e21"],
])("%s %s is shown as %s", (type, value, shown) => {
  const table = renderRows({ columns: [{ name: "x", type }], rows: [{ x: value }] }, "table");
  expect(table.split("\n").at(-3)).toBe(`│ ${shown.padStart(Math.max(shown.length, 1))} │`);
});
