import { describe, expect, it } from "vitest";
import { formatUsd, type PicoUsd, parseDecimal } from "../../src/money.ts";
import { newerAndCheaper } from "../../src/planning/model-choice.ts";
import { perMonth } from "../../src/planning/per-month.ts";
import { createRepricer } from "../../src/planning/reprice.ts";
import { oneTierDown } from "../../src/planning/savings/cheaper-models.ts";
import { type Finding, findSavings } from "../../src/planning/savings/find-savings.ts";
import { levers } from "../../src/planning/savings/rule.ts";
import { savingsRules } from "../../src/planning/savings/rules.ts";
import { achieved, compareWindows, windowsAround } from "../../src/planning/whatif/achieved.ts";
import { cachePrefix } from "../../src/planning/whatif/cache-prefix.ts";
import { type CallSpec, dataFolder, NO_PRICES } from "./data-folder.ts";

const range = { from: "2026-10-01", to: "2026-10-31" };

async function find(calls: readonly CallSpec[]): Promise<ReadonlyMap<string, Finding> & { readonly best: PicoUsd }> {
  using data = await dataFolder(calls);
  const report = await findSavings(data.warehouse, range, NO_PRICES);
  return Object.assign(new Map(report.findings.map((finding) => [finding.id, finding])), { best: report.withoutOverlap });
}

const minutes = (from: string, count: number, step: number): string[] =>
  Array.from({ length: count }, (_, index) => new Date(Date.parse(from) + index * step * 60_000).toISOString());

describe("savings rules", () => {
  it("cover every lever, with unique names and something to do", () => {
    expect(new Set(savingsRules.map(({ lever }) => lever))).toEqual(new Set(levers));
    expect(new Set(savingsRules.map(({ id }) => id)).size).toBe(savingsRules.length);
    for (const { next } of savingsRules) expect(next).toMatch(/^[A-Z].*\.$/);
  });

  it("routine-on-premium prices small premium calls one tier down, and leaves large ones alone", async () => {
    const small = { model: "claude-opus-4-8", tier: "premium", input: 10_000, output: 200 };
    const found = await find([
      { at: "2026-10-05T10:00:00Z", ...small },
      { at: "2026-10-05T10:10:00Z", ...small, output: 5_000 },
      { at: "2026-10-05T10:20:00Z", ...small, input: 90_000 },
      { at: "2026-10-05T10:20:00Z", ...small, model: "claude-sonnet-4-6", tier: "standard" },
    ]);
    const finding = found.get("routine-on-premium");
    // 10,000 at 5 and 200 at 25 per million; the newest Sonnet costs 2 and 10.
    expect([finding?.whatIf.calls, finding?.whatIf.before, finding?.whatIf.saving]).toEqual([
      1,
      55_000_000_000n,
      33_000_000_000n,
    ]);
    expect([finding?.people, finding?.services]).toEqual([["alice"], []]);
    expect(finding?.evidence[0]).toMatchObject({ who: "alice", model: "claude-opus-4-8", calls: 1, saving: "0.033" });
  });

  it("cache-churn is what caching cost above plain input, on days on which it lost money", async () => {
    const found = await find([
      { at: "2026-10-05T10:00:00Z", cacheWrite5m: 100_000 },
      { at: "2026-10-06T10:00:00Z", cacheWrite5m: 100_000 },
      { at: "2026-10-06T10:01:00Z", cacheRead: 100_000 },
    ]);
    // Monday: written at 3.75 instead of 3. Tuesday paid: 0.375 + 0.03 is less than 0.6.
    expect(formatUsd(found.get("cache-churn")?.whatIf.saving ?? 0n)).toBe("0.075");
    expect(found.get("cache-churn")?.evidence[0]).toMatchObject({
      days: 1,
      cache_write_tokens: 100_000,
      saving: "0.075000000000",
    });
  });

  it("repeated-prefix writes a prefix once and reads it in every call within five minutes", async () => {
    const found = await find(
      minutes("2026-10-05T10:00:00Z", 30, 1).map((at) => ({ at, person: null, principal: "bot", input: 20_000, output: 10 })),
    );
    const finding = found.get("repeated-prefix");
    // Half of the smaller prompts: 10,000 tokens. 30 × 0.03 plain; one write at 0.0375 and 29 reads at 0.003.
    expect(formatUsd(finding?.whatIf.saving ?? 0n)).toBe("0.7755");
    expect(finding?.services).toEqual(["bot"]);
    expect(finding?.confidence).toBe("low");
  });

  it("repeated-prefix leaves out callers who come too seldom to gain", async () => {
    const found = await find(minutes("2026-10-05T00:00:00Z", 30, 20).map((at) => ({ at, input: 20_000, output: 10 })));
    expect(found.has("repeated-prefix")).toBe(false);
  });

  it("longer-cache reads what was written again, and pays the dearer writes", async () => {
    const found = await find(minutes("2026-10-05T10:00:00Z", 10, 20).map((at) => ({ at, cacheWrite5m: 50_000, output: 1 })));
    // 500,000 written at 3.75. Instead 50,000 at 6 and 450,000 read at 0.3.
    expect(formatUsd(found.get("longer-cache")?.whatIf.saving ?? 0n)).toBe("1.44");
  });

  it("paid-failures is what failed calls cost", async () => {
    const found = await find([
      { at: "2026-10-05T10:00:00Z", input: 100_000, output: 1_000, status: "error", errorClass: "model" },
      { at: "2026-10-05T10:01:00Z", status: "error", errorClass: "throttling" },
      { at: "2026-10-05T10:02:00Z", input: 100_000 },
    ]);
    const finding = found.get("paid-failures");
    expect(formatUsd(finding?.whatIf.saving ?? 0n)).toBe("0.315");
    expect(finding?.evidence[0]).toMatchObject({ calls: 3, errors: 2, throttles: 1 });
  });

  it("batch halves jobs, and leaves services that run all day", async () => {
    const job = minutes("2026-10-05T02:00:00Z", 120, 1).map((at) => ({
      at,
      person: null,
      principal: "nightly",
      input: 1_000,
      output: 100,
    }));
    const service = minutes("2026-10-05T00:00:00Z", 120, 12).map((at) => ({
      at,
      person: null,
      principal: "chat",
      input: 1_000,
      output: 100,
    }));
    const found = await find([...job, ...service]);
    // 120 calls of 0.003 + 0.0015.
    expect(formatUsd(found.get("batch")?.whatIf.saving ?? 0n)).toBe("0.27");
    expect(found.get("batch")?.services).toEqual(["nightly"]);
    expect(found.get("flex")?.whatIf.notComputed[0]?.reason).toContain("flex");
  });

  it("long-sessions is what comes after the tenth hour without a pause", async () => {
    const found = await find([
      ...minutes("2026-10-05T00:00:00Z", 49, 15).map((at) => ({ at, input: 10_000 })),
      ...minutes("2026-10-06T08:00:00Z", 16, 40).map((at) => ({ at, input: 10_000 })),
    ]);
    // 00:00 to 12:00; the 8 calls from 10:15 on cost 0.03 each. The second day has pauses.
    expect(formatUsd(found.get("long-sessions")?.whatIf.saving ?? 0n)).toBe("0.24");
    expect(found.get("long-sessions")?.evidence[0]).toMatchObject({ sessions: 1, calls: 8, longest_hours: 12 });
  });

  it("trim-context cuts prompts to size, each kind in proportion", async () => {
    const found = await find([
      { at: "2026-10-05T10:00:00Z", input: 20_000, cacheRead: 180_000, output: 100 },
      { at: "2026-10-05T10:01:00Z", input: 99_000, output: 100 },
    ]);
    // Half of 0.06 + 0.054.
    expect(formatUsd(found.get("trim-context")?.whatIf.saving ?? 0n)).toBe("0.057");
  });

  it("global-routing takes off the tenth; invisible shows without saving", async () => {
    const found = await find([
      { at: "2026-10-05T10:00:00Z", input: 1_000_000, routing: "geo", model: "claude-haiku-4-5" },
      {
        at: "2026-10-05T10:00:00Z",
        input: 1_000_000,
        team: "unattributed",
        person: null,
        principal: "etl",
        model: "claude-haiku-4-5",
      },
      { at: "2026-10-05T10:00:00Z", input: 7, output: 3, model: "mystery" },
    ]);
    expect(formatUsd(found.get("global-routing")?.whatIf.saving ?? 0n)).toBe("0.10");
    const invisible = found.get("invisible");
    expect([invisible?.kind, invisible?.whatIf.saving, formatUsd(invisible?.perMonth ?? 0n)]).toEqual(["exposure", 0n, "1.00"]);
    expect(invisible?.evidence.map((row) => [row.what, row.who, row.tokens])).toEqual([
      ["unattributed", "etl", 1_000_000],
      ["unpriced", "alice", 10],
    ]);
  });

  it("never count a dollar twice in what can be had without overlap", async () => {
    const found = await find([
      { at: "2026-10-05T10:00:00Z", model: "claude-opus-4-8", tier: "premium", routing: "geo", input: 10_000, output: 200 },
    ]);
    const savings = [...found.values()].filter(({ kind }) => kind === "saving").map(({ whatIf }) => whatIf.saving);
    expect(savings.length).toBeGreaterThan(1);
    expect(found.best).toBe(savings.sort((a, b) => (a < b ? 1 : -1))[0]);
  });

  it("find nothing in nothing", async () => {
    expect((await find([])).size).toBe(0);
  });
});

describe("cheaper models", () => {
  const place = { routing: "global", region: "us-east-1", serviceTier: "on-demand", day: "2026-10-15" } as const;

  it("are newer versions of the same line only", () => {
    const newer = (vendor: string, model: string): string | undefined => newerAndCheaper({ vendor, model, ...place })?.model;
    expect(newer("anthropic", "claude-sonnet-4-6")).toMatch(/^claude-sonnet-5/);
    expect(newer("amazon", "nova-pro")).toBeUndefined();
    expect(newer("meta", "llama3-70b-instruct")).toMatch(/70b/);
    expect(newer("nobody", "mystery")).toBeUndefined();
  });

  it("are one tier down at the same maker", () => {
    const down = oneTierDown();
    expect(down({ vendor: "anthropic", model: "claude-opus-4-8", ...place })?.model).toMatch(/^claude-sonnet-5/);
    expect(down({ vendor: "amazon", model: "nova-premier", ...place })).toEqual({ vendor: "amazon", model: "nova-pro" });
    expect(down({ vendor: "anthropic", model: "claude-haiku-4-5", ...place })).toBeUndefined();
  });
});

describe("prefix caching", () => {
  it("does not claim a saving for a model whose cache has no price", () => {
    const row = {
      who: "x",
      kind: "service",
      team: "t",
      account_id: "1",
      region: "us-east-1",
      routing: "in-region",
      vendor: "meta",
      model: "llama3-3-70b-instruct",
      service_tier: "on-demand",
      last_day: "2026-10-05",
      calls: 100,
      warm_calls: 99,
      small_prompt: 20_000,
      estimated_cost: "1.5",
    };
    const result = cachePrefix({
      rows: [row],
      range,
      leastPrompt: 1_024,
      prefixShare: parseDecimal("0.5"),
      prices: createRepricer(NO_PRICES),
    });
    expect(result.saving).toBe(0n);
    expect(result.notComputed[0]).toMatchObject({ reason: "no cache price is known for the model", calls: 100 });
  });
});

describe("a saving really achieved", () => {
  const totals = (given: object) => ({
    range,
    days: 7,
    calls: 0,
    errors: 0,
    promptTokens: 0,
    outputTokens: 0,
    cacheReadTokens: 0,
    unpriced: 0,
    cost: 0n,
    ...given,
  });

  it("is the work after at the unit cost before, less what it cost", () => {
    const result = compareWindows(
      totals({ calls: 100, promptTokens: 9_000, outputTokens: 1_000, cost: 10_000n }),
      totals({ calls: 200, promptTokens: 9_000, outputTokens: 1_000, cost: 12_000n }),
    );
    expect(result.by.map(({ unit, saving }) => [unit, saving])).toEqual([
      ["call", 8_000n],
      ["token", -2_000n],
      ["output token", -2_000n],
    ]);
  });

  it("of the same traffic twice is exactly nothing, and unknown without traffic", () => {
    const same = totals({ calls: 3, promptTokens: 7, outputTokens: 11, cost: 12_345n });
    expect(compareWindows(same, same).by.every(({ saving }) => saving === 0n)).toBe(true);
    expect(compareWindows(totals({}), same).by.every(({ saving }) => saving === null)).toBe(true);
  });

  it("looks only at days that there are, and needs some on both sides", () => {
    expect(windowsAround("2026-10-28", 7, range)).toEqual({
      before: { from: "2026-10-21", to: "2026-10-27" },
      after: { from: "2026-10-28", to: "2026-10-31" },
    });
    expect(() => windowsAround("2026-10-01", 7, range)).toThrow(
      "achieved: there is no usage on one side of 2026-10-01; the data covers 2026-10-01 to 2026-10-31",
    );
  });

  it("reads both windows, narrowed to a team", async () => {
    using data = await dataFolder([
      { at: "2026-10-05T10:00:00Z", input: 1_000_000, team: "docs" },
      { at: "2026-10-12T10:00:00Z", input: 1_000_000, team: "docs", model: "claude-haiku-4-5" },
      { at: "2026-10-12T11:00:00Z", input: 1_000_000, team: "docs", model: "claude-haiku-4-5" },
      { at: "2026-10-12T11:00:00Z", input: 9_000_000 },
    ]);
    const result = await achieved(data.warehouse, windowsAround("2026-10-08", 7, range), { team: "docs" });
    expect(result.before.range).toEqual({ from: "2026-10-01", to: "2026-10-07" });
    expect(result.by[0]).toMatchObject({ before: 1, after: 2, saving: 4_000_000_000_000n });
  });
});

describe("dollars per month", () => {
  it("divide by whole months, else scale by days", () => {
    expect(perMonth(310n, range)).toBe(310n);
    expect(perMonth(600n, { from: "2026-09-01", to: "2026-10-31" })).toBe(300n);
    expect(perMonth(16_000n, { from: "2026-10-01", to: "2026-10-10" })).toBe(48_700n);
  });
});
