import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { identifier, quote } from "../../src/local/duckdb-tables.ts";
import { queryFile } from "../../src/query/files.ts";
import { viewsInOrder } from "../../src/query/views-in-order.ts";
import type { Column } from "../../src/tables/column.ts";
import { tables } from "../../src/tables/index.ts";

/** Passes that read a table less often, or more often, than the text says; Athena has none of them. */
const OWN_PASSES = [
  "common_subplan",
  "cte_inlining",
  "empty_result_pullup",
  "join_elimination",
  "late_materialization",
  // See src/local/duckdb.ts.
  "statistics_propagation",
  "top_n_window_elimination",
  "window_self_join",
];

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

type Scans = ReadonlyMap<string, number>;

/**
 * How often a statement reads each stored table on an engine that puts a CTE in wherever it is named, as Athena's does (Trino: a WITH clause is inlined): the scans
 * of a CTE count once for each place that names it, those within other CTEs included.
 * @returns scans by table
 */
export async function scansOf(connection: DuckDBConnection, text: string): Promise<Scans> {
  const answer = await connection.runAndReadAll(`explain (format json) ${text}`);
  const [root]: readonly Node[] = JSON.parse(String(answer.getRows()[0]?.[1]));
  return root === undefined ? new Map() : counted(root, new Map());
}

/** @param defined scans of the CTEs around it, by their index */
function counted(node: Node, defined: ReadonlyMap<string, Scans>): Scans {
  const { name, children, extra_info: facts } = node;
  const [definition, rest] = children;
  if (name === "CTE" && definition && rest)
    return counted(rest, new Map([...defined, [String(facts["Table Index"]), counted(definition, defined)]]));
  if (name === "CTE_SCAN") return defined.get(String(facts["CTE Index"])) ?? new Map();
  const found = new Map<string, number>();
  const table = /(\w+)$/.exec(String(facts["Table"] ?? ""))?.[1];
  if (table !== undefined && children.length === 0) found.set(table, 1);
  for (const child of children)
    for (const [read, times] of counted(child, defined)) found.set(read, (found.get(read) ?? 0) + times);
  return found;
}
