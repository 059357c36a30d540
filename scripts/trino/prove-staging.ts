import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { DuckDBInstance } from "@duckdb/node-api";
import { type CurFiles, curFileColumns } from "../../src/aws/cur-file-columns.ts";
import { CSV_ESCAPE } from "../../src/aws/stage-bill.ts";
import { kiroText, lostText, stagingText } from "../../src/aws/staging-text.ts";
import { unloadText } from "../../src/aws/unload.ts";
import { translation } from "../../src/billing/bill-forms.ts";
import { findExports } from "../../src/billing/find-exports.ts";
import { type Manifest, manifestPlace, parseManifest } from "../../src/billing/manifest.ts";
import { importCur } from "../../src/local/cur-import.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { parseCsv } from "../../src/parse-csv.ts";
import { curLineItems } from "../../src/tables/cur-line-items.ts";
import { kiroBillLines } from "../../src/tables/kiro-bill-lines.ts";
import { createTable } from "./create-tables.ts";
import { firstDifference, type Side } from "./first-difference.ts";
import type { Proof } from "./prove-query.ts";
import type { TrinoClient } from "./trino-client.ts";
import { kindOf, trinoRows } from "./values.ts";

export interface StagingProof {
  readonly trino: TrinoClient;
  /** The schema that the client works in; made anew. */
  readonly schema: string;
  /** A folder with one or more exports. */
  readonly bill: string;
  /** The folder that Trino sees as `local:///`. */
  readonly root: string;
  /** Bedrock lines in it whose cost or time cannot be read. */
  readonly lost: { readonly costs: number; readonly times: number };
  /** Lines of Kiro and Amazon Q instead of Bedrock's. */
  readonly kiro?: boolean;
}

/** The statement that stages a bill on Athena (src/aws/stage-bill.ts), on Trino, against what the local import makes of the same files. */
export async function proveStaging({ trino, schema, bill, root, lost, kiro = false }: StagingProof): Promise<Proof> {
  const table = kiro ? kiroBillLines : curLineItems;
  const place = join(root, "bills");
  rmSync(place, { recursive: true, force: true });
  const data = mkdtempSync(join(tmpdir(), "strata-staging-"));
  try {
    cpSync(bill, join(place, "cur"), { recursive: true });
    await importCur({ paths: [join(place, "cur")], folder: data });
    await trino.run(`drop schema if exists ${schema} cascade`);
    await trino.run(`create schema ${schema}`);
    // A first delivery is staged beside nothing, a second one beside what the first one left.
    for (const before of ["nothing", "the same delivery"] as const) {
      const why = await difference(trino, schema, { place, data, before, lost, table });
      if (why !== undefined) return { outcome: "differs", why: `beside ${before}: ${why}` };
    }
    const { rows } = await local(data, (warehouse) => warehouse.adhoc(`select count(*) as n from ${table.name}`));
    return { outcome: "same", rows: Number(rows[0]?.["n"] ?? 0) };
  } catch (error) {
    return { outcome: "fails", why: error instanceof Error ? error.message : String(error) };
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

type Staged = typeof curLineItems | typeof kiroBillLines;

interface Compared {
  readonly place: string;
  readonly data: string;
  readonly before: "nothing" | "the same delivery";
  readonly lost: StagingProof["lost"];
  readonly table: Staged;
}

async function difference(
  trino: TrinoClient,
  schema: string,
  { place, data, before, lost, table }: Compared,
): Promise<string | undefined> {
  const staged = join(place, "staged");
  rmSync(staged, { recursive: true, force: true });
  mkdirSync(staged, { recursive: true });
  if (before !== "nothing") cpSync(join(data, table.name), staged, { recursive: true });
  await trino.run(`drop table if exists ${table.name}`);
  await trino.run(createTable(table, "local:///bills/staged"));
  await trino.run(`call system.sync_partition_metadata('${schema}', '${table.name}', 'ADD')`);
  const sides: Side[] = [{ columns: [], rows: [] }];
  for (const [period, { staging, losses }] of await stagingTexts(trino, place, table)) {
    const [[costs, times] = []] = (await trino.run(losses)).rows;
    if (costs !== lost.costs || times !== lost.times)
      return `${period}: trino loses ${costs} lines for their cost and ${times} for their time; ${lost.costs} and ${lost.times} are bad`;
    const result = await trino.run(staging);
    const side = { columns: result.columns.map(({ name, type }) => ({ name, kind: kindOf(type) })), rows: trinoRows(result) };
    const names = side.columns.map(({ name }) => `"${name}"`).join(", ");
    const { columns, rows } = await local(data, (warehouse) =>
      warehouse.adhoc(`select ${names} from ${table.name} where period = '${period}'`),
    );
    const why = firstDifference(side, {
      columns: columns.map(({ name, type }) => ({ name, kind: kindOf(type) })),
      rows: rows.map((row) => columns.map(({ name }) => row[name] ?? null)),
    });
    if (why !== undefined) return `${period}: ${why}`;
    sides.push(side);
  }
  return sides.length === 1 ? "there is no delivery with a period" : undefined;
}

/** What UNLOAD would write, by period, and what counts the lines that it cannot; with an external table over each delivery. */
async function stagingTexts(
  trino: TrinoClient,
  place: string,
  table: Staged,
): Promise<Map<string, { readonly staging: string; readonly losses: string }>> {
  const cur = join(place, "cur");
  const objects = readdirSync(cur, { recursive: true, encoding: "utf8", withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => ({ key: join(parentPath, name).slice(cur.length + 1), lastModified: 0 }));
  const manifests = new Map<string, Manifest | string>();
  for (const { key } of objects) if (manifestPlace(key)) manifests.set(key, parseManifest(readFileSync(join(cur, key), "utf8")));
  const byPeriod = Map.groupBy(findExports(objects, manifests, "cur").deliveries, ({ period }) => period ?? "");
  byPeriod.delete("");
  const texts = new Map<string, { readonly staging: string; readonly losses: string }>();
  for (const [period, deliveries] of byPeriod) {
    const sources = [];
    for (const [index, delivery] of deliveries.entries()) {
      const [first = ""] = delivery.files;
      const columns = await curFileColumns(filesBelow(cur), first);
      const name = `staging_${period.replace("-", "")}_${index}`;
      await trino.run(`drop table if exists ${name}`);
      await trino.run(overFiles(name, columns, `local:///bills/cur/${dirname(first)}`, first.endsWith(".parquet")));
      const translated = translation(columns, "map<string,string>");
      sources.push({
        delivery,
        fileColumns: columns,
        columns: translated?.columns ?? columns,
        translation: translated?.expressions,
        incomplete: false,
        table: name,
      });
    }
    const store = { name: "local:///bills/cur" };
    const { unload } = unloadText(
      table,
      (table.name === kiroBillLines.name ? kiroText : stagingText)(period, sources, store),
      "s3://nowhere/",
    );
    const staging = /^unload \((select [\s\S]*)\)\nto '/.exec(unload)?.[1] ?? unload;
    texts.set(period, { staging, losses: lostText(sources, store) });
  }
  return texts;
}

/** The Glue table of stage-bill.ts in the Hive connector's words. */
function overFiles(table: string, columns: ReadonlyMap<string, string>, location: string, parquet: boolean): string {
  const cells = [...columns].map(([name, type]) => {
    const own = type.replaceAll("string", "varchar").replace("<", "(").replace(">", ")");
    return `  "${name}" ${own === "timestamp" ? "timestamp(3)" : own}`;
  });
  const format = parquet
    ? "format = 'PARQUET'"
    : `format = 'CSV', skip_header_line_count = 1, csv_escape = U&'\\${hex(CSV_ESCAPE)}'`;
  return `create table ${table} (\n${cells.join(",\n")}\n) with (external_location = '${location}', ${format})`;
}

const hex = (letter: string): string => letter.charCodeAt(0).toString(16).padStart(4, "0");

const filesBelow = (folder: string): CurFiles => ({
  info: async (key) => ({ size: statSync(join(folder, key)).size }),
  range: async (key, start, end) => Uint8Array.from(readFileSync(join(folder, key)).subarray(start, end)).buffer,
  read: async (key) => ({ body: Readable.from([readFileSync(join(folder, key))]) }),
});

async function local<T>(data: string, ask: (warehouse: DuckDbWarehouse) => Promise<T>): Promise<T> {
  const warehouse = await DuckDbWarehouse.open(data);
  try {
    return await ask(warehouse);
  } finally {
    warehouse.close();
  }
}

/** A bill as CSV with what CSV and JSON quote differently, and a line each whose cost and whose time cannot be read. @param sample a CSV export @returns the folder */
export function awkwardBill(sample: string, into: string): string {
  const file = join(into, "data/BILLING_PERIOD=2026-10/awkward.csv");
  mkdirSync(dirname(file), { recursive: true });
  const text = readFileSync(sample, "utf8").trimEnd();
  const line = text.split("\n")[1] ?? "";
  const [costless, timeless] = [
    line.replace(",,1.3596,3.3,", ",,much,3.3,"),
    line.replace(",2026-10-05T14:00:00Z,USE1-MP", ",soon,USE1-MP"),
  ];
  if (costless === line || timeless === line) throw new Error(`${sample} has another first line than expected`);
  const awkward = [text, costless, timeless].join("\n").replaceAll('""platform""', String.raw`""plat\""form, C:\\x""`);
  writeFileSync(file, `${awkward}\n`);
  return into;
}

/** A bill as CSV with lines of Kiro and Amazon Q beside those of others, one of them twice, and one each whose cost and whose time cannot be read. @returns the folder */
export function kiroBill(sample: string, into: string): string {
  const file = join(into, "data/BILLING_PERIOD=2026-10/kiro.csv");
  mkdirSync(dirname(file), { recursive: true });
  const [header = [], line = []] = parseCsv(readFileSync(sample, "utf8"));
  const lines = (
    [
      ["Kiro", "USE1-KiroEnterprise-ProPlus", "40", "1", "user/0A1B"],
      ["Kiro", "USE1-KiroEnterprise-Credits", "24.000000000001", "600.25", "user/d-9067example.0a1b"],
      ["AmazonQ", "USE1-QDeveloper", "19", "1", ""],
      ["AmazonEC2", "USE1-BoxUsage", "7", "1", ""],
      ["Kiro", "USE1-KiroEnterprise-Pro", "much", "1", "user/0a1c"],
      ["Kiro", "USE1-KiroEnterprise-Pro", "20", "1", 'user/"0a1d", C:\\x', "soon"],
    ] as const
  ).map(([product, type, cost, amount, user, time], index): readonly string[] => {
    const values: Readonly<Record<string, string | undefined>> = {
      identity_line_item_id: `kiro-${index}`,
      line_item_product_code: product,
      line_item_usage_type: type,
      line_item_unblended_cost: cost,
      line_item_usage_amount: amount,
      line_item_resource_id: user === "" ? "" : `arn:aws:identitystore:::${user}`,
      line_item_usage_start_date: time,
      bill_billing_entity: "AWS",
      line_item_operation: "",
      line_item_line_item_description: product,
      product: JSON.stringify({ product_name: product }),
      product_servicecode: product,
    };
    return header.map((name, place) => values[name] ?? line[place] ?? "");
  });
  const cells = [header, line, ...lines, lines[1] ?? []].map((row) =>
    row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(","),
  );
  writeFileSync(file, `${cells.join("\n")}\n`);
  return into;
}

/** An export in another form as one file of text, or as Parquet with numbers, times and maps of its own. @returns the folder */
export async function billOf(sample: string, into: string, file: string): Promise<string> {
  const target = join(into, file);
  mkdirSync(dirname(target), { recursive: true });
  if (!file.endsWith(".parquet")) {
    cpSync(sample, target);
    return into;
  }
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  try {
    await connection.run(`copy (
      select * replace (
        cast(BilledCost as double) as BilledCost, cast(ListCost as double) as ListCost, cast(PricingQuantity as double) as PricingQuantity,
        cast(ConsumedQuantity as double) as ConsumedQuantity, cast(ContractedUnitPrice as double) as ContractedUnitPrice,
        cast(ChargePeriodStart as timestamp) as ChargePeriodStart, cast(ChargePeriodEnd as timestamp) as ChargePeriodEnd,
        cast(BillingPeriodStart as timestamp) as BillingPeriodStart, cast(cast(Tags as json) as map(varchar, varchar)) as Tags
      )
      from read_csv('${sample}', header = true, all_varchar = true)
    ) to '${target}' (format parquet)`);
  } finally {
    connection.closeSync();
  }
  return into;
}
