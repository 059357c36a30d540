import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import type { MonthReconciliation } from "../../src/billing/month-reconciliation.ts";
import { nextActions } from "../../src/billing/next-actions.ts";
import { waterfallText } from "../../src/cli/reconcile/waterfall.ts";

const step = (name: string, usd: string) => ({
  step: name,
  meaning: `about ${name}`,
  usd,
  end: name === "estimated" || name === "billed",
});
const day = (name: string, status: string, before: string | null = null) => ({
  day: `2026-10-${name}`,
  status,
  billed_usd: "5.00",
  estimated_usd: "5.00",
  before_usd: before,
  invoice_id: null,
  cur_version: "cur/1",
});
const steps = [
  step("estimated", "100.00"),
  step("price", "-7.00"),
  step("routing", "0.00"),
  step("missing_logs", "3.00"),
  step("billed", "96.00"),
];
const reasons = [
  { status: "allocated", reason: "", usd: "93.00" },
  { status: "billed_not_logged", reason: "mantle", usd: "3.00" },
];
const month: MonthReconciliation = {
  month: "2026-10",
  steps,
  reasons,
  summary: {
    billed_usd: "96.00",
    allocated_usd: "93.00",
    billed_not_logged_usd: "3.00",
    not_token_based_usd: "0.00",
    adjustments_usd: "0.00",
    unclassified_usd: "0.00",
    residual_usd: "0.00",
    not_yet_billed_usd: "0.00",
    logged_not_billed_usd: "0.00",
  },
  days: [day("01", "final"), day("02", "final"), day("03", "restated", "4.00"), day("04", "billed")],
  next: nextActions("96.00", reasons, steps),
};

it("shows every step that is not nothing, the parts, stretches of days of one status, and the larger differences first", () => {
  const lines = stripVTControlCharacters(waterfallText(month)).split("\n");
  const words = lines.map((line) =>
    line
      .replace(/[█▒╌]+/g, "")
      .replace(/\s+/g, " ")
      .trim(),
  );
  expect(words.slice(1, 5)).toEqual([
    "estimated $100.00 about estimated",
    "price -$7.00 about price",
    "missing logs $3.00 about missing_logs",
    "billed $96.00 about billed",
  ]);
  expect(words).toContain("billed, not logged $3.00 3.1 % mantle $3.00");
  expect(words.slice(words.indexOf("Days") + 1, words.indexOf("Days") + 4)).toEqual([
    "2026-10-01 to 2026-10-02 final cur/1",
    "2026-10-03 restated cur/1, was $4.00, now $5.00",
    "2026-10-04 billed cur/1",
  ]);
  expect(month.next.map(({ about, usd }) => [about, usd])).toEqual([
    ["price", "-7.00"],
    ["billed_not_logged/mantle", "3.00"],
  ]);
});

it("leaves out what is less than a ten-thousandth of the bill", () => {
  expect(nextActions("96.00", [{ status: "billed_not_logged", reason: "batch", usd: "0.009" }], [])).toEqual([]);
});
