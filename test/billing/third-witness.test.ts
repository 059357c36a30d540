import { describe, expect, it } from "vitest";
import { thirdWitness, type WitnessDay } from "../../src/billing/third-witness.ts";
import type { BillingApi } from "../../src/ports.ts";

const days: readonly WitnessDay[] = [
  { day: "2026-10-01", status: "billed", billedUsd: "10", estimatedUsd: "9.9" },
  { day: "2026-10-02", status: "billed", billedUsd: "20", estimatedUsd: "20" },
  { day: "2026-10-03", status: "provisional", billedUsd: "1", estimatedUsd: "30" },
];
const asked: unknown[] = [];
const api = (second: string): BillingApi => ({
  calls: 2,
  cost: 20_000_000_000n,
  async charges(from, to) {
    asked.push([from, to]);
    return [
      { dt: "2026-10-01", service: "Amazon Bedrock", usd: "10", estimated: false },
      { dt: "2026-10-02", service: "Claude Opus 4.8 (Amazon Bedrock Edition)", usd: second, estimated: true },
      { dt: "2026-10-03", service: "Amazon Bedrock", usd: "7.5", estimated: true },
    ];
  },
  async forecast(services) {
    asked.push(services);
    return { usd: "100", low: "80", high: "130" };
  },
});

describe("Cost Explorer as the third witness", () => {
  it("is compared over the days that the bill has whole, and its forecast begins today", async () => {
    const found = await thirdWitness(api("20"), "2026-10", days, { limit: 0.02, today: "2026-10-04" });
    expect(asked).toEqual([
      ["2026-10-01", "2026-10-03"],
      ["Amazon Bedrock", "Claude Opus 4.8 (Amazon Bedrock Edition)"],
    ]);
    expect(found).toEqual({
      month: "2026-10",
      to: "2026-10-02",
      explorerUsd: "30.00",
      billedUsd: "30.00",
      estimatedUsd: "29.90",
      billedGap: 0,
      forecastUsd: "137.50",
      forecastLowUsd: "117.50",
      forecastHighUsd: "167.50",
      calls: 2,
      costUsd: "0.02",
      findings: [],
    });
  });

  it("says so when it disagrees by more than the limit", async () => {
    const found = await thirdWitness(api("22"), "2026-10", days, { limit: 0.02, today: "2026-11-20" });
    expect(found.forecastUsd).toBeNull();
    expect(found.findings).toMatchObject([
      {
        code: "witnesses_disagree",
        message:
          "billing: 2026-10: Cost Explorer says $32.00 up to 2026-10-02 and the CUR $30.00, 6.3 % apart and more than the 2.0 % of billing.explorer_limit",
      },
    ]);
  });
});
