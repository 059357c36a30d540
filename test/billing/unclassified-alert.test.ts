import { afterAll, expect, it } from "vitest";
import { runDetectors } from "../../src/anomaly/run-detectors.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { billLine, csv, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

it("tells of dollars on bill lines that nobody understands, with the usage type", async () => {
  const used = { input_tokens: 1_000_000, total_tokens: 1_000_000, input_cost: "0.06" };
  await writeUsage(folder.path, [usage(used), usage({ ...used, dt: "2026-10-08" })]);
  const odd = (type: string, usd: string) =>
    billLine({ line_item_usage_type: type, pricing_unit: "Things", line_item_unblended_cost: usd });
  await settle(
    folder.path,
    writeFile(
      folder.path,
      "cur/bill.csv",
      csv([billLine(), odd("USE1-Quantum-Teleports", "3.5"), odd("USE1-Warp-Factors", "0.5")]),
    ),
  );
  const warehouse = await DuckDbWarehouse.open(folder.path, { threads: 1 });
  const alerts = await runDetectors({ warehouse, config: strataConfig.parse({}) });
  warehouse.close();
  const [alert, ...more] = alerts.filter(({ rule }) => rule === "unclassified");
  expect(more).toEqual([]);
  expect(alert).toMatchObject({ severity: "data", grouped_under: null });
  expect(alert?.summary).toContain("$4.00 this month on 2 unknown usage types, most on USE1-Quantum-Teleports");
});
