import { parseDecimal } from "../../src/money.ts";
import type { SqlValue } from "../../src/ports.ts";
import { isoOf, parseInstant } from "../../src/time.ts";
import type { TrinoResult } from "./trino-client.ts";

/** What a value is, whatever an engine calls its type and however wide it is. */
export type Kind =
  | "text"
  | "boolean"
  | "count"
  | "double"
  | "decimal"
  | "date"
  | "instant"
  | "zoned instant"
  | "map"
  | "list"
  | "other";

const KINDS: readonly (readonly [pattern: RegExp, kind: Kind])[] = [
  [/^timestamp.*with time zone$/, "zoned instant"],
  [/^timestamp/, "instant"],
  [/\[\]$|^array/, "list"],
  [/^map/, "map"],
  [/^(varchar|char)/, "text"],
  [/^boolean$/, "boolean"],
  [/^(tinyint|smallint|integer|int|bigint|hugeint)$/, "count"],
  [/^(double|real|float)$/, "double"],
  [/^decimal/, "decimal"],
  [/^date$/, "date"],
];

/** `decimal(38, 12)` → decimal; Trino's, DuckDB's and a header's spelling of a type. */
export const kindOf = (type: string): Kind => KINDS.find(([pattern]) => pattern.test(type.toLowerCase()))?.[1] ?? "other";

/** The cells of Trino in the types that `SqlValue` documents, so that both engines can be compared. */
export function trinoRows({ columns, rows }: Pick<TrinoResult, "columns" | "rows">): SqlValue[][] {
  const kinds = columns.map(({ type }) => kindOf(type));
  return rows.map((row) => row.map((cell, index) => trinoValue(kinds[index] ?? "other", cell)));
}

function trinoValue(kind: Kind, cell: unknown): SqlValue {
  if (cell === null || cell === undefined) return null;
  if (kind === "instant" || kind === "zoned instant") {
    const text = String(cell);
    const millis = parseInstant(text.replace(/ UTC$/, "Z").replace(/(\.\d{3})\d+/, "$1"));
    return millis === undefined ? text : isoOf(millis);
  }
  // JSON has no number for these; the protocol sends them as words.
  if (kind === "double") return Number(cell);
  return plain(cell);
}

function plain(cell: unknown): SqlValue {
  if (cell === null || typeof cell === "string" || typeof cell === "number" || typeof cell === "boolean") return cell;
  if (Array.isArray(cell)) return cell.map(plain);
  if (typeof cell === "object") return Object.fromEntries(Object.entries(cell).map(([key, inner]) => [key, plain(inner)]));
  return String(cell);
}

/** One spelling for equal values: decimals without their trailing zeros, maps with their keys in order. */
export function canonical(kind: Kind, value: SqlValue): string {
  if (value === null) return "null";
  if (kind === "decimal") return plainDecimal(String(value));
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function plainDecimal(text: string): string {
  let { units, scale } = parseDecimal(text);
  while (scale > 0 && units % 10n === 0n) {
    units /= 10n;
    scale -= 1;
  }
  return `${units}e-${scale}`;
}
