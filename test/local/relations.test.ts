import { cpSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/config/load.ts";
import { batchReader } from "../../src/local/batch-reader.ts";
import { batches } from "../../src/local/batches.ts";
import { dimensionFiles } from "../../src/local/dimension-files.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { findInputs } from "../../src/local/find-inputs.ts";
import { SAMPLES } from "../pipeline/run-strata.ts";

const folder = mkdtempSync(join(tmpdir(), "strata-relations-"));
afterAll(() => rmSync(folder, { recursive: true }));

const ALL = { from: "2020-01-01", to: "2030-12-31" };
const USAGE = "select * from hourly_usage order by all";
const rate = (usd: string): void => {
  mkdirSync(join(folder, "exchange_rates"), { recursive: true });
  const row = { currency_code: "EUR", period: "2026-10", usd_per_unit: usd };
  writeFileSync(join(folder, "exchange_rates", "exchange_rates.jsonl"), `${JSON.stringify(row)}\n`);
};

/** The answer of an engine that holds nothing. */
async function asStored(text: string): Promise<unknown> {
  const fresh = await DuckDbWarehouse.open(folder, { threads: 1 });
  try {
    return (await fresh.adhoc(text)).rows;
  } finally {
    fresh.close();
  }
}

beforeAll(async () => {
  const { objects } = await findInputs([join(SAMPLES, "invocation-logs", "records.jsonl")]);
  const read = batchReader({ source: join(SAMPLES, "invocation-logs"), targetFolder: folder, config: defaultConfig() });
  for (const batch of batches(objects)) await read(batch);
});

describe("what the engine holds", () => {
  it("is what the files held when it was read, and what they hold now once it is told that they changed", async () => {
    rate("1.1");
    const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
    const asked = async (): Promise<unknown> => (await warehouse.adhoc("select usd_per_unit from exchange_rates")).rows;
    await warehouse.hold(["exchange_rates"]);
    expect(await asked()).toEqual([{ usd_per_unit: "1.1" }]);
    rate("1.2");
    expect(await asked()).toEqual([{ usd_per_unit: "1.1" }]);
    await warehouse.refresh(["exchange_rates"]);
    expect(await asked()).toEqual([{ usd_per_unit: "1.2" }]);
    warehouse.close();
  });

  // A window that carries all columns took nearly half of the view's time (docs/performance.md).
  it("finds repeated calls by their keys alone, and goes back to the files for the other columns", async () => {
    const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
    const { rows } = await warehouse.adhoc("explain select * from invocations");
    const plan = rows.flatMap(Object.values).join("\n");
    expect(plan).toContain("file_row_number");
    expect(plan).not.toContain("WINDOW");
    warehouse.close();
  });

  it("gives a view the same rows as when it is worked out in each query", async () => {
    const text = "select * from invocations order by request_id, account_id, region";
    const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
    await warehouse.hold(["invocations"]);
    const { rows } = await warehouse.adhoc(text);
    expect(rows.length).toBeGreaterThan(10);
    expect(rows).toEqual(await asStored(text));
    warehouse.close();
  });

  it("follows the days of a table that are replaced, to what is stored", async () => {
    const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
    await warehouse.hold(["hourly_usage"]);
    expect((await warehouse.adhoc(USAGE)).rows).toEqual([]);
    expect(await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", ALL)).toBeGreaterThan(20);
    const whole = (await warehouse.adhoc(USAGE)).rows;
    expect(whole).toEqual(await asStored(USAGE));
    // The last day's records go, so its sums go; the other days stay.
    const last = String((await warehouse.adhoc("select max(dt) as dt from hourly_usage")).rows[0]?.["dt"]);
    rmSync(join(folder, "invocation_records", `dt=${last}`), { recursive: true });
    await warehouse.refresh(["invocation_records"]);
    await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", { from: last, to: last });
    const rest = (await warehouse.adhoc(USAGE)).rows;
    expect(rest).toEqual(whole.filter(({ dt }) => dt !== last));
    expect(rest).toEqual(await asStored(USAGE));
    warehouse.close();
  });
});

describe("a table whose first days are written", () => {
  it("is kept as it was written, and read where files of other days lie beside them", async () => {
    const root = join(folder, "hourly_usage");
    rmSync(root, { recursive: true, force: true });
    const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
    await warehouse.hold(["hourly_usage", "log_hours"]);
    const hours = "select count(*) as n from log_hours";
    expect((await warehouse.adhoc(hours)).rows).toEqual([{ n: 0 }]);
    await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", ALL);
    const stored = await asStored(USAGE);
    const counted = await asStored(hours);
    // Whoever asks again would find nothing.
    renameSync(root, `${root}.away`);
    expect((await warehouse.adhoc(USAGE)).rows).toEqual(stored);
    expect((await warehouse.adhoc(hours)).rows).toEqual(counted);
    warehouse.close();
    renameSync(`${root}.away`, root);

    // The same rows once more, on a day that nothing is known of.
    const [day = ""] = readdirSync(root).sort();
    cpSync(join(root, day), join(root, "dt=2019-01-01"), { recursive: true });
    const other = await DuckDbWarehouse.open(folder, { threads: 1 });
    await other.hold(["hourly_usage"]);
    await other.replaceDays("hourly_usage", "rollups/hourly_usage", ALL);
    const rows = (await other.adhoc(USAGE)).rows;
    expect(rows).toEqual(await asStored(USAGE));
    expect(rows.some(({ dt }) => dt === "2019-01-01")).toBe(true);
    other.close();
    rmSync(join(root, "dt=2019-01-01"), { recursive: true });
  });
});

describe("a view that the engine holds", () => {
  it("is read anew when a table that it reads is replaced in the engine, or its files are", async () => {
    const warehouse = await DuckDbWarehouse.open(folder, { threads: 1, atOnce: 2 });
    const toMatch = "select count(*) as n, sum(total_tokens) as tokens from usage_to_match";
    const calls = "select count(*) as n from invocations";
    await warehouse.hold(["hourly_usage", "usage_to_match", "invocations"]);
    const [matched, called] = [(await warehouse.adhoc(toMatch)).rows, (await warehouse.adhoc(calls)).rows];
    const first = String((await warehouse.adhoc("select min(dt) as dt from invocation_records")).rows[0]?.["dt"]);
    rmSync(join(folder, "invocation_records", `dt=${first}`), { recursive: true });
    await warehouse.refresh(["invocation_records"]);
    const fewer = (await warehouse.adhoc(calls)).rows;
    expect(fewer).toEqual(await asStored(calls));
    expect(fewer).not.toEqual(called);
    await warehouse.replaceDays("hourly_usage", "rollups/hourly_usage", ALL);
    const left = (await warehouse.adhoc(toMatch)).rows;
    expect(left).toEqual(await asStored(toMatch));
    expect(left).not.toEqual(matched);
    warehouse.close();
  });

  it("stays when a dimension is written that says the same", async () => {
    const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
    const refreshed: unknown[] = [];
    const refresh = warehouse.refresh.bind(warehouse);
    warehouse.refresh = async (only) => {
      refreshed.push(only);
      await refresh(only);
    };
    const { write } = dimensionFiles(warehouse);
    const account = (calls: string) => [{ billed_account_id: "111111111111", aws_partition: "aws", account_id: calls }];
    for (const calls of ["222222222222", "222222222222", "333333333333"]) await write("linked_accounts", account(calls));
    expect(refreshed).toEqual([["linked_accounts"], ["linked_accounts"]]);
    expect((await warehouse.adhoc("select account_id from linked_accounts")).rows).toEqual([{ account_id: "333333333333" }]);
    warehouse.close();
  });
});

it("a text that names no table, or asks what there is, sees all of them", async () => {
  const warehouse = await DuckDbWarehouse.open(folder, { threads: 1 });
  const { rows } = await warehouse.adhoc(
    "select count(*) as n from information_schema.tables where table_name in ('hourly_usage', 'invocations', 'log_hours')",
  );
  expect(rows).toEqual([{ n: 3 }]);
  warehouse.close();
});
