import { rmSync } from "node:fs";
import { reconcile, writeDimensions } from "../../src/billing/reconcile.ts";
import { reconcileLimits } from "../../src/billing/reconcile-limits.ts";
import { loadConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import { batches } from "../../src/local/batches.ts";
import { importCur } from "../../src/local/cur-import.ts";
import { dimensionFiles } from "../../src/local/dimension-files.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { findInputs } from "../../src/local/find-inputs.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { billedLabels, writePrincipals } from "../../src/pipeline/principals.ts";

/** What a month is settled from. */
export interface MonthInput {
  readonly logs: string;
  readonly cur: string;
  readonly config: string;
}

/**
 * The stages of `strata analyze` up to reconciliation, on files: ingest, bill import, principals, rollup, reconciliation. What the folder held before
 * stays, as in the cloud, so that restatements and late logs can be tried.
 * @returns the warehouse, to be closed by the caller
 */
export async function settleMonth(out: string, input: MonthInput): Promise<DuckDbWarehouse> {
  const config = loadConfig(input.config);
  const data = new FolderStore(out);
  rmSync(`${out}/invocation_records`, { recursive: true, force: true });
  const { store, objects } = await findInputs([input.logs]);
  const reading = curator(config);
  for (const batch of batches(objects)) await ingestObjects(batch, { source: store, target: data, curator: reading });
  await importCur({ paths: [input.cur], folder: out });
  const warehouse = await DuckDbWarehouse.open(out, { threads: 2 });
  const dimensions = dimensionFiles(warehouse);
  await writeDimensions({ warehouse, dimensions, attribution: config.attribution });
  const [landed] = (await warehouse.query("rollups/landed_days")).rows;
  const range = { from: String(landed?.["first_day"]), to: String(landed?.["last_day"]) };
  await writePrincipals(warehouse, data, config, [range], { ...(await billedLabels(warehouse)), asOf: range.to });
  await warehouse.refresh();
  await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", range);
  const { failures } = await reconcile({
    warehouse,
    dimensions,
    attribution: config.attribution,
    ...reconcileLimits(config.billing),
    noticedAt: 0,
  });
  for (const failure of failures) throw failure;
  return warehouse;
}
