import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatUsd, parseDecimal, parseUsd } from "../../src/money.ts";
import { chooseModel } from "../../src/planning/model-choice.ts";
import { createRepricer } from "../../src/planning/reprice.ts";
import { edgeBelow, promptOf, type UsageSlice, usageSlices } from "../../src/planning/usage-slice.ts";
import { discount } from "../../src/planning/whatif/discount.ts";
import { changePrices, changeRouting, changeServiceTier, swapModel } from "../../src/planning/whatif/swap-model.ts";
import { type CallSpec, dataFolder, NO_PRICES } from "./data-folder.ts";

const range = { from: "2026-10-01", to: "2026-10-31" };
const prices = createRepricer(NO_PRICES);

const slice = (given: Partial<UsageSlice> = {}): UsageSlice => ({
  day: "2026-10-05",
  accountId: "111122223333",
  region: "us-east-1",
  routing: "global",
  vendor: "anthropic",
  model: "claude-opus-4-8",
  tier: "premium",
  serviceTier: "on-demand",
  team: "platform",
  who: "alice",
  kind: "person",
  streaming: false,
  small: false,
  trimmed: null,
  above: 0,
  calls: 10,
  chargedCalls: 10,
  tokens: { input: 100_000, output: 20_000, cacheRead: 1_000_000, cacheWrite5m: 50_000, cacheWrite1h: 0 },
  images: 0,
  videoSeconds: 0,
  audioSeconds: 0,
  estimatedCost: parseUsd("1.8125"),
  ...given,
});

const tokens = fc.record({
  input: fc.integer({ min: 0, max: 10_000_000 }),
  output: fc.integer({ min: 0, max: 1_000_000 }),
  cacheRead: fc.integer({ min: 0, max: 50_000_000 }),
  cacheWrite5m: fc.integer({ min: 0, max: 5_000_000 }),
  cacheWrite1h: fc.integer({ min: 0, max: 5_000_000 }),
});
const slices = fc.array(
  fc
    .record({
      tokens,
      who: fc.constantFrom("alice", "bob", "doc-bot"),
      model: fc.constantFrom("claude-opus-4-8", "claude-sonnet-4-6", "claude-haiku-4-5"),
      estimated: fc.bigInt({ min: 0n, max: 10n ** 15n }),
    })
    .map(({ tokens, who, model, estimated }) => slice({ tokens, who, model, estimatedCost: estimated })),
  { maxLength: 12 },
);
const share = fc.integer({ min: 0, max: 1000 }).map((units) => ({ units: BigInt(units), scale: 3 }));

describe("swapping a model", () => {
  it("prices the same tokens at the other model's rates", () => {
    // Opus 4.8 global 5/25/0.5/6.25: 0.5 + 0.5 + 0.5 + 0.3125; Sonnet 5 global 2/10/0.2/2.5: 0.2 + 0.2 + 0.2 + 0.125.
    const result = swapModel({
      slices: [slice()],
      range,
      from: "claude-opus-4-8",
      to: { vendor: "anthropic", model: "claude-sonnet-5" },
      prices,
    });
    expect([result.before, result.after, result.saving, result.savingPerMonth].map(formatUsd)).toEqual([
      "1.8125",
      "0.725",
      "1.0875",
      "1.0875",
    ]);
    expect(result.stored).toBe(parseUsd("1.8125"));
  });

  it("takes only the share that was asked for, of the difference", () => {
    const result = swapModel({
      slices: [slice()],
      range,
      from: "claude-opus-4-8",
      to: { vendor: "anthropic", model: "claude-sonnet-5" },
      share: parseDecimal("0.3"),
      prices,
    });
    expect(formatUsd(result.saving)).toBe("0.32625");
    expect(result.before - result.after).toBe(result.saving);
  });

  it("to the same model saves exactly nothing", () => {
    fc.assert(
      fc.property(slices, share, (given, part) => {
        for (const model of ["claude-opus-4-8", "claude-haiku-4-5"]) {
          const result = swapModel({
            slices: given,
            range,
            from: model,
            to: { vendor: "anthropic", model },
            share: part,
            prices,
          });
          expect(result.saving).toBe(0n);
          expect(result.after).toBe(result.before);
        }
      }),
    );
  });

  it("sums its callers to its totals, whatever the share", () => {
    fc.assert(
      fc.property(slices, share, (given, part) => {
        const result = swapModel({
          slices: given,
          range,
          from: "claude-opus-4-8",
          to: { vendor: "anthropic", model: "claude-haiku-4-5" },
          share: part,
          prices,
        });
        const sum = (pick: (one: (typeof result.callers)[number]) => bigint): bigint =>
          result.callers.reduce((total, one) => total + pick(one), 0n);
        expect([sum(({ before }) => before), sum(({ after }) => after), sum(({ saving }) => saving)]).toEqual([
          result.before,
          result.after,
          result.saving,
        ]);
        expect(result.before - result.after).toBe(result.saving);
      }),
    );
  });

  it("counts cached tokens as plain input where the other model has no cache, and says so", () => {
    const result = swapModel({
      slices: [slice()],
      range,
      from: "claude-opus-4-8",
      to: { vendor: "meta", model: "llama3-3-70b-instruct" },
      prices,
    });
    // 1.15 M prompt and 0.02 M completion tokens at 0.72.
    expect(formatUsd(result.after)).toBe("0.8424");
    expect(result.assumptions.join(" ")).toContain("No cache price is known after the change for 10 calls");
  });

  it("leaves out what has no price on either side, and reports it", () => {
    const result = swapModel({
      slices: [slice()],
      range,
      from: "claude-opus-4-8",
      to: { vendor: null, model: "mystery" },
      prices,
    });
    expect(result.saving).toBe(0n);
    expect(result.notComputed).toEqual([
      {
        reason: "no price is known for mystery, global, on-demand, in us-east-1",
        model: "claude-opus-4-8",
        calls: 10,
        estimatedCost: parseUsd("1.8125"),
      },
    ]);
  });

  it("knows that calls which failed before anything ran cost nothing, whatever the model", () => {
    const nothing = { input: 0, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
    expect(prices.price(slice({ vendor: null, model: "mystery", chargedCalls: 0, tokens: nothing }))).toBe(0n);
  });

  it("uses the long-context price for slices of long prompts", () => {
    const long = slice({
      vendor: "openai",
      model: "gpt-5.6-luna",
      above: edgeBelow(300_000),
      tokens: { input: 300_000, output: 0, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 },
    });
    expect(formatUsd(prices.price(long) ?? 0n)).toBe("0.12");
    expect(formatUsd(prices.price({ ...long, above: 0 }) ?? 0n)).toBe("0.06");
  });
});

describe("other questions", () => {
  it("a discount saves exactly its share of the estimate, and callers' parts sum to it", () => {
    fc.assert(
      fc.property(slices, fc.integer({ min: 0, max: 10_000 }), (given, hundredths) => {
        const percent = { units: BigInt(hundredths), scale: 2 };
        const result = discount({ slices: given, range, percent, percentText: "x" });
        const estimated = given.reduce((sum, { estimatedCost }) => sum + (estimatedCost ?? 0n), 0n);
        expect(result.before).toBe(estimated);
        // Half to even of estimated × hundredths / 10,000.
        const twice = 2n * estimated * BigInt(hundredths) - 2n * 10_000n * result.saving;
        expect(twice >= -10_000n && twice <= 10_000n).toBe(true);
        expect(result.callers.reduce((sum, { saving }) => sum + saving, 0n)).toBe(result.saving);
      }),
    );
  });

  it("global routing takes the tenth off that regional profiles cost more", () => {
    const result = changeRouting({ slices: [slice({ routing: "geo" }), slice()], range, to: "global", prices });
    expect([result.before, result.after].map(formatUsd)).toEqual(["1.99375", "1.8125"]);
    expect(result.calls).toBe(10);
  });

  it("batch halves what is not cached and loses the cache", () => {
    const plain = slice({ tokens: { input: 100_000, output: 20_000, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 } });
    expect(formatUsd(changeServiceTier({ slices: [plain], range, to: "batch", prices }).saving)).toBe("0.50");
    const cached = changeServiceTier({ slices: [slice()], range, to: "batch", prices });
    // 1.15 M at 2.5 and 0.02 M at 12.5.
    expect(formatUsd(cached.after)).toBe("3.125");
    expect(cached.saving < 0n).toBe(true);
  });

  it("another price list prices the same calls again; the same list changes nothing", () => {
    const cheaper = createRepricer({ overrides: [{ model: "claude-opus-4-8", rates: { output: "20" } }], discounts: [] });
    expect(formatUsd(changePrices({ slices: [slice()], range, prices, newPrices: cheaper }).saving)).toBe("0.10");
    expect(changePrices({ slices: [slice()], range, prices, newPrices: createRepricer(NO_PRICES) }).saving).toBe(0n);
  });
});

describe("usage slices", () => {
  const calls: CallSpec[] = [
    { at: "2026-10-05T10:00:00Z", input: 1_000, output: 100, cacheRead: 20_000, cacheWrite5m: 500 },
    { at: "2026-10-05T10:01:00Z", input: 3, output: 7 },
    {
      at: "2026-10-05T11:00:00Z",
      person: null,
      principal: "doc-bot",
      team: "docs",
      model: "gpt-5.6-luna",
      input: 300_000,
      output: 10,
    },
    {
      at: "2026-10-05T11:00:01Z",
      person: null,
      principal: "doc-bot",
      team: "docs",
      model: "gpt-5.6-luna",
      input: 200_000,
      output: 10,
    },
    { at: "2026-10-06T11:00:01Z", model: "mystery", input: 5, output: 5 },
    { at: "2026-10-06T12:00:00Z", status: "error", errorClass: "throttling" },
  ];

  it("hold every priced call once, and price to exactly what was stored", async () => {
    using data = await dataFolder(calls);
    const found = await usageSlices(data.warehouse, range);
    expect(found.reduce((sum, { calls }) => sum + calls, 0)).toBe(6);
    for (const one of found) expect(prices.price(one)).toBe(one.model === "mystery" ? null : one.estimatedCost);
    expect(found.filter(({ model }) => model === "gpt-5.6-luna").map(({ above, tokens }) => [above, tokens.input])).toEqual([
      [edgeBelow(200_000), 200_000],
      [edgeBelow(300_000), 300_000],
    ]);
    expect(found.find(({ who }) => who === "doc-bot")?.kind).toBe("service");
  });

  it("can be narrowed, and mark small calls", async () => {
    using data = await dataFolder(calls);
    expect(await usageSlices(data.warehouse, { ...range, team: "docs" })).toHaveLength(2);
    expect(await usageSlices(data.warehouse, { ...range, who: "alice", model: "mystery" })).toHaveLength(1);
    const marked = await usageSlices(data.warehouse, { ...range, small: { promptTokens: 5, outputTokens: 7 } });
    expect(marked.filter(({ small }) => small).map(({ tokens }) => tokens.input)).toEqual([3, 0, 5]);
    expect((await usageSlices(data.warehouse, range)).some(({ small }) => small)).toBe(false);
  });

  it("hold long prompts cut to a size as well, each kind in proportion", async () => {
    using data = await dataFolder(calls);
    const found = await usageSlices(data.warehouse, { ...range, who: "alice", model: "claude-sonnet-4-6", trimTo: 10_750 });
    // 21,500 prompt tokens cut to half.
    expect(found.map(({ trimmed }) => trimmed)).toEqual([
      null,
      { input: 500, output: 100, cacheRead: 10_000, cacheWrite5m: 250, cacheWrite1h: 0 },
      null,
    ]);
    expect(found.reduce((sum, { tokens }) => sum + promptOf(tokens), 0)).toBe(21_503);
  });
});

describe("choosing a model", () => {
  const priced = ({ vendor, model }: { vendor: string | null; model: string }): boolean =>
    prices.price(slice({ vendor, model, above: 0 })) !== null;

  it("takes an id, a name, or a family in its newest priced version", () => {
    expect(chooseModel("global.anthropic.claude-sonnet-4-6", priced)).toEqual({
      vendor: "anthropic",
      model: "claude-sonnet-4-6",
    });
    expect(chooseModel("claude-opus-4-8", priced).model).toBe("claude-opus-4-8");
    expect(chooseModel("nova-pro", priced).model).toBe("nova-pro");
    expect(chooseModel("sonnet", priced).model).toMatch(/^claude-sonnet-5/);
  });

  it("says what there is when nothing fits", () => {
    expect(() => chooseModel("gpt-9", priced)).toThrow('planning: no price is known for the model "gpt-9"');
  });
});
