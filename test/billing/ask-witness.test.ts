import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { detect } from "../../src/anomaly/detect.ts";
import { askWitness } from "../../src/billing/ask-witness.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { dimensionFiles } from "../../src/local/dimension-files.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import type { BillingApi } from "../../src/ports.ts";
import { MemorySink, MemoryStore } from "../anomaly/memory.ts";
import { billLine, csv, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

const config = strataConfig.parse({});
const HOUR = 3_600_000;
const at = (day: number, hour = 0): number => Date.UTC(2026, 9, day, hour);

let folder: ReturnType<typeof temporaryFolder>;
beforeAll(async () => {
  folder = temporaryFolder();
  await writeUsage(folder.path, [usage({ input_tokens: 1_000_000, total_tokens: 1_000_000, input_cost: "60" })]);
  const lines = ["2026-10-05", "2026-10-06"].map((day) =>
    billLine({
      line_item_unblended_cost: "60",
      line_item_usage_start_date: `${day}T00:00:00Z`,
      line_item_usage_end_date: `${day === "2026-10-05" ? "2026-10-06" : "2026-10-07"}T00:00:00Z`,
    }),
  );
  const credit = billLine({ line_item_line_item_type: "Credit", line_item_unblended_cost: "-20" });
  await settle(folder.path, writeFile(folder.path, "cur/bill.csv", csv([...lines, credit])));
});
afterAll(() => folder.remove());

const months: string[] = [];
const api = (usd: string): BillingApi => ({
  calls: 2,
  cost: 0n,
  async charges(from) {
    months.push(from);
    return [{ dt: "2026-10-05", service: "Amazon Bedrock", usd, estimated: true }];
  },
  forecast: async () => ({ usd: "300", low: "200", high: "400" }),
});

describe("Cost Explorer, asked by a deployed stack", () => {
  const state = new MemoryStore();
  const sink = new MemorySink();
  const withData = async <T>(work: (warehouse: DuckDbWarehouse) => Promise<T>): Promise<T> => {
    const warehouse = await DuckDbWarehouse.open(folder.path, { threads: 1 });
    try {
      return await work(warehouse);
    } finally {
      warehouse.close();
    }
  };
  const ask = (usd: string, now: number) =>
    withData((warehouse) => askWitness({ warehouse, dimensions: dimensionFiles(warehouse), api: api(usd), limit: 0.02, now }));
  const told = async (now: number): Promise<string[]> => {
    const before = sink.sent.length;
    await withData((warehouse) => detect({ warehouse, sink, state, clock: { now: () => now }, config }));
    return sink.sent
      .slice(before)
      .filter(({ attributes }) => attributes["rule"] === "witnesses_disagree")
      .map(({ severity, body }) => `${severity} ${JSON.parse(body)["email"]}`);
  };

  it("is asked for months that are on the bill only, and its answer is kept beside the bill without credits", async () => {
    const [answer, ...others] = await ask("150", at(7, 9));
    expect(others).toEqual([]);
    expect(months).toEqual(["2026-10-01"]);
    expect(answer?.findings.map(({ code }) => code)).toEqual(["witnesses_disagree"]);
    const kept = await withData((warehouse) => warehouse.query("billing/remembered_witnesses"));
    expect(kept.rows).toEqual([
      {
        month: "2026-10",
        // The last day of a daily bill is provisional, so it is not compared.
        to_day: "2026-10-05",
        explorer_usd: "150.00",
        billed_usd: "60.00",
        estimated_usd: "60.00",
        gap: 0.6,
        forecast_usd: "450.00",
        asked_at: "2026-10-07T09:00:00.000Z",
      },
    ]);
  });

  it("opens a data alert when it disagrees on two days in a row, and closes it when it agrees", async () => {
    expect(await told(at(8) + HOUR / 2)).toEqual([]);
    await ask("150", at(8, 9));
    const [message = "", ...more] = await told(at(9) + HOUR / 2);
    expect(more).toEqual([]);
    expect(message).toMatch(/^data What: +Cost Explorer and bill disagree, the organisation/);
    expect(message).toContain("Cost Explorer says $150.00 for 2026-10 to 2026-10-05, the bill $60.00: 60 % apart, limit 2 %");
    expect(message).toContain("billing/status_by_day --param from=2026-10-01 --param to=2026-10-05");
    await ask("60.5", at(9, 9));
    expect(await told(at(10) + HOUR / 2)).toEqual([expect.stringContaining("OVER: Cost Explorer and bill disagree")]);
  });
});
