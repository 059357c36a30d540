import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { budgetsConfig } from "../../src/config/budgets.ts";
import { formatUsd, parseDecimal, parseUsd } from "../../src/money.ts";
import { budgetsYaml, measuredBudgets, plannedBudgets } from "../../src/planning/capacity/budgets.ts";
import { burndownOf, defaultProfiles } from "../../src/planning/capacity/defaults.ts";
import { measuredProfiles, readPerson } from "../../src/planning/capacity/measured-profiles.ts";
import { headcount, parseMix } from "../../src/planning/capacity/mix.ts";
import { type PlanInput, planCost, withCacheHit } from "../../src/planning/capacity/plan-cost.ts";
import { breakEven, measuredRates, quotaAdvice, suggestedQuota } from "../../src/planning/capacity/rate-limits.ts";
import { sensitivity } from "../../src/planning/capacity/sensitivity.ts";
import { createRepricer } from "../../src/planning/reprice.ts";
import { promptOf } from "../../src/planning/usage-slice.ts";
import { dataFolder, NO_PRICES } from "./data-folder.ts";

const sonnet = { vendor: "anthropic", model: "claude-sonnet-4-6" };
const haiku = { vendor: "anthropic", model: "claude-haiku-4-5" };
const input: PlanInput = {
  place: { prices: createRepricer(NO_PRICES), region: "us-east-1", routing: "global", accountId: "", day: "2026-10-15" },
  model: sonnet,
  profiles: defaultProfiles,
  developers: headcount(100, parseMix()),
};

describe("plan", () => {
  it("prices each tier of use: light is 100 calls on 10 days of 400, 450, 28,000 and 2,000 tokens", () => {
    const { tiers, perMonth } = planCost(input);
    // A call: 0.0012 + 0.00675 + 0.0084 + 0.0075 = 0.02385.
    expect(tiers.map(({ tier, developers, perDeveloper }) => [tier, developers, formatUsd(perDeveloper)])).toEqual([
      ["light", 30, "23.85"],
      ["moderate", 50, "170.88"],
      ["heavy", 20, "651.00"],
    ]);
    expect(formatUsd(perMonth)).toBe("22279.50");
  });

  it("lands by default on what Anthropic publishes for Claude Code", () => {
    const { tiers, perDeveloper } = planCost(input);
    const days = tiers.reduce((sum, { tier, developers }) => sum + developers * defaultProfiles[tier].activeDays, 0);
    const perActiveDay = Number(formatUsd(tiers.reduce((sum, { total }) => sum + total, 0n))) / days;
    expect(perActiveDay).toBeGreaterThan(11);
    expect(perActiveDay).toBeLessThan(16);
    expect(perDeveloper > parseUsd("150") && perDeveloper < parseUsd("250")).toBe(true);
  });

  it("with a second model pays exactly its share; with the same model nothing changes", () => {
    const second = planCost({ ...input, second: { model: haiku, share: parseDecimal("0.25") } }).perMonth;
    const all = planCost({ ...input, model: haiku }).perMonth;
    expect(second).toBe((planCost(input).perMonth * 3n + all) / 4n);
    expect(planCost({ ...input, second: { model: sonnet, share: parseDecimal("0.4") } }).perMonth).toBe(planCost(input).perMonth);
  });

  it("says where to look when a price is unknown", () => {
    expect(() => planCost({ ...input, model: { vendor: null, model: "mystery" } })).toThrow(
      "plan: no price is known for mystery, global, in us-east-1 on 2026-10-15",
    );
  });

  it("keeps the prompt when the cache-hit rate changes, and writes nothing when nothing is cached", () => {
    const call = defaultProfiles.moderate.tokensPerCall;
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 100 }), (percent) => {
        const changed = withCacheHit(call, { units: BigInt(percent), scale: 2 });
        expect(promptOf(changed)).toBe(promptOf(call));
        expect(Math.min(...Object.values(changed))).toBeGreaterThanOrEqual(0);
      }),
    );
    expect(withCacheHit(call, parseDecimal("0"))).toMatchObject({ input: 54_600, cacheRead: 0, cacheWrite5m: 0 });
  });

  it("changes one thing at a time in the sensitivity table", () => {
    const rows = sensitivity(input, haiku, "geo");
    const base = planCost(input).perMonth;
    for (const { perMonth, difference } of rows) expect(perMonth - difference).toBe(base);
    expect(rows.find(({ what, value }) => what === "use per developer" && value === "× 2")?.perMonth).toBe(2n * base);
    expect(rows.find(({ what }) => what === "routing")?.perMonth).toBe((base * 11n) / 10n);
    expect(rows.filter(({ what }) => what === "calls on claude-haiku-4-5")).toHaveLength(3);
  });
});

describe("mix", () => {
  it("gives whole developers that sum to all", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100_000 }), fc.integer({ min: 0, max: 100 }), (developers, light) => {
        const heads = headcount(developers, parseMix(`light=${light / 100},heavy=${(100 - light) / 100}`));
        expect(heads.light + heads.moderate + heads.heavy).toBe(developers);
        expect(heads.moderate).toBe(0);
      }),
    );
  });

  it.each([
    ["light=0.5", "plan: the shares of --mix sum to 0.5, not to 1"],
    ["huge=1", 'plan: --mix "huge=1" is not a tier with its share'],
    ["light=0.5,light=0.5", 'plan: --mix "light=0.5" is not a tier with its share'],
    ["light=-1,heavy=2", 'plan: --mix "light=-1" is not a tier with its share'],
  ])("refuses %s", (text, message) => {
    expect(() => parseMix(text)).toThrow(message);
  });
});

describe("measured behaviour", () => {
  const person = (name: string, team: string, cost: string, calls: number) =>
    readPerson({
      person: name,
      team,
      active_days: 10,
      calls,
      input_tokens: calls * 100,
      output_tokens: calls * 10,
      cache_read_tokens: calls * 1_000,
      cache_write_5m_tokens: 0,
      cache_write_1h_tokens: 0,
      estimated_cost: cost,
      dearest_day: cost,
    });
  const people = [person("a", "x", "10", 100), person("b", "x", "20", 200), person("c", "y", "300", 3_000)];

  it("ranks people by cost and gives each tier its own profile", () => {
    const range = { from: "2026-10-01", to: "2026-10-31" };
    const profiles = measuredProfiles(people, parseMix("light=0.34,moderate=0.33,heavy=0.33"), range);
    expect([profiles.light.callsPerDay, profiles.moderate.callsPerDay, profiles.heavy.callsPerDay]).toEqual([10, 20, 300]);
    expect(profiles.heavy.tokensPerCall).toEqual({ input: 100, output: 10, cacheRead: 1_000, cacheWrite5m: 0, cacheWrite1h: 0 });
    expect(profiles.light.activeDays).toBeCloseTo((10 * 30.4375) / 31, 9);
  });

  it("suggests budgets that strata.yml accepts, rounded up to ten dollars", () => {
    const teams = new Map([
      ["x", parseUsd("30")],
      ['"y": {', parseUsd("1000.01")],
    ]);
    const found = measuredBudgets(teams, people, { from: "2026-10-01", to: "2026-10-31" });
    expect(found.map(({ scope, name, limit }) => [scope, name, formatUsd(limit)])).toEqual([
      ["team", '"y": {', "1210.00"],
      ["team", "x", "40.00"],
      ["person", undefined, "360.00"],
      ["person", undefined, "360.00"],
    ]);
    for (const yaml of [budgetsYaml(found), budgetsYaml(plannedBudgets(planCost(input)))])
      expect(budgetsConfig.parse(parse(yaml).budgets).length).toBeGreaterThan(2);
  });
});

describe("limits", () => {
  it("count as Bedrock's quotas do: output five times for newer Claude, cache reads never", async () => {
    using data = await dataFolder([
      { at: "2026-10-05T10:00:10Z", input: 1_000, output: 100, cacheRead: 50_000, cacheWrite5m: 500 },
      { at: "2026-10-05T10:00:50Z", input: 1_000, output: 100 },
      { at: "2026-10-05T10:01:10Z", input: 100, output: 10, status: "error", errorClass: "throttling" },
      { at: "2026-10-05T10:01:10Z", input: 100, output: 10, model: "nova-lite" },
    ]);
    const rates = await measuredRates(data.warehouse, { from: "2026-10-01", to: "2026-10-31" });
    expect(
      rates.map(({ model, burndown, minutes, perMinute, throttles }) => [model, burndown, minutes, perMinute.most, throttles]),
    ).toEqual([
      ["claude-sonnet-4-6", 5, 2, 3_500, 1],
      ["nova-lite", 1, 1, 110, 0],
    ]);
    expect(rates[0]?.perMinute.p50).toBe((3_500 + 150) / 2);
    expect(rates[0]?.perDay.p50).toBe(3_650);
    expect(rates.map(quotaAdvice)[0]).toContain("1 calls were throttled");
  });

  it("know which models burn five quota tokens for one", () => {
    expect(
      ["claude-opus-4-8", "claude-3-7-sonnet", "claude-3-5-sonnet-v2", "claude-3-haiku", "nova-pro"].map(burndownOf),
    ).toEqual([5, 5, 1, 1, 1]);
  });

  it("without measurement take the published figure per developer", () => {
    expect(suggestedQuota(200)).toEqual({ low: 3_000_000, high: 4_000_000, perUser: "15,000 to 20,000" });
  });

  it("set provisioned capacity beside on-demand only at a given hourly price", () => {
    const rates = {
      accountId: "1",
      region: "r",
      model: "m",
      burndown: 1,
      minutes: 1,
      perMinute: { p50: 0, p95: 0, p99: 0, most: 0 },
      perDay: { p50: 0, p95: 0, p99: 0 },
      requestsPerMinuteP99: 0,
      throttles: 0,
      hourlyP50: 0,
      hourlyP95: 0,
      cost: parseUsd("7305"),
    };
    const range = { from: "2026-10-01", to: "2026-10-31" };
    expect(breakEven(rates, parseUsd("20"), range)).toMatchObject({ timesTraffic: 2, cheaper: "on-demand" });
    expect(breakEven(rates, parseUsd("5"), range).cheaper).toBe("provisioned");
    expect(breakEven({ ...rates, cost: 0n }, parseUsd("5"), range).timesTraffic).toBeNull();
  });
});
