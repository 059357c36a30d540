import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { type BillLine, billLine, csv, settle, temporaryFolder, usage, writeFile, writeUsage } from "../billing/ledger.ts";

const folder = temporaryFolder();
afterAll(() => folder.remove());

const SEPTEMBER = { bill_billing_period_start_date: "2026-09-01T00:00:00Z", bill_invoice_id: "INV-9" };
const at = (day: string, hour: number): BillLine => ({
  line_item_usage_start_date: `${day}T${String(hour).padStart(2, "0")}:00:00Z`,
  line_item_usage_end_date: `${day}T${String(hour).padStart(2, "0")}:59:59Z`,
});

/** Whatever October's bill may hold: usage, refunds, credits and tax of October, of September, and of long before. */
const october = fc.record({
  day: fc.constantFrom("2026-09-10", "2026-09-11", "2026-09-30", "2026-10-01", "2026-10-10", "2025-01-15", "2026-11-02"),
  hour: fc.integer({ min: 0, max: 22 }),
  kind: fc.constantFrom("Usage", "Refund", "Credit", "Tax", "EdpDiscount"),
  tokens: fc.integer({ min: 1, max: 2000 }),
});

it("a closed month changes only through lines of its own billing period", async () => {
  let run = 0;
  const logged = [
    usage({ dt: "2026-09-10", hour: 10, input_tokens: 1_500_000, input_cost: "0.09" }),
    usage({ dt: "2026-10-10", hour: 10, input_tokens: 1_000_000, input_cost: "0.06" }),
  ];
  const closed = [
    billLine({ ...SEPTEMBER, ...at("2026-09-10", 10) }),
    billLine({ ...SEPTEMBER, ...at("2026-09-11", 3), line_item_usage_amount: "500", line_item_unblended_cost: "0.03" }),
  ];
  const statement = async (lines: readonly BillLine[]): Promise<Record<string, bigint>> => {
    const place = `${folder.path}/run-${run++}`;
    writeFile(place, "cur/bill.csv", csv(lines));
    await writeUsage(`${place}/data`, logged);
    const { charges, summary } = await settle(`${place}/data`, `${place}/cur`);
    const months: Record<string, bigint> = {};
    let total = 0n;
    for (const row of charges) {
      const pico = BigInt(String(row["usd"]).replace(".", ""));
      const month = String(row["dt"]).slice(0, 7);
      months[month] = (months[month] ?? 0n) + pico;
      total += pico;
    }
    expect(Number(total) / 1e12).toBeCloseTo(Number(summary.billed_usd), 9);
    return months;
  };
  const before = await statement(closed);
  expect(before).toEqual({ "2026-09": 90_000_000_000n });
  await fc.assert(
    fc.asyncProperty(fc.array(october, { minLength: 1, maxLength: 6 }), async (lines) => {
      const later = lines.map(({ day, hour, kind, tokens }) => {
        const sign = kind === "Usage" || kind === "Tax" ? 1n : -1n;
        const pico = sign * BigInt(tokens) * 60_000_000n;
        return {
          pico,
          line: billLine({
            ...at(day, hour),
            line_item_line_item_type: kind,
            line_item_usage_amount: kind === "Usage" ? String(tokens) : "0",
            line_item_unblended_cost: (Number(pico) / 1e12).toFixed(12),
          }),
        };
      });
      const after = await statement([...closed, ...later.map(({ line }) => line)]);
      expect(after["2026-09"]).toBe(before["2026-09"]);
      expect(after["2026-10"]).toBe(later.reduce((sum, { pico }) => sum + pico, 0n));
      expect(Object.keys(after).sort()).toEqual(["2026-09", "2026-10"]);
    }),
    { numRuns: 6, seed: 20261129 },
  );
}, 600_000);
