import { messageOf } from "../../src/errors.ts";
import type { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import type { SqlValue } from "../../src/ports.ts";
import { compile } from "../../src/query/compile.ts";
import { queryFile } from "../../src/query/files.ts";
import type { Case } from "./cases.ts";
import { viewName } from "./create-tables.ts";
import { firstDifference, type Side } from "./first-difference.ts";
import type { TrinoClient } from "./trino-client.ts";
import { kindOf, trinoRows } from "./values.ts";

export type Proof =
  | { readonly outcome: "same"; readonly rows: number }
  | { readonly outcome: "differs" | "fails"; readonly why: string };

const whole = (view: string): string => `select * from ${view}`;

/** One query with one set of values on both engines, over the same files. */
export async function proveQuery(
  trino: TrinoClient,
  duckdb: DuckDbWarehouse,
  { query, params }: Case,
  asked?: (view: string) => string,
): Promise<Proof> {
  const { sql, header } = queryFile(query);
  const view = query.startsWith("views/") ? (asked ?? whole)(viewName(query)) : undefined;
  const sides: Side[] = [];
  for (const run of [
    async () => {
      return trinoSide(await trino.run(view ?? compile(query, sql, header, params)));
    },
    async () => duckSide(await (view === undefined ? duckdb.query(query, params) : duckdb.adhoc(view))),
  ]) {
    try {
      sides.push(await run());
    } catch (error) {
      return { outcome: "fails", why: `${sides.length === 0 ? "" : "duckdb: "}${messageOf(error)}` };
    }
  }
  const [left, right] = sides;
  if (!left || !right) return { outcome: "fails", why: "no result" };
  // What asks of a view something else has columns of its own.
  const declared = view === undefined || asked === undefined ? header.columns : [];
  const why =
    undeclared(declared, left) ?? firstDifference(left, right, { ordered: view === undefined && /^order by/m.test(sql) });
  return why === undefined ? { outcome: "same", rows: left.rows.length } : { outcome: "differs", why };
}

/** Readers of a result trust the header: a decimal that comes as a double would be rounded, a count that comes as a decimal would be text. */
function undeclared(
  declared: readonly { readonly name: string; readonly type: string }[],
  { columns }: Side,
): string | undefined {
  if (declared.length === 0) return undefined;
  const [says, is] = [declared.map(({ name }) => name).join(", "), columns.map(({ name }) => name).join(", ")];
  if (says !== is) return `the header declares the columns ${says}; the query has ${is}`;
  const at = declared.findIndex(({ type }, index) => kindOf(type) !== columns[index]?.kind);
  return at < 0
    ? undefined
    : `the header declares ${declared[at]?.name} as ${declared[at]?.type}; trino has a ${columns[at]?.kind}`;
}

const trinoSide = (result: Awaited<ReturnType<TrinoClient["run"]>>): Side => ({
  columns: result.columns.map(({ name, type }) => ({ name, kind: kindOf(type) })),
  rows: trinoRows(result).map((row) => row.map((cell, index) => compared(result.columns[index]?.name, cell))),
});

const duckSide = ({ columns, rows }: Awaited<ReturnType<DuckDbWarehouse["query"]>>): Side => ({
  columns: columns.map(({ name, type }) => ({ name, kind: kindOf(type) })),
  rows: rows.map((row) => columns.map(({ name }) => compared(name, row[name] ?? null))),
});

/** Of a fingerprint each engine has its own: what counts is that there is one. */
const compared = (name: string | undefined, cell: SqlValue): SqlValue =>
  name === "fingerprint" && cell !== null ? "its own" : cell;
