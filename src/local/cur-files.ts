import { statSync } from "node:fs";
import { basename } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type BillForm, columnNames, focusName, formOf, translation } from "../billing/bill-forms.ts";
import { damagedPart } from "../billing/damaged-part.ts";
import { type Delivery, deliveredAt, snapshotOf } from "../billing/find-exports.ts";
import { type BillFinding, billFinding } from "../billing/finding.ts";
import { missingOptional } from "../billing/missing-columns.ts";
import { messageOf } from "../errors.ts";
import { REQUIRED_COLUMNS } from "../tables/cur-required-columns.ts";
import { type FileColumns, lineExpressions, saysBedrock } from "./cur-columns.ts";
import { identifier, pathLiteral, quote } from "./duckdb-tables.ts";
import { readResult } from "./duckdb-values.ts";
import { checkGzip } from "./whole-gzip.ts";

/** A data file that was read to its end once. */
export interface ReadableFile {
  readonly path: string;
  readonly delivery: Delivery;
  /** In the words of CUR 2.0, whatever form the file has. */
  readonly columns: FileColumns;
  readonly form: BillForm;
  /** What to select from. */
  readonly source: string;
}

/** A part that was left out, with its billing period where that could still be read. */
export interface DamagedPart {
  readonly version: string;
  readonly period: string | null;
}

/**
 * The files of a delivery that can be read. Reading them learns, in the table `bill_words`, who pays, and the opaque product codes under which
 * Marketplace sells Bedrock models: tax and credits of those name nothing else. A part that cannot be read is left out and named.
 */
export async function readableFiles(
  connection: DuckDBConnection,
  delivery: Delivery,
  findings: BillFinding[],
  damaged: DamagedPart[],
): Promise<ReadableFile[]> {
  const files: ReadableFile[] = [];
  for (const path of delivery.files) {
    if (isEmpty(path)) {
      const cut = delivery.hasManifest && !path.endsWith(".csv");
      if (cut) damaged.push({ version: delivery.version, period: delivery.period });
      findings.push(
        cut
          ? damagedPart(delivery, path, "it is empty although the manifest lists it")
          : billFinding("empty_part", "note", path, "the file is empty", "Nothing, if the delivery is complete."),
      );
      continue;
    }
    try {
      if (path.endsWith(".gz")) await checkGzip(path);
      const file = await readable(connection, delivery, path);
      const problem = missingColumns(file);
      if (problem === undefined) {
        await learnWords(connection, file);
        files.push(file);
      } else findings.push(problem);
    } catch (error) {
      findings.push(damagedPart(delivery, path, messageOf(error)));
      damaged.push({ version: delivery.version, period: await periodInside(connection, delivery, path) });
    }
  }
  if (files.length === 0 && delivery.hasManifest) {
    const text = "the period is left out because no part of it can be read";
    findings.push(billFinding("half_written_delivery", "error", delivery.version, text, "Fetch the whole delivery again."));
  }
  findings.push(...differences(files));
  return files;
}

/** A link that leads nowhere is not: what reads it says what is wrong. */
function isEmpty(path: string): boolean {
  try {
    return statSync(path).size === 0;
  } catch {
    return false;
  }
}

/** What of a damaged file still tells its billing period: its first lines, or a column that is whole. */
export async function periodInside(connection: DuckDBConnection, delivery: Delivery, path: string): Promise<string | null> {
  if (delivery.period !== null) return delivery.period;
  try {
    const { rows } = await readResult(
      await connection.run(`select ${PERIOD} as month from (${selectLines(await readable(connection, delivery, path))}) limit 1`),
    );
    return rows[0]?.["month"] == null ? null : String(rows[0]["month"]);
  } catch {
    return null;
  }
}

/** The billing period of a selected line. */
export const PERIOD = "coalesce(period, nullif(folder_period, ''), strftime(usage_start, '%Y-%m'))";

/** Every line of a file in the columns of cur_line_items, with what the checks need. */
export function selectLines({ path, delivery, columns, source }: ReadableFile): string {
  const list = [...lineExpressions(columns)].map(([name, expression]) => `${expression} as ${identifier(name)}`).join(", ");
  return `select ${list}, try_cast(${quote(deliveredAt(delivery) ?? "")} as timestamp) as delivered_at, ${quote(delivery.version)} as cur_version, ${quote(basename(path))} as source_file, ${quote(delivery.period ?? "")} as folder_period, ${quote(delivery.hasManifest ? "" : snapshotOf(path))} as snapshot, false as incomplete from ${source}`;
}

const raw = (path: string): string =>
  path.endsWith(".parquet")
    ? `read_parquet(${pathLiteral(path)})`
    : `read_csv(${pathLiteral(path)}, header=true, all_varchar=true, delim=',', quote='"', escape='"')`;

/** The columns of a file, legacy and FOCUS ones in the words of CUR 2.0. */
async function readable(connection: DuckDBConnection, delivery: Delivery, path: string): Promise<ReadableFile> {
  const { rows } = await readResult(await connection.run(`describe select * from ${raw(path)}`));
  const written = rows.map((row) => String(row["column_name"]));
  const names = columnNames(written);
  const columns = new Map(rows.map((row, index) => [names[index] ?? "", String(row["column_type"])]));
  const renamed = written.every((name, index) => name === names[index])
    ? raw(path)
    : `(select ${written.map((name, index) => `${identifier(name)} as ${identifier(names[index] ?? name)}`).join(", ")} from ${raw(path)})`;
  const translated = translation(columns, "MAP(VARCHAR, VARCHAR)");
  const form = formOf(columns);
  if (translated === undefined) return { path, delivery, columns, form, source: renamed };
  const list = [...translated.expressions].map(([name, expression]) => `${expression} as ${identifier(name)}`).join(", ");
  return { path, delivery, columns: translated.columns, form, source: `(select ${list} from ${renamed})` };
}

/** Billing periods, payers and product codes of all lines of a file, Bedrock's or not. */
async function learnWords(connection: DuckDBConnection, file: ReadableFile): Promise<void> {
  await connection.run(
    `insert into bill_words select distinct ${PERIOD}, coalesce(payer_account_id, ''), product_code, ${saysBedrock()} from (${selectLines(file)})`,
  );
}

function missingColumns({ path, columns, form }: ReadableFile): BillFinding | undefined {
  const missing = REQUIRED_COLUMNS.filter((name) => !columns.has(name));
  if (missing.length === 0) return undefined;
  return billFinding(
    "missing_column",
    "error",
    path,
    `is left out, it has no column ${missing.map((name) => (form === "focus" ? focusName(name) : name)).join(", ")}`,
    "Add the column to the export's column list in AWS Data Exports.",
  );
}

function differences(files: readonly ReadableFile[]): BillFinding[] {
  const [first, ...others] = files;
  if (!first) return [];
  const findings: BillFinding[] = [];
  const names = ({ columns }: ReadableFile): string => [...columns.keys()].sort().join();
  const different = others.find((file) => names(file) !== names(first));
  if (different) {
    findings.push(
      billFinding(
        "mixed_columns",
        "note",
        different.path,
        `its columns differ from those of ${first.path}; columns that a file lacks are read as empty`,
        "Check that both are of the same export.",
      ),
    );
  }
  const blind = files.find(({ columns }) => !columns.has("line_item_iam_principal"));
  if (blind) {
    findings.push(
      billFinding(
        "no_iam_principal",
        "note",
        blind.path,
        "the export has no column line_item_iam_principal; charges are allocated to principals by logged usage",
        blind.form === "cur2"
          ? "Turn on caller identity (IAM principal) allocation data in AWS Data Exports to bill principals directly."
          : "Legacy reports and FOCUS exports never name the caller: create a CUR 2.0 export with caller identity (IAM principal) allocation data.",
      ),
    );
  }
  const { path, columns, form, delivery } = first;
  findings.push(...missingOptional(path, form, (name) => columns.has(name), delivery.period !== null));
  return findings;
}
