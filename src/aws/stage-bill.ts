import { createHash } from "node:crypto";
import { pipeline } from "node:stream/promises";
import { createGunzip } from "node:zlib";
import { CreateTableCommand, DeleteTableCommand, type GlueClient } from "@aws-sdk/client-glue";
import { focusName, formOf, translation } from "../billing/bill-forms.ts";
import { damagedPart } from "../billing/damaged-part.ts";
import { type Delivery, findExports } from "../billing/find-exports.ts";
import { type BillFinding, billFinding, keptClosedMonth } from "../billing/finding.ts";
import { type ExchangeRates, stagedFinding } from "../billing/line-findings.ts";
import { type Manifest, manifestPlace, parseManifest } from "../billing/manifest.ts";
import { missingOptional } from "../billing/missing-columns.ts";
import { messageOf } from "../errors.ts";
import type { ObjectInfo } from "../ports.ts";
import { curLineItems } from "../tables/cur-line-items.ts";
import { REQUIRED_COLUMNS } from "../tables/cur-required-columns.ts";
import { kiroBillLines } from "../tables/kiro-bill-lines.ts";
import type { AthenaWarehouse } from "./athena-warehouse.ts";
import { curFileColumns, type FileColumns } from "./cur-file-columns.ts";
import { awsError, failureOf } from "./failure.ts";
import type { S3Store } from "./s3-store.ts";
import { keptText, kiroText, lostLines, lostText, type Source, stagingText } from "./staging-text.ts";

export interface StageBillOptions {
  readonly warehouse: AthenaWarehouse;
  readonly glue: GlueClient;
  readonly database: string;
  /** The export's place: `s3://bucket/prefix`. */
  readonly source: S3Store;
  /** Only these billing periods; all that there are unless given. */
  readonly periods?: ReadonlySet<string>;
  /** For bills in other currencies. */
  readonly exchangeRates?: ExchangeRates;
  /** Whether lines of Kiro and Amazon Q are staged, too, in a table of their own: one more look at the delivery. */
  readonly kiro?: boolean;
}

export interface StagedBill {
  /** Periods that were replaced, YYYY-MM. */
  readonly periods: readonly string[];
  readonly findings: readonly BillFinding[];
}

/**
 * A letter that no bill holds. OpenCSVSerde's own escape is the backslash, with which JSON in a cell escapes its quotes: the map in
 * `"{""k"": ""a\""b""}"` would be lost (seen on Trino). Escape and quote have to differ, and doubled quotes are read anyway.
 */
export const CSV_ESCAPE = "\u0001";

/**
 * Copies the Bedrock lines of the newest delivery of each billing period into cur_line_items, a period at a time: an external table over the
 * delivery's files, one UNLOAD, one swap. A delivery speaks for its payer alone: what is staged of other payers stays beside it, also when their
 * own newest delivery cannot be read now. Staging a delivery again gives the same rows.
 */
export async function stageBill(options: StageBillOptions): Promise<StagedBill> {
  const { deliveries, findings: found } = await deliveriesBelow(options.source);
  const findings = [...found];
  const byPeriod = Map.groupBy(
    deliveries.filter(({ period }) => period !== null && (options.periods === undefined || options.periods.has(period))),
    ({ period }) => period ?? "",
  );
  const periods: string[] = [];
  for (const [period, group] of [...byPeriod].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const sources: Source[] = [];
    for (const delivery of group) {
      const source = await describe(delivery, options, findings);
      if (source) sources.push(source);
    }
    if (sources.length === 0) continue;
    findings.push(...(await stagePeriod(period, sources, options)));
    const { rows } = await options.warehouse.query("billing/staged_checks", { month: period });
    findings.push(...rows.map((row) => stagedFinding(period, row, options.exchangeRates)));
    periods.push(period);
  }
  return { periods, findings };
}

async function deliveriesBelow(source: S3Store) {
  const objects: ObjectInfo[] = [];
  const manifests = new Map<string, Manifest | string>();
  for await (const object of source.list()) {
    objects.push(object);
    if (manifestPlace(object.key))
      manifests.set(object.key, parseManifest(Buffer.from((await source.readAll(object.key))?.bytes ?? []).toString("utf8")));
  }
  return findExports(objects, manifests, source.bucket);
}

async function describe(
  delivery: Delivery,
  { source, database }: StageBillOptions,
  findings: BillFinding[],
): Promise<Source | undefined> {
  const [first] = delivery.files;
  if (first === undefined) return undefined;
  const fileColumns = await curFileColumns(source, first);
  const form = formOf(fileColumns);
  const translated = translation(fileColumns, "map<string,string>");
  const columns = translated?.columns ?? fileColumns;
  const missing = REQUIRED_COLUMNS.filter((name) => !columns.has(name));
  if (missing.length > 0) {
    findings.push(
      billFinding(
        "missing_column",
        "error",
        first,
        `is left out, it has no column ${missing.map((name) => (form === "focus" ? focusName(name) : name)).join(", ")}`,
        "Add the column to the export's column list in AWS Data Exports.",
      ),
    );
    return undefined;
  }
  const odd = await otherColumns(source, delivery, fileColumns);
  if (odd !== undefined) {
    findings.push(
      billFinding(
        "mixed_columns",
        "error",
        odd,
        `period ${delivery.period} is left out: the columns of this file are not those of ${first}, and CSV is read by place`,
        "Wait for the next delivery, or let AWS Data Exports write Parquet.",
      ),
    );
    return undefined;
  }
  if (!columns.has("line_item_iam_principal")) {
    findings.push(
      billFinding(
        "no_iam_principal",
        "note",
        first,
        "the export has no column line_item_iam_principal; charges are allocated to principals by logged usage",
        form === "cur2"
          ? "Turn on caller identity (IAM principal) allocation data in AWS Data Exports to bill principals directly."
          : "Legacy reports and FOCUS exports never name the caller: create a CUR 2.0 export with caller identity (IAM principal) allocation data.",
      ),
    );
  }
  findings.push(...missingOptional(first, form, (name) => columns.has(name), true));
  const digest = createHash("sha256")
    .update([database, delivery.version, ...delivery.files].join("\n"))
    .digest("hex")
    .slice(0, 16);
  return { delivery, fileColumns, columns, translation: translated?.expressions, incomplete: false, table: `staging_${digest}` };
}

/** The first CSV file whose header differs; Parquet is read by name and may differ. */
async function otherColumns(source: S3Store, { files }: Delivery, columns: FileColumns): Promise<string | undefined> {
  const names = [...columns.keys()].join();
  for (const file of files.slice(1)) {
    if (!file.endsWith(".parquet") && [...(await curFileColumns(source, file)).keys()].join() !== names) return file;
  }
  return undefined;
}

/** Stages what can be read: a part that is damaged is left out and named, and the others are tried again. @returns what could not be staged */
async function stagePeriod(period: string, sources: readonly Source[], options: StageBillOptions): Promise<BillFinding[]> {
  try {
    return await stageWhole(period, sources, options);
  } catch (error) {
    const reason = messageOf(error);
    const broken = await damagedFiles(sources, reason, options.source);
    if (broken.size === 0) throw error;
    const damaged = sources.flatMap(({ delivery }) =>
      delivery.files.filter((file) => broken.has(file)).map((file) => damagedPart(delivery, file, reason)),
    );
    const left = sources.flatMap((source): Source[] => {
      const files = source.delivery.files.filter((file) => !broken.has(file));
      if (files.length === 0) return [];
      const incomplete = source.incomplete || files.length < source.delivery.files.length;
      return [{ ...source, incomplete, delivery: { ...source.delivery, files } }];
    });
    return left.length === 0 ? damaged : [...damaged, ...(await stagePeriod(period, left, options))];
  }
}

/** Files that the engine's words name, or else compressed text that does not end as it should. */
async function damagedFiles(sources: readonly Source[], reason: string, store: S3Store): Promise<ReadonlySet<string>> {
  const files = sources.flatMap(({ delivery }) => delivery.files);
  const named = files.filter((file) => reason.includes(file));
  if (named.length > 0) return new Set(named);
  const broken = new Set<string>();
  for (const file of files.filter((name) => name.endsWith(".gz")))
    try {
      const { body } = await store.read(file);
      await pipeline(body, createGunzip(), async (chunks) => {
        for await (const _ of chunks);
      });
    } catch (error) {
      if (error instanceof Error && "code" in error && String(error.code).startsWith("Z_")) broken.add(file);
      else throw error;
    }
  return broken;
}

async function stageWhole(period: string, sources: readonly Source[], options: StageBillOptions): Promise<BillFinding[]> {
  const { warehouse } = options;
  try {
    for (const source of sources) await createSource(source, options);
    const kept = await keptMonths(period, sources, options);
    const folder = await warehouse.unload("billing import", curLineItems, stagingText(period, sources, options.source));
    await warehouse.swap(curLineItems.name, "period", folder, [period]);
    if (options.kiro === true) {
      const beside = await warehouse.unload("Kiro's lines", kiroBillLines, kiroText(period, sources, options.source));
      await warehouse.swap(kiroBillLines.name, "period", beside, [period]);
    }
    return [...kept, ...lostLines(period, (await warehouse.adhoc(lostText(sources, options.source))).rows[0])];
  } finally {
    for (const source of sources) await dropSource(source, options);
  }
}

async function keptMonths(
  period: string,
  sources: readonly Source[],
  { warehouse, source }: StageBillOptions,
): Promise<BillFinding[]> {
  const damaged = sources.filter(({ incomplete }) => incomplete);
  if (damaged.length === 0) return [];
  const { rows } = await warehouse.adhoc(keptText(period, damaged, source));
  return rows.map((row) => keptClosedMonth(period, String(row["payer"] ?? ""), String(row["version"])));
}

async function createSource(
  { delivery, fileColumns, table }: Source,
  { glue, database, source }: StageBillOptions,
): Promise<void> {
  const [first = ""] = delivery.files;
  const csv = !first.endsWith(".parquet");
  await dropSource({ table }, { glue, database });
  try {
    await glue.send(
      new CreateTableCommand({
        DatabaseName: database,
        TableInput: {
          Name: table,
          Description: "Exists only while a bill is being staged.",
          TableType: "EXTERNAL_TABLE",
          Parameters: {
            EXTERNAL: "TRUE",
            classification: csv ? "csv" : "parquet",
            ...(csv ? { "skip.header.line.count": "1" } : {}),
          },
          StorageDescriptor: {
            Columns: [...fileColumns].map(([Name, Type]) => ({ Name, Type })),
            Location: `${source.name}/${first.slice(0, first.lastIndexOf("/") + 1)}`,
            InputFormat: csv
              ? "org.apache.hadoop.mapred.TextInputFormat"
              : "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            OutputFormat: csv
              ? "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat"
              : "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            SerdeInfo: csv
              ? {
                  SerializationLibrary: "org.apache.hadoop.hive.serde2.OpenCSVSerde",
                  Parameters: { separatorChar: ",", quoteChar: '"', escapeChar: CSV_ESCAPE },
                }
              : { SerializationLibrary: "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe" },
          },
        },
      }),
    );
  } catch (error) {
    // It was dropped just now and its name says what is in it: the SDK has asked again after an answer that was lost.
    if (failureOf(error).name !== "AlreadyExistsException") throw awsError("glue", `making ${table}`, table, error);
  }
}

async function dropSource(
  { table }: Pick<Source, "table">,
  { glue, database }: Pick<StageBillOptions, "glue" | "database">,
): Promise<void> {
  await glue.send(new DeleteTableCommand({ DatabaseName: database, Name: table })).catch((error: unknown) => {
    if (failureOf(error).kind !== "missing") throw awsError("glue", `removing ${table}`, table, error);
  });
}
