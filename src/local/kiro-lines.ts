import { mkdirSync } from "node:fs";
import { join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { KIRO_PRODUCT_CODES, kiroBillLines } from "../tables/kiro-bill-lines.ts";
import { addDays } from "../time.ts";
import { PERIOD, type ReadableFile, selectLines } from "./cur-files.ts";
import { identifier, quote } from "./duckdb-tables.ts";
import { readResult } from "./duckdb-values.ts";

/** Stages lines of Kiro and Amazon Q beside those of Bedrock, a billing period a file. Files that cannot be read were told of when Bedrock's were. */
export async function stageKiroLines(
  connection: DuckDBConnection,
  files: readonly ReadableFile[],
  { folder, from, to }: { readonly folder: string; readonly from?: string | undefined; readonly to?: string | undefined },
): Promise<void> {
  const columns = kiroBillLines.columns.map(({ name, type }) => `cast(${identifier(name)} as ${type}) as ${identifier(name)}`);
  const days = [
    ...(from === undefined ? [] : [`usage_start >= timestamp ${quote(from)}`]),
    ...(to === undefined ? [] : [`usage_start < timestamp ${quote(addDays(to, 1))}`]),
  ].map((condition) => ` and ${condition}`);
  await connection.run(
    `create temp table kiro_lines (period varchar, ${kiroBillLines.columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(", ")})`,
  );
  for (const file of files) {
    const lines = `select ${PERIOD} as period, ${columns.join(", ")} from (${selectLines(file)})
      where product_code in (${KIRO_PRODUCT_CODES.map(quote).join(", ")})${days.join("")}`;
    await connection.run(`insert into kiro_lines ${lines}`).catch(() => undefined);
  }
  const { rows } = await readResult(
    await connection.run("select distinct period from kiro_lines where period is not null order by 1"),
  );
  for (const { period } of rows) {
    const target = join(folder, kiroBillLines.name, `period=${period}`);
    mkdirSync(target, { recursive: true });
    await connection.run(
      `copy (select * exclude (period) from kiro_lines where period = ${quote(String(period))} order by all)
       to ${quote(join(target, `${kiroBillLines.name}.parquet`))} (format parquet, compression zstd)`,
    );
  }
}
