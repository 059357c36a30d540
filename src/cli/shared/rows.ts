import { printable, UsageError } from "../../errors.ts";
import { counted, percent, thousands } from "../../figures.ts";
import { divideHalfEven } from "../../money.ts";
import type { QueryResult, SqlValue } from "../../ports.ts";
import { csvOf } from "../../report/csv.ts";
import { type Cells, fits, fitTable } from "./fit-table.ts";

/** Formats that can be printed. */
export const FORMATS = ["table", "csv", "json"] as const;
export type Format = (typeof FORMATS)[number];

/** @throws UsageError for anything but table, csv and json. */
export function formatOf(text: string): Format {
  const format = FORMATS.find((known) => known === text);
  if (!format) throw new UsageError(`format: "${text}" is not a format`, { hint: `Use one of ${FORMATS.join(", ")}.` });
  return format;
}

/**
 * Rows for a person (table), a spreadsheet (csv) or a program (json; decimals stay strings).
 * @param wide a table keeps every column, however narrow the terminal is
 */
export function renderRows(result: QueryResult, format: Format, wide = false): string {
  if (format === "json") return JSON.stringify(result.rows, null, 2);
  const names = result.columns.map((column) => column.name);
  if (format === "csv") {
    const cells = result.rows.map((row) => names.map((name) => text(row[name] ?? null)));
    return csvOf({ columns: names.map((name) => ({ name, kind: "text" })), rows: cells }).slice(0, -"\r\n".length);
  }
  const rows = result.rows.map((row) => result.columns.map((column) => printable(shown(column, row[column.name] ?? null))));
  const isNumber = result.columns.map(({ name, type }) => name !== "weekday" && /int|decimal|double|float/.test(type));
  const whole = { head: names, rows, numeric: isNumber };
  const kept = wide ? names.map((_, index) => index) : important(result.columns, (columns) => fits(only(whole, columns)));
  const left = names.filter((_, index) => !kept.includes(index));
  const note = left.length === 0 ? "" : `; not shown: ${left.join(", ")} (--wide, or --format csv)`;
  return `${fitTable(only(whole, kept))}\n${counted(rows.length, "row")}${note}`;
}

type Column = QueryResult["columns"][number];

const only = ({ head, rows, numeric }: Cells, columns: readonly number[]): Cells => ({
  head: columns.map((index) => head[index] ?? ""),
  rows: rows.map((row) => columns.map((index) => row[index] ?? "")),
  numeric: columns.map((index) => numeric[index] ?? false),
});

/** What a line is about and its dollars come first, then other names, shares, counts; of equals the left one. */
const rank = ({ name, type }: Column, index: number): number =>
  index === 0
    ? 0
    : isDollars({ name, type }) || name === "known"
      ? 1
      : isShare({ name, type })
        ? 2
        : /varchar|date|timestamp/.test(type)
          ? 3
          : 4;

/** The columns that fit, in their order; at least the first three. */
function important(columns: readonly Column[], fitting: (columns: readonly number[]) => boolean): number[] {
  const ranked = columns
    .map((column, index) => ({ index, rank: rank(column, index) }))
    .sort((a, b) => a.rank - b.rank || a.index - b.index);
  const inOrder = (most: number): number[] =>
    ranked
      .slice(0, most)
      .map(({ index }) => index)
      .sort((a, b) => a - b);
  let most = columns.length;
  while (most > 3 && !fitting(inOrder(most))) most -= 1;
  return inOrder(most);
}

const isDollars = ({ name, type }: Column): boolean => type.startsWith("decimal") || /(^|_)cost(_|$)/.test(name);
const isShare = ({ name, type }: Column): boolean => type === "double" && /(^|_)(share|rate)$/.test(name);
const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/** A cell for reading; the exact value is in csv and json. */
function shown(column: Column, value: SqlValue): string {
  if (typeof value === "number" && column.name === "weekday") return WEEKDAYS[value - 1] ?? String(value);
  if (typeof value === "number" && isShare(column)) return percent(value, 1);
  return /int|decimal|double|float/.test(column.type) ? short(value, isDollars(column)) : text(value);
}

const text = (value: SqlValue): string =>
  value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** Numbers for reading: thousands separators, two decimals (six below one), rounded half to even; of dollars two at least. */
function short(value: SqlValue, dollars: boolean): string {
  const plain = text(value);
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(plain) ?? [];
  if (whole === "") return plain;
  const places = Math.min(/^0+$/.test(whole) ? 6 : 2, fraction.length);
  const digits = String(divideHalfEven(BigInt(whole + fraction), 10n ** BigInt(fraction.length - places))).padStart(
    places + 1,
    "0",
  );
  const grouped = thousands(BigInt(digits.slice(0, digits.length - places)));
  const kept = digits.slice(digits.length - places).replace(/(?<!0)0+$/, "");
  const shown = dollars ? kept.padEnd(2, "0") : kept;
  const zero = /^0+$/.test(digits);
  return `${zero ? "" : sign}${grouped}${shown === "" ? "" : `.${shown}`}`;
}
