import { describe, expect, test } from "vitest";
import { modelOf, pricer, request } from "./factories.ts";

const money = [
  "inputCost",
  "outputCost",
  "cacheReadCost",
  "cacheWriteCost",
  "listCost",
  "estimatedCost",
  "estimatedCostHigh",
  "uncachedCost",
] as const;

function expectAll(priced: ReturnType<ReturnType<typeof pricer>["price"]>, value: bigint | null) {
  for (const part of money) expect([part, priced[part]]).toEqual([part, value]);
}

describe("what cannot be priced has a status and no cost", () => {
  test.each([
    ["a model that nobody has a price for", "newvendor.mystery-1-v1:0", { inputTokens: 10 }, {}],
    ["a new model of a known maker", "anthropic.claude-sonnet-9", { inputTokens: 10 }, {}],
    [
      "a profile that nobody resolved",
      "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/zz",
      { outputTokens: 1 },
      {},
    ],
    [
      "one part without a rate: cache reads of Llama",
      "meta.llama3-8b-instruct-v1:0",
      { inputTokens: 10, cacheReadTokens: 1 },
      {},
    ],
    ["output of an embedding model", "amazon.titan-embed-text-v2:0", { inputTokens: 10, outputTokens: 1 }, {}],
    ["the flex tier of Claude, which has none", "us.anthropic.claude-sonnet-4-6", { inputTokens: 10 }, { serviceTier: "flex" }],
    ["the priority tier of GPT-5.6", "us.openai.gpt-5.6-terra", { inputTokens: 10 }, { serviceTier: "priority" }],
    ["caching in batch", "global.anthropic.claude-sonnet-4-6", { cacheReadTokens: 10 }, { serviceTier: "batch" }],
    ["caching of Nova in batch", "us.amazon.nova-pro-v1:0", { cacheReadTokens: 10 }, { serviceTier: "batch" }],
    ["caching in the flex tier", "us.amazon.nova-pro-v1:0", { cacheReadTokens: 10 }, { serviceTier: "flex" }],
    ["seconds of video without a known rate", "luma.ray-v2:0", { videoSeconds: 6 }, {}],
    ["a Claude of the new price list without known routing", "claude-opus-4-8", { inputTokens: 1 }, {}],
  ])("unpriced: %s", (_, id, used, over) => {
    const priced = pricer().price(request(id, used, over));
    expect(priced).toMatchObject({ status: "unpriced", priceId: null });
    expectAll(priced, null);
  });

  test("uncounted: an image call without counts", () => {
    const priced = pricer().price(request("amazon.nova-canvas-v1:0", { counted: false }));
    expect(priced.status).toBe("uncounted");
    expectAll(priced, null);
  });

  test.each(["provisioned-model/0pt1example2", "imported-model/im1example234", "custom-model-deployment/cd1"])(
    "not token priced: %s",
    (tail) => {
      const call = request("x", { inputTokens: 10 }, { model: modelOf(`arn:aws:bedrock:us-east-1:111122223333:${tail}`) });
      for (const priced of [pricer().price(call), pricer().pricerOf(call)(call.eventTime, call.usage, call.failed)]) {
        expect(priced).toMatchObject({ status: "not_token_priced", estimatedCost: null });
      }
      expectAll(pricer().price(call), null);
    },
  );

  test.each(["reserved", "provisioned", "imported"])("not token priced: the %s tier", (serviceTier) => {
    const call = request("anthropic.claude-opus-5", { inputTokens: 1 }, { serviceTier });
    expect(pricer().price(call).status).toBe("not_token_priced");
    expect(pricer().pricerOf(call)(call.eventTime, call.usage, call.failed).status).toBe("not_token_priced");
  });
});

describe("what is known to cost nothing costs exactly 0", () => {
  test.each([
    ["a throttled call without counts", "us.anthropic.claude-sonnet-4-6", { counted: false }, { failed: true }],
    ["a failed call of an unknown model", "newvendor.mystery-1-v1:0", { counted: false }, { failed: true }],
    ["a failed call with zero counts", "anthropic.claude-3-5-sonnet-20240620-v1:0", {}, { failed: true }],
    ["a call that a guardrail blocked, with explicit zeros", "anthropic.claude-3-5-sonnet-20240620-v1:0", {}, {}],
    ["a failed rerank", "cohere.rerank-v3-5:0", { counted: false }, { failed: true }],
  ])("%s", (_, id, used, over) => {
    const priced = pricer().price(request(id, used, over));
    expect(priced.status).toBe("priced");
    expectAll(priced, 0n);
  });
});

describe("latency-optimized inference has rates of its own, which are not known", () => {
  test.each([
    ["asked for", { inputTokens: 1_000, performanceLatency: "optimized" }, "unpriced"],
    ["said to be served as standard", { inputTokens: 1_000, performanceLatency: "standard" }, "priced"],
    ["not mentioned", { inputTokens: 1_000, performanceLatency: null }, "priced"],
    ["asked for, but nothing ran", { performanceLatency: "optimized" }, "priced"],
  ])("%s", (_, used, status) => {
    const priced = pricer().price(request("us.amazon.nova-pro-v1:0", used));
    expect(priced.status).toBe(status);
    if (status === "unpriced") expectAll(priced, null);
  });
});

test("tokens written to a cache whose price nobody knows leave the call unpriced, never at the price of input", () => {
  const priced = pricer().price(
    request("us.openai.gpt-5.4", { inputTokens: 10, cacheWriteUnsplitTokens: 1_000, outputTokens: 5 }),
  );
  expectAll(priced, null);
});

test("a call that broke off with counts is estimated: whether it is billed is not published", () => {
  const broken = pricer().price(
    request("us.anthropic.claude-sonnet-4-6", { inputTokens: 40, outputTokens: 7 }, { failed: true }),
  );
  expect(broken).toMatchObject({ status: "estimated", estimatedCost: 247_500_000n });
});

test("Nova Reel is priced by the second, as an estimate", () => {
  expect(pricer().price(request("amazon.nova-reel-v1:1", { videoSeconds: 6 }))).toMatchObject({
    status: "estimated",
    outputCost: 480_000_000_000n,
  });
});

test("cache writes of Nova are free where the price list says so, elsewhere that is an estimate", () => {
  const known = pricer().price(request("us.amazon.nova-pro-v1:0", { inputTokens: 1_000, cacheWriteUnsplitTokens: 500 }));
  expect(known).toMatchObject({ status: "priced", cacheWriteCost: 0n, estimatedCost: 800_000_000n });
  const priced = pricer().price(request("us.amazon.nova-lite-v1:0", { inputTokens: 1_000, cacheWriteUnsplitTokens: 500 }));
  expect(priced).toMatchObject({
    status: "estimated",
    cacheWriteCost: 0n,
    estimatedCost: 60_000_000n,
    estimatedCostHigh: 60_000_000n,
  });
  expect(pricer().price(request("us.amazon.nova-lite-v1:0", { inputTokens: 1_000 })).status).toBe("priced");
});

test("cache writes of OpenAI models have one price whatever their duration, so nothing about them is unknown", () => {
  const priced = pricer().price(request("global.openai.gpt-5.6-terra", { cacheWriteUnsplitTokens: 1_000 }));
  expect(priced).toMatchObject({ status: "priced", cacheWriteCost: 2_500_000_000n, estimatedCostHigh: 2_500_000_000n });
});

test("seconds of media may be fractions", () => {
  const overrides = [{ model: "nova-reel", rates: { video_second: "0.08" } }];
  const priced = pricer({ overrides }).price(request("amazon.nova-reel-v1:1", { videoSeconds: 6.042 }));
  expect(priced).toMatchObject({ status: "priced", outputCost: 483_360_000_000n });
});

test("token counts beyond what a double multiplies exactly are still exact", () => {
  const priced = pricer().price(request("global.anthropic.claude-opus-4-8", { outputTokens: 9_007_199_254_740_991 }));
  expect(priced.outputCost).toBe(9_007_199_254_740_991n * 25_000_000n);
});
