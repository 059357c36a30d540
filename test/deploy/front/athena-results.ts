import type { TrinoColumn, TrinoResult } from "../../../scripts/trino/trino-client.ts";

/** Rows that one page of GetQueryResults may hold (API reference, MaxResults). */
export const LARGEST_PAGE = 1000;

/** A page of a result as GetQueryResults gives it: every cell text, the column names as the first row of the first page of a SELECT. */
export function resultPage({ columns, rows }: TrinoResult, from: number, size: number): object {
  const all = [columns.map(({ name }) => name), ...rows];
  const page = all.slice(from, from + size);
  return {
    ResultSet: {
      ResultSetMetadata: { ColumnInfo: columns.map(columnInfo) },
      Rows: page.map((cells) => ({ Data: cells.map(datum) })),
    },
    ...(from + size < all.length ? { NextToken: String(from + size) } : {}),
  };
}

function columnInfo({ name, type }: TrinoColumn): object {
  const decimal = /^decimal\((\d+),\s*(\d+)\)/.exec(type);
  const zoned = type.startsWith("timestamp") && type.includes("time zone");
  return {
    Name: name,
    Label: name,
    Type: zoned ? "timestamp with time zone" : type.replace(/\(.*/s, ""),
    ...(decimal ? { Precision: Number(decimal[1]), Scale: Number(decimal[2]) } : {}),
  };
}

function datum(value: unknown): object {
  return value === null || value === undefined ? {} : { VarCharValue: cellText(value) };
}

/** Athena's own spelling of nested values: `[a, b]` and `{k=v}`, without quotes. */
function cellText(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(cellText).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, inner]) => `${key}=${cellText(inner)}`)
      .join(", ")}}`;
  return value === null || value === undefined ? "null" : String(value);
}
