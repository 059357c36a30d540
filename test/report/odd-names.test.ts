import { expect, it } from "vitest";
import { textCell } from "../../src/report/workbook/sheet.ts";
import { writeWorkbook } from "../../src/report/workbook/write-workbook.ts";

/** Names that callers chose; each is written one way and read another by some part of a workbook. */
const NAMES = ["a\u0007b", "a\rb", "a\r\nb", "\u001b[31mred", "=1+1\u0000", "a_x000D_b", "\ufffe", "a\u2028b", "\ud800x"];

it("no name that a caller chooses costs the statement its workbook", async () => {
  const bytes = await writeWorkbook([{ name: "Teams", header: ["Team"], rows: NAMES.map((name) => [textCell(name)]) }]);
  expect(bytes.length).toBeGreaterThan(1000);
});
