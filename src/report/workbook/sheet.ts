import { printable } from "../../errors.ts";
import { formatUsd, parseUsd } from "../../money.ts";
import type { ReportColumn, ReportTable } from "../csv.ts";
import { sumUsd } from "../rows.ts";

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
  /** Sums below the lines, outside of the filter; not there where nothing adds up. */
  readonly totals?: readonly Cell[];
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
  ...totalsOf(table),
});

const ADD: ReadonlySet<CellKind> = new Set(["count", "usd", "amount"]);

/** The sum of each column whose lines add up. What is not known in a line is in no sum, which the first cell says. */
function totalsOf({ columns, rows }: ReportTable): Pick<Sheet, "totals"> {
  const sums = columns.map(({ kind, adds = true }, index) => {
    const known = ADD.has(kind) && adds ? rows.flatMap((row) => row[index] || []) : [];
    return { kind, known, text: known.length === 0 ? "" : formatUsd(sumUsd(known.map(parseUsd))) };
  });
  if (rows.length < 2 || sums.every(({ text }) => text === "")) return {};
  const partly = sums.some(({ known, text }) => text !== "" && known.length < rows.length);
  return {
    totals: sums.map(({ kind, text }, index) =>
      index === 0
        ? textCell(partly ? "Total of what is known" : "Total")
        : { kind, text: kind === "count" ? text.replace(/\.0+$/, "") : text },
    ),
  };
}

const words = (name: string): string => {
  const spaced = name.replaceAll("_", " ").replace(/ usd$/, " (USD)");
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
};
