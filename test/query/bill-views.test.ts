import { describe, expect, it } from "vitest";
import { ask, type Cells } from "./ask.ts";

const [A, B, C] = ["111122223333", "444455556666", "777788889999"];
const usd = (dollars: number): string => dollars.toFixed(12);
type Given = Readonly<Record<string, readonly Cells[]>>;

describe("a line of the bill", () => {
  const EMPTY = { usage_types: [], principal_keys: [], exchange_rates: [], linked_accounts: [], line_owners: [] };
  const wording = {
    ...{
      product_code: "AmazonBedrock",
      product_name: "Bedrock",
      usage_type: "USE1-x",
      operation: "Run",
      pricing_unit: "1K tokens",
    },
    ...{ description: "d", billing_entity: "AWS", line_item_type: "Usage" },
  };
  const line = (cells: Cells = {}): Cells => ({
    ...{
      period: "2026-06",
      usage_start: "2026-06-10 23:30:00",
      account_id: A,
      region: "us-east-1",
      iam_principal: "p1",
      currency_code: "USD",
    },
    ...{ ...wording, usage_amount: 2, unblended_rate: 3, unblended_cost: 6, net_unblended_cost: 5, public_on_demand_cost: 7 },
    ...cells,
  });
  const grammar = (cells: Cells = {}): Cells => ({
    ...{
      ...wording,
      charge_kind: "token",
      what: "tokens",
      model: "m1",
      token_type: "input",
      service_tier: "batch",
      endpoint: "runtime",
    },
    ...{ context_class: "long", tokens_per_unit: 1000 },
    ...cells,
  });
  const seen = async (cells: Cells = {}, given: Given = {}) =>
    (await ask("views/billed_charges", {}, { ...EMPTY, cur_line_items: [line(cells)], ...given }))[0];

  it("is of the day of its usage, and on the statement of its period", async () => {
    expect(await seen()).toMatchObject({ dt: "2026-06-10", statement_dt: "2026-06-10", hour: 23 });
    expect(await seen({ period: "2026-07" })).toMatchObject({ dt: "2026-06-10", statement_dt: "2026-07-01", hour: 23 });
  });

  it("is read by its eight words", async () => {
    const read = {
      charge_kind: "token",
      what: "tokens",
      model: "m1",
      token_type: "input",
      service_tier: "batch",
      endpoint: "runtime",
    };
    expect(await seen({}, { usage_types: [grammar()] })).toMatchObject({ ...read, context_class: "long", tokens: 2000 });
    const unknown = { charge_kind: "unclassified", what: "not yet classified" };
    for (const name of Object.keys(wording))
      expect([name, await seen({ [name]: "another" }, { usage_types: [grammar()] })]).toMatchObject([name, unknown]);
    const bare = Object.fromEntries(Object.entries(line()).filter(([name]) => !Object.hasOwn(wording, name)));
    const none = Object.fromEntries(Object.keys(wording).map((name) => [name, ""]));
    const [first] = await ask("views/billed_charges", {}, { ...EMPTY, cur_line_items: [bare], usage_types: [grammar(none)] });
    expect(first).toMatchObject(read);
  });

  it.each([
    [{ routing: "geo" }, "arn:inference-profile/global.x", "geo"],
    [{}, "arn:inference-profile/global.x", "global"],
    [{}, "arn:inference-profile/us.x", undefined],
    [{ charge_kind: "not_token", routing: "geo" }, "arn:inference-profile/global.x", undefined],
  ])("is routed as its words say, else as its resource: %j, %s", async (cells, resource_id, routing) => {
    const row = await seen({ resource_id }, { usage_types: [grammar(cells as Cells)] });
    expect(row?.["routing"]).toBe(routing);
    expect(row?.["tokens"]).toBe("charge_kind" in cells ? undefined : 2000);
  });

  it("in another currency is in dollars by the rate of its period, and in no figure without one", async () => {
    const exchange_rates = [
      { currency_code: "EUR", period: "2026-06", usd_per_unit: "1.5" },
      { currency_code: "EUR", period: "2026-05", usd_per_unit: "9" },
      { currency_code: "INR", period: "2026-06", usd_per_unit: "8" },
    ];
    expect(await seen()).toMatchObject({ unblended_rate: usd(3), billed_cost: usd(6), net_cost: usd(5), public_cost: usd(7) });
    expect(await seen({ currency_code: "EUR" }, { exchange_rates })).toMatchObject({
      ...{ unblended_rate: usd(4.5), billed_cost: usd(9), net_cost: usd(7.5), public_cost: usd(10.5), original_cost: usd(6) },
    });
    expect(await seen({ currency_code: "JPY" }, { exchange_rates })).toBeUndefined();
    const { net_unblended_cost: _, ...without } = line();
    for (const currency_code of ["USD", "EUR"]) {
      const [row] = await ask(
        "views/billed_charges",
        {},
        { ...EMPTY, exchange_rates, cur_line_items: [{ ...without, currency_code }] },
      );
      expect(row?.["net_cost"]).toBe(row?.["billed_cost"]);
    }
  });

  it("of GovCloud or China is the account's that calls there", async () => {
    const linked_accounts = [
      { billed_account_id: A, aws_partition: "aws-us-gov", account_id: B },
      { billed_account_id: A, aws_partition: "aws-cn", account_id: C },
    ];
    const account = async (cells: Cells) => {
      const row = await seen(cells, { linked_accounts });
      expect(row?.["billed_account_id"]).toBe(cells["account_id"] ?? A);
      return row?.["account_id"];
    };
    expect(await account({})).toBe(A);
    expect(await account({ region: "us-gov-west-1" })).toBe(B);
    expect(await account({ usage_type: "UGW1-x" })).toBe(B);
    expect(await account({ usage_type: "UGE1-x" })).toBe(B);
    expect(await account({ region: "cn-north-1" })).toBe(C);
    expect(await account({ region: "cn-north-1", account_id: B })).toBe(B);
  });

  it("has the key of its principal, and whether it is incomplete", async () => {
    const principal_keys = [{ principal_arn: "p1", principal_key: "k", role_key: "r" }];
    expect(await seen({}, { principal_keys })).toMatchObject({ principal_key: "k", role_key: "r", incomplete: false });
    expect(await seen({ iam_principal: "p2", incomplete: true }, { principal_keys })).not.toHaveProperty("principal_key");
    expect(await seen({ incomplete: true })).toMatchObject({ incomplete: true });
  });

  it("is told from others by account, principal, resource, tags and cost categories, which own it", async () => {
    const texts = {
      account_id: B,
      iam_principal: "p2",
      resource_id: "r",
      tags: "{a=1}",
      resource_tags: "{a=1}",
      cost_category: "{a=1}",
    };
    const keys = await Promise.all(
      Object.entries(texts).map(async ([name, value]) => (await seen({ [name]: value }))?.["line_key"]),
    );
    const line_key = String((await seen())?.["line_key"]);
    expect(new Set([line_key, ...keys]).size).toBe(7);
    const owner = (cells: Cells = {}): Cells => ({
      ...{ line_key, usage_type: "USE1-x", model: "m1", region: "us-east-1", from_day: "2026-06-10", to_day: "2026-06-10" },
      ...{
        person: "ann",
        team: "core",
        cost_center: "cc",
        environment: "env",
        feature: "f",
        attribution_source: "tag",
        place: 3,
        tag_set: "t",
      },
      ...cells,
    });
    const usage_types = [grammar()];
    const owned = {
      person: "ann",
      team: "core",
      cost_center: "cc",
      environment: "env",
      feature: "f",
      attribution_source: "tag",
      attribution_place: 3,
    };
    expect(await seen({}, { usage_types, line_owners: [owner()] })).toMatchObject({ ...owned, tag_set: "t" });
    const others = {
      line_key: "x",
      usage_type: "y",
      model: "m2",
      region: "eu-west-1",
      from_day: "2026-06-11",
      to_day: "2026-06-09",
    };
    for (const [name, value] of Object.entries(others))
      expect([name, (await seen({}, { usage_types, line_owners: [owner({ [name]: value })] }))?.["team"]]).toEqual([
        name,
        undefined,
      ]);
    const everywhere = owner({ usage_type: "*", model: "*", region: "*" });
    expect(await seen({ region: "eu-west-1" }, { usage_types, line_owners: [everywhere] })).toMatchObject(owned);
  });
});

describe("usage that is held against the bill", () => {
  const EMPTY = { principal_keys: [], usage_types: [], bill_ends: [], profile_models: [], attribution_sources: [] };
  const used = (cells: Cells = {}): Cells => ({
    ...{
      dt: "2026-06-10",
      hour: 10,
      account_id: A,
      model: "m1",
      team: "core",
      principal_arn: "p1",
      inference_profile: "ip",
      attribution_source: "tag",
    },
    ...cells,
  });
  const seen = async (cells: Cells = {}, given: Given = {}) =>
    (await ask("views/usage_to_match", {}, { ...EMPTY, hourly_usage: [used(cells)], ...given }))[0];

  it("is late and pending by the end of the bill of its account and seller, else of its seller, else of all", async () => {
    const end = (account_id: string, seller: string, own_end: string, late_from: string, first_day = "2026-06-01"): Cells => ({
      ...{ account_id, seller, first_day, own_end: `2026-06-10 ${own_end}`, late_from: `2026-06-10 ${late_from}` },
    });
    const usage_types = [
      { model: "m1", charge_kind: "token", billing_entity: "AWS" },
      { model: "m1", charge_kind: "not_token", billing_entity: "Other" },
      { model: "m2", charge_kind: "token", billing_entity: "AWS" },
      { model: "m2", charge_kind: "token", billing_entity: "AWS Marketplace" },
    ];
    const judged = async (cells: Cells, ...bill_ends: readonly Cells[]) => {
      const row = await seen(cells, { usage_types, bill_ends });
      return [row?.["late"], row?.["pending"], row?.["before_bill"]];
    };
    const past = "09:00";
    const future = "11:00";
    expect(await judged({}, end("*", "*", past, past))).toEqual([true, true, false]);
    expect(await judged({}, end("*", "*", "10:00", "10:00"))).toEqual([true, true, false]);
    expect(await judged({}, end("*", "*", future, past))).toEqual([true, false, false]);
    expect(await judged({}, end("*", "*", past, future))).toEqual([false, false, false]);
    expect(await judged({}, end("*", "*", past, past, "2026-06-11"))).toEqual([true, true, true]);
    expect(await judged({}, end("*", "*", past, past, "2026-06-10"))).toEqual([true, true, false]);
    expect(await judged({})).toEqual([false, false, true]);
    expect(await judged({}, end("*", "*", past, past), end("*", "AWS", future, future))).toEqual([false, false, false]);
    expect(await judged({}, end("*", "*", past, past), end(A, "AWS", past, past), end("*", "AWS", future, future))).toEqual([
      true,
      true,
      false,
    ]);
    expect(await judged({}, end("*", "*", past, past), end(B, "AWS", future, future))).toEqual([true, true, false]);
    // Two sell this model, nobody that one.
    for (const model of ["m2", "m3"])
      expect(await judged({ model }, end("*", "*", past, past), end("*", "AWS", future, future))).toEqual([true, true, false]);
  });

  it("has the model that the bill knows, the key of its principal and the place of what named its team", async () => {
    const given = {
      profile_models: [{ resource_id: "ip", model: "sonnet" }],
      principal_keys: [{ principal_arn: "p1", principal_key: "k", role_key: "r" }],
      attribution_sources: [{ name: "tag", place: 4 }],
    };
    expect(await seen({ model: "arn:x" }, given)).toMatchObject({
      model: "sonnet",
      logged_model: "arn:x",
      principal_key: "k",
      role_key: "r",
      attribution_place: 4,
    });
    expect(await seen({ model: "m1" }, given)).toMatchObject({ model: "m1", logged_model: "m1" });
    expect(await seen({ model: "arn:x", inference_profile: "other", principal_arn: "p2" }, given)).toMatchObject({
      model: "arn:x",
    });
    expect(await seen({ team: "unattributed" }, given)).toMatchObject({ attribution_place: 2_000_000 });
    expect(await seen({ attribution_source: "gone" }, given)).toMatchObject({ attribution_place: 0 });
  });
});

it("tokens are matched with those of the day, and over midnight with those of the day before", async () => {
  const cells = { bill_id: 1, log_id: 2, match_level: "exact", tokens: 3 };
  const bill_matches = [{ dt: "2026-06-10", ...cells }];
  const midnight_matches = [{ dt: "2026-06-10", log_dt: "2026-06-09", ...cells }];
  const rows = await ask("views/charge_matches", {}, { bill_matches, midnight_matches });
  expect(rows.map(({ dt, log_dt, tokens }) => [dt, log_dt, tokens])).toEqual([
    ["2026-06-10", "2026-06-10", 3],
    ["2026-06-10", "2026-06-09", 3],
  ]);
});

// docs/reconciliation.md: at most two of a hundred missing is complete.
it("an hour's log is complete, short, a gap or unchecked", async () => {
  const key = { dt: "2026-06-10", account_id: A, region: "us-east-1" };
  const hourly_usage = [
    ...[
      { ...key, hour: 1, invocations: 60, throttles: 10 },
      { ...key, hour: 1, invocations: 48, throttles: 0 },
    ],
    ...[
      { ...key, hour: 2, invocations: 97, throttles: 0 },
      { ...key, hour: 3, invocations: 5, throttles: 5 },
      { ...key, hour: 4, invocations: 1, throttles: 0 },
    ],
  ];
  const service_counts = [
    ...[
      { ...key, hour: 1, invocations: 60, undelivered: 1 },
      { ...key, hour: 1, invocations: 40, undelivered: 2 },
    ],
    ...[
      { ...key, hour: 2, invocations: 100, undelivered: 0 },
      { ...key, hour: 5, invocations: 0, undelivered: 4 },
      { ...key, hour: 6, invocations: 0, undelivered: 0 },
    ],
    { ...key, hour: 7, invocations: 3, undelivered: 0 },
  ];
  const log_hours = [
    { account_id: A, region: "us-east-1", at_hour: "2026-06-10 08:00", has_records: false },
    { account_id: A, region: "us-east-1", at_hour: "2026-06-10 09:00", has_records: true },
    { account_id: A, region: "us-east-1", at_hour: "2026-06-10 07:00", has_records: false },
  ];
  const rows = await ask("views/completeness", {}, { hourly_usage, service_counts, log_hours });
  const sorted = rows.sort((a, b) => Number(a["hour"]) - Number(b["hour"]));
  expect(sorted.map((row) => ["hour", "ingested", "counted", "undelivered", "share", "status"].map((name) => row[name]))).toEqual(
    [
      [1, 98, 100, 3, 0.98, "complete"],
      [2, 97, 100, 0, 0.97, "short"],
      [4, 1, undefined, undefined, undefined, "unchecked"],
      [5, 0, 0, 4, undefined, "complete"],
      [7, 0, 3, 0, 0, "short"],
      [8, 0, undefined, undefined, undefined, "gap"],
    ],
  );
  expect(sorted[0]).toMatchObject(key);
});
