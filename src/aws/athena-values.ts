import type { ColumnInfo } from "@aws-sdk/client-athena";
import { StrataError } from "../errors.ts";
import { parseDecimal } from "../money.ts";
import type { SqlValue } from "../ports.ts";
import { isoOf, parseInstant } from "../time.ts";

/** Thrown away by the reader: the text of a map or list does not say where one entry ends and the next begins. */
export const AMBIGUOUS = Symbol("ambiguous");

/** DuckDB's and Trino's spelling of a result column's type, for example `decimal(38,12)`. */
export function columnType({ Type = "varchar", Precision, Scale }: ColumnInfo): string {
  return Type === "decimal" ? `decimal(${Precision ?? 38},${Scale ?? 0})` : Type;
}

/** One cell of GetQueryResults, in the types that `SqlValue` documents. Athena sends every value as text; null has none. */
export function athenaValue(type: string, text: string | undefined): SqlValue | typeof AMBIGUOUS {
  if (text === undefined) return null;
  switch (type.replace(/\(.*/, "")) {
    case "boolean":
      return text === "true";
    case "tinyint":
    case "smallint":
    case "integer":
    case "bigint":
      return exactCount(text);
    case "real":
    case "float":
    case "double":
      return Number(text);
    case "decimal":
      return plainDecimal(text);
    case "timestamp":
    case "timestamp with time zone":
      return instant(text);
    case "array":
      return listOf(text);
    case "map":
      return mapOf(text);
    default:
      return text;
  }
}

/** A map or list that the query returned as JSON. Entries of a map that is not text become text, as in the local engine. */
export function jsonValue(text: string | undefined): SqlValue {
  return text === undefined ? null : sqlValue(JSON.parse(text));
}

function sqlValue(value: unknown): SqlValue {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") return value;
  if (Array.isArray(value)) return value.map(sqlValue);
  if (typeof value === "object") return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, sqlValue(inner)]));
  return String(value);
}

function exactCount(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new StrataError(`athena: the count ${text} is larger than a number can hold exactly`, {
    hint: "Cast it to varchar in the query.",
  });
}

/** Java writes a zero with a scale as 0E-12; everything else is plain already. */
function plainDecimal(text: string): string {
  if (!/[eE]/.test(text)) return text;
  const { units, scale } = parseDecimal(text);
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, "0");
  const sign = units < 0n ? "-" : "";
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** `2026-10-05 14:00:00.000`, with ` UTC` behind it when it has a zone. The session's zone is UTC. */
function instant(text: string): string {
  const millis = parseInstant(text.replace(/ (UTC|Z)$/, "Z"));
  return millis === undefined ? text : isoOf(millis);
}

/** `[a, b]`. An element with a comma cannot be told from two. */
function listOf(text: string): SqlValue | typeof AMBIGUOUS {
  if (!/^\[.*\]$/s.test(text)) return AMBIGUOUS;
  const inner = text.slice(1, -1);
  if (inner === "") return [];
  return /[[\]{},]|\bnull\b/.test(inner) ? AMBIGUOUS : [inner];
}

/** `{team=search}`. With more than one separator of either kind, keys and values cannot be told apart. */
function mapOf(text: string): SqlValue | typeof AMBIGUOUS {
  if (text === "{}") return {};
  const match = /^\{([^=,{}[\]]*)=([^=,{}[\]]*)\}$/s.exec(text);
  if (!match || match[2] === "null") return AMBIGUOUS;
  return Object.fromEntries([[match[1] ?? "", match[2] ?? ""]]);
}
