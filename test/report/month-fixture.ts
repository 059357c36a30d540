import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { formatUsd, parseUsd } from "../../src/money.ts";
import type { Column, Table } from "../../src/tables/column.ts";
import { tables } from "../../src/tables/index.ts";

type Value = string | number | boolean | null | Readonly<Record<string, string>>;

/** A call as tests write it: what matters to the test, the rest has quiet defaults. Dollars are decimal text. */
export interface Call {
  readonly at: string;
  readonly person?: string | null;
  readonly team?: string;
  readonly costs?: readonly [input: string, output: string, read: string, write: string] | null;
  readonly tokens?: readonly [input: number, output: number, read: number, write5m: number, write1h: number];
  readonly [column: string]: unknown;
}

let serial = 0;

/** One row of invocation_records. `costs: null` is an unpriced call. */
export function recordOf({
  at,
  costs = ["0.10", "0.20", "0", "0"],
  tokens = [100, 20, 0, 0, 0],
  ...rest
}: Call): Record<string, unknown> {
  const person = rest.person === undefined ? "ana@example.com" : rest.person;
  const session = person ?? "job";
  const sum = costs === null ? null : formatUsd(costs.map(parseUsd).reduce((a, b) => a + b, 0n));
  serial += 1;
  return {
    dt: at.slice(0, 10),
    hour: Number(at.slice(11, 13)),
    event_time: at.replace("T", " ").replace("Z", ""),
    account_id: "111122223333",
    region: "us-east-1",
    routing: "in-region",
    request_id: `request-${serial}`,
    operation: "ConverseStream",
    model_id: "anthropic.claude-sonnet-4-6",
    vendor: "anthropic",
    model_family: "claude-sonnet",
    model: "claude-sonnet-4-6",
    model_tier: "standard",
    service_tier: "on-demand",
    principal_arn: `arn:aws:sts::111122223333:assumed-role/Role/${session}`,
    principal_type: "role",
    principal_name: "Role",
    session_name: session,
    team: "platform",
    attribution_source: "rule:test",
    request_metadata: {},
    input_tokens: tokens[0],
    output_tokens: tokens[1],
    cache_read_tokens: tokens[2],
    cache_write_5m_tokens: tokens[3],
    cache_write_1h_tokens: tokens[4],
    status: "ok",
    input_cost: costs?.[0] ?? null,
    output_cost: costs?.[1] ?? null,
    cache_read_cost: costs?.[2] ?? null,
    cache_write_cost: costs?.[3] ?? null,
    list_cost: sum,
    estimated_cost: sum,
    estimated_cost_high: sum,
    uncached_cost: sum,
    price_status: costs === null ? "unpriced" : "priced",
    coerced: false,
    source_object: "log-1.json.gz",
    source_line: serial,
    ...rest,
    person,
  };
}

/** One row of allocated_charges. */
export const chargeOf = (
  charge: { readonly dt: string; readonly status: string; readonly billed_cost: string } & Readonly<Record<string, Value>>,
) => ({
  period: charge.dt.slice(0, 7),
  account_id: "111122223333",
  region: "us-east-1",
  team: "unattributed",
  net_cost: charge.billed_cost,
  public_cost: charge.billed_cost,
  cur_version: "export-1",
  ...charge,
});

export interface Fixture {
  readonly folder: string;
  readonly warehouse: DuckDbWarehouse;
  close(): void;
}

/** A data folder with these rows, its rollup made; close it after use. */
export async function monthFixture(content: {
  readonly calls?: readonly Call[];
  readonly charges?: readonly Readonly<Record<string, Value>>[];
  readonly tables?: Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;
}): Promise<Fixture> {
  const folder = mkdtempSync(join(tmpdir(), "strata-report-"));
  const rows: Record<string, readonly Readonly<Record<string, unknown>>[]> = {
    invocation_records: (content.calls ?? []).map(recordOf),
    allocated_charges: content.charges ?? [],
    ...content.tables,
  };
  for (const table of tables()) await writeTable(folder, table, rows[table.name] ?? []);
  const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
  const days = (content.calls ?? []).map((call) => call.at.slice(0, 10)).sort();
  const [from, to] = [days[0], days.at(-1)];
  if (from && to) await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", { from, to });
  return {
    folder,
    warehouse,
    close() {
      warehouse.close();
      rmSync(folder, { recursive: true });
    },
  };
}

async function writeTable(folder: string, table: Table, rows: readonly Readonly<Record<string, unknown>>[]): Promise<void> {
  if (rows.length === 0) return;
  const root = join(folder, table.name);
  mkdirSync(root, { recursive: true });
  const lines = rows.map((row) => JSON.stringify(row)).join("\n");
  if (table.format === "jsonl") return writeFileSync(join(root, "part.jsonl"), `${lines}\n`);
  const source = join(folder, `${table.name}.ndjson`);
  writeFileSync(source, lines);
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const all = [...table.columns, ...table.partitions];
  const types = all.map((column: Column) => `"${column.name}": '${column.type}'`).join(", ");
  const by = table.partitions.length > 0 ? `, partition_by (${table.partitions.map((column) => column.name).join(", ")})` : "";
  const target = by === "" ? join(root, "part.parquet") : root;
  await connection.run(
    `copy (select * from read_json('${source}', format='newline_delimited', columns={${types}})) to '${target}' (format parquet${by}, overwrite_or_ignore true)`,
  );
  connection.closeSync();
  rmSync(source);
}
