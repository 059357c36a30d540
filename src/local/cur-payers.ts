import { existsSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type BillFinding, billFinding } from "../billing/finding.ts";
import { pathLiteral, quote } from "./duckdb-tables.ts";
import { readResult } from "./duckdb-values.ts";

/** Where a billing period is staged. */
export const periodFile = (folder: string, period: string): string =>
  join(folder, "cur_line_items", `period=${period}`, "cur_line_items.parquet");

/**
 * A delivery speaks for its payer alone. What is staged of other payers stays beside the lines that were read, as does a payer's own newer
 * delivery; a period of which nothing is left is removed. Loose files say no time and are taken as given.
 */
export async function keepOtherPayers(connection: DuckDBConnection, folder: string): Promise<BillFinding[]> {
  const findings: BillFinding[] = [];
  const { rows } = await readResult(
    await connection.run("select distinct period from bill_words where period is not null order by 1"),
  );
  for (const { period } of rows) {
    const file = periodFile(folder, String(period));
    if (!existsSync(file)) continue;
    const month = quote(String(period));
    await connection.run(
      `create or replace temp table staged as select *, coalesce(payer_account_id, '') as payer, ${month} as period from read_parquet(${pathLiteral(file)}, hive_partitioning = false)`,
    );
    const newer = await readResult(
      await connection.run(
        `select s.payer, s.cur_version as kept, l.cur_version as dropped
         from (select payer, max(cur_version) as cur_version, max(delivered_at) as at from staged group by payer) s
         join (select coalesce(payer_account_id, '') as payer, max(cur_version) as cur_version, max(delivered_at) as at from lines where period = ${month} group by 1) l using (payer)
         where s.at > l.at order by 1`,
      ),
    );
    for (const { payer, kept, dropped } of newer.rows) {
      await connection.run(
        `delete from lines where period = ${month} and coalesce(payer_account_id, '') = ${quote(String(payer))}`,
      );
      findings.push(
        billFinding(
          "older_execution",
          "note",
          String(dropped),
          `period ${period} of payer ${payer} is staged from ${kept}, which is newer; that one stays`,
          "Nothing; to go back to an older delivery, analyze into a new folder.",
        ),
      );
    }
    const own = newer.rows.map(({ payer }) => quote(String(payer))).join(", ");
    await connection.run(
      `insert into lines by name select * exclude (payer) from staged
       where payer not in (select w.payer from bill_words w where w.period = ${month}) ${own === "" ? "" : `or payer in (${own})`}`,
    );
    const [left] = (await readResult(await connection.run(`select count(*) as n from lines where period = ${month}`))).rows;
    if (Number(left?.["n"]) === 0) rmSync(dirname(file), { recursive: true });
  }
  return findings;
}
