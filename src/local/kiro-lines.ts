import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Delivery } from "../billing/find-exports.ts";
import type { BillFinding } from "../billing/finding.ts";
import { KIRO_PRODUCT_CODES, kiroBillLines } from "../tables/kiro-bill-lines.ts";
import { addDays } from "../time.ts";
import { keepOnce } from "./cur-checks.ts";
import { PERIOD, type ReadableFile, selectLines } from "./cur-files.ts";
import { identifier, quote } from "./duckdb-tables.ts";
import { readResult } from "./duckdb-values.ts";

interface Options {
  readonly folder: string;
  readonly deliveries: ReadonlyMap<string, Delivery>;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/**
 * Stages lines of Kiro and Amazon Q beside those of Bedrock, a billing period a file, each line once as Bedrock's are. Before those: both use the table
 * `lines`. Files that cannot be read are told of when Bedrock's are.
 * @returns lines that cannot be read
 */
export async function stageKiroLines(
  connection: DuckDBConnection,
  files: readonly ReadableFile[],
  { folder, deliveries, from, to }: Options,
): Promise<BillFinding[]> {
  const [first] = files;
  if (first === undefined) return [];
  const days = [
    ...(from === undefined ? [] : [`usage_start >= timestamp ${quote(from)}`]),
    ...(to === undefined ? [] : [`usage_start < timestamp ${quote(addDays(to, 1))}`]),
  ].map((condition) => ` and ${condition}`);
  await connection.run(`create temp table lines as select * from (${selectLines(first)}) limit 0`);
  for (const file of files) {
    const lines = `select * replace (${PERIOD} as period) from (${selectLines(file)})
      where product_code in (${KIRO_PRODUCT_CODES.map(quote).join(", ")})${days.join("")}`;
    await connection.run(`insert into lines ${lines}`).catch(() => undefined);
  }
  const findings = await keepOnce(connection, deliveries);
  await writePeriods(connection, folder);
  await connection.run("drop table lines");
  // Bedrock's lines tell of deliveries and snapshots; no dollar of its statement hangs on these.
  return findings
    .filter(({ code }) => code === "bad_number" || code === "bad_timestamp")
    .map((finding) => ({ ...finding, severity: "note", message: `${finding.message} (Kiro and Amazon Q)` }));
}

async function writePeriods(connection: DuckDBConnection, folder: string): Promise<void> {
  const columns = kiroBillLines.columns.map(({ name, type }) => `cast(${identifier(name)} as ${type}) as ${identifier(name)}`);
  const { rows } = await readResult(
    await connection.run("select distinct period from lines where period is not null order by 1"),
  );
  for (const { period } of rows) {
    const target = join(folder, kiroBillLines.name, `period=${period}`);
    mkdirSync(target, { recursive: true });
    await connection.run(
      `copy (select ${columns.join(", ")} from lines where period = ${quote(String(period))} order by all)
       to ${quote(join(target, `${kiroBillLines.name}.parquet`))} (format parquet, compression zstd)`,
    );
  }
}
