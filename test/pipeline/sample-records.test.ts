import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import type { Row } from "../../src/ports.ts";
import { runStrata, SAMPLES } from "./run-strata.ts";

/** One line for each of the 32 sample records, every column worked out by hand from the record, the configuration and the price pages. */
const expected: Row[] = JSON.parse(readFileSync(join(import.meta.dirname, "sample-records.expected.json"), "utf8"));
const out = mkdtempSync(join(tmpdir(), "strata-samples-"));
let records: readonly Row[] = [];
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

  it("writes no prompt and no completion", async () => {
    const { rows } = await warehouse.adhoc("select * from invocation_records");
    expect(JSON.stringify(rows)).not.toMatch(/Synthetic|Summarize|Blocked by|Sorry/);
  });
});
