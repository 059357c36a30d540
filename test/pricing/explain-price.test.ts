import { describe, expect, test } from "vitest";
import { estimateRange } from "../../src/pricing/explain-price.ts";
import { pricedModels } from "../../src/pricing/list-rates.ts";
import { pricer, request } from "./factories.ts";

const at = Date.parse("2026-10-05T00:00:00Z");
const rows = (id: string, config = {}, day = at, region = "us-east-1") => pricer(config).explain(id, region, day).rows;
const find = (id: string, routing: string, kind: string, config = {}) =>
  rows(id, config).find(
    (row) => row.routing === routing && row.kind === kind && row.serviceTier === "on-demand" && row.above === 0,
  );

describe("a price is explained", () => {
  test("by rate, source, tier and why", () => {
    expect(find("claude-sonnet-4-6", "global", "input")).toEqual({
      routing: "global",
      serviceTier: "on-demand",
      above: 0,
      kind: "input",
      listRate: "3",
      rate: "3",
      unit: "1M tokens",
      estimate: false,
      entry: "base:claude-sonnet-4-6:global",
      origin: "base",
      source: "genai-prices 0.2.3 (PyPI), provider aws",
      checked: "2026-11-29",
      validFrom: null,
      validTo: null,
      why: "base table",
      discounts: [],
    });
  });

  test("with the rule that made it", () => {
    expect(find("claude-sonnet-4", "geo", "cache_write_1h")).toMatchObject({
      rate: "6",
      entry: "base:claude-sonnet-4:regional+rule:claude-cache-1h",
      why: "base table; 1-hour cache writes are 2 × input",
    });
  });

  test("with the reason where our own table differs from the base", () => {
    expect(find("amazon.nova-sonic-v1:0", "in-region", "input")).toMatchObject({
      rate: "3.4",
      origin: "own",
      why: expect.stringContaining("rates of text"),
    });
  });

  test("with overrides and discounts", () => {
    const config = {
      overrides: [{ name: "contract", model: "claude-sonnet-4-6", rates: { input: "2.5" }, from: "2026-01-01" }],
      discounts: [{ name: "EDP", percent: "10" }],
    };
    expect(find("claude-sonnet-4-6", "global", "input", config)).toMatchObject({
      listRate: "3",
      rate: "2.25",
      origin: "override",
      source: "strata.yml prices.overrides.0",
      validFrom: "2026-01-01",
      why: "your rate (contract)",
      discounts: ["EDP 10 %"],
    });
    expect(find("claude-sonnet-4-6", "global", "output", config)).toMatchObject({ listRate: "15", rate: "13.5", origin: "base" });
  });

  test("for one routing when a profile id or its ARN is asked for, for all when a name is", () => {
    const routings = (id: string) => [...new Set(rows(id).map((row) => row.routing))];
    expect(routings("us.anthropic.claude-sonnet-4-6")).toEqual(["geo"]);
    expect(routings("arn:aws:bedrock:us-east-1:111122223333:inference-profile/global.anthropic.claude-sonnet-4-6")).toEqual([
      "global",
    ]);
    expect(routings("claude-sonnet-4-6")).toEqual(["in-region", "geo", "global"]);
  });

  test("on the day that was asked for", () => {
    const luna = (day: string) =>
      rows("us.openai.gpt-5.6-luna", {}, Date.parse(day)).find((row) => row.kind === "input" && row.above === 0)?.rate;
    expect([luna("2026-07-29"), luna("2026-07-30")]).toEqual(["1.1", "0.22"]);
  });

  test("and is the one that calls are priced with", () => {
    for (const { kind, rate } of rows("global.anthropic.claude-opus-4-8").filter((row) => row.serviceTier === "on-demand")) {
      const used = {
        input: "inputTokens",
        output: "outputTokens",
        cache_read: "cacheReadTokens",
        cache_write_5m: "cacheWrite5mTokens",
        cache_write_1h: "cacheWrite1hTokens",
      }[String(kind)];
      const cost = pricer().price(request("global.anthropic.claude-opus-4-8", { [used ?? ""]: 1_000_000 })).estimatedCost;
      expect([kind, Number(cost) / 1e12]).toEqual([kind, Number(rate)]);
    }
  });
});

describe("a model without a price", () => {
  test("has no rows, the range of its family and names that look like it", () => {
    const explained = pricer().explain("anthropic.claude-sonnet-9", "us-east-1", at);
    expect(explained.rows).toEqual([]);
    expect(explained.familyRange.find(({ kind }) => kind === "input")).toMatchObject({
      low: "2",
      high: "3.3",
      unit: "1M tokens",
    });
    expect(explained.similar).toContain("claude-3-5-sonnet");
  });

  test("of no known maker has neither", () => {
    expect(pricer().explain("newvendor.mystery-1-v1:0", "us-east-1", at)).toMatchObject({
      model: "newvendor.mystery-1-v1:0",
      vendor: null,
      rows: [],
      familyRange: [],
      similar: [],
    });
  });

  test("the range of a family is from its cheapest to its dearest model, over all routings", () => {
    const [input] = estimateRange("claude-haiku", "us-east-1", "2026-10-05");
    expect(input).toEqual({
      kind: "input",
      low: "0.1",
      high: "1.1",
      unit: "1M tokens",
      models: ["claude-3-5-haiku", "claude-3-haiku", "claude-haiku-4-5", "claude-haiku-5-5"],
    });
    expect(estimateRange("no-such-family", "us-east-1", "2026-10-05")).toEqual([]);
  });
});

describe("what has no price", () => {
  const unpriced = (id: string) => pricer().explain(id, "us-east-1", at).unpriced;
  const what = (id: string): string[] => unpriced(id).map((one) => one.what);

  test("is said by name, with a reason, a source and the day it was checked", () => {
    expect(unpriced("claude-sonnet-4-6")[0]).toEqual({
      what: "flex, priority",
      why: "Claude is offered in the standard tier only",
      source: expect.stringContaining("model cards"),
      checked: "2026-11-22",
    });
    expect(what("nova-pro")).toEqual([
      "cache in batch, flex and priority",
      "latency-optimized inference",
      "guardrails",
      "provisioned, reserved, imported and customised capacity",
    ]);
    expect(what("amazon.nova-reel-v1:1")).toEqual(expect.arrayContaining(["batch", "flex, priority"]));
    expect(what("titan-embed-image")).toContain("embedded images, audio and video");
    expect(what("nova-2-sonic")).toContain("text tokens of speech models");
  });

  test("names no service tier that has a rate", () => {
    for (const model of pricedModels()) {
      const { rows: known, unpriced: missing } = pricer().explain(model, "us-east-1", at);
      const tiers = new Set(known.map(({ serviceTier }) => serviceTier));
      for (const tier of ["batch", "flex", "priority"])
        expect(
          missing.some((one) => one.what.split(", ").includes(tier)),
          `${model} ${tier}`,
        ).toBe(known.length > 0 && !tiers.has(tier));
    }
  });
});
