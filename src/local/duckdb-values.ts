import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  type DuckDBPreparedStatement,
  type DuckDBResult,
  DuckDBTimestampMillisecondsValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from "@duckdb/node-api";
import { StrataError } from "../errors.ts";
import { parseDecimal, SCALE, toPico } from "../money.ts";
import type { QueryResult, SqlValue } from "../ports.ts";
import type { BoundValue } from "../query/compile.ts";
import { DAY_MS, dayOf, isoOf, parseDay, parseInstant } from "../time.ts";

/** Binds one parameter by its declared type; the text was checked when the query was compiled. */
export function bindValue(prepared: DuckDBPreparedStatement, index: number, { type, value }: BoundValue): void {
  if (value === null) return prepared.bindNull(index);
  const text = String(value);
  switch (type.replace(/\(.*/, "")) {
    case "date":
      return prepared.bindDate(index, new DuckDBDateValue(Math.round((parseDay(text) ?? Number.NaN) / DAY_MS)));
    case "timestamp":
      return prepared.bindTimestamp(
        index,
        new DuckDBTimestampValue(BigInt(parseInstant(withSeconds(text)) ?? Number.NaN) * 1000n),
      );
    case "integer":
    case "bigint":
      return prepared.bindBigInt(index, BigInt(text));
    case "double":
      return prepared.bindDouble(index, Number(text));
    case "boolean":
      return prepared.bindBoolean(index, text === "true");
    case "decimal":
      return prepared.bindDecimal(index, new DuckDBDecimalValue(toPico(parseDecimal(text)), 38, SCALE));
    default:
      return prepared.bindVarchar(index, text);
  }
}

const withSeconds = (text: string): string =>
  /T?\d{2}:\d{2}Z?$/.test(text) && text.length < 18 ? `${text.replace("Z", "")}:00Z` : text;

/** A result with plain values, in the types that `SqlValue` documents. */
export async function readResult(result: DuckDBResult): Promise<QueryResult> {
  const names = result.columnNames();
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
