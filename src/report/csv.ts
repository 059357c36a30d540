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
  readonly kind: "text" | "count" | "usd" | "share";
}

// Plain numbers may start with a minus sign; everything else that a spreadsheet would run as a formula gets an apostrophe
// (OWASP, CSV Injection: = + - @ tab and carriage return).
const PLAIN_NUMBER = /^-?\d+(\.\d+)?$/;
const FORMULA = /^[=+\-@\t\r]/;

/** Text that a spreadsheet shows and never runs. */
export const harmless = (cell: string): string => (FORMULA.test(cell) && !PLAIN_NUMBER.test(cell) ? `'${cell}` : cell);

/** RFC 4180: CRLF, quotes around cells with a comma, a quote or a line break, quotes doubled. Ends with a line break. */
export function csvOf(table: Pick<ReportTable, "columns" | "rows">): string {
  const lines = [table.columns.map((column) => column.name), ...table.rows];
  return lines.map((cells) => `${cells.map(field).join(",")}\r\n`).join("");
}

function field(cell: string): string {
  const safe = harmless(cell);
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
