import { describe, expect, it } from "vitest";
import { askWitness } from "../../src/billing/ask-witness.ts";
import { classifyWords } from "../../src/billing/classify-words.ts";
import { writeDimensions } from "../../src/billing/dimensions.ts";
import { learnedRates, withLearnedRates } from "../../src/billing/learned-rates.ts";
import { askedAnew } from "../../src/billing/month-answers.ts";
import { monthReconciliation } from "../../src/billing/month-reconciliation.ts";
import { monthsWaiting } from "../../src/billing/months-waiting.ts";
import { billSummary, type ReconcileOptions, reconcile } from "../../src/billing/reconcile.ts";
import { reconcileLimits } from "../../src/billing/reconcile-limits.ts";
import { usageOfMonths } from "../../src/billing/usage-of-months.ts";
import { parseConfig } from "../../src/config/load.ts";
import type { BillingApi, QueryParams, Row } from "../../src/ports.ts";
import { FakeWarehouse, MemoryStore } from "../anomaly/memory.ts";

/** Answers by query, and what each was asked with. */
function tables(answers: Readonly<Record<string, readonly Row[]>>) {
  const asked: Record<string, QueryParams> = {};
  const entries = Object.entries(answers).map(
    ([name, rows]) =>
      [
        name,
        (params: QueryParams) => {
          asked[name] = params;
          return [...rows];
        },
      ] as const,
  );
  return { asked, warehouse: new FakeWarehouse(Object.fromEntries(entries)) };
}
function writer() {
  const written: Record<string, readonly Row[]> = {};
  const write = async (table: string, rows: readonly Row[]): Promise<void> => {
    written[table] = rows;
  };
  return { written, dimensions: { write } };
}

const day = (dt: string, change: Row = {}): Row => ({
  ...{ dt, status: "billed", billed_cost: "10.000000000000", estimated_cost: "9.5", closed_cost: null },
  ...{ invoice_id: null, cur_version: "cur/1", ...change },
});

describe("the reconciliation of one month", () => {
  it("reads its days, first to last, its steps and reasons, and says what to do next", async () => {
    const { asked, warehouse } = tables({
      "billing/status_by_day": [
        day("2026-02-01"),
        day("2026-02-02", { status: "restated", closed_cost: "8", invoice_id: "i", estimated_cost: null }),
      ],
      "billing/variance": [
        { step: "estimated", meaning: "what was logged", amount: "19" },
        { step: "tier", meaning: "another tier", amount: "1.500000000000" },
        { step: "billed", meaning: "what is billed", amount: null },
      ],
      "reports/reconciliation": [{ status: "residual", reason: "price", billed_cost: "0.25" }],
      "billing/summary": [{ billed_usd: "20.000000000000", allocated_usd: "19.5" }],
    });
    const found = await monthReconciliation(warehouse, "2026-02");
    const range = { from: "2026-02-01", to: "2026-02-28" };
    expect(asked).toEqual({
      "billing/status_by_day": range,
      "billing/variance": { month: "2026-02" },
      "reports/reconciliation": range,
      "billing/summary": range,
    });
    expect(found).toMatchObject({
      month: "2026-02",
      steps: [
        { step: "estimated", meaning: "what was logged", usd: "19.00", end: true },
        { step: "tier", meaning: "another tier", usd: "1.50", end: false },
        { step: "billed", meaning: "what is billed", usd: "0.00", end: true },
      ],
      summary: { billed_usd: "20.00", allocated_usd: "19.50", residual_usd: "0.00" },
      reasons: [{ status: "residual", reason: "price", usd: "0.25" }],
      days: [
        {
          ...{ day: "2026-02-01", status: "billed", billed_usd: "10.00", estimated_usd: "9.50" },
          ...{ before_usd: null, invoice_id: null, cur_version: "cur/1" },
        },
        { status: "restated", before_usd: "8.00", invoice_id: "i", estimated_usd: "0.00" },
      ],
    });
    expect(found?.next.map(({ about }) => about)).toEqual(["tier", "residual/price"]);
  });

  it("is none when the month is on no bill", async () => {
    const { warehouse } = tables({ "billing/status_by_day": [day("2026-02-01", { cur_version: null })] });
    expect(await monthReconciliation(warehouse, "2026-02")).toBeUndefined();
    expect(await monthReconciliation(tables({}).warehouse, "2026-02")).toBeUndefined();
  });

  it("has every part of the bill in its summary, exact and without needless zeros", async () => {
    const parts = [
      ...["billed_usd", "allocated_usd", "billed_not_logged_usd", "not_token_based_usd", "adjustments_usd"],
      ...["unclassified_usd", "residual_usd", "not_yet_billed_usd", "logged_not_billed_usd"],
    ];
    const row = Object.fromEntries(parts.map((name, index) => [name, `${index}.000000000001`]));
    expect(await billSummary(tables({ "billing/summary": [row] }).warehouse)).toEqual(row);
    const nothing = Object.fromEntries(parts.map((name) => [name, "0.00"]));
    expect(await billSummary(tables({}).warehouse)).toEqual(nothing);
    const { asked, warehouse } = tables({ "billing/summary": [] });
    await billSummary(warehouse);
    expect(asked).toEqual({ "billing/summary": {} });
  });
});

describe("asking Cost Explorer", () => {
  const api = (asked: string[] = []): BillingApi => ({
    calls: 1,
    cost: 0n,
    async charges(from) {
      asked.push(from);
      return [{ dt: from, service: "Amazon Bedrock", usd: "12", estimated: false }];
    },
    forecast: async () => undefined,
  });
  const world = (remembered: readonly Row[] = []) => {
    const answers: Record<string, (params: QueryParams) => Row[]> = {
      "billing/status_by_day": ({ from }) => (from === "2026-08-01" ? [] : [day(String(from))]),
      "billing/witness_days": ({ from }) => [{ dt: from ?? null, billed_cost: "10", estimated_cost: "9" }],
      "billing/remembered_witnesses": () => [...remembered],
    };
    return new FakeWarehouse(answers);
  };

  it.each([
    ["up to the fifteenth of a month for the one before, too", Date.UTC(2026, 9, 15, 23), ["2026-09-01", "2026-10-01"]],
    ["from the sixteenth on for the running one alone", Date.UTC(2026, 9, 16), ["2026-10-01"]],
    ["in January for December", Date.UTC(2026, 0, 3), ["2025-12-01", "2026-01-01"]],
    ["not for a month that is on no bill", Date.UTC(2026, 8, 3), ["2026-09-01"]],
  ])("is done %s", async (_, now, months) => {
    const asked: string[] = [];
    const answers = await askWitness({ warehouse: world(), ...writer(), api: api(asked), limit: 0.02, now });
    expect(asked).toEqual(months);
    expect(answers.map(({ month }) => `${month}-01`)).toEqual(months);
  });

  it("keeps its answers in place of those of the same months, in order, beside those of others", async () => {
    const remembered = ["2026-07", "2026-10", "2026-12"].map((month) => ({ month, explorer_usd: "1" }));
    const { written, dimensions } = writer();
    await askWitness({ warehouse: world(remembered), dimensions, api: api(), limit: 0.02, now: Date.UTC(2026, 9, 20, 9) });
    expect(written["bill_witnesses"]).toEqual([
      { month: "2026-07", explorer_usd: "1" },
      {
        ...{ month: "2026-10", to_day: "2026-10-01", explorer_usd: "12.00", billed_usd: "10.00", estimated_usd: "9.00" },
        ...{ gap: 1 / 6, forecast_usd: null, asked_at: "2026-10-20T09:00:00.000Z" },
      },
      { month: "2026-12", explorer_usd: "1" },
    ]);
  });

  it("leaves what is remembered alone when no month is on a bill", async () => {
    const { written, dimensions } = writer();
    const given = { warehouse: world(), dimensions, api: api(), limit: 0.02, now: Date.UTC(2026, 7, 20) };
    expect(await askWitness(given)).toEqual([]);
    expect(written).toEqual({});
  });
});

describe("the dimensions of a bill", () => {
  it("are what strata.yml says of currencies and linked accounts, and what log and bill say of words, callers and lines", async () => {
    const { billing, attribution } = parseConfig(`
billing:
  exchange_rates: { EUR: { "2026-09": "1.10", "2026-10": "1.12" } }
  linked_accounts: [{ billed: "111122223333", partition: aws-us-gov, calls: "444455556666" }]
attribution: { rules: [{ name: r, match: { region: us-east-1 }, team: search }] }`);
    const { asked, warehouse } = tables({
      "billing/usage_words": [
        {
          ...{ product_code: "AmazonBedrock", product_name: "Amazon Bedrock", usage_type: "USE1-NovaLite-input-tokens" },
          ...{ operation: "", pricing_unit: "1K tokens", description: "", billing_entity: "AWS", line_item_type: "Usage" },
        },
      ],
      "billing/logged_models": [{ model: "nova-lite" }],
      "billing/principal_arns": [{ principal_arn: "arn:aws:sts::111122223333:assumed-role/Dev/ann@example.com" }],
      "billing/line_facts": [{ line_key: "k", usage_type: "*", model: "*", region: "us-east-1", account_id: "111122223333" }],
    });
    const { written, dimensions } = writer();
    const { usageTypes } = await writeDimensions({ warehouse, dimensions, attribution, billing, callersFrom: "2026-10-01" });
    expect(Object.keys(written)).toEqual(["exchange_rates", "linked_accounts", "usage_types", "principal_keys", "line_owners"]);
    expect(written["exchange_rates"]).toEqual([
      { currency_code: "EUR", period: "2026-09", usd_per_unit: "1.10" },
      { currency_code: "EUR", period: "2026-10", usd_per_unit: "1.12" },
    ]);
    expect(written["linked_accounts"]).toEqual([
      { billed_account_id: "111122223333", aws_partition: "aws-us-gov", account_id: "444455556666" },
    ]);
    expect(usageTypes).toMatchObject([{ charge_kind: "token", model: "nova-lite" }]);
    expect(written["usage_types"]).toEqual(usageTypes);
    expect(written["principal_keys"]).toEqual([
      {
        principal_arn: "arn:aws:sts::111122223333:assumed-role/Dev/ann@example.com",
        principal_key: "arn:aws:sts::111122223333:assumed-role/Dev/ann@example.com",
        role_key: "arn:aws:sts::111122223333:assumed-role/Dev",
      },
    ]);
    expect(written["line_owners"]).toMatchObject([{ line_key: "k", team: "search" }]);
    expect(asked["billing/principal_arns"]).toEqual({ from: "2026-10-01" });
    expect(asked["billing/line_facts"]).toEqual({ by_usage: true });
  });

  it("are empty tables where there is nothing to say, and callers are looked through from the beginning", async () => {
    const { asked, warehouse } = tables({ "billing/principal_arns": [], "billing/line_facts": [] });
    const { written, dimensions } = writer();
    await writeDimensions({ warehouse, dimensions, attribution: parseConfig("").attribution });
    for (const table of ["exchange_rates", "linked_accounts", "usage_types"]) expect(written[table]).toEqual([]);
    expect(asked).toEqual({ "billing/principal_arns": {}, "billing/line_facts": { by_usage: false } });
  });
});

describe("reconciliation", () => {
  const run = async (answers: Readonly<Record<string, readonly Row[]>>, change: Partial<ReconcileOptions> = {}) => {
    const { asked, warehouse } = tables({ ...NOTHING, ...answers });
    const { written, dimensions } = writer();
    const given = {
      lagHours: 30,
      toleranceUsd: "0.01",
      noticedAt: Date.UTC(2026, 10, 9, 8),
      attribution: parseConfig("").attribution,
    };
    return { asked, written, result: await reconcile({ warehouse, dimensions, ...given, ...change }) };
  };
  const NOTHING = { "billing/bill_ends": [], "billing/principal_arns": [], "billing/summary": [] };

  it("writes the ends of the bill, by the hours after which a call is expected on it, and the models of profiles", async () => {
    const ends = [{ account_id: "1", seller: "AWS", first_day: "2026-10-01", own_end: "2026-10-05", late_from: null }];
    const profiles = [{ profile: "p", model: "m" }];
    const { asked, written } = await run({ "billing/bill_ends": ends, "billing/profile_models": profiles });
    expect(asked["billing/bill_ends"]).toEqual({ lag_hours: 30 });
    expect(written).toMatchObject({ bill_ends: ends, profile_models: profiles });
  });

  it("remembers what closed days were billed at, and tells which of them are billed otherwise now", async () => {
    const remembered = {
      ...{ dt: "2026-10-05", status: "final", cur_version: "cur/1", billed_cost: "2.000000000000", closed_cost: "2.00" },
      ...{ closed_version: "cur/1", restatements: 0, restated_by: null, restated_at: null, restated_from: null },
    };
    const day_versions = [{ dt: "2026-10-05", status: "final", cur_version: "cur/2", billed_cost: "3.5" }];
    const { written, result } = await run({ "billing/remembered_versions": [remembered], "billing/day_versions": day_versions });
    expect(result.closedChanged).toEqual([
      { day: "2026-10-05", closedUsd: "2.00", nowUsd: "3.50", closedVersion: "cur/1", restatedBy: "cur/2" },
    ]);
    expect(written["bill_versions"]).toEqual([
      {
        ...{ dt: "2026-10-05", status: "restated", cur_version: "cur/2", billed_cost: "3.50", closed_cost: "2.00" },
        ...{ closed_version: "cur/1", restatements: 1, restated_by: "cur/2" },
        ...{ restated_at: "2026-11-09T08:00:00.000Z", restated_from: "2.00" },
      },
    ]);
    expect((await run({})).written["bill_versions"]).toBeUndefined();
  });

  it("says which months were done and which wait, within the time that is left", async () => {
    const bill_months = [{ period: "2026-10", usage_month: "2026-10", adjustments: 0, lines: 5, fingerprint: "f" }];
    const usage_months = [{ month: "2026-10", to_reconcile: true, fingerprint: "g" }];
    const months = { "billing/bill_months": bill_months, "billing/usage_months": usage_months };
    expect((await run(months)).result).toMatchObject({ months: ["2026-10"], waiting: [], failures: [] });
    expect((await run(months, { timeLeft: () => 0 })).result).toMatchObject({ months: [], waiting: ["2026-10"] });
    expect((await run(months)).written["reconciled_months"]).toHaveLength(5);
  });

  it("asks about all of history on one machine, and of the latest where that is dear", async () => {
    const everything = await run({});
    expect([everything.asked["billing/principal_arns"], everything.asked["billing/summary"]]).toEqual([{}, {}]);
    const answers = { rows: async () => [] };
    const latest = await run({}, { history: { answers, callersFrom: "2026-10-01", summaryFrom: "2026-09-01" } });
    expect([latest.asked["billing/principal_arns"], latest.asked["billing/summary"]]).toEqual([
      { from: "2026-10-01" },
      { from: "2026-09-01" },
    ]);
  });
});

describe("rates that a bill shows", () => {
  it("are read field by field, of lines that name account, region and model", async () => {
    const row = {
      ...{ account_id: "1", region: "us-east-1", model: "nova-lite", token_type: "input", routing: null, service_tier: "flex" },
      ...{ context_class: "long", usd_per_million: "0.05", list_usd_per_million: "0.06", tokens: 7, billed_days: 3 },
      ...{ last_day: "2026-10-04", spread: 1.25, confidence: "high" },
    };
    const others = [
      { ...row, account_id: null },
      { ...row, region: null },
      { ...row, model: null },
    ];
    const { asked, warehouse } = tables({ "billing/effective_rates": [row, ...others] });
    const rate = {
      ...{ account: "1", region: "us-east-1", model: "nova-lite", tokenType: "input", routing: null, serviceTier: "flex" },
      ...{ contextClass: "long", usdPerMillion: "0.05", listUsdPerMillion: "0.06", tokens: 7, days: 3 },
      ...{ lastDay: "2026-10-04", spread: 1.25, confidence: "high" },
    };
    expect(await learnedRates(warehouse)).toEqual([rate]);
    expect(asked).toEqual({ "billing/effective_rates": { days: 7 } });
    const bare = { ...row, routing: "geo", list_usd_per_million: null, spread: null };
    expect(await learnedRates(tables({ "billing/effective_rates": [bare] }).warehouse, 14)).toEqual([
      { ...rate, routing: "geo", listUsdPerMillion: null, spread: null },
    ]);
  });

  it("price calls only where strata.yml says so, behind its own rates", async () => {
    const row = {
      ...{ account_id: "1", region: "us-east-1", model: "nova-lite", token_type: "input", routing: "geo", service_tier: "flex" },
      ...{
        context_class: "standard",
        usd_per_million: "0.05",
        tokens: 7,
        billed_days: 3,
        last_day: "2026-10-04",
        confidence: "high",
      },
    };
    const { warehouse } = tables({ "billing/effective_rates": [row] });
    const own = "overrides: [{ model: nova-pro, rates: { input: '1' } }]";
    const off = parseConfig(`prices: { ${own} }`);
    expect(await withLearnedRates(off, warehouse)).toBe(off);
    const { prices } = await withLearnedRates(parseConfig(`prices: { learned: use, ${own} }`), warehouse);
    expect(prices.overrides.map(({ model, from }) => [model, from])).toEqual([
      ["nova-pro", undefined],
      ["nova-lite", "2026-10-05"],
    ]);
  });
});

describe("words of a bill", () => {
  it("are read by their own columns, and kept with their class", () => {
    const words = {
      ...{ product_code: "opaque", product_name: "Claude Opus 5 (Amazon Bedrock Edition)" },
      ...{ usage_type: "USE1-MP:USE1_InputTokenCount_Global-Units", operation: "Usage", pricing_unit: "Units" },
      ...{ description: "AWS Marketplace software usage|us-east-1|Million Input Tokens Global" },
      ...{ billing_entity: "AWS Marketplace", line_item_type: "Usage" },
    };
    expect(classifyWords(words)).toEqual({
      ...words,
      ...{ charge_kind: "token", model: "claude-opus-5", model_by: "catalog", token_type: "input", routing: "global" },
      ...{
        service_tier: "on-demand",
        endpoint: "runtime",
        context_class: "standard",
        tokens_per_unit: 1_000_000,
        what: "tokens",
      },
    });
    const nothing = Object.fromEntries(Object.keys(words).map((name) => [name, ""]));
    expect(classifyWords({})).toMatchObject({ ...nothing, charge_kind: "unclassified", model: null });
  });
});

describe("months", () => {
  it("that wait are those with a step that is not done, newest first, each once", async () => {
    const store = new MemoryStore();
    expect(await monthsWaiting(store)).toEqual([]);
    const rows = [
      { month: "2026-08", step: "charges", fingerprint: null },
      { month: "2026-09", step: "charges", fingerprint: "done" },
      { month: "2026-10", step: "groups", fingerprint: null },
      { month: "2026-10", step: "charges", fingerprint: null },
    ];
    await store.write("reconciled_months/reconciled_months.jsonl", `${rows.map((row) => JSON.stringify(row)).join("\n")}\n`);
    expect(await monthsWaiting(store)).toEqual(["2026-10", "2026-08"]);
  });

  it("are asked about anew on one machine, from the first one that is wanted", async () => {
    const { asked, warehouse } = tables({ q: [{ month: "2026-10" }], r: [] });
    expect(await askedAnew(warehouse).rows({ query: "q", tables: [], first: "2026-10" })).toEqual([{ month: "2026-10" }]);
    await askedAnew(warehouse).rows({ query: "r", tables: [] });
    expect(asked).toEqual({ q: { from: "2026-10-01" }, r: {} });
  });

  it("of the log hang on the ends of the bill as far as their hours see them, on profiles, and on who sells which tokens", async () => {
    const of = async (change: { ends?: readonly Row[]; profiles?: readonly Row[]; usageTypes?: readonly Row[] } = {}) => {
      let also = "";
      const rows = async (question: { also?: (month: string) => string }): Promise<Row[]> => {
        also = question.also?.("2026-09") ?? "";
        return [
          { month: "2026-09", to_reconcile: true, fingerprint: "f" },
          { month: "2026-08", to_reconcile: null, fingerprint: "g" },
        ];
      };
      const ends = [{ account_id: "1", seller: "AWS", first_day: "2026-09-10", own_end: "2026-10-05", late_from: null }];
      const usageTypes = [{ charge_kind: "token", model: "m", billing_entity: "AWS" }];
      const months = await usageOfMonths({ rows }, { ends, profiles: [], usageTypes, ...change });
      return { months, also };
    };
    const { months, also } = await of();
    expect(months).toEqual([
      { month: "2026-09", toReconcile: true, fingerprint: "f" },
      { month: "2026-08", toReconcile: false, fingerprint: "g" },
    ]);
    const end = { account_id: "1", seller: "AWS", first_day: "2026-09-10", own_end: "2026-10-05", late_from: null };
    const same: Parameters<typeof of>[0][] = [
      { ends: [{ ...end, own_end: "2026-11-05" }] },
      {
        usageTypes: [
          { charge_kind: "token", model: "m", billing_entity: "AWS" },
          { charge_kind: "not_token", model: "n" },
        ],
      },
    ];
    for (const change of same) expect((await of(change)).also).toBe(also);
    const others: Parameters<typeof of>[0][] = [
      { ends: [] },
      { ends: [{ ...end, account_id: "2" }] },
      { ends: [{ ...end, seller: null }] },
      { ends: [{ ...end, first_day: "2026-09-11" }] },
      { ends: [{ ...end, own_end: "2026-09-30 23:00:00" }] },
      { ends: [{ ...end, late_from: "2026-08-01" }] },
      { profiles: [{ profile: "p" }] },
      { usageTypes: [{ charge_kind: "token", model: "m", billing_entity: "AWS Marketplace" }] },
    ];
    const all = await Promise.all(others.map(of));
    expect(new Set([also, ...all.map((each) => each.also)]).size).toBe(others.length + 1);
    // Before the month is before the month, however long.
    const early = (day_: string) => of({ ends: [{ ...end, first_day: day_ }] });
    expect((await early("2026-08-01")).also).toBe((await early("2026-09-01")).also);
  });

  it("are reconciled within the limits of strata.yml", () => {
    const { billing } = parseConfig("billing: { lag_hours: 30, tolerance_usd: '0.05', quantity_tolerance: '0.002' }");
    expect(reconcileLimits(billing)).toEqual({ lagHours: 30, toleranceUsd: "0.05", quantityTolerance: "0.002", billing });
  });
});
