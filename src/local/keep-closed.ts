import { existsSync } from "node:fs";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type BillFinding, keptClosedMonth } from "../billing/finding.ts";
import { manifestPlace } from "../billing/manifest.ts";
import type { DamagedPart } from "./cur-files.ts";
import { periodFile } from "./cur-payers.ts";
import { pathLiteral, quote } from "./duckdb-tables.ts";
import { readResult } from "./duckdb-values.ts";

/** Billing periods of which a delivery cannot be read as a whole. */
export function damagedPeriods(damaged: readonly DamagedPart[], findings: readonly BillFinding[]): string[] {
  const periods = [
    ...damaged.map(({ period }) => period),
    ...findings.flatMap(({ code, place }) =>
      code === "half_written_delivery" || code === "unreadable_manifest" ? [manifestPlace(place)?.period ?? null] : [],
    ),
  ];
  return [...new Set(periods)].filter((period) => period !== null).sort();
}

/**
 * A damaged delivery does not restate a closed month: where lines of a payer and period lie in an earlier result, whole and all with an invoice, they stay
 * until a whole delivery comes.
 * @param results data folders of earlier results
 */
export async function keepClosedMonths(
  connection: DuckDBConnection,
  results: readonly string[],
  periods: readonly string[],
): Promise<BillFinding[]> {
  const findings: BillFinding[] = [];
  for (const period of periods)
    for (const file of results.map((folder) => periodFile(folder, period)).filter((path) => existsSync(path))) {
      const month = quote(period);
      await connection.run(
        // Results of earlier versions do not say whether they are whole.
        `create or replace temp table whole as (select cast(null as boolean) as incomplete where false)
         union all by name select *, ${month} as period from read_parquet(${pathLiteral(file)}, hive_partitioning = false)`,
      );
      await connection.run("create temp table if not exists lines as select * from whole limit 0");
      const closed = await readResult(
        await connection.run(
          `select w.payer, w.version
           from (
             select coalesce(payer_account_id, '') as payer, max(cur_version) as version from whole group by 1
             having max(invoice_id) is not null and count_if(coalesce(incomplete, false)) = 0 and count_if(line_item_type = 'Usage' and invoice_id is null) = 0
           ) w
           left join (select coalesce(payer_account_id, '') as payer, bool_or(incomplete) as incomplete from lines where period = ${month} group by 1) l using (payer)
           where l.payer is null or l.incomplete
           order by 1`,
        ),
      );
      for (const { payer, version } of closed.rows) {
        const own = `period = ${month} and coalesce(payer_account_id, '') = ${quote(String(payer))}`;
        await connection.run(`delete from lines where ${own}`);
        await connection.run(`insert into lines by name select * from whole where ${own}`);
        findings.push(keptClosedMonth(period, String(payer), String(version)));
      }
    }
  return findings;
}
