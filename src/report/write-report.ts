import type { StrataConfig } from "../config/strata-config.ts";
import type { ObjectStore, Warehouse } from "../ports.ts";
import { budgetLines } from "./budget-lines.ts";
import { chargeback } from "./chargeback.ts";
import { csvOf } from "./csv.ts";
import { reportPage } from "./html/report-page.ts";
import { loadMonth } from "./load-month.ts";
import { type Manifest, manifestOf, type ReportFile } from "./manifest.ts";
import { withPeople } from "./people.ts";
import { periodOf } from "./period.ts";
import { projectMonth } from "./projection.ts";
import { reportTables } from "./report-tables.ts";
import { ratio } from "./rows.ts";
import { versionFor } from "./version.ts";

/** What the statement cannot learn from the tables. */
export interface ReportContext {
  /** The bill of the month is final (invoiced). Closes the month. */
  readonly final?: boolean;
}

export interface WrittenReport {
  /** Keys that were written, manifest last; empty when a closed month had not changed. */
  readonly keys: readonly string[];
  /** Folder of this version, for example `reports/month=2026-10`. */
  readonly folder: string;
  readonly status: string;
  readonly manifest: Manifest;
}

/**
 * Writes the statement of one month to `reports/month=YYYY-MM/`. The same tables give the same bytes. A provisional month is overwritten;
 * a closed one never is: when its content changed, a new version lands in `restated-<n>/` below it.
 * @throws UsageError for a bad month, QueryError when a table cannot be read.
 */
export async function writeReport(input: {
  readonly warehouse: Warehouse;
  readonly store: ObjectStore;
  readonly month: string;
  readonly config: StrataConfig;
  readonly context?: ReportContext;
}): Promise<WrittenReport> {
  const { warehouse, store, config } = input;
  const context = input.context ?? {};
  const period = periodOf(input.month);
  const loaded = await loadMonth(warehouse, period, config.organisation);
  const projection = projectMonth(loaded);
  const factor = projection ? ratio(projection.monthEnd, loaded.totals.estimated) : 1;
  const allBudgets = budgetLines(loaded, config.budgets, Math.max(factor, 1));
  const data = withPeople(loaded, config.report);
  const budgets = config.report.people === "names" ? allBudgets : allBudgets.filter((line) => line.scope !== "person");
  const charged = chargeback(data, config.report.shared_costs);

  const tables = reportTables(data, charged, config.report.people !== "none");
  const files: ReportFile[] = tables.map((table) => ({
    name: `${table.name}.csv`,
    rows: table.rows.length,
    bytes: Buffer.from(csvOf(table)),
  }));
  const version = await versionFor(store, `reports/month=${period.month}`, files, context.final === true);
  const page = reportPage({ data, budgets, charged, projection, config: config.report, status: version.status, tables });
  files.push({ name: "report.html", rows: null, bytes: Buffer.from(page) });
  if (version.diff) files.push({ name: "diff.csv", rows: version.diff.rows.length, bytes: Buffer.from(csvOf(version.diff)) });
  const manifest = manifestOf(data, version.status, config.report.people, files);
  if (version.unchanged) return { keys: [], folder: version.folder, status: version.status, manifest };
  const keys: string[] = [];
  for (const file of [...files, { name: "manifest.json", bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) }]) {
    const key = `${version.folder}/${file.name}`;
    await store.write(key, file.bytes);
    keys.push(key);
  }
  return { keys, folder: version.folder, status: version.status, manifest };
}
