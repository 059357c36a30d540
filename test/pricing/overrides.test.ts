import { describe, expect, test } from "vitest";
import { ConfigError } from "../../src/errors.ts";
import type { PriceDiscount, PriceOverride } from "../../src/pricing/prices-config.ts";
import { dollars, pricer, request } from "./factories.ts";

const sonnet = "global.anthropic.claude-sonnet-4-6";
const thousand = { inputTokens: 1_000 };
const override = (over: Partial<PriceOverride> = {}): PriceOverride => ({
  model: "claude-sonnet-4-6",
  rates: { input: "2.5" },
  ...over,
});
const cost = (overrides: PriceOverride[], over = {}, id = sonnet) =>
  dollars(pricer({ overrides }).price(request(id, thousand, over))).estimatedCost;

describe("overrides", () => {
  test("an agreed rate replaces the published one; the list price stays", () => {
    const priced = pricer({ overrides: [override({ name: "contract" })] }).price(
      request(sonnet, { inputTokens: 1_000, outputTokens: 10 }),
    );
    expect(dollars(priced)).toMatchObject({
      status: "priced",
      inputCost: "0.0025",
      outputCost: "0.00015",
      listCost: "0.00315",
      estimatedCost: "0.00265",
    });
    expect(priced.priceId).toBe("contract+base:claude-sonnet-4-6:global");
  });

  test.each([
    ["another model", { model: "claude-opus-4-8" }, "0.003"],
    ["an id of the model", { model: "anthropic.claude-sonnet-4-6" }, "0.0025"],
    ["a profile id, which limits to its routing", { model: "us.anthropic.claude-sonnet-4-6" }, "0.003"],
    ["the same routing", { routing: "global" as const }, "0.0025"],
    ["another routing", { routing: "geo" as const }, "0.003"],
    ["another region", { region: "eu-west-1" }, "0.003"],
    ["the account", { account: "111122223333" }, "0.0025"],
    ["another account", { account: "444455556666" }, "0.003"],
    ["another service tier", { service_tier: "batch" }, "0.003"],
    ["its last day", { to: "2026-10-05" }, "0.0025"],
    ["the day after its last", { to: "2026-10-04" }, "0.003"],
    ["its first day", { from: "2026-10-05" }, "0.0025"],
    ["the day before its first", { from: "2026-10-06" }, "0.003"],
  ])("scope: %s", (_, over, expected) => expect(cost([override(over)])).toBe(expected));

  test("the one with more limits counts, whatever the order", () => {
    const overrides = [override(), override({ account: "111122223333", rates: { input: "2" } })];
    expect(cost(overrides)).toBe("0.002");
    expect(cost([...overrides].reverse())).toBe("0.002");
    expect(cost(overrides, { accountId: "444455556666" })).toBe("0.0025");
  });

  test("it gives an unknown model a price, at which there is no list price", () => {
    const priced = pricer({ overrides: [override({ model: "newvendor.mystery-1-v1:0" })] }).price(
      request("newvendor.mystery-1-v1:0", thousand),
    );
    expect(dollars(priced)).toMatchObject({ status: "priced", estimatedCost: "0.0025", listCost: null, priceId: "override-1" });
  });

  test("in place of a published price that is a guess it leaves nothing guessed", () => {
    const lite = "apac.amazon.nova-lite-v1:0";
    const call = request(lite, thousand, { region: "ap-southeast-2" });
    expect(pricer().price(call).status).toBe("estimated");
    expect(pricer({ overrides: [override({ model: "nova-lite" })] }).price(call)).toMatchObject({
      status: "priced",
      assumptions: null,
    });
  });

  test("it gives a service tier a price", () => {
    expect(cost([override({ service_tier: "flex" })], { serviceTier: "flex" })).toBe("0.0025");
  });

  test("a rate for on-demand says nothing about batch", () => {
    expect(cost([override()], { serviceTier: "batch" })).toBe("0.0015");
  });

  test("one agreed rate for every cache write leaves nothing unknown", () => {
    const overrides = [override({ rates: { cache_write: "3" } })];
    const priced = pricer({ overrides }).price(request(sonnet, { cacheWriteUnsplitTokens: 100, cacheWrite1hTokens: 100 }));
    expect(dollars(priced)).toMatchObject({ status: "priced", cacheWriteCost: "0.0006", estimatedCostHigh: "0.0006" });
  });

  test("an agreed price per image has no range", () => {
    const priced = pricer({ overrides: [override({ model: "nova-canvas", rates: { image: "0.03" } })] }).price(
      request("amazon.nova-canvas-v1:0", { images: 2 }),
    );
    expect(dollars(priced)).toMatchObject({ status: "priced", estimatedCost: "0.06", estimatedCostHigh: "0.06" });
  });

  test("a long request keeps its published price", () => {
    const overrides = [override({ model: "claude-sonnet-4-5" })];
    const priced = pricer({ overrides }).price(
      request("global.anthropic.claude-sonnet-4-5-20250929-v1:0", { inputTokens: 300_000 }),
    );
    expect(dollars(priced).estimatedCost).toBe("1.80");
  });
});

describe("discounts", () => {
  const discount = (over: Partial<PriceDiscount> = {}): PriceDiscount => ({ name: "EDP", percent: "10", ...over });
  const withDiscounts = (discounts: PriceDiscount[], overrides: PriceOverride[] = []) =>
    dollars(pricer({ discounts, overrides }).price(request(sonnet, thousand))).estimatedCost;

  test.each([
    ["everything", {}, "0.0027"],
    ["a matching glob", { models: ["nova-*", "claude-sonnet-*"] }, "0.0027"],
    ["no matching glob", { models: ["nova-*"] }, "0.003"],
    ["the maker", { vendors: ["anthropic"] }, "0.0027"],
    ["another maker", { vendors: ["amazon"] }, "0.003"],
    ["the account", { accounts: ["111122223333"] }, "0.0027"],
    ["another account", { accounts: ["444455556666"] }, "0.003"],
    ["before it begins", { from: "2026-10-06" }, "0.003"],
    ["its first day", { from: "2026-10-05" }, "0.0027"],
    ["its last day", { to: "2026-10-05" }, "0.0027"],
    ["after it ended", { to: "2026-10-04" }, "0.003"],
    ["all of it", { percent: "100" }, "0.00"],
    ["a fraction of a percent", { percent: "0.5" }, "0.002985"],
  ])("scope: %s", (_, over, expected) => expect(withDiscounts([discount(over)])).toBe(expected));

  test("several multiply: 10 % and then 20 % are 28 %", () => {
    expect(withDiscounts([discount(), discount({ name: "growth", percent: "20" })])).toBe("0.00216");
  });

  test("they are taken off an agreed rate too, unless it is net", () => {
    expect(withDiscounts([discount()], [override()])).toBe("0.00225");
    expect(withDiscounts([discount()], [override({ net: true })])).toBe("0.0025");
  });

  test("the list price knows no discount", () => {
    expect(dollars(pricer({ discounts: [discount()] }).price(request(sonnet, thousand))).listCost).toBe("0.003");
  });
});

describe("contradictions are refused and named", () => {
  const refused = (config: Parameters<typeof pricer>[0]): ConfigError => {
    try {
      pricer(config);
    } catch (error) {
      if (error instanceof ConfigError) return error;
      throw error;
    }
    throw new Error("accepted");
  };

  test("two overrides of the same scope in overlapping periods", () => {
    const error = refused({
      overrides: [override({ name: "old", to: "2026-12-31" }), override({ name: "new", from: "2026-12-31" })],
    });
    expect(error.message).toBe(
      "pricing: prices.overrides.1 (new) and prices.overrides.0 (old) both set input of claude-sonnet-4-6 for the same calls",
    );
    expect(error.path).toBe("prices.overrides.1");
    expect(error.hint).toBe(
      "Give them periods that do not overlap, or limit one of them further (routing, region, account, service_tier).",
    );
  });

  test("two overrides with different limits, neither of which is the narrower", () => {
    const error = refused({ overrides: [override({ region: "us-east-1" }), override({ account: "111122223333" })] });
    expect(error.message).toContain("prices.overrides.1 (override-2) and prices.overrides.0 (override-1)");
  });

  test.each([
    ["periods that follow each other", [override({ to: "2026-12-30" }), override({ from: "2026-12-31" })]],
    ["different kinds", [override(), override({ rates: { output: "12" } })]],
    ["different regions", [override({ region: "us-east-1" }), override({ region: "eu-west-1" })]],
    ["one narrower", [override(), override({ region: "us-east-1" })]],
    ["different models", [override(), override({ model: "claude-opus-4-8" })]],
  ])("no contradiction: %s", (_, overrides) => expect(() => pricer({ overrides })).not.toThrow());

  test("on-demand by name and by default are the same calls", () => {
    // The one that says so is the narrower, and counts.
    expect(cost([override(), override({ service_tier: "on-demand", rates: { input: "1" } })])).toBe("0.001");
  });

  test("a period that ends before it begins", () => {
    expect(refused({ overrides: [override({ from: "2026-10-02", to: "2026-10-01" })] }).message).toBe(
      "pricing: prices.overrides.0 of claude-sonnet-4-6 ends on 2026-10-01, before it begins on 2026-10-02",
    );
    expect(refused({ discounts: [{ name: "EDP", percent: "5", from: "2026-10-02", to: "2026-10-01" }] }).path).toBe(
      "prices.discounts.0.to",
    );
  });

  test("two discounts of one name that overlap, and a discount over 100 percent", () => {
    expect(
      refused({
        discounts: [
          { name: "EDP", percent: "5" },
          { name: "EDP", percent: "6", from: "2026-01-01" },
        ],
      }).message,
    ).toBe('pricing: prices.discounts.1 and prices.discounts.0 are both called "EDP" and their periods overlap');
    expect(refused({ discounts: [{ name: "EDP", percent: "101" }] }).path).toBe("prices.discounts.0.percent");
  });

  test("two discounts of one name that follow each other, in either order, and two names on the same days", () => {
    const first = { name: "EDP", percent: "5", to: "2026-09-30" };
    const second = { name: "EDP", percent: "6", from: "2026-10-01" };
    expect(() => pricer({ discounts: [first, second] })).not.toThrow();
    expect(() => pricer({ discounts: [second, first] })).not.toThrow();
    expect(() => pricer({ discounts: [second, { ...second, name: "growth" }] })).not.toThrow();
    expect(refused({ discounts: [{ ...first, to: "2026-10-01" }, second] }).path).toBe("prices.discounts.1");
  });

  test("an override without a rate", () => {
    expect(refused({ overrides: [override({ rates: {} })] }).message).toBe(
      "pricing: prices.overrides.0 of claude-sonnet-4-6 gives no rate",
    );
  });
});
