import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import { writeReport } from "../../src/report/write-report.ts";
import { createAnswers } from "../../src/serve/answer.ts";
import { invocationRecords } from "../../src/tables/invocation-records.ts";

const CALLS = 1_090_000;
const PEOPLE = 5_000;

/** What matters to the queries, as expressions over the call's number n; the other columns are null. People call in bursts of five. */
const VALUES: Readonly<Record<string, string>> = {
  dt: "cast(timestamp '2026-10-01 00:00:00' + to_seconds(cast(n * 2678400 // 1090000 as integer)) as date)",
  hour: "hour(timestamp '2026-10-01 00:00:00' + to_seconds(cast(n * 2678400 // 1090000 as integer)))",
  event_time: "timestamp '2026-10-01 00:00:00' + to_seconds(cast(n * 2678400 // 1090000 as integer))",
  account_id: "cast(111122223333 + n // 5 % 4 as varchar)",
  region: "case when n // 5 % 3 = 0 then 'eu-central-1' else 'us-east-1' end",
  routing: "case when n // 5 % 9 = 0 then 'in-region' else 'global' end",
  request_id: "'request-' || n",
  operation: "case when n // 5 % 4 = 0 then 'Converse' else 'ConverseStream' end",
  model_id: "'anthropic.claude-sonnet-4-6'",
  vendor: "'anthropic'",
  model_family: "'claude'",
  model: "case n // 5 % 7 when 0 then 'claude-opus-4-6' when 1 then 'claude-haiku-4-5' else 'claude-sonnet-4-6' end",
  model_tier: "case n // 5 % 7 when 0 then 'premium' when 1 then 'fast' else 'standard' end",
  service_tier: "'on-demand'",
  principal_arn: `'arn:aws:sts::111122223333:assumed-role/Developers/person.' || n // 5 * 7919 % ${PEOPLE}`,
  principal_type: "'role'",
  principal_name: "'Developers'",
  session_name: `'person.' || n // 5 * 7919 % ${PEOPLE}`,
  person: `case when n // 5 % 20 > 0 then 'person.' || n // 5 * 7919 % ${PEOPLE} || '@example.com' end`,
  team: `'team-' || n // 5 * 7919 % ${PEOPLE} % 40`,
  attribution_source: "'rule:test'",
  request_metadata: "map()",
  input_tokens: "200 + n % 900",
  output_tokens: "100 + n % 1500",
  cache_read_tokens: "n % 60000",
  cache_write_5m_tokens: "n % 4000",
  cache_write_1h_tokens: "0",
  status: "case when n % 100 = 0 then 'error' else 'ok' end",
  error_code: "case when n % 100 = 0 then 'ThrottlingException' end",
  error_class: "case when n % 100 = 0 then 'throttling' end",
  input_cost: "0.001",
  output_cost: "0.01",
  cache_read_cost: "0.005",
  cache_write_cost: "0.004",
  list_cost: "0.02",
  estimated_cost: "0.02",
  estimated_cost_high: "0.02",
  uncached_cost: "0.09",
  price_status: "'priced'",
  coerced: "false",
  source_object: "'log-' || n // 1000",
  source_line: "n % 1000",
};

const folder = mkdtempSync(join(tmpdir(), "strata-million-"));
let warehouse: DuckDbWarehouse;

beforeAll(async () => {
  const connection = await (await DuckDBInstance.create(":memory:")).connect();
  const columns = [...invocationRecords.columns, ...invocationRecords.partitions];
  const select = columns.map(({ name, type }) => `cast(${VALUES[name] ?? "null"} as ${type}) as "${name}"`).join(", ");
  const root = join(folder, "invocation_records");
  mkdirSync(root);
  await connection.run(
    `copy (select ${select} from range(${CALLS}) t(n)) to '${root}' (format parquet, partition_by (dt, hour))`,
  );
  connection.closeSync();
  warehouse = await DuckDbWarehouse.open(folder, { threads: 2 });
  await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", { from: "2026-10-01", to: "2026-10-31" });
}, 300_000);
afterAll(() => {
  warehouse.close();
  rmSync(folder, { recursive: true });
});

/** Processor seconds of all threads: what else the machine does is not counted. On two cores the wait is at most that long and at least half. */
async function processorSeconds(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

test("a month of 1.09 million calls by 5,000 people is reported in under a minute on two cores, its page below 2 MB", async () => {
  let page = 0;
  const seconds = await processorSeconds(async () => {
    const { manifest } = await writeReport({
      warehouse,
      store: new FolderStore(folder),
      month: "2026-10",
      config: parseConfig(""),
    });
    expect(manifest.totals).toMatchObject({ invocations: CALLS, estimated_usd: "21800.00" });
    expect(manifest.checks.every(({ agrees }) => agrees)).toBe(true);
    page = manifest.files.find(({ name }) => name === "report.html")?.bytes ?? 0;
  });
  console.log(`report: ${seconds.toFixed(1)} s of processor time, page ${(page / 1e6).toFixed(2)} MB`);
  expect(page).toBeLessThan(2_000_000);
  expect(seconds).toBeLessThan(60);
});

test("strata serve answers the first request for it in four seconds of processor time", async () => {
  const answer = createAnswers(warehouse, parseConfig(""));
  const seconds = await processorSeconds(async () => {
    const { status, body } = await answer(new URL("http://127.0.0.1/"));
    expect(status).toBe(200);
    expect(body.length).toBeLessThan(2_000_000);
  });
  console.log(`first page: ${seconds.toFixed(1)} s of processor time`);
  expect(seconds).toBeLessThan(4);
});
