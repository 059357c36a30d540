import type { SqlValue } from "../../src/ports.ts";
import { canonical, type Kind } from "./values.ts";

export interface Side {
  readonly columns: readonly { readonly name: string; readonly kind: Kind }[];
  readonly rows: readonly (readonly SqlValue[])[];
}

/** Doubles are equal when they differ by at most this share: the engines add in different orders. */
export const RELATIVE = 1e-9;
/** Two sums that cancel to nothing differ by what was rounded on the way. */
const ABSOLUTE = 1e-9;

export interface CompareOptions {
  /** Columns that are estimates by their nature, with the share by which they may differ. */
  readonly tolerance?: ReadonlyMap<string, number>;
  /** Whether the order of rows is part of the result. */
  readonly ordered?: boolean;
}

/** The first difference in words, or undefined when both sides say the same. */
export function firstDifference(
  trino: Side,
  duckdb: Side,
  { tolerance = new Map(), ordered = false }: CompareOptions = {},
): string | undefined {
  const shape = differentShape(trino, duckdb);
  if (shape !== undefined) return shape;
  const columns = trino.columns;
  const exact = columns.map(({ name, kind }) => kind !== "double" && !tolerance.has(name));
  const keyOf = (row: readonly SqlValue[]): string =>
    columns.map(({ kind }, index) => (exact[index] ? canonical(kind, row[index] ?? null) : "")).join("\u0001");
  const sorted = (rows: Side["rows"]) =>
    rows
      .map((row) => ({ row, key: keyOf(row) }))
      .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : byNumbers(a.row, b.row, exact)));
  const left = sorted(trino.rows);
  const right = sorted(duckdb.rows);
  for (const [at, { row, key }] of left.entries()) {
    const other = right[at];
    if (!other) return `trino has ${left.length} rows, duckdb ${right.length}; only in trino: ${shown(columns, row)}`;
    if (key !== other.key)
      return `${counts(left, right)}trino has ${shown(columns, row)} where duckdb has ${shown(columns, other.row)}${differing(columns, row, other.row)}`;
    const index = columns.findIndex(({ name }, i) => !exact[i] && !near(row[i], other.row[i], tolerance.get(name) ?? RELATIVE));
    if (index >= 0) return `${columns[index]?.name}: trino ${row[index]}, duckdb ${other.row[index]} in ${shown(columns, row)}`;
  }
  const extra = right[left.length];
  if (extra) return `trino has ${left.length} rows, duckdb ${right.length}; only in duckdb: ${shown(columns, extra.row)}`;
  if (!ordered) return undefined;
  const turn = trino.rows.findIndex((row, at) => keyOf(row) !== keyOf(duckdb.rows[at] ?? []));
  return turn < 0
    ? undefined
    : `the same rows in another order from row ${turn + 1}: trino has ${shown(columns, trino.rows[turn] ?? [])}`;
}

function differentShape(trino: Side, duckdb: Side): string | undefined {
  const [left, right] = [trino, duckdb].map(({ columns }) => columns.map(({ name }) => name).join(", "));
  if (left !== right) return `columns: trino has ${left}; duckdb has ${right}`;
  const at = trino.columns.findIndex(({ kind }, index) => kind !== duckdb.columns[index]?.kind);
  if (at < 0) return undefined;
  return `type of ${trino.columns[at]?.name}: ${trino.columns[at]?.kind} on trino, ${duckdb.columns[at]?.kind} on duckdb`;
}

/** Within the share, or both nothing. Decimals that come from an estimate are compared as numbers here. */
function near(a: SqlValue | undefined, b: SqlValue | undefined, share: number): boolean {
  if (a === null || b === null || a === undefined || b === undefined) return (a ?? null) === (b ?? null);
  const [left, right] = [Number(a), Number(b)];
  if (Object.is(left, right) || (Number.isNaN(left) && Number.isNaN(right))) return true;
  return Math.abs(left - right) <= Math.max(ABSOLUTE, share * Math.max(Math.abs(left), Math.abs(right)));
}

function byNumbers(a: readonly SqlValue[], b: readonly SqlValue[], exact: readonly boolean[]): number {
  for (const [index, isExact] of exact.entries()) {
    const gap = isExact ? 0 : Number(a[index] ?? -Infinity) - Number(b[index] ?? -Infinity);
    if (Math.abs(gap) > ABSOLUTE) return gap;
  }
  return 0;
}

const counts = (left: readonly unknown[], right: readonly unknown[]): string =>
  left.length === right.length ? "" : `trino has ${left.length} rows, duckdb ${right.length}; `;

const differing = (columns: Side["columns"], a: readonly SqlValue[], b: readonly SqlValue[]): string => {
  const names = columns
    .filter(({ kind }, i) => canonical(kind, a[i] ?? null) !== canonical(kind, b[i] ?? null))
    .map(({ name }) => name);
  return names.length > 0 && names.length <= 4 ? ` (${names.join(", ")})` : "";
};

const shown = (columns: Side["columns"], row: readonly SqlValue[]): string =>
  columns
    .map(({ name }, index) => `${name}=${JSON.stringify(row[index] ?? null)}`)
    .join(" ")
    .slice(0, 400);
