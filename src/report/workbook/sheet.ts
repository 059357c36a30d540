import { printable } from "../../errors.ts";
import type { ReportColumn, ReportTable } from "../csv.ts";

export type CellKind = ReportColumn["kind"];

/** Exact text and how a spreadsheet shows it; empty text is an empty cell. */
export interface Cell {
  readonly kind: CellKind;
  readonly text: string;
}

/** One sheet: a header line and lines of cells, whose kinds may differ within a column. */
export interface Sheet {
  /** At most 31 characters, none of []/\:*? */
  readonly name: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Excel refuses a file with more characters in a cell. */
const LONGEST_CELL = 32_767;

/** Text of a cell as it is stored. */
export const cellText = (text: string): string => printable(text).slice(0, LONGEST_CELL);

export const textCell = (text: string): Cell => ({ kind: "text", text });
export const countCell = (value: number): Cell => ({ kind: "count", text: String(value) });
export const shareCell = (value: number): Cell => ({ kind: "share", text: Number.isFinite(value) ? value.toFixed(6) : "" });

/** A table of the statement as a sheet; `by_cost_center` becomes `By cost center`, columns likewise. */
export const sheetOf = (table: ReportTable, name = words(table.name)): Sheet => ({
  name,
  header: table.columns.map((column) => words(column.name)),
  rows: table.rows.map((row) => row.map((text, index) => ({ kind: table.columns[index]?.kind ?? "text", text }))),
});

const words = (name: string): string => {
  const spaced = name.replaceAll("_", " ").replace(/ usd$/, " (USD)");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};
