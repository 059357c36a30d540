import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { billTerms } from "../../src/generate/bill-grammar.ts";
import { roundBilled } from "../../src/generate/bill-line.ts";
import type { Call } from "../../src/generate/call.ts";
import { staff } from "../../src/generate/directory.ts";
import { discountLines } from "../../src/generate/other-lines.ts";
import {
  afterDiscount,
  isDiscounted,
  listCost,
  type ModelKey,
  type Routing,
  rates,
  type TokenType,
  tokenRate,
  tokenTypes,
} from "../../src/generate/rates.ts";
import { decimalQuotient, tokenLines } from "../../src/generate/token-lines.ts";
import { parseUsd } from "../../src/money.ts";

const routings: readonly Routing[] = ["in-region", "geo", "global"];
const priced = Object.values(rates).flatMap((model) =>
  tokenTypes.filter((_, index) => model.usd[index] !== undefined).map((type) => ({ model, type })),
);

describe("rates", () => {
  it("are whole pico-dollars per token, before and after the discount", () => {
    for (const { model, type } of priced) {
      const perMillion = parseUsd(model.usd[tokenTypes.indexOf(type)] ?? "");
      expect(tokenRate(model, "global", type) * 1_000_000n).toBe(perMillion);
      for (const routing of routings) {
        const rate = tokenRate(model, routing, type);
        expect(afterDiscount(model, rate) * 100n).toBe(isDiscounted(model) ? rate * 95n : rate * 100n);
      }
    }
  });

  // Sums written out by hand from the public price lists.
  it.each<[ModelKey, Routing, [number, number, number, number, number], string]>([
    // 3 × 5 + 326 × 25 + 128,709 × 0.5 + 411 × 6.25 + 2,000 × 10 = 95,088.25 millionths
    ["claude-opus-4-8", "global", [3, 326, 128_709, 411, 2_000], "0.09508825"],
    // 1,000 × 3.3 + 100 × 16.5 + 10,000 × 0.33 + 1,000 × 4.125 + 1,000 × 6.6 = 18,975 millionths
    ["claude-sonnet-4-6", "geo", [1_000, 100, 10_000, 1_000, 1_000], "0.018975"],
    // 407 × 0.06 + 79 × 0.24 = 43.38 millionths: no geographic premium on Nova 1
    ["nova-lite", "geo", [407, 79, 0, 0, 0], "0.00004338"],
    ["titan-embed-text-v2", "in-region", [5, 0, 0, 0, 0], "0.0000001"],
  ])("%s %s", (key, routing, [input, output, cacheRead, cacheWrite5m, cacheWrite1h], usd) => {
    expect(listCost(rates[key], routing, { input, output, cacheRead, cacheWrite5m, cacheWrite1h })).toBe(parseUsd(usd));
  });
});

describe("billTerms", () => {
  it.each<[ModelKey, Routing, string, TokenType, string, string]>([
    ["claude-sonnet-4-6", "geo", "us-east-1", "input", "USE1-MP:USE1_InputTokenCount-Units", "3.3"],
    ["claude-sonnet-4-6", "global", "us-west-2", "cacheWrite1h", "USW2-MP:USW2_CacheWrite1hInputTokenCount_Global-Units", "6"],
    ["claude-opus-4-8", "global", "us-east-1", "cacheWrite1h", "USE1-MP:USE1_cache_write_tokens_1h_global_standard-Units", "10"],
    ["claude-opus-4-8", "geo", "us-west-2", "output", "USW2-MP:USW2_output_tokens_standard-Units", "27.5"],
    ["nova-lite", "geo", "us-east-1", "input", "USE1-NovaLite-input-tokens", "0.00006"],
    ["nova-2-lite", "global", "us-east-1", "output", "USE1-Nova2.0Lite-output-tokens-cross-region-global", "2.5"],
  ])("%s %s in %s, %s", (key, routing, region, type, usageType, unitRate) => {
    const terms = billTerms(rates[key], routing, region, type);
    expect(terms.usageType).toBe(usageType);
    expect(terms.unitRate).toBe(parseUsd(unitRate));
  });
});

describe("decimalQuotient", () => {
  it.each([
    [1_234_567, 1_000_000, "1.234567"],
    [500, 1_000, "0.5"],
    [2_000, 1_000, "2"],
    [7, 1_000_000, "0.000007"],
  ])("%i / %i = %s", (value, divisor, text) => {
    expect(decimalQuotient(value, divisor)).toBe(text);
  });
});

describe("tokenLines", () => {
  const directory = staff(5, 0.05);
  const targets = [
    ...directory.teams.flatMap((team) => team.streams.map(({ target }) => target)),
    ...directory.services.flatMap((service) => service.targets),
  ];
  const call = fc.record({
    second: fc.integer({ min: 0, max: 3 * 3_600 }),
    caller: fc.constantFrom(...directory.callers.slice(0, 5)),
    target: fc.constantFrom(...targets),
    input: fc.nat(200_000),
    output: fc.nat(9_000),
    failed: fc.boolean(),
  });

  it("bills every token of every call that did not fail, and nothing else", () => {
    fc.assert(
      fc.property(fc.array(call, { maxLength: 60 }), (drafts) => {
        const calls = drafts.map(
          ({ second, caller, target, input, output, failed }): Call => ({
            time: second * 1000,
            caller,
            target,
            tokens: { input, output, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
            outcome: failed ? { kind: "failed", code: "ThrottlingException" } : { kind: "ok" },
            oddity: undefined,
            incident: undefined,
          }),
        );
        const lines = tokenLines(calls);
        const expected = calls.reduce(
          (sum, { target, tokens, outcome }) =>
            target.model && outcome.kind === "ok" ? sum + listCost(target.model, target.routing, tokens) : sum,
          0n,
        );
        expect(lines.reduce((sum, line) => sum + line.amount, 0n)).toBe(expected);
        const off = discountLines(0, lines).reduce((sum, line) => sum + line.amount, 0n);
        const discounted = lines.filter((line) => line.discounted).reduce((sum, line) => sum + line.amount, 0n);
        // One rounding to ten decimals for each line.
        expect(Number(-off * 20n - discounted)).toBeLessThanOrEqual(20 * 50 * lines.length);
      }),
      { numRuns: 60 },
    );
  });

  it("rounds to ten decimals, half to even", () => {
    expect(roundBilled(150n)).toBe(200n);
    expect(roundBilled(250n)).toBe(200n);
    expect(roundBilled(-151n)).toBe(-200n);
  });
});
