import type { StrataConfig } from "../config/strata-config.ts";
import type { ObjectStore, Warehouse } from "../ports.ts";
import { budgetLines } from "./budget-lines.ts";
import { chargeback } from "./chargeback.ts";
import { csvOf } from "./csv.ts";
import { focusTable } from "./focus.ts";
import { reportPage } from "./html/report-page.ts";
import { loadMonth } from "./load-month.ts";
import { type Manifest, manifestOf, type ReportFile } from "./manifest.ts";
import { withPeople } from "./people.ts";
import { periodOf } from "./period.ts";
import { projectMonth } from "./projection.ts";
import { reportTables } from "./report-tables.ts";
import { count, ratio, text } from "./rows.ts";
import { versionFor } from "./version.ts";
import { writeIndex } from "./write-index.ts";

/** What the statement cannot learn from the tables. */
export interface ReportContext {
  /** Closes the month, or keeps it open. Without it the month is final when every line of its bill carries an invoice. */
  readonly final?: boolean;
}

export interface WrittenReport {
  /** Keys of this version, manifest last. */
  readonly keys: readonly string[];
  /** False when a closed month had not changed, so that nothing was written. */
  readonly written: boolean;
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
  const [invoice = {}] = (await warehouse.query("reports/invoice", { month: period.month })).rows;
  if (data.bill) {
    const { rows } = await warehouse.query("reports/focus", { from: period.from, to: period.to });
    const focus = focusTable(rows, { period, payer: text(invoice, "payer_account_id"), organisation: config.organisation });
    tables.push(focus);
    files.push({ name: "focus.csv", rows: focus.rows.length, bytes: Buffer.from(csvOf(focus)) });
  }
  const invoiced = count(invoice, "lines") > 0 && count(invoice, "lines") === count(invoice, "invoiced");
  const version = await versionFor(store, `reports/month=${period.month}`, files, context.final ?? invoiced);
  const page = reportPage({ data, budgets, charged, projection, config: config.report, status: version.status, tables });
  files.push({ name: "report.html", rows: null, bytes: Buffer.from(page) });
  if (version.diff) files.push({ name: "diff.csv", rows: version.diff.rows.length, bytes: Buffer.from(csvOf(version.diff)) });
  const manifest = manifestOf(data, version.status, config.report.people, files);
  const all = [...files, { name: "manifest.json", bytes: Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`) }];
  if (!version.unchanged) {
    for (const file of all) await store.write(`${version.folder}/${file.name}`, file.bytes);
    await writeIndex(store, config.organisation);
  }
  const keys = all.map((file) => `${version.folder}/${file.name}`);
  return { keys, written: !version.unchanged, folder: version.folder, status: version.status, manifest };
}
