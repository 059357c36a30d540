/** A table as text, ready for CSV or a workbook. */
export interface ReportTable {
  /** File name without ending. */
  readonly name: string;
  readonly title: string;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly string[])[];
}

export interface ReportColumn {
  readonly name: string;
  /** How a workbook formats it; text in CSV either way. */
  readonly kind: "text" | "count" | "usd" | "amount" | "share";
  /** False for counts and amounts whose lines do not add up to a figure, such as different people. */
  readonly adds?: boolean;
}

// Plain numbers may start with a minus sign; everything else that a spreadsheet would run as a formula gets an apostrophe (OWASP, CSV
// Injection: = + - @, tab, carriage return and line feed, and the full-width forms). Where the list separator is a semicolon a spreadsheet cuts lines
// at semicolons, whatever is quoted, so what follows one inside a cell is treated as the beginning of a cell is.
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;
const FORMULA = /(^[ \t\r\n]{0,64}|[;\t\r\n|]["' ]{0,16})([=+\-@\uff1d\uff0b\uff0d\uff20])/g;
const LEADING = /^[\t\r\n]/;
/** Controls but tab and line breaks, C1, bidirectional marks: they show nothing, and move what a terminal shows. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what this looks for
const HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]+/g;

/** Text that a spreadsheet shows and never runs. */
export function harmless(cell: string): string {
  if (PLAIN_NUMBER.test(cell)) return cell;
  const safe = cell
    .replace(HIDDEN, " ")
    .replace(FORMULA, (_, before: string, sign: string) => (before === "" ? `'${sign}` : `${before}'${sign}`));
  return LEADING.test(safe) ? `'${safe}` : safe;
}

/** Excel reads a file as UTF-8 only when it begins with this; a file of plain ASCII is better off without. */
const BOM = "\ufeff";
// biome-ignore lint/suspicious/noControlCharactersInRegex: ASCII has them
const ASCII = /^[\u0000-\u007f]*$/;

/** A file that people open in a spreadsheet. */
export function csvForPeople(table: Pick<ReportTable, "columns" | "rows">): string {
  const text = csvOf(table);
  return ASCII.test(text) ? text : BOM + text;
}

/** RFC 4180: CRLF, quotes around cells with a separator, a quote or a line break, quotes doubled. Ends with a line break. */
export function csvOf(table: Pick<ReportTable, "columns" | "rows">): string {
  const lines = [table.columns.map((column) => column.name), ...table.rows];
  return lines.map((cells) => `${cells.map(field).join(",")}\r\n`).join("");
}

function field(cell: string): string {
  const safe = harmless(cell);
  return /[",;\t\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
