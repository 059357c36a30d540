import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { billCase, type CaseInput, runCase } from "./run-case.ts";

const both = billCase("refund-later");
const SEPTEMBER: CaseInput = { ...both, cur: [join(both.cur?.[0] ?? "", "sep.csv")] };

vi.setConfig({ testTimeout: 300_000 });

describe("a refund on October's bill for September's usage", () => {
  it("is a line of October's statement and leaves September's closed one as invoiced", async () => {
    const first = await runCase(SEPTEMBER);
    expect(first.manifest("2026-09")).toMatchObject({ status: "final", totals: { billed_usd: "33.00" } });
    const before = first.csv("2026-09", "reconciliation");

    const { manifest, csv, summary, dollars } = await runCase({ ...both, out: first.out });

    expect(manifest("2026-09")).toMatchObject({ status: "final", restates: null, totals: { billed_usd: "33.00" } });
    expect(csv("2026-09", "reconciliation")).toEqual(before);
    expect(summary.problems).toEqual([]);
    expect(manifest("2026-10")).toMatchObject({ status: "provisional", totals: { billed_usd: "-29.70" } });
    expect(csv("2026-10", "reconciliation").map((line) => [line.status, line.reason, line.corrects, line.billed_usd])).toEqual([
      ["adjustment", "refund", "2026-09", "-33.00"],
      ["allocated", "", "", "3.30"],
    ]);
    expect(csv("2026-10", "by_day").map((line) => [line.day, line.billed_usd])).toEqual([
      ["2026-09-10", "-33.00"],
      ["2026-10-10", "3.30"],
    ]);
    expect(csv("2026-10", "by_usage_month").map((line) => Object.values(line))).toEqual([
      ["2026-09", "-33.00"],
      ["2026-10", "3.30"],
    ]);
    // Beside the statements: what the usage of each month came to, on whatever bill.
    expect(
      await dollars(
        "select date_format(usage_dt, '%Y-%m') as usage_month, sum(billed_cost) from allocated_charges group by 1 order by 1",
      ),
    ).toEqual({ "2026-09": "0.00", "2026-10": "3.30" });
  });

  it("is a Correction in FOCUS, of October's billing period and September's charge period", async () => {
    const { csv } = await runCase(both);
    const shown = [
      "BilledCost",
      "BillingPeriodStart",
      "BillingPeriodEnd",
      "ChargePeriodStart",
      "ChargeClass",
      "BillingAccountId",
    ];
    expect(csv("2026-10", "focus").map((row) => shown.map((name) => row[name]))).toEqual([
      ["-33.00", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", "2026-09-10T00:00:00Z", "Correction", "999900001111"],
      ["3.30", "2026-10-01T00:00:00Z", "2026-11-01T00:00:00Z", "2026-10-10T00:00:00Z", "", "999900001111"],
    ]);
    expect(csv("2026-09", "focus").map((row) => [row.BilledCost, row.ChargeClass, row.InvoiceId])).toEqual([
      ["33.00", "", "INV-9"],
    ]);
  });

  it("ties out with invoice, payer and kind of bill where the export names them", async () => {
    const { manifest, csv } = await runCase(both);
    const { tie_out: september } = manifest("2026-09") as { tie_out?: { sentence: string; invoices: unknown[] } };
    expect(september?.sentence).toContain("33.00 USD billed on invoice INV-9 to payer 999900001111 (Anniversary) = ");
    expect(csv("2026-10", "invoices").map((line) => [line.invoice_id, line.bill_type, line.billed_usd])).toEqual([
      ["", "Anniversary", "3.30"],
      ["", "Refund", "-33.00"],
    ]);
  });
});

describe("siblings of a later correction", () => {
  /** The case's October bill with other words in its refund line. */
  function october(change: (line: string) => string): CaseInput {
    const folder = mkdtempSync(join(tmpdir(), "strata-case-cur-"));
    const [sep = "", oct = ""] = ["sep.csv", "oct.csv"].map((name) => readFileSync(join(both.cur?.[0] ?? "", name), "utf8"));
    writeFileSync(join(folder, "sep.csv"), sep);
    writeFileSync(
      join(folder, "oct.csv"),
      oct
        .split("\n")
        .map((line) => (line.startsWith("Refund") ? change(line) : line))
        .join("\n"),
    );
    return { ...both, cur: [folder] };
  }

  it.each([
    ["a credit", (line: string) => line.replace(",Refund,,InvokeModelInference", ",Credit,,InvokeModelInference"), "credit"],
    ["a tax correction", (line: string) => line.replace(",Refund,,InvokeModelInference", ",Tax,,InvokeModelInference"), "tax"],
    ["a refund of usage two years back", (line: string) => line.replaceAll("2026-09-10", "2024-09-10"), "refund"],
  ])("%s of earlier usage stays with October too", async (_, change, reason) => {
    const { manifest, csv } = await runCase(october(change));
    expect(manifest("2026-09")).toMatchObject({ status: "final", totals: { billed_usd: "33.00" } });
    expect(manifest("2026-10")).toMatchObject({ totals: { billed_usd: "-29.70" } });
    expect(csv("2026-10", "reconciliation")[0]).toMatchObject({ status: "adjustment", reason, billed_usd: "-33.00" });
  });

  it("usage of September that only October's bill brings meets September's log and counts in October", async () => {
    const usage = (line: string): string =>
      line
        .replace("Refund,AWS", "Anniversary,AWS")
        .replace("Refund for usage in September,Refund", ",Usage")
        .replace(",-33,,", ",33,0.0033,")
        .replace("example-dev,0,", "example-dev,10000,");
    const input = october(usage);
    const { dollars, manifest } = await runCase({ ...input, cur: [join(input.cur?.[0] ?? "", "oct.csv")] });
    expect(await dollars("select status, sum(billed_cost) from allocated_charges group by 1")).toEqual({ allocated: "36.30" });
    expect(manifest("2026-10")).toMatchObject({ totals: { billed_usd: "36.30" } });
  });
});
