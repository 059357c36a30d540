import { mkdirSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { damagedPart } from "../billing/damaged-part.ts";
import { type FoundExports, findExports } from "../billing/find-exports.ts";
import { type BillFinding, billFinding } from "../billing/finding.ts";
import type { BillImport, ImportedPeriod } from "../billing/import.ts";
import type { ExchangeRates } from "../billing/line-findings.ts";
import { type Manifest, manifestPlace, parseManifest } from "../billing/manifest.ts";
import { InputError, messageOf } from "../errors.ts";
import type { ObjectInfo, Row } from "../ports.ts";
import { curLineItems } from "../tables/cur-line-items.ts";
import { addDays } from "../time.ts";
import { judgeLines } from "./cur-checks.ts";
import { saysBedrock } from "./cur-columns.ts";
import { type DamagedPart, PERIOD, periodInside, type ReadableFile, readableFiles, selectLines } from "./cur-files.ts";
import { keepOtherPayers, periodFile } from "./cur-payers.ts";
import { identifier, quote } from "./duckdb-tables.ts";
import { readResult } from "./duckdb-values.ts";
import { bound, type EngineBounds } from "./engine-bounds.ts";
import { FolderStore } from "./folder-store.ts";
import { damagedPeriods, keepClosedMonths } from "./keep-closed.ts";
import { stageKiroLines } from "./kiro-lines.ts";

/** Stored bytes of a bill that one thread reads as soon as two, with half of their processor time (docs/performance.md). */
const FEW_BYTES = 64 * 1024 * 1024;

export interface CurImportOptions {
  /** Files or folders with CUR 2.0 exports. */
  readonly paths: readonly string[];
  /** Data folder; periods land in cur_line_items/period=YYYY-MM and replace what was there of the same payers. */
  readonly folder: string;
  /** Data folder of the result before, where it is another one: what it has of a closed month stays when the newest delivery is damaged. */
  readonly previous?: string;
  /** Days to keep, both included; everything unless given. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  /** What the engine may take. */
  readonly bounds?: EngineBounds;
  /** For bills in other currencies; without one their lines are in no figure. */
  readonly exchangeRates?: ExchangeRates;
}

/**
 * Stages the Bedrock lines of CUR 2.0 exports. A delivery that cannot be read as a whole is left out and named; others are read.
 * @throws InputError when a path does not exist or nothing below the paths is an export.
 */
export async function importCur(options: CurImportOptions): Promise<BillImport> {
  const found = await Promise.all(options.paths.map(exportsBelow));
  const deliveries = found.flatMap((below) => below.deliveries);
  const findings = found.flatMap((below) => below.findings);
  const place = options.paths.join(", ");
  if (deliveries.length === 0 && findings.length === 0) throw noExport(place);
  const bytes = found.reduce((sum, below) => sum + below.bytes, 0);
  const periods = await withConnection({ ...options.bounds, threads: bytes < FEW_BYTES ? 1 : undefined }, async (connection) => {
    const files: ReadableFile[] = [];
    await connection.run("create temp table bill_words (period varchar, payer varchar, product_code varchar, bedrock boolean)");
    const damaged: DamagedPart[] = [];
    for (const delivery of deliveries) files.push(...(await readableFiles(connection, delivery, findings, damaged)));
    if (files.length > 0) {
      const versions = new Map(deliveries.map((delivery) => [delivery.version, delivery]));
      findings.push(...(await stageKiroLines(connection, files, { ...options, deliveries: versions })));
      await stage(connection, files, findings, damaged);
      await keepDays(connection, options);
      findings.push(...(await judgeLines(connection, versions, options.exchangeRates ?? {})));
      findings.push(...(await keepOtherPayers(connection, options.folder)));
    }
    const results = [options.folder, ...(options.previous === undefined ? [] : [options.previous])];
    const kept = await keepClosedMonths(connection, results, damagedPeriods(damaged, findings));
    if (kept.length > 0) await keepDays(connection, options);
    findings.push(...kept);
    return files.length + kept.length === 0 ? [] : writePeriods(connection, options.folder);
  });
  if (periods.length === 0) {
    findings.push(
      billFinding(
        "no_bedrock_lines",
        "error",
        place,
        "no line could be read that is Amazon Bedrock's",
        "Check that the export covers the accounts and the month in which Bedrock was used.",
      ),
    );
  }
  return { periods, findings };
}

/**
 * Looks whether there is a bill below these paths, before anything takes long.
 * @throws InputError as `importCur`
 */
export async function checkBill(paths: readonly string[]): Promise<void> {
  for (const path of paths) {
    const { deliveries, findings } = await exportsBelow(path);
    if (deliveries.length + findings.length === 0) throw noExport(path);
  }
}

const noExport = (place: string): InputError =>
  new InputError(place, `billing: ${place} holds no CUR 2.0 export`, {
    hint: "Give the folder that contains data/ and metadata/, or .csv, .csv.gz or .parquet files of a CUR 2.0 export.",
  });

/** @returns also the bytes of all files there */
async function exportsBelow(path: string): Promise<FoundExports & { readonly bytes: number }> {
  let isFolder: boolean;
  try {
    isFolder = statSync(path).isDirectory();
  } catch (cause) {
    throw new InputError(path, `billing: ${path} cannot be read: ${messageOf(cause)}`, {
      hint: "Give an existing folder or file to --cur.",
      cause,
    });
  }
  const root = isFolder ? path : dirname(path);
  const store = new FolderStore(root);
  const objects: ObjectInfo[] = [];
  if (isFolder) for await (const object of store.list()) objects.push(object);
  else objects.push({ key: basename(path), size: statSync(path).size, lastModified: statSync(path).mtimeMs });
  const manifests = new Map<string, Manifest | string>();
  for (const { key } of objects) {
    if (!manifestPlace(key)) continue;
    manifests.set(key, parseManifest(Buffer.from((await store.readAll(key))?.bytes ?? []).toString("utf8")));
  }
  const found = findExports(objects, manifests, basename(resolve(root)));
  return {
    findings: found.findings,
    bytes: objects.reduce((sum, { size }) => sum + size, 0),
    deliveries: found.deliveries.map((delivery) => ({ ...delivery, files: delivery.files.map((file) => join(root, file)) })),
  };
}

async function withConnection<T>(
  { threads, ...bounds }: Partial<EngineBounds> & { readonly threads: number | undefined },
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(":memory:", threads === undefined ? {} : { threads: String(threads) });
  const connection = await instance.connect();
  try {
    await connection.run("set TimeZone='UTC'");
    await bound(connection, bounds);
    return await work(connection);
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function keepDays(connection: DuckDBConnection, { from, to }: Pick<CurImportOptions, "from" | "to">): Promise<void> {
  if (from !== undefined) await connection.run(`delete from lines where usage_start < timestamp ${quote(from)}`);
  if (to !== undefined) await connection.run(`delete from lines where usage_start >= timestamp ${quote(addDays(to, 1))}`);
}

/** All lines of Bedrock, from every file, in the table `lines`. A file turns out to be damaged when the page that is broken is read. */
async function stage(
  connection: DuckDBConnection,
  files: readonly ReadableFile[],
  findings: BillFinding[],
  damaged: DamagedPart[],
): Promise<void> {
  const [first] = files;
  if (first === undefined) return;
  await connection.run(`create temp table lines as select * from (${selectLines(first)}) limit 0`);
  for (const file of files) {
    // `AWSMarketplace` is a code that many products share, so it says nothing.
    const lines = `select * replace (${PERIOD} as period)
      from (${selectLines(file)}) where ${saysBedrock()}
        or product_code in (select w.product_code from bill_words w where w.bedrock and w.product_code <> 'AWSMarketplace')`;
    try {
      await connection.run(`insert into lines ${lines}`);
    } catch (error) {
      findings.push(damagedPart(file.delivery, file.path, messageOf(error)));
      damaged.push({ version: file.delivery.version, period: await periodInside(connection, file.delivery, file.path) });
    }
  }
  for (const { version, period } of damaged)
    await connection.run(
      `update lines set incomplete = true where cur_version = ${quote(version)}${period === null ? "" : ` and period = ${quote(period)}`}`,
    );
}

async function writePeriods(connection: DuckDBConnection, folder: string): Promise<ImportedPeriod[]> {
  const { rows } = await readResult(
    await connection.run(
      `select period, string_agg(distinct cur_version, ' + ' order by cur_version) as version, count(*) as lines, cast(coalesce(sum(case when currency_code = 'USD' then unblended_cost end), 0) as varchar) as usd,
        bool_or(has_iam_principal) as principals, bool_and(invoice_id is not null) filter (where line_item_type = 'Usage') as invoiced, max(usage_end) as covered_to from lines group by period order by period`,
    ),
  );
  const columns = curLineItems.columns
    .map((column) => `cast(${identifier(column.name)} as ${column.type}) as ${identifier(column.name)}`)
    .join(", ");
  // Every column takes part, so that the same lines always give the same bytes; maps cannot be compared, their text can.
  const order = curLineItems.columns
    .map(({ name, type }) => (type.startsWith("map") ? `cast(${identifier(name)} as varchar)` : identifier(name)))
    .join(", ");
  for (const row of rows) {
    const file = periodFile(folder, String(row["period"]));
    const target = dirname(file);
    mkdirSync(target, { recursive: true });
    await connection.run(
      `copy (select ${columns} from lines where period = ${quote(String(row["period"]))} order by ${order}) to ${quote(`${file}.tmp`)} (format parquet, compression zstd)`,
    );
    renameSync(`${file}.tmp`, file);
    for (const other of readdirSync(target)) if (join(target, other) !== file) rmSync(join(target, other), { force: true });
  }
  return rows.map(importedPeriod);
}

const importedPeriod = (row: Row): ImportedPeriod => ({
  period: String(row["period"]),
  version: String(row["version"]),
  lines: Number(row["lines"]),
  billedUsd: String(row["usd"]),
  hasIamPrincipal: row["principals"] === true,
  invoiced: row["invoiced"] === true,
  coveredTo: String(row["covered_to"]),
});
