import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseCsv } from "../../src/parse-csv.ts";
import { csvForPeople, csvOf, harmless } from "../../src/report/csv.ts";

describe("csvOf", () => {
  test("what is written reads back as the same cells, made harmless", () => {
    const cell = fc.oneof(fc.string(), fc.constantFrom("", '"', ",", "\n", "\r\n", "=1+1", "-1", "-1.50", "@x", "\t"));
    const table = fc
      .integer({ min: 1, max: 5 })
      .chain((width) =>
        fc.array(fc.array(cell, { minLength: width, maxLength: width }), { maxLength: 6 }).map((rows) => ({ width, rows })),
      );
    fc.assert(
      fc.property(table, ({ width, rows }) => {
        const columns = Array.from({ length: width }, (_, index) => ({ name: `c${index}`, kind: "text" as const }));
        expect(parseCsv(csvOf({ columns, rows }))).toEqual([
          columns.map((column) => column.name),
          ...rows.map((row) => row.map(harmless)),
        ]);
      }),
    );
  });

  test.each([
    ["=SUM(A1)", "'=SUM(A1)"],
    ["+49 30", "'+49 30"],
    ["-x", "'-x"],
    ["-12.50", "-12.50"],
    ["12.50", "12.50"],
    ["@here", "'@here"],
    ["\tx", "'\tx"],
    ["plain", "plain"],
  ])("%j is written as %j", (given, written) => {
    expect(harmless(given)).toBe(written);
  });
});

test("a file of people begins with a byte order mark when a name needs it, and is read either way", () => {
  const table = (name: string) => ({ columns: [{ name: "team", kind: "text" as const }], rows: [[name]] });
  expect(csvForPeople(table("Müller")).codePointAt(0)).toBe(0xfeff);
  expect(csvForPeople(table("Mueller")).codePointAt(0)).toBe("t".codePointAt(0));
  expect(parseCsv(csvForPeople(table("Müller")))).toEqual([["team"], ["Müller"]]);
});
