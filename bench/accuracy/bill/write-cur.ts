import { mkdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { DuckDBInstance } from "@duckdb/node-api";
import type { Line } from "./line.ts";
import { PAYER, REGION } from "./make-calls.ts";
import type { MonthShape } from "./shape.ts";

const EXPORT = "accuracy-cur";
const instant = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`;

/** `-1234500000000n` → `"-1.2345"`: pico-dollars as AWS writes an amount. */
export function dollars(pico: bigint): string {
  const absolute = pico < 0n ? -pico : pico;
  const digits = absolute.toString().padStart(13, "0");
  const fraction = digits.slice(-12).replace(/0+$/, "");
  return `${pico < 0n ? "-" : ""}${digits.slice(0, -12)}${fraction === "" ? "" : `.${fraction}`}`;
}

/** Which execution of the export this is; a restatement is a later one. */
export interface Execution {
  readonly id: string;
  readonly writtenAt: string;
  /** Order of the lines in the parts; 0 leaves them as they are. */
  readonly shuffle?: number;
}

/** Writes one delivery of the month's bill, in the month's format, parts and way of delivery. */
export async function writeCur(folder: string, lines: readonly Line[], shape: MonthShape, execution: Execution): Promise<void> {
  const period = `BILLING_PERIOD=${shape.month}`;
  const below =
    shape.delivery === "snapshots"
      ? execution.writtenAt.slice(0, 10)
      : shape.delivery === "create-new"
        ? `${period}/${execution.id}`
        : period;
  const data = join(folder, EXPORT, "data", below);
  if (shape.delivery !== "create-new") rmSync(data, { recursive: true, force: true });
  mkdirSync(data, { recursive: true });
  const names: string[] = [];
  const shuffled = [...lines];
  if (execution.shuffle) shuffled.sort((a, b) => mixed(a, execution.shuffle ?? 0) - mixed(b, execution.shuffle ?? 0));
  for (let part = 0; part < shape.parts; part += 1) {
    const members = shuffled.filter((_, index) => index % shape.parts === part);
    const name = `${EXPORT}-${String(part + 1).padStart(5, "0")}.${shape.format === "parquet" ? "snappy.parquet" : shape.format}`;
    await writePart(join(data, name), members, `${execution.id}-${part}`, shape);
    names.push(`s3://invented-billing/${EXPORT}/data/${below}/${name}`);
  }
  // A part that an earlier and larger delivery left behind must not be read.
  if (shape.delivery === "overwrite")
    await writePart(join(data, `${EXPORT}-00099.csv`), lines.slice(0, 20), "99", { ...shape, format: "csv" });
  if (shape.delivery === "loose" || shape.delivery === "snapshots") return;
  const metadata = join(folder, EXPORT, "metadata", below);
  mkdirSync(metadata, { recursive: true });
  const manifest = {
    executionId: execution.id,
    createdAt: execution.writtenAt,
    lastUpdatedAt: execution.writtenAt,
    dataFiles: names,
  };
  writeFileSync(join(metadata, `${EXPORT}-Manifest.json`), JSON.stringify({ ...manifest, statusCode: "DELIVERY_SUCCESS" }));
}

const mixed = (line: Line, salt: number): number =>
  [...`${salt}${line.start}${line.words.usageType}${line.principal}${line.quantity}`].reduce(
    (sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003,
    salt,
  );

type Cell = readonly [name: string, value: string];

function cells(line: Line, id: string, shape: MonthShape): Cell[] {
  const { words } = line;
  const monthEnd = Date.UTC(Number(shape.month.slice(0, 4)), Number(shape.month.slice(5)), 1);
  const usage = line.type === "Usage";
  return [
    ["bill_bill_type", "Anniversary"],
    ["bill_billing_entity", words.entity],
    ["bill_billing_period_end_date", instant(monthEnd)],
    ["bill_billing_period_start_date", `${shape.month}-01T00:00:00Z`],
    ["bill_invoice_id", shape.invoiced ? `INV-${shape.month}-${shape.index}` : ""],
    ["bill_payer_account_id", PAYER],
    ["identity_line_item_id", id],
    ["identity_time_interval", `${instant(line.start)}/${instant(line.end)}`],
    ["line_item_currency_code", "USD"],
    ...(shape.principals === "none" ? [] : [["line_item_iam_principal", line.principal] as const]),
    ["line_item_line_item_description", words.description],
    ["line_item_line_item_type", line.type],
    ...(shape.discount === "net-column" ? [["line_item_net_unblended_cost", dollars(line.net)] as const] : []),
    ["line_item_operation", words.entity === "AWS" ? "InvokeModelInference" : "Usage"],
    ["line_item_product_code", words.productCode],
    ...(shape.resources ? [["line_item_resource_id", line.resource] as const] : []),
    ["line_item_unblended_cost", dollars(line.amount)],
    ["line_item_unblended_rate", line.rate === 0n ? "" : dollars(line.rate)],
    ["line_item_usage_account_id", line.account],
    ["line_item_usage_amount", line.quantity],
    ["line_item_usage_end_date", instant(line.end)],
    ["line_item_usage_start_date", instant(line.start)],
    ["line_item_usage_type", words.usageType],
    ["pricing_public_on_demand_cost", usage ? dollars(line.amount) : ""],
    ["pricing_unit", words.unit],
    ["product", JSON.stringify({ product_name: words.productName, region: REGION })],
    ["product_region_code", usage ? REGION : ""],
    ["resource_tags", "{}"],
    ["tags", line.team === null ? "{}" : JSON.stringify({ "iamPrincipal/team": line.team })],
  ];
}

async function writePart(path: string, lines: readonly Line[], part: string, shape: MonthShape): Promise<void> {
  const rows = lines.map((line, index) => cells(line, `line-${part}-${index}`, shape));
  const header = cells(blankLine, "", shape).map(([name]) => name);
  const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const text = `${[header, ...rows.map((row) => row.map(([, value]) => quoted(value)))].map((row) => row.join(",")).join("\n")}\n`;
  if (shape.format === "csv.gz") writeFileSync(path, gzipSync(text));
  else writeFileSync(shape.format === "parquet" ? `${path}.csv` : path, text);
  if (shape.format === "parquet") await toParquet(`${path}.csv`, path, header);
}

const blankLine: Line = {
  type: "Usage",
  start: 0,
  end: 0,
  account: "",
  principal: "",
  team: null,
  resource: "",
  words: { usageType: "", unit: "", unitTokens: 1, description: "", productName: "", productCode: "", entity: "AWS" },
  quantity: "0",
  rate: 0n,
  amount: 0n,
  net: 0n,
  step: "tokens",
};

const DOUBLES = /_cost$|usage_amount$/;
const TIMES = /_date$/;
const MAPS = new Set(["product", "resource_tags", "tags"]);

/** The types that AWS's Parquet has: doubles, timestamps, maps; everything else text. */
async function toParquet(csv: string, path: string, header: readonly string[]): Promise<void> {
  const columns = header.map((name) =>
    MAPS.has(name)
      ? `cast(cast(${name} as json) as map(varchar, varchar)) as ${name}`
      : DOUBLES.test(name)
        ? `cast(nullif(${name}, '') as double) as ${name}`
        : TIMES.test(name)
          ? `cast(cast(${name} as timestamptz) as timestamp) as ${name}`
          : `nullif(${name}, '') as ${name}`,
  );
  const instance = await DuckDBInstance.create(":memory:", { threads: "1" });
  const connection = await instance.connect();
  await connection.run("set TimeZone='UTC'");
  await connection.run(
    `copy (select ${columns.join(", ")} from read_csv('${csv}', header=true, all_varchar=true, quote='"', escape='"', delim=',')) to '${path}.tmp' (format parquet, compression snappy)`,
  );
  connection.closeSync();
  instance.closeSync();
  rmSync(csv);
  renameSync(`${path}.tmp`, path);
}
