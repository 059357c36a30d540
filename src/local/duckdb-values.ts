import {
  DuckDBDateValue,
  DuckDBListValue,
  DuckDBMapValue,
  type DuckDBResult,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { StrataError } from "../errors.ts";
import type { QueryResult, SqlValue } from "../ports.ts";
import { uniqueNames } from "../query/unique-names.ts";
import { DAY_MS, dayOf, isoOf } from "../time.ts";

/** A result with plain values, in the types that `SqlValue` documents. */
export async function readResult(result: DuckDBResult): Promise<QueryResult> {
  const names = uniqueNames(result.columnNames());
  const columns = names.map((name, index) => ({ name, type: String(result.columnType(index)).toLowerCase() }));
  const rows = (await result.getRows()).map((values) =>
    Object.fromEntries(values.map((value, index) => [names[index] ?? "", plain(value)])),
  );
  return { columns, rows };
}

function plain(value: DuckDBValue): SqlValue {
  if (value === null || typeof value === "string" || typeof value === "boolean" || typeof value === "number") return value;
  if (typeof value === "bigint") {
    if (value > BigInt(Number.MAX_SAFE_INTEGER) || value < BigInt(Number.MIN_SAFE_INTEGER)) {
      throw new StrataError(`duckdb: the count ${value} is larger than a number can hold exactly`, {
        hint: "Cast it to varchar in the query.",
      });
    }
    return Number(value);
  }
  if (value instanceof DuckDBDateValue) return dayOf(value.days * DAY_MS);
  if (value instanceof DuckDBTimestampValue || value instanceof DuckDBTimestampTZValue)
    return isoOf(Number(value.micros / 1000n));
  if (value instanceof DuckDBTimestampMillisecondsValue) return isoOf(Number(value.millis));
  if (value instanceof DuckDBListValue) return value.items.map(plain);
  if (value instanceof DuckDBMapValue)
    return Object.fromEntries(value.entries.map((entry) => [String(entry.key), plain(entry.value)]));
  return String(value);
}
