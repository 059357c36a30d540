import readWorkbook from "read-excel-file/node";
import { describe, expect, test } from "vitest";
import { checkWorkbook } from "../../src/report/workbook/check-workbook.ts";
import { withFixedTimes } from "../../src/report/workbook/fixed-times.ts";
import { sheetOf, textCell } from "../../src/report/workbook/sheet.ts";
import { writeWorkbook } from "../../src/report/workbook/write-workbook.ts";
import { entriesOf } from "./unzip.ts";

const TABLE = {
  name: "by_team",
  title: "Teams",
  columns: [
    { name: "team", kind: "text" },
    { name: "invocations", kind: "count" },
    { name: "share", kind: "share" },
    { name: "estimated_usd", kind: "usd" },
  ],
  rows: [
    ["platform", "1234", "0.2500", "1234.567890123456"],
    ['=cmd|"/c calc"!A1', "1", "0.7500", "-0.00"],
    ["+1", "0", "0", ""],
  ],
} as const;

describe("the workbook", () => {
  test("holds numbers as numbers with their formats, text as text, and no formula", async () => {
    const files = entriesOf(await writeWorkbook([sheetOf(TABLE)]));
    const sheet = files.get("xl/worksheets/sheet1.xml") ?? "";
    const styles = files.get("xl/styles.xml") ?? "";
    expect(sheet).toContain("<v>1234.567890123456</v>");
    expect(sheet).not.toContain("<f>");
    expect(files.get("xl/sharedStrings.xml")).toContain("=cmd|&quot;/c calc&quot;!A1".replaceAll("&quot;", '"'));
    for (const format of ["#,##0", "0.0%", "$#,##0.00;[Red]-$#,##0.00"]) expect(styles).toContain(format);
  });

  test("freezes the header and filters exactly the lines it has", async () => {
    const sheet = entriesOf(await writeWorkbook([sheetOf(TABLE)])).get("xl/worksheets/sheet1.xml") ?? "";
    expect(sheet).toContain('state="frozen"');
    expect(sheet).toContain('<autoFilter ref="A1:D4"/>');
    expect(sheet.indexOf("</sheetData>")).toBeLessThan(sheet.indexOf("<autoFilter"));
  });

  test("prints landscape and one page wide, and gives long text the height that it needs", async () => {
    const long = "word ".repeat(60).trim();
    const sheets = [
      {
        name: "Long",
        header: ["A", "B"],
        rows: [
          [textCell("short"), textCell(long)],
          [textCell("x"), textCell("y")],
        ],
      },
    ];
    const sheet = entriesOf(await writeWorkbook(sheets)).get("xl/worksheets/sheet1.xml") ?? "";
    expect(sheet).toContain('<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>');
    expect(sheet).toContain('<pageSetup orientation="landscape" fitToWidth="1" fitToHeight="0"/>');
    expect(sheet.indexOf("<sheetPr>")).toBeLessThan(sheet.indexOf("<sheetViews>"));
    expect(sheet.indexOf("<autoFilter")).toBeLessThan(sheet.indexOf("<pageSetup"));
    const heights = [...sheet.matchAll(/<row r="(\d)"[^>]*?(?: ht="([\d.]+)")?[^>]*>/g)].map(([, row, height]) => [row, height]);
    expect(heights).toEqual([
      ["1", undefined],
      ["2", "105"],
      ["3", undefined],
    ]);
  });

  test("gives the same bytes from the same sheets at any time", async () => {
    const sheets = [
      sheetOf(TABLE),
      { name: "Empty", header: ["Nothing"], rows: [] },
      { name: "One", header: ["A"], rows: [[textCell("x")]] },
    ];
    const [first, second] = [await writeWorkbook(sheets), await writeWorkbook(sheets)];
    expect(Buffer.from(first).equals(Buffer.from(second))).toBe(true);
    const times = [
      ...Buffer.from(first)
        .toString("latin1")
        .matchAll(new RegExp(`PK${String.fromCharCode(3, 4)}.{6}(.{4})`, "gs")),
    ].map((match) => match[1]);
    expect(new Set(times)).toEqual(new Set(["\x00\x00\x21\x00"]));
  });

  test("bytes that are no archive are refused", () => {
    expect(() => withFixedTimes(new Uint8Array(40))).toThrow("40 bytes without the end record");
  });
});

describe("names that are words of JavaScript", () => {
  const words = [...Object.getOwnPropertyNames(Object.prototype), "prototype", "name", "length"];

  test("are read back by another reader, each where it was", async () => {
    const rows = words.map((word) => [textCell(word), { kind: "count" as const, text: "1" }, textCell(`${word} `), textCell("")]);
    const bytes = await writeWorkbook([{ name: "Teams", header: ["Team", "Calls", "Near", "Empty"], rows }]);
    const [sheet] = await readWorkbook(Buffer.from(bytes));
    expect(sheet?.data.slice(1).map(([word]) => word)).toEqual(words);
  });

  test("a workbook that reads otherwise is refused with sheet and line", async () => {
    const sheet = { name: "Teams", header: ["Team"], rows: [[textCell("one")], [textCell("two")]] };
    const bytes = await writeWorkbook([sheet]);
    const other = { ...sheet, rows: [[textCell("one")], [textCell("three")]] };
    await expect(checkWorkbook(bytes, [other])).rejects.toThrow(
      "sheet Teams of the workbook reads otherwise in line 3, column 1",
    );
    await expect(checkWorkbook(bytes.subarray(0, 200), [sheet])).rejects.toThrow("cannot be opened again");
  });
});
