import { describe, expect, it } from "vitest";
import { type LearnedRate, learnedOverrides } from "../../src/billing/learned-rates.ts";

const learned = (changes: Partial<LearnedRate> = {}): LearnedRate => ({
  account: "111122223333",
  region: "us-east-1",
  model: "nova-lite",
  tokenType: "input",
  routing: "global",
  serviceTier: "on-demand",
  contextClass: "standard",
  usdPerMillion: "0.054",
  listUsdPerMillion: "0.06",
  tokens: 1_000_000,
  days: 5,
  lastDay: "2026-10-04",
  spread: 1,
  confidence: "high",
  ...changes,
});

describe("rates learned from a bill, as prices of days that are not billed yet", () => {
  it("hold for their account, region, model, routing and tier from the day after the last billed one, after discounts", () =>
    expect(
      learnedOverrides([learned(), learned({ tokenType: "output", usdPerMillion: "0.216", lastDay: "2026-10-05" })], []),
    ).toEqual([
      {
        name: "learned:2026-10-05",
        model: "nova-lite",
        routing: "global",
        region: "us-east-1",
        account: "111122223333",
        service_tier: "on-demand",
        from: "2026-10-06",
        net: true,
        rates: { input: "0.054", output: "0.216" },
      },
    ]));

  it.each<[string, Partial<LearnedRate>]>([
    ["of low confidence", { confidence: "low" }],
    ["of medium confidence", { confidence: "medium" }],
    ["of long context", { contextClass: "long" }],
    ["below zero, which a refund makes", { usdPerMillion: "-0.054" }],
    ["of a tier that calls are not priced by", { serviceTier: "reserved" }],
  ])("are not used when they are %s", (_, changes) => expect(learnedOverrides([learned(changes)], [])).toEqual([]));

  it("stand for in-region and geo calls where the bill does not tell them apart, never for global ones", () =>
    expect(learnedOverrides([learned({ routing: null })], []).map(({ routing }) => routing)).toEqual(["in-region", "geo"]));

  it.each<[string, Partial<LearnedRate>]>([
    ["account", { account: "444455556666" }],
    ["region", { region: "eu-west-1" }],
    ["model", { model: "nova-pro" }],
    ["routing", { routing: "geo" }],
    ["service tier", { serviceTier: "flex" }],
  ])("are kept apart by %s", (_, changes) =>
    expect(
      learnedOverrides([learned(), learned({ ...changes, usdPerMillion: "9" })], []).map(({ rates }) => rates.input),
    ).toEqual(["0.054", "9"]),
  );

  it("give way to a rate of strata.yml for the model, by its name or an id", () => {
    const own = (model: string) => [{ model, net: false, rates: { input: "1" } }];
    expect(learnedOverrides([learned()], own("nova-lite"))).toEqual([]);
    expect(learnedOverrides([learned()], own("us.amazon.nova-lite-v1:0"))).toEqual([]);
    expect(learnedOverrides([learned()], own("nova-pro"))).toHaveLength(1);
  });
});
