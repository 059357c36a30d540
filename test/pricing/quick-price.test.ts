import fc from "fast-check";
import { expect, it } from "vitest";
import type { Priced, Usage } from "../../src/pricing/price-request.ts";
import { Cell, QuickPrice } from "../../src/pricing/quick-price.ts";
import { pricer, request } from "./factories.ts";

const MODELS = [
  "anthropic.claude-sonnet-4-6",
  "global.anthropic.claude-opus-4-8",
  "us.amazon.nova-lite-v1:0",
  "us.anthropic.claude-haiku-4-5-20251001-v1:0",
  "meta.llama3-1-70b-instruct-v1:0",
  "amazon.titan-embed-text-v2:0",
  "cohere.rerank-v3-5:0",
  "stability.sd3-5-large-v1:0",
  "anthropic.claude-nobody-knows",
];
const DISCOUNTS = [[], [{ name: "agreed", percent: "12.5" }], [{ name: "odd", percent: "3.3333" }]];
const count = fc.oneof(
  { weight: 10, arbitrary: fc.constant(0) },
  { weight: 20, arbitrary: fc.nat(300_000) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 2 ** 50 }) },
);
const used = fc.record({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWrite5mTokens: count,
  cacheWrite1hTokens: count,
  cacheWriteUnsplitTokens: count,
  images: fc.constantFrom(0, 0, 0, 2),
  videoSeconds: fc.constantFrom(0, 0, 0, 1.5),
});

const amounts = (cells: Float64Array): Partial<Priced> =>
  Object.fromEntries(
    Object.entries({
      inputCost: Cell.input,
      outputCost: Cell.output,
      cacheReadCost: Cell.cacheRead,
      cacheWriteCost: Cell.cacheWrite,
      listCost: Cell.list,
      estimatedCost: Cell.estimated,
      estimatedCostHigh: Cell.high,
      uncachedCost: Cell.uncached,
    }).map(([name, cell]) => [name, BigInt(cells[cell] ?? -1)]),
  );

it("is the price to the pico-dollar, where it says one, and nearly every call of tokens has one", () => {
  let quick = 0;
  let all = 0;
  const pricers = DISCOUNTS.map((discounts) => pricer({ discounts }));
  fc.assert(
    fc.property(fc.constantFrom(...MODELS), used, fc.constantFrom(...pricers), fc.boolean(), (model, some, by, failed) => {
      const call = request(model, some satisfies Partial<Usage>, { failed });
      const exact = by.price(call);
      const said = by.pricerOf(call)(call.eventTime, call.usage, failed);
      all += 1;
      if (said instanceof QuickPrice) {
        quick += 1;
        expect({ status: said.status, assumptions: said.assumptions, priceId: said.priceId, ...amounts(said.cells) }).toEqual(
          exact,
        );
      } else expect(said).toEqual(exact);
    }),
    { seed: 7, numRuns: 1500 },
  );
  expect(quick / all).toBeGreaterThan(0.1);
});

it("prices a plain call quickly", () => {
  const call = request("anthropic.claude-sonnet-4-6", { inputTokens: 1200, outputTokens: 300, cacheWriteUnsplitTokens: 50 });
  const said = pricer().pricerOf(call)(call.eventTime, call.usage, false);
  expect(said).toBeInstanceOf(QuickPrice);
});
