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
import { checkWorkbook } from "./check-workbook.ts";
import { withFixedTimes } from "./fixed-times.ts";
import { type Cell, type CellKind, cellText, type Sheet } from "./sheet.ts";

/** Number formats of Excel. `@` keeps text text, also when somebody edits the cell: a name such as =cmd() is never run. */
const FORMATS: Readonly<Record<CellKind, string>> = {
  text: "@",
  count: "#,##0",
  usd: "$#,##0.00;[Red]-$#,##0.00",
  amount: "#,##0.00;[Red]-#,##0.00",
  share: "0.0%",
};
/** Named, because a font without a name falls back to a serif one in LibreOffice. */
const FONT = { fontFamily: "Calibri", fontSize: 11 } as const;
/** What the library can put into a file. */
type Content = Stream | Buffer | Blob;

const NARROWEST = 10;
const WIDEST = 48;
/** Characters that surely fit into a line of the widest column. */
const WRAP_AT = 44;
/** Points, at 11 points of type; Excel takes at most 409. */
const LINE_HEIGHT = 15;
const HIGHEST_ROW = 409;

/**
 * XLSX bytes: real numbers, frozen header lines and first columns, column widths, a filter on each header. No formulas at all.
 * Numbers have the 15 digits of every spreadsheet; the CSV files are exact. The same sheets give the same bytes.
 */
export async function writeWorkbook(sheets: readonly Sheet[]): Promise<Uint8Array> {
  // The line of totals stays where it is when somebody sorts.
  const filters = sheets.map((sheet) => `A1:${getCellAddress(sheet.rows.length, sheet.header.length - 1)}`);
  const features = [inlineWords(sheets.map(wordsOfTheLanguage)), autoFilter(filters), onePageWide];
  const written = writeExcelFile(sheets.map(excelSheet), { ...FONT, features });
  const bytes = withFixedTimes(await written.toBuffer());
  await checkWorkbook(bytes, sheets);
  return bytes;
}

/** `constructor`, `toString`, `__proto__`: the library numbers texts in a plain object, where these are there before anybody puts them in. */
const isWordOfTheLanguage = (text: string): boolean => text in Object.prototype;
const STAND_IN = "-";

/** Cells that hold such a word. */
const wordsOfTheLanguage = ({ rows }: Sheet): ReadonlyMap<string, string> =>
  new Map(
    rows.flatMap((row, at) =>
      row.flatMap(({ kind, text }, column): [string, string][] => {
        const value = cellText(text);
        return kind === "text" && isWordOfTheLanguage(value) ? [[getCellAddress(at + 1, column), value]] : [];
      }),
    ),
  );

/** Puts these words into their cells as text of their own. They hold letters and underscores only. */
const inlineWords = (words: readonly ReadonlyMap<string, string>[]): Feature<Content> => ({
  files: {
    transform: {
      "xl/worksheets/sheet{id}.xml": {
        transform: (xml, _options, { sheetIndex }) => {
          let changed = xml;
          for (const [address, word] of words[sheetIndex] ?? []) changed = withInlineText(changed, address, word);
          return changed;
        },
      },
    },
  },
});

function withInlineText(xml: string, address: string, word: string): string {
  const start = xml.indexOf(`<c r="${address}"`);
  const end = xml.indexOf("</c>", start);
  if (start === -1 || end === -1) throw new TypeError(`report: the workbook has no cell ${address}`);
  const head = xml.slice(start, xml.indexOf(">", start)).replace(/ t="\w+"/, "");
  return `${xml.slice(0, start)}${head} t="inlineStr"><is><t>${word}</t></is>${xml.slice(end)}`;
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
        ...(sheet.rows[0]?.[index]?.kind === "text" || sheet.rows.length === 0 ? textAt(index) : { align: "right" as const }),
      })),
      ...sheet.rows.map((row) => excelRow(row)),
      ...(sheet.totals ? [excelRow(sheet.totals, { fontWeight: "bold", topBorderStyle: "thin" })] : []),
    ],
  };
}

/** Cells of a line; where a text is longer than its column is wide, it wraps and the line is as high as it needs. */
function excelRow(row: readonly Cell[], look: Pick<CellObject, "fontWeight" | "topBorderStyle"> = {}): (CellObject | null)[] {
  const lines = Math.max(...row.map(({ kind, text }) => (kind === "text" ? Math.ceil(text.length / WRAP_AT) : 1)), 1);
  const high = lines === 1 ? {} : { alignVertical: "top" as const, height: Math.min(lines * LINE_HEIGHT, HIGHEST_ROW) };
  return row.map(({ kind, text }, index) => {
    if (text === "") return look.topBorderStyle ? { ...look } : null;
    if (kind !== "text") return { value: Number(text), type: Number, format: FORMATS[kind], ...high, ...look };
    const written = cellText(text);
    const value = isWordOfTheLanguage(written) ? STAND_IN : written;
    return {
      value,
      type: String,
      format: FORMATS.text,
      ...textAt(index),
      ...high,
      ...(lines === 1 ? {} : { wrap: true }),
      ...look,
    };
  });
}

/** Text stands off from the number in the column before it. */
const textAt = (index: number) => ({ align: "left" as const, ...(index === 0 ? {} : { indent: 1 }) });

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

/** On paper: landscape, as wide as a page and as long as needed. The library knows only the orientation. */
const onePageWide: Feature<Content> = {
  files: {
    transform: {
      "xl/worksheets/sheet{id}.xml": {
        transform: (xml) => {
          const order = getOrderOfSiblings("xl/worksheets/sheet{id}.xml", "worksheet");
          if (order === undefined || findElement(xml, "pageSetup") || findElement(xml, "sheetPr")) return xml;
          const setup = getSelfClosingTagMarkup("pageSetup", { orientation: "landscape", fitToWidth: "1", fitToHeight: "0" });
          const fits = '<sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>';
          const withSetup = insertElementMarkupAccordingToOrderOfSiblings(xml, setup, order, "worksheet");
          return insertElementMarkupAccordingToOrderOfSiblings(withSetup, fits, order, "worksheet");
        },
      },
    },
  },
};
