import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { type ReconcileOptions, type Reconciliation, reconcile } from "../../src/billing/reconcile.ts";
import { attributionConfig } from "../../src/config/attribution.ts";
import { importCur } from "../../src/local/cur-import.ts";
import { dimensionFiles } from "../../src/local/dimension-files.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import type { Row } from "../../src/ports.ts";
import { tables } from "../../src/tables/index.ts";

export const SAMPLES = join(import.meta.dirname, "../fixtures/samples/cur2");

/** A folder that is gone when the process ends its test file. */
export function temporaryFolder(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), "strata-billing-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function writeFile(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, content);
  return path;
}

export const HEADER = (readFileSync(join(SAMPLES, "cur2-with-iam-principal.csv"), "utf8").split("\n")[0] ?? "").trim().split(",");

/** One bill line: an hour of Nova Lite input tokens of one user, unless said otherwise. Column names as in CUR 2.0. */
export type BillLine = Readonly<Record<string, string>>;
let serial = 0;
export const billLine = (values: BillLine = {}): BillLine => ({
  bill_billing_entity: "AWS",
  bill_billing_period_start_date: "2026-10-01T00:00:00Z",
  bill_payer_account_id: "999900001111",
  identity_line_item_id: `line${++serial}`,
  line_item_currency_code: "USD",
  line_item_iam_principal: "arn:aws:iam::111122223333:user/ann",
  line_item_line_item_description: "tokens",
  line_item_line_item_type: "Usage",
  line_item_operation: "InvokeModelInference",
  line_item_product_code: "AmazonBedrock",
  line_item_unblended_cost: "0.06",
  line_item_unblended_rate: "0.00006",
  line_item_usage_account_id: "111122223333",
  line_item_usage_amount: "1000",
  line_item_usage_start_date: "2026-10-05T14:00:00Z",
  line_item_usage_end_date: "2026-10-05T15:00:00Z",
  line_item_usage_type: "USE1-NovaLite-input-tokens",
  pricing_unit: "1K tokens",
  product: '{"product_name": "Amazon Bedrock"}',
  product_region_code: "us-east-1",
  tags: "{}",
  resource_tags: "{}",
  ...values,
});

export function csv(lines: readonly BillLine[], header: readonly string[] = HEADER): string {
  const cell = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return `${[header, ...lines.map((line) => header.map((name) => line[name] ?? ""))].map((cells) => cells.map(cell).join(",")).join("\n")}\n`;
}

export const withoutColumn = (name: string): string[] => HEADER.filter((column) => column !== name);

/** Logged usage of one hour: 1,000,000 Nova Lite input tokens of one user, unless said otherwise. Columns of hourly_usage. */
export const usage = (values: Row = {}): Row => ({
  dt: "2026-10-05",
  hour: 14,
  account_id: "111122223333",
  region: "us-east-1",
  routing: "in-region",
  operation: "Converse",
  model_id: "amazon.nova-lite-v1:0",
  vendor: "amazon",
  model: "nova-lite",
  service_tier: "on-demand",
  principal_arn: "arn:aws:iam::111122223333:user/ann",
  principal_type: "user",
  principal_name: "ann",
  person: "ann",
  team: "red",
  invocations: 1,
  input_tokens: 0,
  output_tokens: 0,
  cache_read_tokens: 0,
  cache_write_5m_tokens: 0,
  cache_write_1h_tokens: 0,
  input_cost: "0",
  output_cost: "0",
  cache_read_cost: "0",
  cache_write_cost: "0",
  ...values,
});

/** Writes rows as the table hourly_usage of a data folder. */
export async function writeUsage(folder: string, rows: readonly Row[]): Promise<void> {
  rmSync(join(folder, "hourly_usage"), { recursive: true, force: true });
  if (rows.length === 0) return;
  const table = tables().find(({ name }) => name === "hourly_usage");
  if (!table) throw new Error("hourly_usage is not a table");
  const columns = [...table.partitions, ...table.columns];
  const complete = rows.map((row) => ({ ...row, estimated_cost: sumOf(row) }));
  const source = writeFile(folder, "usage.jsonl", complete.map((row) => JSON.stringify(row)).join("\n"));
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const spec = columns.map((column) => `'${column.name}': '${column.type}'`).join(", ");
  for (const day of new Set(rows.map((row) => String(row["dt"])))) {
    const file = writeFile(folder, `hourly_usage/dt=${day}/hourly_usage.parquet`, "");
    await connection.run(
      `copy (select * exclude (dt) from read_json('${source}', format='newline_delimited', columns={${spec}}) where dt = date '${day}') to '${file}' (format parquet)`,
    );
  }
  connection.closeSync();
  rmSync(source);
}

const sumOf = (row: Row): string =>
  ["input_cost", "output_cost", "cache_read_cost", "cache_write_cost"]
    .reduce((sum, name) => sum + Number(row[name] ?? 0), 0)
    .toFixed(12);

export interface Ledger extends Reconciliation {
  readonly charges: readonly Row[];
  readonly logged: readonly Row[];
}

const CHARGES = `select dt, account_id, status, reason, match_level, principal_arn, team, model, token_type, routing, service_tier, billed_tokens, logged_tokens,
  cast(billed_cost as varchar) as usd, billed_cost, net_cost, public_cost from allocated_charges order by all`;

/** Imports a bill and reconciles it with what lies in the folder's hourly_usage. */
export async function settle(
  folder: string,
  cur: string | undefined,
  lagHours = 24,
  noticedAt = 0,
  limits: Partial<ReconcileOptions> = {},
): Promise<Ledger> {
  if (cur !== undefined) await importCur({ paths: [cur], folder });
  const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
  try {
    const done = await reconcile({
      warehouse,
      dimensions: dimensionFiles(warehouse),
      attribution: attributionConfig.parse({}),
      lagHours,
      toleranceUsd: "0.000001",
      noticedAt,
      ...limits,
    });
    for (const failure of done.failures) throw failure;
    const charges = (await warehouse.adhoc(CHARGES)).rows;
    const logged = (await warehouse.adhoc("select * from logged_charges order by all")).rows;
    return { ...done, charges, logged };
  } finally {
    warehouse.close();
  }
}
