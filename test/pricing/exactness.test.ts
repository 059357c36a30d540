import fc from "fast-check";
import { expect, test } from "vitest";
import { divideHalfEven, parseDecimal } from "../../src/money.ts";
import type { Usage } from "../../src/pricing/price-request.ts";
import { pricer, request } from "./factories.ts";

/** Rates in USD per million tokens, kept apart from the data files on purpose. */
const models = [
  { id: "global.anthropic.claude-opus-4-8", input: "5", output: "25", read: "0.5", write5m: "6.25", write1h: "10" },
  {
    id: "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
    input: "1.1",
    output: "5.5",
    read: "0.11",
    write5m: "1.375",
    write1h: "2.2",
  },
  { id: "global.anthropic.claude-fable-5-1", input: "10", output: "50", read: "0.25", write5m: "12.5", write1h: "20" },
  { id: "us.anthropic.claude-opus-5-5", input: "4.4", output: "22", read: "0.22", write5m: "5.5", write1h: "8.8" },
] as const;

const count = fc.oneof(fc.nat(5), fc.nat(2_000_000), fc.integer({ min: 0, max: 2 ** 50 }));
const tokens = fc.record({
  inputTokens: count,
  outputTokens: count,
  cacheReadTokens: count,
  cacheWrite5mTokens: count,
  cacheWrite1hTokens: count,
  cacheWriteUnsplitTokens: count,
});
const percent = fc
  .tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 0, max: 9_999 }))
  .map(([whole, part]) => `${whole}.${String(part).padStart(4, "0")}`);
const discounts = fc
  .array(percent, { maxLength: 3 })
  .map((all) => all.map((one, index) => ({ name: `d${index}`, percent: one })));
const used = (usage: Partial<Usage>) => Object.values(usage).some((value) => value !== 0);

/** tokens × rate × Π(100 − percent) / 100, as one fraction in pico-dollars, rounded once. */
function rational(parts: readonly (readonly [number, string])[], percents: readonly string[]): bigint {
  const PLACES = 12;
  const at = (text: string): bigint => {
    const { units, scale } = parseDecimal(text);
    return units * 10n ** BigInt(PLACES - scale);
  };
  const one = 10n ** BigInt(PLACES);
  let numerator = parts.reduce((sum, [tokenCount, rate]) => sum + BigInt(tokenCount) * at(rate), 0n) * 1_000_000n;
  let denominator = one;
  for (const text of percents) {
    numerator *= 100n * one - at(text);
    denominator *= 100n * one;
  }
  return divideHalfEven(numerator, denominator);
}

test("every part is the exact rational product, rounded once half to even, and the parts sum to the whole", () => {
  fc.assert(
    fc.property(fc.constantFrom(...models), tokens, discounts, (model, usage, all) => {
      fc.pre(used(usage));
      const percents = all.map((discount) => discount.percent);
      const priced = pricer({ discounts: all }).price(request(model.id, usage));
      const expected = {
        inputCost: rational([[usage.inputTokens, model.input]], percents),
        outputCost: rational([[usage.outputTokens, model.output]], percents),
        cacheReadCost: rational([[usage.cacheReadTokens, model.read]], percents),
        cacheWriteCost: rational(
          [
            [usage.cacheWrite5mTokens + usage.cacheWriteUnsplitTokens, model.write5m],
            [usage.cacheWrite1hTokens, model.write1h],
          ],
          percents,
        ),
      };
      expect(priced).toMatchObject(expected);
      expect(priced.estimatedCost).toBe(
        expected.inputCost + expected.outputCost + expected.cacheReadCost + expected.cacheWriteCost,
      );
      const prompt =
        usage.inputTokens +
        usage.cacheReadTokens +
        usage.cacheWrite5mTokens +
        usage.cacheWrite1hTokens +
        usage.cacheWriteUnsplitTokens;
      expect(priced.uncachedCost).toBe(rational([[prompt, model.input]], percents) + expected.outputCost);
      expect(priced.listCost).toBe(pricer().price(request(model.id, usage)).estimatedCost);
    }),
    { numRuns: 300 },
  );
});

test("more tokens of any kind never cost less, and the upper end is never below the estimate", () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...models.map(({ id }) => id), "us.anthropic.claude-sonnet-4-5-20250929-v1:0", "us.openai.gpt-5.6-luna"),
      tokens,
      fc.constantFrom(
        "inputTokens" as const,
        "outputTokens" as const,
        "cacheReadTokens" as const,
        "cacheWriteUnsplitTokens" as const,
      ),
      fc.nat(1_000_000),
      (id, usage, kind, more) => {
        const price = (of: Partial<Usage>) => pricer().price(request(id, of));
        const less = price(usage);
        const greater = price({ ...usage, [kind]: usage[kind] + more });
        expect((greater.estimatedCost ?? -1n) >= (less.estimatedCost ?? 0n)).toBe(true);
        expect((less.estimatedCostHigh ?? -1n) >= (less.estimatedCost ?? 0n)).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
});

test("the order of calls does not matter: what is kept between them changes no price", () => {
  const shared = pricer();
  fc.assert(
    fc.property(
      fc.constantFrom(...models.map(({ id }) => id)),
      tokens,
      fc.constantFrom("us-east-1", "eu-west-1"),
      (id, usage, region) => {
        expect(shared.price(request(id, usage, { region }))).toEqual(pricer().price(request(id, usage, { region })));
      },
    ),
    { numRuns: 200 },
  );
});
