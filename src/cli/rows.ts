import { printable, UsageError } from "../errors.ts";
import { divideHalfEven } from "../money.ts";
import type { QueryResult, SqlValue } from "../ports.ts";
import { csvOf } from "../report/csv.ts";
import { fitTable } from "./fit-table.ts";

export const FORMATS = ["table", "csv", "json"] as const;
export type Format = (typeof FORMATS)[number];

/** @throws UsageError for anything but table, csv and json. */
export function formatOf(text: string): Format {
  const format = FORMATS.find((known) => known === text);
  if (!format) throw new UsageError(`format: "${text}" is not a format`, { hint: `Use one of ${FORMATS.join(", ")}.` });
  return format;
}

/** Rows for a person (table), a spreadsheet (csv) or a program (json; decimals stay strings). */
export function renderRows(result: QueryResult, format: Format): string {
  if (format === "json") return JSON.stringify(result.rows, null, 2);
  const names = result.columns.map((column) => column.name);
  if (format === "csv") {
    const cells = result.rows.map((row) => names.map((name) => text(row[name] ?? null)));
    return csvOf({ columns: names.map((name) => ({ name, kind: "text" })), rows: cells }).slice(0, -"\r\n".length);
  }
  const numeric = result.columns.map((column) => /int|decimal|double|float/.test(column.type));
  const dollars = result.columns.map((column) => column.type.startsWith("decimal"));
  const rows = result.rows.map((row) =>
    names.map((name, index) =>
      printable(numeric[index] ? short(row[name] ?? null, dollars[index] ?? false) : text(row[name] ?? null)),
    ),
  );
  return `${fitTable({ head: names, rows, numeric })}\n${rows.length} row${rows.length === 1 ? "" : "s"}`;
}

const text = (value: SqlValue): string =>
  value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** Numbers for reading: thousands separators, two decimals (six below one), rounded half to even; of decimals, which are dollars, two at least. */
function short(value: SqlValue, dollars: boolean): string {
  const plain = text(value);
  const [, sign = "", whole = "", fraction = ""] = /^(-?)(\d+)(?:\.(\d+))?$/.exec(plain) ?? [];
  if (whole === "") return plain;
  const places = Math.min(/^0+$/.test(whole) ? 6 : 2, fraction.length);
  const digits = String(divideHalfEven(BigInt(whole + fraction), 10n ** BigInt(fraction.length - places))).padStart(
    places + 1,
    "0",
  );
  const grouped = BigInt(digits.slice(0, digits.length - places)).toLocaleString("en-US");
  const kept = digits.slice(digits.length - places).replace(/(?<!0)0+$/, "");
  const shown = dollars ? kept.padEnd(2, "0") : kept;
  const zero = /^0+$/.test(digits);
  return `${zero ? "" : sign}${grouped}${shown === "" ? "" : `.${shown}`}`;
}
