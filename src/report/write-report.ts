import { atFolder } from "../aim-commands.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { UsageError } from "../errors.ts";
import type { ObjectStore, Warehouse } from "../ports.ts";
import { csvForPeople, csvOf } from "./csv.ts";
import { focusTable } from "./focus.ts";
import { focusParquet } from "./focus-parquet.ts";
import type { PageInput } from "./html/page-input.ts";
import { reportPage } from "./html/report-page.ts";
import { kiroTable } from "./load-beside.ts";
import { type AskCalls, askedAtOnce, loadCalls, withCalls } from "./load-calls.ts";
import { loadSums } from "./load-month.ts";
import { pageInput } from "./load-page.ts";
import { manifestOf } from "./manifest.ts";
import type { Manifest } from "./manifest-schema.ts";
import { monthStates } from "./month-states.ts";
import { periodOf } from "./period.ts";
import type { ReportFile } from "./report-file.ts";
import { type ReportNotice, reportNotice } from "./report-notice.ts";
import { showback } from "./showback.ts";
import { isClosed, versionFor } from "./version.ts";
import { statementSheets } from "./workbook/statement-sheets.ts";
import { writeWorkbook } from "./workbook/write-workbook.ts";
import { writeIndex } from "./write-index.ts";

export interface WrittenReport {
  /** Keys of this version, manifest last. */
  readonly keys: readonly string[];
  /** False when a closed month had not changed, so that nothing was written. */
  readonly written: boolean;
  /** Folder of this version, for example `reports/month=2026-10`. */
  readonly folder: string;
  readonly status: string;
  readonly manifest: Manifest;
  /** The month closed or was restated by this run. */
  readonly notice: ReportNotice | undefined;
}

/**
 * Writes the statement of one month to `reports/month=YYYY-MM/`. The same tables, and the same answers where they are kept, give the same bytes. A provisional month
 * is overwritten; a closed one never is: when its content changed, a new version lands in `restated-<n>/` below it.
 * @throws UsageError for a bad month, QueryError when a table cannot be read.
 */
export async function writeReport(input: {
  readonly warehouse: Warehouse;
  readonly store: ObjectStore;
  readonly month: string;
  readonly config: StrataConfig;
  /** Closes the month, or keeps it open. Without it the month is final when every usage line of its bill carries an invoice. */
  readonly final?: boolean;
  /** What knows answers about single calls; left out, they are asked for. */
  readonly calls?: AskCalls;
  /** False where no source tells of batch jobs. */
  readonly jobs?: boolean;
  /** Called before the version counts as published, so that its notice can be written down first. */
  readonly onNotice?: (notice: ReportNotice) => Promise<void>;
  /** Tells the commands on the page where the data is; left out, they say --data DIR, since a page may be read anywhere. */
  readonly aim?: (page: string) => string;
}): Promise<WrittenReport> {
  const { warehouse, store, config, calls: askCalls = askedAtOnce } = input;
  const period = periodOf(input.month);
  const base = `reports/month=${period.month}`;
  const sums = await loadSums(warehouse, period, config.organisation);
  if (input.final && sums.totals.invocations === 0 && sums.bill === undefined)
    throw new UsageError(`report: ${period.month} cannot be closed: it has no call and no bill`, {
      hint: "Give the month's bill to the analysis first, or leave --final out.",
    });
  const [state] = await monthStates(warehouse, { from: period.from, to: period.to });
  const final = input.final ?? state?.invoiced ?? false;
  const closing = final || (await isClosed(store, base));
  const calls = await askCalls(period.month, closing, () => loadCalls(warehouse, sums, config));
  const page = await pageInput(warehouse, withCalls(sums, calls), config, { jobs: input.jobs ?? true, calls });
  const tables = [...page.tables];
  if (sums.bill) {
    const { rows } = await warehouse.query("reports/focus", { from: period.from, to: period.to });
    tables.push(focusTable(rows, { period, payer: state?.payer ?? "", organisation: config.organisation }));
  }
  const { showback_timezone: zone } = config.report;
  if (zone !== undefined) tables.push(await showback(warehouse, period.month, zone));
  const files: ReportFile[] = tables.map((table) => ({
    name: `${table.name}.csv`,
    rows: table.rows.length,
    // FOCUS is read by systems.
    bytes: Buffer.from(table.name === "focus" ? csvOf(table) : csvForPeople(table)),
  }));
  const version = await versionFor(store, base, files, final);
  const shown: PageInput = { ...page, tables, status: version.status };
  const focus = tables.find((table) => table.name === "focus");
  if (focus) files.push({ name: "focus.parquet", rows: focus.rows.length, bytes: focusParquet(focus) });
  const kiro = page.beside?.kiro;
  if (kiro && kiro.people.length > 0)
    files.push({ name: "kiro.csv", rows: kiro.people.length, bytes: Buffer.from(csvForPeople(kiroTable(kiro))) });
  if (version.diff)
    files.push({ name: "diff.csv", rows: version.diff.rows.length, bytes: Buffer.from(csvForPeople(version.diff)) });
  files.push({ name: "statement.xlsx", rows: null, bytes: await writeWorkbook(statementSheets(shown)) });
  files.push({ name: "report.html", rows: null, bytes: Buffer.from((input.aim ?? inSomeFolder)(reportPage(shown))) });
  const manifest = manifestOf(
    page.data,
    version.status,
    config,
    files,
    version.before && { ...version.before, dollarsMoved: (version.diff?.rows.length ?? 0) > 0 },
  );
  const { folder, status } = version;
  const notice = version.unchanged ? undefined : reportNotice(manifest, folder);
  if (!version.unchanged) {
    for (const file of files) await store.write(`${folder}/${file.name}`, file.bytes);
    if (notice) await input.onNotice?.(notice);
    await store.write(`${folder}/manifest.json`, `${JSON.stringify(manifest, null, 2)}\n`);
    await writeIndex(store, config.organisation);
  }
  const keys = [...files.map(({ name }) => name), "manifest.json"].map((name) => `${folder}/${name}`);
  return { keys, written: !version.unchanged, folder, status, manifest, notice };
}

const inSomeFolder = (page: string): string => atFolder(page, "DIR");
