import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { showSummary } from "../../src/cli/analyze/show-summary.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { type Summary, summarySchema } from "../../src/pipeline/summary-schema.ts";
import type { Row } from "../../src/ports.ts";
import { runStrata, SAMPLES } from "./run-strata.ts";

/** One line for each of the 32 sample records, every column worked out by hand from the record, the configuration and the price pages. */
const expected: Row[] = JSON.parse(readFileSync(join(import.meta.dirname, "sample-records.expected.json"), "utf8"));
const out = mkdtempSync(join(tmpdir(), "strata-samples-"));
let records: readonly Row[] = [];
let summary: Summary;
let warehouse: DuckDbWarehouse;

beforeAll(async () => {
  const logs = join(SAMPLES, "invocation-logs", "records.jsonl");
  const run = await runStrata([
    "analyze",
    logs,
    "--config",
    join(import.meta.dirname, "sample-records.yml"),
    "--out",
    out,
    "--json",
  ]);
  expect(run.stderr).toBe("");
  expect(run.code).toBe(0);
  summary = summarySchema.parse(JSON.parse(readFileSync(join(out, "summary.json"), "utf8")));
  warehouse = await DuckDbWarehouse.open(out);
  records = (await warehouse.adhoc("select * from invocation_records order by source_line")).rows;
});

describe("strata analyze on the sample records", () => {
  it.each(expected.map((row) => [row.source_line, row.operation, row.model, row] as const))(
    "gives every column of line %s: %s of %s",
    (line, _operation, _model, row) => {
      const found = records.find((record) => record.source_line === line);
      const { delivered_at: deliveredAt, ...columns } = found ?? {};
      expect(columns).toEqual(row);
      expect(deliveredAt).toMatch(/^\d{4}-\d\d-\d\dT/);
    },
  );

  it("counts the record that was delivered twice once", async () => {
    expect(records).toHaveLength(32);
    expect((await warehouse.query("rollups/invocation_counts")).rows[0]?.invocations).toBe(31);
  });

  it("says how much of the estimate rests on guesses: 0.6991715 of 1.1820328625 by the columns above", async () => {
    expect(summary).toMatchObject({
      estimated_usd: "1.1820328625",
      guessed_usd: "0.6991715",
      guessed_share: 0.591499,
      price_estimated: 5,
    });
    expect(showSummary(summary, [], out)).toMatch(/by guessed prices +\$0\.70 +59\.1 % of it guessed\n/);
    const { rows } = await warehouse.adhoc("select sum(guessed_cost) as guessed from hourly_usage");
    expect(rows).toEqual([{ guessed: "0.699171500000" }]);
  });

  it("has no line about guesses where there are none", () => {
    const certain = { ...summary, guessed_usd: "0.00", guessed_share: 0 };
    expect(showSummary(certain, [], out)).not.toContain("guessed");
  });

  it("writes no prompt and no completion", async () => {
    const { rows } = await warehouse.adhoc("select * from invocation_records");
    expect(JSON.stringify(rows)).not.toMatch(/Synthetic|Summarize|Blocked by|Sorry/);
  });
});
