import Table from "cli-table3";
import { printable, UsageError } from "../errors.ts";
import type { QueryResult, SqlValue } from "../ports.ts";
import { csvOf } from "../report/csv.ts";
import { tableStyle } from "./ink.ts";

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
  const table = new Table({
    head: names,
    colAligns: numeric.map((yes) => (yes ? "right" : "left")),
    style: tableStyle(),
  });
  for (const row of result.rows)
    table.push(names.map((name, index) => printable(numeric[index] ? short(row[name] ?? null) : text(row[name] ?? null))));
  return `${table.toString()}\n${result.rows.length} row${result.rows.length === 1 ? "" : "s"}`;
}

const text = (value: SqlValue): string =>
  value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** Numbers for reading: thousands separators, decimals cut to what matters. */
function short(value: SqlValue): string {
  const plain = text(value);
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return plain;
  const [whole = "0", fraction = ""] = plain.split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  const kept = /^-?0*$/.test(whole) ? fraction.slice(0, 6) : fraction.slice(0, 2);
  return kept.replace(/0+$/, "") === "" ? grouped : `${grouped}.${kept}`;
}
