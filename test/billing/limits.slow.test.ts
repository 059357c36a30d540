import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { reconcileLimits } from "../../src/billing/reconcile-limits.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { billLine, csv, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

/** A million tokens logged and ten thousand more billed, a tenth of a cent beyond their rate, and a call that is younger than the bill's end. */
async function reconciled(billing: Record<string, unknown>) {
  await writeUsage(folder.path, [
    usage({ input_tokens: 1_000_000, input_cost: "0.06" }),
    usage({ dt: "2026-10-07", hour: 20, model: "nova-pro", output_tokens: 10, output_cost: "0.01", account_id: "444455556666" }),
  ]);
  const lines = [
    billLine({ line_item_usage_amount: "1010", line_item_unblended_cost: "0.0616" }),
    billLine({
      line_item_usage_type: "USE1-NovaMicro-input-tokens",
      line_item_usage_start_date: "2026-10-07T22:00:00Z",
      line_item_usage_end_date: "2026-10-07T23:00:00Z",
    }),
  ];
  const limits = reconcileLimits(strataConfig.parse({ billing }).billing);
  const { summary } = await settle(folder.path, writeFile(folder.path, "cur/bill.csv", csv(lines)), limits.lagHours, 0, limits);
  return {
    missing: summary.billed_not_logged_usd,
    residual: summary.residual_usd,
    pending: summary.not_yet_billed_usd,
    unbilled: summary.logged_not_billed_usd,
  };
}

describe("the section billing of strata.yml", () => {
  it("has defaults that count a thousandth of the tokens and a millionth of a dollar as differences", async () => {
    expect(await reconciled({})).toEqual({ missing: "0.0606", residual: "0.001", pending: "0.01", unbilled: "0.00" });
  });

  it.each([
    ["quantity_tolerance", "0.05", { missing: "0.06", residual: "0.0016" }],
    ["tolerance_usd", "0.01", { missing: "0.06060990099", residual: "0.00" }],
    ["lag_hours", 2, { pending: "0.00", unbilled: "0.01" }],
  ])("changes what is found: %s %s", async (name, value, expected) => {
    expect(await reconciled({ [name]: value })).toMatchObject(expected);
  });
});
