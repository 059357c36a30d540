import { describe, expect, it } from "vitest";
import { ask, type Cells } from "./ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/abc";
const key = { dt: "2026-06-10", account_id: A, region: "us-east-1", request_id: "r1" };
const record = (cells: Cells = {}): Cells => ({
  ...{ ...key, hour: 10, source_object: "b", source_line: 2, source_part: 1, team: "core", attribution_source: "rule:x" },
  ...{
    principal_arn: "p1",
    model_id: "m1",
    model: "m1",
    vendor: "v",
    model_family: "f",
    model_tier: "fast",
    price_status: "priced",
  },
  ...cells,
});
const EMPTY = { learned_owners: [], attribution_sources: [], identity_sources: [], call_matches: [], call_people: [] };
const seen = (records: readonly Cells[], given: Readonly<Record<string, readonly Cells[]>> = {}) =>
  ask("views/invocations", {}, { ...EMPTY, invocation_records: records, ...given });

describe("an invocation", () => {
  it("is the delivery with the smallest object, line and part, as it landed before it was compacted", async () => {
    const smaller = { source_object: "a", source_line: 1, source_part: 0, copy_rank: 0 };
    for (const [name, value] of Object.entries(smaller)) {
      const first = record({ copy_rank: 2, [name]: value, operation: "first" });
      const second = record({ copy_rank: 2, operation: "second" });
      expect([name, (await seen([second, first])).map(({ operation }) => operation)]).toEqual([name, ["first"]]);
    }
    const landed = [record({ operation: "landed" }), record({ copy_rank: 2, operation: "compacted" })];
    expect((await seen(landed.toReversed())).map(({ operation }) => operation)).toEqual(["landed"]);
  });

  it("is another one in another account, region or hour and with another request id", async () => {
    const others = { account_id: B, region: "eu-west-1", request_id: "r2", hour: 11, dt: "2026-06-11" };
    for (const [name, value] of Object.entries(others))
      expect([name, (await seen([record(), record({ [name]: value })])).length]).toEqual([name, 2]);
  });
});

// Of several sources the one with the smallest place names the team; what it leaves open others fill.
describe("who pays", () => {
  const owner = (kind: string, id: string, place: number, cells: Cells = {}): Cells => ({
    ...{ kind, id, place, from_day: "2026-06-10", to_day: "2026-06-10", team: kind, attribution_source: `${kind}_tag` },
    ...{ cost_center: `${kind} cc`, environment: `${kind} env`, feature: `${kind} feature` },
    ...cells,
  });
  const places = (record_place: number, resource: number, principal: number) => ({
    attribution_sources: [{ name: "rule:x", place: record_place }],
    learned_owners: [owner("resource", "m1", resource), owner("principal", "p1", principal)],
  });
  const whole = record({ cost_center: "record cc", environment: "record env", feature: "record feature" });
  const paid = async (call: Cells, given: Readonly<Record<string, readonly Cells[]>>) => {
    const [row] = await seen([call], given);
    return ["team", "attribution_source", "cost_center", "environment", "feature"].map((name) => row?.[name]);
  };
  const named = (source: string, team: string, by: string) => [team, source, `${by} cc`, `${by} env`, `${by} feature`];

  it.each([
    [[5, 6, 7], "record"],
    [[5, 5, 5], "record"],
    [[5, 4, 7], "resource"],
    [[5, 4, 4], "resource"],
    [[5, 6, 4], "principal"],
    [[5, 4, 3], "principal"],
  ] as const)("with the places %j is said by the %s", async ([first, resource, principal], by) => {
    const expected = by === "record" ? named("rule:x", "core", "record") : named(`${by}_tag`, by, by);
    expect(await paid(whole, places(first, resource, principal))).toEqual(expected);
  });

  it("is filled by the others where one says nothing", async () => {
    const filled = async (first: number, resource: number, principal: number) =>
      (await paid(record(), places(first, resource, principal)))[2];
    expect(await filled(1, 3, 2)).toBe("resource cc");
    const onlyRecord = { ...places(5, 4, 3) };
    const silent = onlyRecord.learned_owners.map(
      ({ cost_center: _c, environment: _e, feature: _f, team: _t, ...row }) => row as Cells,
    );
    expect(await paid(whole, { ...onlyRecord, learned_owners: silent })).toEqual(
      named("principal_tag", "unattributed", "record"),
    );
    expect(
      await paid(whole, {
        ...places(5, 3, 4),
        learned_owners: silent.map((row) => ({ ...row, place: row["kind"] === "resource" ? 3 : 4 })),
      }),
    ).toEqual(named("resource_tag", "unattributed", "record"));
    const principal = [...silent.slice(0, 1), owner("principal", "p1", 9)];
    expect((await paid(record(), { ...onlyRecord, learned_owners: principal })).slice(2)).toEqual([
      "principal cc",
      "principal env",
      "principal feature",
    ]);
  });

  it("is filled in the order of record, resource and principal, whoever named the team", async () => {
    const silent = (kind: string, place: number): Cells =>
      (({ cost_center: _c, environment: _e, feature: _f, ...row }) => row)(
        owner(kind, kind === "resource" ? "m1" : "p1", place) as Record<string, string>,
      );
    const filled = async (call: Cells, first: number, ...learned_owners: readonly Cells[]) =>
      (await paid(call, { attribution_sources: [{ name: "rule:x", place: first }], learned_owners })).slice(2);
    const by = (name: string) => [`${name} cc`, `${name} env`, `${name} feature`];
    const [resource, principal] = [owner("resource", "m1", 5), owner("principal", "p1", 5)];
    expect(await filled(record(), 1, resource, principal)).toEqual(by("resource"));
    expect(await filled(record(), 1, principal)).toEqual(by("principal"));
    expect(await filled(whole, 9, silent("resource", 1), principal)).toEqual(by("record"));
    expect(await filled(record(), 9, silent("resource", 1), principal)).toEqual(by("principal"));
    expect(await filled(whole, 9, silent("principal", 1), resource)).toEqual(by("record"));
    expect(await filled(record(), 9, silent("principal", 1), resource)).toEqual(by("resource"));
  });

  it("stays what the record said where its rule is gone, and is anybody's where it named nobody", async () => {
    const { learned_owners } = places(5, 1, 2);
    expect((await paid(whole, { learned_owners }))[0]).toBe("core");
    expect((await paid(record({ team: "unattributed" }), { learned_owners }))[0]).toBe("resource");
    expect((await paid(record({ team: "unattributed" }), {}))[0]).toBe("unattributed");
  });

  it("is what was said of that day, that resource and that principal", async () => {
    const none = { team: "unattributed" };
    const team = async (...learned_owners: readonly Cells[]) => (await paid(record(none), { learned_owners }))[0];
    for (const kind of ["resource", "principal"]) {
      const id = kind === "resource" ? "m1" : "p1";
      expect(await team(owner(kind, id, 1, { from_day: "2026-06-09", to_day: "2026-06-11" }))).toBe(kind);
      expect(await team(owner(kind, id, 1, { from_day: "2026-06-11", to_day: "2026-06-12" }))).toBe("unattributed");
      expect(await team(owner(kind, id, 1, { from_day: "2026-06-08", to_day: "2026-06-09" }))).toBe("unattributed");
      expect(await team(owner(kind, kind === "resource" ? "p1" : "m1", 1))).toBe("unattributed");
    }
  });
});

describe("a model that only the bill knows", () => {
  const rates = {
    input_rate: "0.001",
    output_rate: "0.01",
    cache_read_rate: "0.1",
    cache_write_5m_rate: "1",
    cache_write_1h_rate: "10",
  };
  const billed = { vendor: "anthropic", model_family: "claude", model: "sonnet", model_tier: "premium" };
  const learned = (cells: Cells = {}): Cells => ({
    ...{ kind: "resource", id: PROFILE, place: 9, from_day: "2026-06-01", to_day: "2026-06-30", ...billed, ...rates },
    ...cells,
  });
  const tokens = { input_tokens: 1, output_tokens: 2, cache_read_tokens: 3, cache_write_5m_tokens: 4, cache_write_1h_tokens: 5 };
  const call = (cells: Cells = {}): Cells =>
    record({ model_id: PROFILE, model: PROFILE, price_status: "unpriced", ...tokens, ...cells });

  it("is named and priced by it", async () => {
    const [row] = await seen([call()], { learned_owners: [learned()] });
    expect(row).toMatchObject({
      ...{
        ...billed,
        price_id: "bill:2026-06-01",
        price_status: "priced",
        input_cost: "0.001000000000",
        output_cost: "0.020000000000",
      },
      ...{ cache_read_cost: "0.300000000000", cache_write_cost: "54.000000000000", list_cost: "54.321000000000" },
      ...{ estimated_cost: "54.321000000000", estimated_cost_high: "54.321000000000", uncached_cost: "0.033000000000" },
    });
  });

  it.each(Object.keys(rates))("has no price where the bill has no %s of tokens that it used", async (rate) => {
    const used = rate.replace("_rate", "_tokens");
    const { [rate]: _, ...fewer } = learned() as Record<string, string>;
    const [without] = await seen([call()], { learned_owners: [fewer] });
    expect(without).toMatchObject({ model: "sonnet", price_status: "unpriced" });
    expect(without?.["estimated_cost"]).toBeUndefined();
    const [unused] = await seen([call({ [used]: 0 })], { learned_owners: [fewer] });
    expect(unused).toMatchObject({ price_status: "priced", price_id: "bill:2026-06-01" });
  });

  it("stays as logged where the log knows it, or nothing was unknown", async () => {
    const own = { input_cost: 1, output_cost: 2, cache_read_cost: 3, cache_write_cost: 4, list_cost: 5, estimated_cost: 6 };
    const more = { estimated_cost_high: 7, uncached_cost: 8, price_id: "list", price_status: "estimated" };
    const kept = Object.fromEntries(
      Object.entries({ ...own, estimated_cost_high: 7, uncached_cost: 8 }).map(([name, value]) => [name, value.toFixed(12)]),
    );
    const [priced] = await seen([call({ ...own, ...more })], { learned_owners: [learned()] });
    expect(priced).toMatchObject({ ...kept, model: "sonnet", price_id: "list", price_status: "estimated" });
    const [known] = await seen([call({ model: "haiku" })], { learned_owners: [learned()] });
    expect(known).toMatchObject({ model: "haiku", vendor: "v", model_family: "f", model_tier: "fast", price_status: "unpriced" });
  });
});

// docs/telemetry.md: how long a cache write lives is the one thing that only a client tells.
describe("cache writes of unknown duration", () => {
  const call = (cells: Cells = {}): Cells =>
    record({
      ...{
        price_assumptions: "cache_write_duration",
        price_status: "estimated",
        cache_write_5m_tokens: 3,
        cache_write_1h_tokens: 0,
      },
      ...{ cache_write_cost: 0.5, estimated_cost: 1, estimated_cost_high: 2, list_cost: 2, ...cells },
    });
  const told = (cells: Cells = {}): Cells => ({
    ...key,
    match: "request_id",
    cache_write_5m_tokens: 1,
    cache_write_1h_tokens: 2,
    ...cells,
  });
  const unsure = {
    cache_write_5m_tokens: 3,
    cache_write_1h_tokens: 0,
    price_status: "estimated",
    estimated_cost: "1.000000000000",
  };

  it("cost their share of what lies between, to the last digit, once the client told", async () => {
    expect(await seen([call()], { call_matches: [told()] })).toMatchObject([
      {
        ...{ cache_write_5m_tokens: 1, cache_write_1h_tokens: 2, price_status: "priced", cache_write_cost: "1.166666666667" },
        ...{ estimated_cost: "1.666666666667", estimated_cost_high: "1.666666666667", list_cost: "3.333333333334" },
      },
    ]);
    const rest = { price_assumptions: "cache_write_duration,region" };
    expect(await seen([call(rest)], { call_matches: [told()] })).toMatchObject([
      { price_status: "estimated", price_assumptions: "region" },
    ]);
    // A third of a dollar is rounded down, two thirds of it up.
    const third = told({ cache_write_5m_tokens: 2, cache_write_1h_tokens: 1 });
    expect(await seen([call()], { call_matches: [third] })).toMatchObject([{ estimated_cost: "1.333333333333" }]);
    const free = call({ estimated_cost: 0, list_cost: 0, estimated_cost_high: 3 });
    expect(await seen([free], { call_matches: [told()] })).toMatchObject([
      { estimated_cost: "2.000000000000", list_cost: "2.000000000000" },
    ]);
  });

  it.each([
    ["that explain other tokens", call(), told({ cache_write_1h_tokens: 3 })],
    ["of another call", call(), told({ request_id: "r2" })],
    ["of another account", call(), told({ account_id: B })],
    ["of another region", call(), told({ region: "eu-west-1" })],
    ["of another day", call(), told({ dt: "2026-06-11" })],
    ["where another thing is unsure", call({ price_assumptions: "region" }), told()],
    ["where the size of images is", call({ price_assumptions: "cache_write_duration,image_size" }), told()],
  ])("stay unknown by words %s", async (_, unknown, words) => {
    expect(await seen([unknown], { call_matches: [words] })).toMatchObject([unsure]);
  });

  it("stay as they are where the log told the duration", async () => {
    const known = call({ cache_write_1h_tokens: 1 });
    expect(await seen([known], { call_matches: [told()] })).toMatchObject([{ ...unsure, cache_write_1h_tokens: 1 }]);
    const none = call({ cache_write_5m_tokens: 0 });
    const nothing = told({ cache_write_5m_tokens: 0, cache_write_1h_tokens: 0 });
    expect(await seen([none], { call_matches: [nothing] })).toMatchObject([{ ...unsure, cache_write_5m_tokens: 0 }]);
  });
});
