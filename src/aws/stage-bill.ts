import { createHash } from "node:crypto";
import { CreateTableCommand, DeleteTableCommand, type GlueClient } from "@aws-sdk/client-glue";
import { type Delivery, deliveredAt, findExports } from "../billing/find-exports.ts";
import { type BillFinding, billFinding } from "../billing/finding.ts";
import { type Manifest, manifestPlace, parseManifest } from "../billing/manifest.ts";
import type { ObjectInfo } from "../ports.ts";
import { curLineItems } from "../tables/cur-line-items.ts";
import type { AthenaWarehouse } from "./athena-warehouse.ts";
import { curExpressions, quote, saysBedrock } from "./cur-expressions.ts";
import { curFileColumns, type FileColumns } from "./cur-file-columns.ts";
import { awsError, failureOf } from "./failure.ts";
import type { S3Store } from "./s3-store.ts";

export interface StageBillOptions {
  readonly warehouse: AthenaWarehouse;
  readonly glue: GlueClient;
  readonly database: string;
  /** The export's place: `s3://bucket/prefix`. */
  readonly source: S3Store;
  /** Only these billing periods; all that there are unless given. */
  readonly periods?: ReadonlySet<string>;
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

/** Without these a file is no CUR 2.0 export. */
const REQUIRED = [
  "line_item_usage_account_id",
  "line_item_usage_start_date",
  "line_item_line_item_type",
  "line_item_product_code",
  "line_item_usage_type",
  "line_item_unblended_cost",
];

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
    await stagePeriod(period, sources, options);
    periods.push(period);
  }
  return { periods, findings };
}

interface Source {
  readonly delivery: Delivery;
  readonly columns: FileColumns;
  /** Name of the external table over its files. */
  readonly table: string;
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
  const columns = await curFileColumns(source, first);
  const missing = REQUIRED.filter((name) => !columns.has(name));
  if (missing.length > 0) {
    findings.push(
      billFinding(
        "missing_column",
        "error",
        first,
        `is left out, it has no column ${missing.join(", ")}`,
        "Add the column to the export's column list in AWS Data Exports.",
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
        "Turn on caller identity (IAM principal) allocation data in AWS Data Exports to bill principals directly.",
      ),
    );
  }
  const digest = createHash("sha256")
    .update([database, delivery.version, ...delivery.files].join("\n"))
    .digest("hex")
    .slice(0, 16);
  return { delivery, columns, table: `staging_${digest}` };
}

async function stagePeriod(period: string, sources: readonly Source[], options: StageBillOptions): Promise<void> {
  const { warehouse } = options;
  try {
    for (const source of sources) await createSource(source, options);
    const folder = await warehouse.unload("billing import", curLineItems, stagingText(period, sources, options.source));
    await warehouse.swap(curLineItems.name, "period", folder, [period]);
  } finally {
    for (const source of sources) await dropSource(source, options);
  }
}

/** Every Bedrock line once. Exported for the tests, which run it on Trino. */
export function stagingText(period: string, sources: readonly Source[], store: Pick<S3Store, "name">): string {
  const names = curLineItems.columns.map(({ name }) => name);
  const selects = sources.map(({ delivery, columns, table }) => {
    const at = deliveredAt(delivery);
    const expressions = new Map([
      ...curExpressions(columns),
      ["cur_version", quote(delivery.version)],
      ["source_file", `regexp_extract("$path", '[^/]+$')`],
      ["delivered_at", at === null ? "cast(null as timestamp(3))" : `timestamp ${quote(at.slice(0, 23).replace("T", " "))}`],
    ]);
    const list = names.map((name) => `${expressions.get(name) ?? "null"} as ${name}`).join(",\n    ");
    const paths = delivery.files.map((key) => quote(`${store.name}/${key}`)).join(", ");
    return `  select\n    ${list},\n    ${quote(delivery.writtenAt)} as written_at\n  from "${table}"\n  where "$path" in (${paths})`;
  });
  return `with lines as (
${selects.join("\n  union all\n")}
),
codes as (
  select distinct product_code
  from lines
  where ${saysBedrock()} and product_code <> 'AWSMarketplace'
),
deliveries as (
  -- The newest delivery of each payer, whether it holds Bedrock lines or not.
  select payer, cur_version, delivered_at
  from (
    select
      coalesce(payer_account_id, '') as payer,
      cur_version,
      delivered_at,
      row_number() over (partition by coalesce(payer_account_id, '') order by max(written_at) desc, cur_version desc) as place
    from lines
    group by 1, 2, 3
  ) d
  where place = 1
),
staged as (
  select coalesce(payer_account_id, '') as payer, max(delivered_at) as delivered_at
  from ${curLineItems.name}
  where period = ${quote(period)}
  group by 1
),
kept as (
  -- Staged lines that no newer delivery speaks for.
  select s.payer
  from staged s
  left join deliveries d
    on d.payer = s.payer
  where d.payer is null or s.delivered_at > d.delivered_at
),
bedrock as (
  select
    l.*,
    case
      when l.line_item_id is null then 1
      else row_number() over (
        partition by l.cur_version, l.line_item_id, l.usage_start, l.account_id, l.line_item_type, l.usage_type, l.iam_principal, l.resource_id
        order by l.source_file, l.unblended_cost, l.usage_amount
      )
    end as copy
  from lines l
  join deliveries d
    on d.payer = coalesce(l.payer_account_id, '')
    and d.cur_version = l.cur_version
  where (${saysBedrock()} or l.product_code in (select product_code from codes))
    and l.unblended_cost is not null and l.usage_start is not null
    and coalesce(l.payer_account_id, '') not in (select payer from kept)
)
select ${names.join(", ")}, ${quote(period)} as period
from bedrock
where copy = 1
union all
select ${names.join(", ")}, period
from ${curLineItems.name}
where period = ${quote(period)}
  and coalesce(payer_account_id, '') in (select payer from kept)`;
}

async function createSource({ delivery, columns, table }: Source, { glue, database, source }: StageBillOptions): Promise<void> {
  const [first = ""] = delivery.files;
  const csv = !first.endsWith(".parquet");
  await dropSource({ table }, { glue, database });
  await ask(table, () =>
    glue.send(
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
            Columns: [...columns].map(([Name, Type]) => ({ Name, Type })),
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
    ),
  );
}

async function dropSource(
  { table }: Pick<Source, "table">,
  { glue, database }: Pick<StageBillOptions, "glue" | "database">,
): Promise<void> {
  await glue.send(new DeleteTableCommand({ DatabaseName: database, Name: table })).catch((error: unknown) => {
    if (failureOf(error).kind !== "missing") throw awsError("glue", `removing ${table}`, table, error);
  });
}

async function ask<T>(table: string, call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw awsError("glue", `making ${table}`, table, error);
  }
}
