import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { detect } from "../../src/anomaly/detect.ts";
import { runDetectors } from "../../src/anomaly/run-detectors.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { MemorySink, MemoryStore } from "../anomaly/memory.ts";
import { billLine, csv, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

const config = strataConfig.parse({});
const HOUR = 3_600_000;
const NOTICED = Date.UTC(2026, 10, 9, 10, 20);

let folder: ReturnType<typeof temporaryFolder>;
const settled = (costs: readonly string[], noticedAt: number): Promise<unknown> => {
  const lines = costs.map((cost, index) =>
    billLine({
      bill_invoice_id: "INV1",
      line_item_unblended_cost: cost,
      line_item_usage_start_date: `2026-10-0${index + 5}T14:00:00Z`,
      line_item_usage_end_date: `2026-10-0${index + 5}T15:00:00Z`,
    }),
  );
  return settle(folder.path, writeFile(folder.path, "cur/bill.csv", csv(lines)), 24, noticedAt);
};

beforeAll(async () => {
  folder = temporaryFolder();
  await writeUsage(folder.path, [
    usage({ input_tokens: 1_000_000, total_tokens: 1_000_000, input_cost: "0.06" }),
    usage({ dt: "2026-10-06", input_tokens: 1_000_000, total_tokens: 1_000_000, input_cost: "0.06" }),
    usage({ dt: "2026-11-09", hour: 23, total_tokens: 0 }),
  ]);
  await settled(["6", "2", "1"], NOTICED - 24 * HOUR);
});
afterAll(() => folder.remove());

describe("a closed month that a newer delivery changes", () => {
  const state = new MemoryStore();
  const sink = new MemorySink();
  /** One live run of the detectors, as every five minutes on AWS. */
  const tick = async (now: number): Promise<string[]> => {
    const before = sink.sent.length;
    const warehouse = await DuckDbWarehouse.open(folder.path, { threads: 1 });
    try {
      await detect({ warehouse, sink, state, clock: { now: () => now }, config, target: "--athena --stage prod" });
    } finally {
      warehouse.close();
    }
    return sink.sent
      .slice(before)
      .filter(({ attributes }) => attributes["rule"] === "restated")
      .map(({ body }) => String(JSON.parse(body)["email"]));
  };

  it("says nothing as long as the bill stays as it was closed", async () => {
    await settled(["6", "2", "1"], NOTICED - 2 * HOUR);
    expect(await tick(NOTICED - HOUR)).toEqual([]);
  });

  it("is told once, with the days and what moved, at the next full hour", async () => {
    await settled(["6", "3.5", "0.25"], NOTICED);
    expect(await tick(NOTICED + 60_000)).toEqual([]);
    const [text = "", ...more] = await tick(NOTICED + HOUR);
    expect(more).toEqual([]);
    expect(text).toContain("Closed month restated, the organisation");
    expect(text).toContain("$2.25 moved on 2 days of 2026-10-06 to 2026-10-07: $3.75 now, $3.00 when it was closed");
    expect(text).toContain("$0.75 more than before");
    expect(text).toContain(
      "npx strata-bedrock query billing/status_by_day --athena --stage prod --param from=2026-10-06 --param to=2026-10-07",
    );
    expect(sink.sent.find(({ attributes }) => attributes["rule"] === "restated")?.severity).toBe("data");
    expect([...(await tick(NOTICED + 2 * HOUR)), ...(await tick(NOTICED + 3 * HOUR))]).toEqual([]);
  });

  it("is told again when yet another delivery changes it, with what it was before and when it was closed", async () => {
    await settled(["6", "2", "0.25"], NOTICED + 5 * HOUR);
    const [text = ""] = await tick(NOTICED + 6 * HOUR);
    expect(text).toContain("$1.50 moved on 2026-10-06: $2.00 now, $3.50 before, $2.00 when it was closed");
    expect(text).toContain("$1.50 less than before");
  });

  it("is told of the days that the bill still reaches when a delivery has fewer", async () => {
    await settled(["5"], NOTICED + 8 * HOUR);
    const [text = ""] = await tick(NOTICED + 9 * HOUR);
    expect(text).toContain("$1.00 moved on 2026-10-05: $5.00 now, $6.00 when it was closed");
  });

  it("is an alert of an analysis over the whole range, too", async () => {
    const warehouse = await DuckDbWarehouse.open(folder.path, { threads: 1 });
    const alerts = (await runDetectors({ warehouse, config })).filter(({ rule }) => rule === "restated");
    warehouse.close();
    expect(alerts.map(({ severity, state: ended }) => [severity, ended])).toContainEqual(["data", "resolved"]);
  });
});
