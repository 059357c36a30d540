import type { Blob } from "node:buffer";
import type Stream from "node:stream";
import writeExcelFile, { type CellObject, type Sheet as ExcelSheet, type Feature } from "write-excel-file/node";
import {
  findElement,
  getCellAddress,
  getOrderOfSiblings,
  getSelfClosingTagMarkup,
  insertElementMarkupAccordingToOrderOfSiblings,
} from "write-excel-file/utility";
import { printable } from "../../errors.ts";
import { withFixedTimes } from "./fixed-times.ts";
import type { Cell, CellKind, Sheet } from "./sheet.ts";

/** Number formats of Excel. `@` keeps text text, also when somebody edits the cell: a name such as =cmd() is never run. */
const FORMATS: Readonly<Record<CellKind, string>> = {
  text: "@",
  count: "#,##0",
  usd: "$#,##0.00;[Red]-$#,##0.00",
  share: "0.0%",
};
/** What the library can put into a file. */
type Content = Stream | Buffer | Blob;

/** Excel refuses a file with more characters in a cell. */
const LONGEST_CELL = 32_767;
const NARROWEST = 10;
const WIDEST = 48;

/**
 * XLSX bytes: real numbers, frozen header lines and first columns, column widths, a filter on each header. No formulas at all.
 * Numbers have the 15 digits of every spreadsheet; the CSV files are exact. The same sheets give the same bytes.
 */
export async function writeWorkbook(sheets: readonly Sheet[]): Promise<Uint8Array> {
  const filters = sheets.map((sheet) => `A1:${getCellAddress(sheet.rows.length, sheet.header.length - 1)}`);
  const written = writeExcelFile(sheets.map(excelSheet), { features: [autoFilter(filters)] });
  return withFixedTimes(await written.toBuffer());
}

function excelSheet(sheet: Sheet): ExcelSheet<Content> {
  return {
    sheet: sheet.name,
    stickyRowsCount: 1,
    stickyColumnsCount: 1,
    columns: sheet.header.map((title, index) => ({ width: widthOf(title, sheet.rows, index) })),
    data: [
      sheet.header.map((title, index) => ({
        value: title,
        type: String,
        format: FORMATS.text,
        fontWeight: "bold",
        backgroundColor: "#E8ECF2",
        align: sheet.rows[0]?.[index]?.kind === "text" || sheet.rows.length === 0 ? "left" : "right",
      })),
      ...sheet.rows.map((row) => row.map(excelCell)),
    ],
  };
}

function excelCell({ kind, text }: Cell): CellObject | null {
  if (text === "") return null;
  if (kind === "text") return { value: printable(text).slice(0, LONGEST_CELL), type: String, format: FORMATS.text };
  return { value: Number(text), type: Number, format: FORMATS[kind] };
}

function widthOf(title: string, rows: Sheet["rows"], index: number): number {
  let widest = title.length + 3;
  for (const row of rows) {
    const cell = row[index];
    if (cell) widest = Math.max(widest, cell.kind === "text" ? cell.text.length : (cell.text.split(".")[0]?.length ?? 0));
  }
  return Math.min(Math.max(widest + 2, NARROWEST), WIDEST);
}

/** The library has no filter of its own; it offers this seam instead. */
const autoFilter = (ranges: readonly string[]): Feature<Content> => ({
  files: {
    transform: {
      "xl/worksheets/sheet{id}.xml": {
        transform: (xml, _options, { sheetIndex }) => {
          const order = getOrderOfSiblings("xl/worksheets/sheet{id}.xml", "worksheet");
          const ref = ranges[sheetIndex];
          if (order === undefined || ref === undefined || findElement(xml, "autoFilter")) return xml;
          const markup = getSelfClosingTagMarkup("autoFilter", { ref });
          return insertElementMarkupAccordingToOrderOfSiblings(xml, markup, order, "worksheet");
        },
      },
    },
  },
});
