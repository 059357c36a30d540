import { statSync } from "node:fs";
import { basename } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { type Delivery, deliveredAt } from "../billing/find-exports.ts";
import { type BillFinding, billFinding } from "../billing/finding.ts";
import { messageOf } from "../errors.ts";
import { REQUIRED_COLUMNS } from "../tables/cur-required-columns.ts";
import { type FileColumns, lineExpressions, saysBedrock } from "./cur-columns.ts";
import { identifier, quote } from "./duckdb-tables.ts";
import { readResult } from "./duckdb-values.ts";

/** A data file that was read to its end once. */
export interface ReadableFile {
  readonly path: string;
  readonly delivery: Delivery;
  readonly columns: FileColumns;
}

/**
 * The files of a delivery that can be read. Reading them learns, in the table `bill_words`, who pays, and the opaque product codes under which
 * Marketplace sells Bedrock models: tax and credits of those name nothing else. A delivery with a manifest is read as a whole or not at all.
 */
export async function readableFiles(
  connection: DuckDBConnection,
  delivery: Delivery,
  findings: BillFinding[],
): Promise<ReadableFile[]> {
  const files: ReadableFile[] = [];
  let broken = false;
  for (const path of delivery.files) {
    if (statSync(path).size === 0) {
      const cut = delivery.hasManifest && !path.endsWith(".csv");
      broken ||= cut;
      findings.push(
        cut
          ? billFinding(
              "half_written_delivery",
              "error",
              path,
              "the file is empty although the manifest lists it",
              "Fetch it again.",
            )
          : billFinding("empty_part", "note", path, "the file is empty", "Nothing, if the delivery is complete."),
      );
      continue;
    }
    try {
      const file = { path, delivery, columns: await describe(connection, path) };
      const problem = missingColumns(file);
      if (problem === undefined) {
        await learnWords(connection, file);
        files.push(file);
      } else {
        broken = true;
        findings.push(problem);
      }
    } catch (error) {
      broken = true;
      const reason = messageOf(error).slice(0, 200);
      findings.push(
        billFinding(
          "unreadable_file",
          "error",
          path,
          `cannot be read: ${reason}`,
          "Copy the file again; it may be cut off or of another kind.",
        ),
      );
    }
  }
  if (broken && delivery.hasManifest) {
    const text = "the period is left out because a part of it cannot be read";
    findings.push(billFinding("half_written_delivery", "error", delivery.version, text, "Fetch the whole delivery again."));
    return [];
  }
  findings.push(...differences(files));
  return files;
}

/** The billing period of a selected line. */
export const PERIOD = "coalesce(period, nullif(folder_period, ''), strftime(usage_start, '%Y-%m'))";

/** Every line of a file in the columns of cur_line_items, with what the checks need. */
export function selectLines({ path, delivery, columns }: ReadableFile): string {
  const list = [...lineExpressions(columns)].map(([name, expression]) => `${expression} as ${identifier(name)}`).join(", ");
  return `select ${list}, try_cast(${quote(deliveredAt(delivery) ?? "")} as timestamp) as delivered_at, ${quote(delivery.version)} as cur_version, ${quote(basename(path))} as source_file, ${quote(delivery.period ?? "")} as folder_period from ${source(path)}`;
}

const source = (path: string): string =>
  path.endsWith(".parquet")
    ? `read_parquet(${quote(path)})`
    : `read_csv(${quote(path)}, header=true, all_varchar=true, delim=',', quote='"', escape='"')`;

async function describe(connection: DuckDBConnection, path: string): Promise<FileColumns> {
  const { rows } = await readResult(await connection.run(`describe select * from ${source(path)}`));
  return new Map(rows.map((row) => [String(row["column_name"]), String(row["column_type"])]));
}

/** Billing periods, payers and product codes of all lines of a file, Bedrock's or not. */
async function learnWords(connection: DuckDBConnection, file: ReadableFile): Promise<void> {
  await connection.run(
    `insert into bill_words select distinct ${PERIOD}, coalesce(payer_account_id, ''), product_code, ${saysBedrock()} from (${selectLines(file)})`,
  );
}

function missingColumns({ path, columns }: ReadableFile): BillFinding | undefined {
  const missing = REQUIRED_COLUMNS.filter((name) => !columns.has(name));
  if (missing.length === 0) return undefined;
  const legacy = [...columns.keys()].some((name) => name.toLowerCase().startsWith("lineitem"));
  return billFinding(
    "missing_column",
    "error",
    path,
    `is left out, it has no column ${missing.join(", ")}`,
    legacy
      ? "This is a legacy cost and usage report: create a CUR 2.0 export in AWS Data Exports."
      : "Add the column to the export's column list in AWS Data Exports.",
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
        "Turn on caller identity (IAM principal) allocation data in AWS Data Exports to bill principals directly.",
      ),
    );
  }
  return findings;
}
