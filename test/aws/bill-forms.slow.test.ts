import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { importCur } from "../../src/local/cur-import.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { curLineItems } from "../../src/tables/cur-line-items.ts";
import { billLine, csv } from "../billing/ledger.ts";
import { bare, DIALECT_RULES } from "../trino/dialect-rules.ts";
import { billWorld } from "./bill-world.ts";

vi.setConfig({ testTimeout: 120_000 });

const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, "../fixtures/bill-forms", name));

const world = billWorld();
const NAMES = curLineItems.columns
  .map(({ name, type }) =>
    type.startsWith("map")
      ? `array_join(map_keys(${name}), ',') || '=' || array_join(map_values(${name}), ',') as ${name}`
      : name,
  )
  .join(", ");
const LINES = `select period, ${NAMES} from cur_line_items order by line_item_id nulls last, unblended_cost`;

/** What the import on one machine makes of the same files. */
async function imported(files: Readonly<Record<string, Uint8Array | string>>) {
  const folder = mkdtempSync(join(tmpdir(), "strata-forms-"));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, "cur", name)), { recursive: true });
    writeFileSync(join(folder, "cur", name), content);
  }
  const { findings } = await importCur({ paths: [join(folder, "cur")], folder: join(folder, "data") });
  const local = await DuckDbWarehouse.open(join(folder, "data"));
  try {
    return { findings, rows: (await local.adhoc(LINES)).rows };
  } finally {
    local.close();
  }
}

const LEGACY = "bills/costs/20260901-20261001";
const FOCUS = "exports/focus";
const legacyManifest = (keys: readonly string[]): string =>
  JSON.stringify({
    assemblyId: "aaaa",
    account: "999900001111",
    columns: [],
    contentType: "text/csv",
    reportName: "costs",
    billingPeriod: { start: "20260901T000000.000Z", end: "20261001T000000.000Z" },
    bucket: "bills",
    reportKeys: keys,
  });

describe("older and newer forms of a bill, staged in the stack", () => {
  it.each<[string, Record<string, Uint8Array | string>, number]>([
    [
      "a legacy report of gzip parts",
      {
        [`${LEGACY}/aaaa/costs-00001.csv.gz`]: gzipSync(fixture("legacy.csv")),
        [`${LEGACY}/aaaa/costs-Manifest.json`]: legacyManifest([`${LEGACY}/aaaa/costs-00001.csv.gz`]),
        [`${LEGACY}/costs-Manifest.json`]: legacyManifest([`${LEGACY}/aaaa/costs-00001.csv.gz`]),
      },
      3,
    ],
    [
      "a FOCUS export",
      {
        [`${FOCUS}/data/BILLING_PERIOD=2026-10/focus-00001.csv`]: fixture("focus.csv"),
        [`${FOCUS}/metadata/BILLING_PERIOD=2026-10/focus-Manifest.json`]: JSON.stringify({
          executionId: "e1",
          lastUpdatedAt: "2026-11-03T03:00:00Z",
          dataFiles: [`${FOCUS}/data/BILLING_PERIOD=2026-10/focus-00001.csv`],
        }),
      },
      3,
    ],
  ])("%s gives the same lines as on one machine", async (_, files, count) => {
    for (const [name, content] of Object.entries(files)) await world.bill.write(name, content);
    const { findings } = await world.stage();
    const staged = (await world.warehouse.adhoc(LINES)).rows;
    const local = await imported(files);
    expect(staged).toHaveLength(count);
    expect(staged).toEqual(local.rows.map((row) => ({ ...row, source_file: staged[0]?.["source_file"] })));
    expect(findings.map(({ code }) => code)).toEqual(local.findings.map(({ code }) => code));
    // The text keeps to what Athena understands, as the queries do; names of columns that come from a file have quotes.
    const text = bare((world.engine.statements.find((each) => each.startsWith("unload")) ?? "").replaceAll('"', ""));
    expect(text).toContain("staging_");
    for (const { name, wrong } of DIALECT_RULES) expect(wrong.test(text), name).toBe(false);
  });
});

describe("a damaged newer delivery", () => {
  const BASE = "x";
  const deliver = async (id: string, invoice: string, usd: readonly number[], damage = (bytes: Buffer): Buffer => bytes) => {
    const keys = usd.map((_, index) => `${BASE}/data/BILLING_PERIOD=2026-09/part-${index}.csv.gz`);
    for (const [index, key] of keys.entries()) {
      const text = csv(
        Array.from({ length: index === 0 ? 1 : 2000 }, (_, n) =>
          billLine({
            bill_billing_period_start_date: "2026-09-01T00:00:00Z",
            bill_invoice_id: invoice,
            line_item_usage_start_date: "2026-09-05T14:00:00Z",
            line_item_usage_end_date: "2026-09-05T15:00:00Z",
            line_item_unblended_cost: String(n === 0 ? usd[index] : 0),
            line_item_line_item_description: String(Math.sqrt(n)),
          }),
        ),
      );
      await world.bill.write(key, index === 0 ? gzipSync(text) : damage(gzipSync(text)));
    }
    const manifest = { executionId: id, lastUpdatedAt: `2026-10-1${id}T03:00:00Z`, dataFiles: keys };
    await world.bill.write(`${BASE}/metadata/BILLING_PERIOD=2026-09/x-Manifest.json`, JSON.stringify(manifest));
  };
  const cut = (bytes: Buffer): Buffer => bytes.subarray(0, bytes.length / 2);
  const billed = async () =>
    (
      await world.warehouse.adhoc(
        "select max(cur_version) as version, cast(sum(unblended_cost) as decimal(12,2)) as usd, count_if(incomplete) as incomplete from cur_line_items",
      )
    ).rows[0];

  it("of a closed month leaves it as it is, and is named", async () => {
    await deliver("1", "INV-1", [3, 5]);
    await world.stage();
    await deliver("2", "INV-1", [4, 5], cut);
    const { findings } = await world.stage();
    expect(await billed()).toMatchObject({ version: "x/2026-09/1", usd: "8.00", incomplete: 0 });
    expect(findings.map(({ code }) => code)).toEqual(expect.arrayContaining(["damaged_part", "kept_closed_month"]));
    await deliver("3", "INV-1", [4, 5]);
    await world.stage();
    expect(await billed()).toMatchObject({ version: "x/2026-09/3", usd: "9.00", incomplete: 0 });
  });

  it("of an open month counts as far as it can be read", async () => {
    await deliver("1", "", [3, 5]);
    await world.stage();
    await deliver("2", "", [4, 5], cut);
    const { findings } = await world.stage();
    expect(await billed()).toMatchObject({ version: "x/2026-09/2", usd: "4.00", incomplete: 1 });
    expect(findings.map(({ code }) => code)).not.toContain("kept_closed_month");
  });
});
