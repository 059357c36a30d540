import { describe, expect, test } from "vitest";
import { dollars, pricer, request } from "./factories.ts";

/** Every sum is written out: tokens × dollars per million. */
describe("calls whose cost was worked out by hand", () => {
  test("Opus 4.8, global profile, both cache durations", () => {
    const priced = pricer().price(
      request("global.anthropic.claude-opus-4-8", {
        inputTokens: 3,
        cacheReadTokens: 128_709,
        outputTokens: 326,
        cacheWrite5mTokens: 411,
        cacheWrite1hTokens: 2_000,
      }),
    );
    expect(dollars(priced)).toEqual({
      status: "priced",
      assumptions: null,
      priceId: "base:claude-opus-4-8:global",
      inputCost: "0.000015", // 3 × 5
      outputCost: "0.00815", // 326 × 25
      cacheReadCost: "0.0643545", // 128,709 × 0.5
      cacheWriteCost: "0.02256875", // 411 × 6.25 + 2,000 × 10 = 2,568.75 + 20,000
      listCost: "0.09508825",
      estimatedCost: "0.09508825",
      estimatedCostHigh: "0.09508825",
      uncachedCost: "0.663765", // (3 + 128,709 + 2,411) × 5 + 326 × 25 = 655,615 + 8,150
    });
  });

  test("Sonnet 4.6 costs a tenth more through a regional profile than the client's own estimate at global prices", () => {
    const used = { inputTokens: 1_037, outputTokens: 2_200, cacheReadTokens: 300_000 };
    // 1,037 × 3 + 2,200 × 15 + 300,000 × 0.3 = 3,111 + 33,000 + 90,000 = 126,111
    expect(dollars(pricer().price(request("global.anthropic.claude-sonnet-4-6", used))).estimatedCost).toBe("0.126111");
    // 1,037 × 3.3 + 2,200 × 16.5 + 300,000 × 0.33 = 3,422.1 + 36,300 + 99,000 = 138,722.1
    expect(dollars(pricer().price(request("us.anthropic.claude-sonnet-4-6", used))).estimatedCost).toBe("0.1387221");
    expect(dollars(pricer().price(request("anthropic.claude-sonnet-4-6", used))).estimatedCost).toBe("0.1387221");
  });

  test("Nova Lite", () => {
    // 407 × 0.06 + 64 × 0.24 + 1,000 × 0.015 = 24.42 + 15.36 + 15
    const priced = pricer().price(
      request("us.amazon.nova-lite-v1:0", { inputTokens: 407, outputTokens: 64, cacheReadTokens: 1_000 }),
    );
    expect(dollars(priced)).toMatchObject({
      status: "priced",
      inputCost: "0.00002442",
      outputCost: "0.00001536",
      cacheReadCost: "0.000015",
      estimatedCost: "0.00005478",
    });
  });

  test("Titan embeddings v2: 5 tokens × 0.02", () => {
    expect(dollars(pricer().price(request("amazon.titan-embed-text-v2:0", { inputTokens: 5 })))).toMatchObject({
      status: "priced",
      estimatedCost: "0.0000001",
    });
  });

  test("a cache write of unknown duration is estimated at 5 minutes, with the 1-hour price as the upper end", () => {
    const priced = pricer().price(
      request("global.anthropic.claude-opus-4-8", { inputTokens: 3, cacheWriteUnsplitTokens: 2_411 }),
    );
    expect(dollars(priced)).toMatchObject({
      status: "estimated",
      cacheWriteCost: "0.01506875", // 2,411 × 6.25
      estimatedCost: "0.01508375",
      estimatedCostHigh: "0.024125", // 3 × 5 + 2,411 × 10
    });
  });

  test("discounts multiply in order and each part is rounded once, half to even", () => {
    const discounts = [
      { name: "EDP", percent: "7.25" },
      { name: "private", percent: "3.333" },
    ];
    const priced = pricer({ discounts }).price(
      request("us.amazon.nova-micro-v1:0", { inputTokens: 7, cacheReadTokens: 3, outputTokens: 1 }),
    );
    // 0.9275 × 0.96667 = 0.896586425
    expect(dollars(priced)).toMatchObject({
      listCost: "0.00000041125", // 7 × 0.035 + 3 × 0.00875 + 1 × 0.14 = 0.245 + 0.02625 + 0.14
      inputCost: "0.000000219664", // 245,000 pico × 0.896586425 = 219,663.67…
      cacheReadCost: "0.000000023535", // 26,250 pico × 0.896586425 = 23,535.39…
      outputCost: "0.000000125522", // 140,000 pico × 0.896586425 = 125,522.0995
      estimatedCost: "0.000000368721",
    });
  });

  test("a request of a reranker, an image, and batch", () => {
    expect(dollars(pricer().price(request("cohere.rerank-v3-5:0", { counted: false })))).toMatchObject({
      status: "estimated",
      inputCost: "0.002",
      estimatedCost: "0.002",
    });
    // 250 documents are three queries on the bill.
    expect(dollars(pricer().price(request("cohere.rerank-v3-5:0", { counted: false, searchUnits: 3 })))).toMatchObject({
      inputCost: "0.006",
      estimatedCost: "0.006",
    });
    expect(dollars(pricer().price(request("amazon.nova-canvas-v1:0", { images: 3 })))).toMatchObject({
      status: "estimated",
      outputCost: "0.12",
      estimatedCost: "0.12",
      estimatedCostHigh: "0.24",
    });
    const batch = pricer().price(
      request("global.anthropic.claude-sonnet-4-6", { inputTokens: 1_000, outputTokens: 100 }, { serviceTier: "batch" }),
    );
    expect(dollars(batch)).toMatchObject({ status: "priced", estimatedCost: "0.00225" }); // 1,000 × 1.5 + 100 × 7.5
  });
});
