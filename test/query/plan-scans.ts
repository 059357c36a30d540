import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Case } from "../../scripts/trino/cases.ts";
import { LIVE_TABLES } from "../../src/live/split-warehouse.ts";
import { identifier, quote } from "../../src/local/duckdb-tables.ts";
import { compile } from "../../src/query/compile.ts";
import { queryFile } from "../../src/query/files.ts";
import { viewsInOrder } from "../../src/query/views-in-order.ts";
import type { Column } from "../../src/tables/column.ts";
import { tables } from "../../src/tables/index.ts";

/** Passes that read a table less often, or more often, than the text says; Athena has none of them. */
const OWN_PASSES = [
  "common_subplan",
  "empty_result_pullup",
  "join_elimination",
  "late_materialization",
  // See src/local/duckdb.ts.
  "statistics_propagation",
  "top_n_window_elimination",
  "window_self_join",
];

/** Tables with a row for each call or so: their files are what grows with traffic. */
export const PER_CALL: ReadonlySet<string> = new Set([
  "invocation_records",
  "calls_5m",
  "call_matches",
  "call_people",
  "traced_calls",
  "client_call_records",
  "client_tool_records",
  "client_points",
  "trail_events",
  "api_calls",
  "batch_records",
]);
/** One file a day or month, which those queries read twice over the same days; what is not here reads each once. */
export const TWICE: Readonly<Record<string, string>> = {
  "attribution/senders":
    "calls and who sent them are two views of the same records; asked by a person (strata attribution), by nothing scheduled",
  "attribution/call_people": "calls of some days, and what a month before saw of their devices; one file a day, some days a run",
  "saved/identity_sources": "whom others name, by call, and to tell whom: one file a day",
  "saved/people_and_principals": "as saved/identity_sources, whose view it reads",
  "telemetry/traced_calls": "matches by call, and through the calls that they complete; one file a day, a day or two a run",
  "views/call_identities": "whom others name, by call, and to tell whom: one file a day",
};

/** Detectors whose tables the function has on its disk; its engine reads a CTE once. */
export const inFunction = (query: string): boolean =>
  query.startsWith("anomalies/") && queryFile(query).header.reads.every((table) => LIVE_TABLES.has(table));

/** A query as Athena is asked it; a view is read whole. */
export function askedAs({ query, params }: Case): string {
  const { sql, header } = queryFile(query);
  return query.startsWith("views/") ? `select * from ${query.slice("views/".length)}` : compile(query, sql, header, params);
}

/** An engine with every table and view, and not a row: it plans and reads nothing. */
export async function planner(): Promise<{ readonly connection: DuckDBConnection; close(): void }> {
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await connection.run("set TimeZone='UTC'");
  await connection.run(`set disabled_optimizers=${quote(OWN_PASSES.join(","))}`);
  for (const statement of queryFile("duckdb/macros").sql.split(";\n"))
    if (statement.trim() !== "") await connection.run(statement);
  for (const { name, columns, partitions } of tables())
    await connection.run(`create table ${identifier(name)} (${[...columns, ...partitions].map(declared).join(", ")})`);
  for (const name of viewsInOrder()) await connection.run(`create view ${identifier(name.slice(6))} as ${queryFile(name).sql}`);
  const close = (): void => {
    connection.closeSync();
    instance.closeSync();
  };
  return { connection, close };
}

const declared = ({ name, type }: Column): string => `${identifier(name)} ${type === "array(varchar)" ? "varchar[]" : type}`;

interface Node {
  readonly name: string;
  readonly children: readonly Node[];
  readonly extra_info: Readonly<Record<string, string | readonly string[]>>;
}

/** One reading of a stored table. */
export interface Scan {
  readonly table: string;
  readonly columns: readonly string[];
  /** Days that the engine is told of before it opens a file, `YYYY-MM-DD`; undefined where it is not. */
  readonly first: string | undefined;
  readonly last: string | undefined;
}

/**
 * How a statement reads stored tables on an engine that puts a CTE in wherever it is named, as Athena's does (Trino: a WITH clause is inlined): what a CTE reads is
 * there once for each place that names it, other CTEs included.
 */
export async function scansOf(connection: DuckDBConnection, text: string): Promise<readonly Scan[]> {
  const answer = await connection.runAndReadAll(`explain (format json) ${text}`);
  const [root]: readonly Node[] = JSON.parse(String(answer.getRows()[0]?.[1]));
  return root === undefined ? [] : reads(root, new Map(), "");
}

/** Readings by table. */
export function timesByTable(scans: readonly Scan[]): ReadonlyMap<string, number> {
  return new Map([...Map.groupBy(scans, ({ table }) => table)].map(([table, found]) => [table, found.length]));
}

/**
 * @param defined what CTEs around it read, by their index
 * @param conditions of the steps right above, which take rows away and join nothing
 */
function reads(node: Node, defined: ReadonlyMap<string, readonly Scan[]>, conditions: string): readonly Scan[] {
  const { name, children, extra_info: facts } = node;
  const [definition, rest] = children;
  if (name === "CTE" && definition && rest)
    return reads(rest, new Map([...defined, [textOf(facts["Table Index"]), reads(definition, defined, "")]]), "");
  if (name === "CTE_SCAN") return defined.get(textOf(facts["CTE Index"])) ?? [];
  const own = `${conditions} ${textOf(facts["Filters"])} ${textOf(facts["Expression"])}`;
  const table = /(\w+)$/.exec(textOf(facts["Table"]))?.[1];
  if (table !== undefined && children.length === 0)
    return [{ table, columns: [facts["Projections"] ?? []].flat(), ...daysIn(own) }];
  return children.flatMap((child) => reads(child, defined, children.length === 1 ? own : ""));
}

const textOf = (fact: string | readonly string[] | undefined): string => [fact ?? []].flat().join(" AND ");

function daysIn(conditions: string): Pick<Scan, "first" | "last"> {
  const [equal, from, to] = ["=", ">=?", "<=?"].map(
    (sign) => new RegExp(`\\bdt ?${sign} ?'(\\d{4}-\\d{2}-\\d{2})'::DATE`).exec(conditions)?.[1],
  );
  return { first: equal ?? from, last: equal ?? to };
}
