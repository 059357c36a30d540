import { describe, expect, it } from "vitest";
import { ask, type Cells } from "../../query/ask.ts";

const DAY = "2026-06-10";
const group = (side: string, id: number, tokens: number, cells: Cells): Cells => ({
  ...{ dt: DAY, side, id, tokens, account_id: "1", model: "m", token_type: "input", service_tier: "on-demand", ...cells },
});
const bill = (id: number, tokens: number, cells: Cells = {}): Cells =>
  group("bill", id, tokens, { endpoint: "runtime", ...cells });
const log = (id: number, tokens: number, cells: Cells = {}): Cells =>
  group("log", id, tokens, { routing: "in-region", pending: false, late: false, ...cells });
const ann: Cells = { principal_key: "ann" };
/** The same role: as a bill names it without the session, and as the log has it. */
const role: Cells = { principal_key: "role", role_key: "role" };
const session: Cells = { principal_key: "role/s", role_key: "role" };
const flex: Cells = { service_tier: "flex" };
const batch: Cells = { service_tier: "batch" };
const global: Cells = { routing: "global" };

const rows = (charge_groups: readonly Cells[], usage_types: readonly Cells[] = []) =>
  ask("billing/bill_matches", { from: DAY, to: DAY }, { charge_groups, usage_types });
/** Pairs as in `1-2 principal 100`: billed group, logged group, level, tokens. */
const pairs = async (...groups: readonly Cells[]) =>
  (await rows(groups)).map(({ bill_id, log_id, match_level, tokens }) => `${bill_id}-${log_id} ${match_level} ${tokens}`);
const level = async (billed: Cells, logged: Cells) => (await rows([bill(1, 10, billed), log(2, 10, logged)]))[0]?.["match_level"];

// docs/reconciliation.md, "Matching".
describe("the level at which a billed group and a logged one meet", () => {
  it.each([
    ["principal", ann, ann],
    ["role", role, session],
    ["principal:routing", ann, { ...ann, ...global }],
    ["principal:service_tier", ann, { ...ann, ...flex }],
    ["role:routing", role, { ...session, ...global }],
    ["role:service_tier", role, { ...session, ...flex }],
    ["account", {}, ann],
    ["account", {}, {}],
    ["account:routing", {}, { ...ann, ...global }],
    ["account:service_tier", {}, flex],
    ["no_identity", ann, {}],
    ["no_identity:service_tier", ann, flex],
    // Nobody else's calls explain what names its caller, a session's line included.
    [undefined, ann, { principal_key: "ben" }],
    [undefined, session, { principal_key: "role/t", role_key: "role" }],
    [undefined, role, { principal_key: "else/s", role_key: "else" }],
    [undefined, ann, { ...ann, account_id: "2" }],
    [undefined, ann, { ...ann, model: "n" }],
    [undefined, ann, { ...ann, token_type: "output" }],
    [undefined, {}, { token_type: "output" }],
    [undefined, {}, { account_id: "2" }],
    [undefined, {}, { model: "n" }],
    [undefined, ann, { token_type: "output" }],
  ] as const)("%s: billed %j, logged %j", async (expected, billed, logged) => {
    expect(await level(billed, logged)).toBe(expected);
  });

  it("says what differs: routing before tier before the cache's duration", async () => {
    const [short, long] = [{ token_type: "cache_write_5m" }, { token_type: "cache_write_1h" }];
    expect(await level({ ...ann, ...short }, { ...ann, ...long })).toBe("principal:cache_ttl");
    expect(await level({ ...role, ...long }, { ...session, ...short })).toBe("role:cache_ttl");
    expect(await level(short, long)).toBe("account:cache_ttl");
    expect(await level({ ...ann, ...short }, { ...ann, ...long, ...flex })).toBe("principal:service_tier");
    expect(await level({ ...ann, ...short }, { ...ann, ...long, ...flex, ...global })).toBe("principal:routing");
    expect(await level({ ...ann, ...short }, { ...ann, token_type: "input" })).toBeUndefined();
  });

  it("has two classes of routing: the bill does not tell in-region and geo calls apart", async () => {
    expect(await level(ann, { ...ann, routing: "geo" })).toBe("principal");
    expect(await level({ ...ann, routing: "geo" }, ann)).toBe("principal");
    expect(await level({ ...ann, ...global }, { ...ann, ...global })).toBe("principal");
    expect(await level({ ...ann, ...global }, { ...ann, routing: "geo" })).toBe("principal:routing");
  });

  it("is unknown routing where the log does not know it, whatever else differs", async () => {
    const profile = { dt: DAY, side: "log", id: 2, tokens: 10, account_id: "1", model: "m", token_type: "input" };
    const found = async (billed: Cells, logged: Cells) =>
      (await rows([bill(1, 10, billed), { ...profile, service_tier: "on-demand", ...logged }]))[0]?.["match_level"];
    expect(await found(ann, ann)).toBe("principal:unknown_routing");
    expect(await found({ ...ann, ...global }, { ...ann, ...flex })).toBe("principal:unknown_routing");
    expect(await found(role, session)).toBe("role:unknown_routing");
    expect(await found({}, ann)).toBe("account:unknown_routing");
    expect(await found(ann, {})).toBe("no_identity:unknown_routing");
  });

  it("ends in the name where the log alone knows the model that the bill names", async () => {
    const found = async (billed: Cells, logged: Cells, ...usage_types: readonly Cells[]) =>
      (await rows([bill(1, 10, billed), log(2, 10, logged)], usage_types)).map(({ match_level }) => match_level);
    const known = { model: "m", model_by: "log" };
    expect(await found(ann, ann, known, known)).toEqual(["principal:name"]);
    expect(await found({}, global, known)).toEqual(["account:routing:name"]);
    expect(await found(ann, ann, { ...known, model: "n" }, { model: "m", model_by: "catalog" }, { model: "m" })).toEqual([
      "principal",
    ]);
  });
});

/** From the nearest to the furthest: each explains the line only where none before it is logged. */
const orders: Readonly<
  Record<string, { readonly line: Cells; readonly beside?: Cells; readonly calls: readonly (readonly [string, Cells])[] }>
> = {
  "a caller": {
    line: role,
    calls: [
      ["principal", role],
      ["role", session],
      ["principal:service_tier", { ...role, ...flex }],
      ["role:routing", { ...session, ...global }],
      ["no_identity", {}],
    ],
  },
  "no caller": {
    line: {},
    calls: [
      ["account", ann],
      ["account:service_tier", { ...ann, ...flex }],
    ],
  },
  "a caller and the word mantle": {
    line: { ...role, endpoint: "mantle" },
    beside: { principal_key: "someone else" },
    calls: [
      ["principal", role],
      ["role", session],
    ],
  },
};

describe("what is taken first", () => {
  const cases = Object.entries(orders).flatMap(([name, { calls }]) =>
    calls.map(([expected], place) => [expected, name, place] as const),
  );
  it.each(cases)("%s, of a line with %s and calls from place %i on", async (expected, name, place) => {
    const { line = {}, beside, calls = [] } = orders[name] ?? {};
    const others = beside === undefined ? [] : [bill(2, 10, beside)];
    // The furthest has the lowest number: the order is not that of the groups.
    const logged = calls.slice(place).map(([, cells], index) => log(100 - index, 10, cells));
    expect(await pairs(bill(1, 10, line), ...others, ...logged)).toEqual([`1-100 ${expected} 10`]);
  });

  it("what a nearer level leaves over goes to the next ones", async () => {
    expect(
      await pairs(bill(1, 100, role), log(2, 30, role), log(3, 50, session), log(4, 7, { ...role, ...flex }), log(5, 90)),
    ).toEqual(["1-2 principal 30", "1-3 role 50", "1-4 principal:service_tier 7", "1-5 no_identity 13"]);
  });

  it("a line of the caller before one that names nobody, and one of the same tier before another's", async () => {
    expect(await pairs(bill(1, 10), bill(2, 6, ann), log(3, 10, ann))).toEqual(["1-3 account 4", "2-3 principal 6"]);
    expect(await pairs(bill(1, 10, flex), bill(2, 6), log(3, 10, ann))).toEqual(["1-3 account:service_tier 4", "2-3 account 6"]);
    expect(await pairs(bill(1, 10, role), bill(2, 6, session), log(3, 10, session))).toEqual(["1-3 role 4", "2-3 principal 6"]);
  });
});

describe("within a key", () => {
  it("both sides are laid end to end on the smaller one's length, each in proportion", async () => {
    expect(await pairs(bill(1, 30, ann), bill(2, 10, ann), log(3, 20, ann), log(4, 20, ann))).toEqual([
      "1-3 principal 20",
      "1-4 principal 10",
      "2-4 principal 10",
    ]);
    expect(await pairs(bill(1, 30, ann), bill(2, 10, ann), log(3, 20, ann))).toEqual(["1-3 principal 15", "2-3 principal 5"]);
    expect(await pairs(bill(1, 20, ann), log(3, 30, ann), log(4, 10, ann))).toEqual(["1-3 principal 15", "1-4 principal 5"]);
    // 2 of 3: the ends are at 0.67, 1.33 and 2, whole tokens of them.
    expect(await pairs(bill(1, 1, ann), bill(2, 1, ann), bill(3, 1, ann), log(4, 2, ann))).toEqual([
      "2-4 principal 1",
      "3-4 principal 1",
    ]);
    // Whose products a double does not hold.
    expect(await pairs(bill(1, 9007199254740991, ann), log(2, 4503599627370497, ann))).toEqual([
      "1-2 principal 4503599627370497",
    ]);
  });

  it("callers, kinds of token and tiers are apart", async () => {
    const ben = { principal_key: "ben" };
    expect(await pairs(bill(1, 10, ann), bill(2, 10, ben), log(3, 4, ann), log(4, 6, ben))).toEqual([
      "1-3 principal 4",
      "2-4 principal 6",
    ]);
    expect(
      await pairs(bill(1, 10), bill(2, 10, { token_type: "output" }), log(3, 4), log(4, 6, { token_type: "output" })),
    ).toEqual(["1-3 account 4", "2-4 account 6"]);
    expect(await pairs(bill(1, 10), bill(2, 10, flex), log(3, 10), log(4, 10, flex))).toEqual([
      "1-3 account 10",
      "2-4 account 10",
    ]);
  });

  it("groups without tokens, and calls that the bill does not reach yet, take no part", async () => {
    expect(await pairs(bill(1, 0, ann), log(2, 10, ann))).toEqual([]);
    expect(await pairs(bill(1, 10, ann), log(2, 0, ann))).toEqual([]);
    expect(await pairs(bill(1, 10, ann), bill(2, -5, ann), log(3, 10, ann), log(4, -5, ann))).toEqual(["1-3 principal 10"]);
    expect(await pairs(bill(1, 10, ann), log(2, 10, { ...ann, pending: true }), log(3, 4, ann))).toEqual(["1-3 principal 4"]);
    expect(await pairs(bill(1, 1, ann), log(2, 1, { ...ann, late: true }))).toEqual(["1-2 principal 1"]);
  });

  it("days are apart, and only those that are asked for are matched", async () => {
    const next = { dt: "2026-06-11" };
    expect(await pairs(bill(1, 10, ann), log(2, 10, { ...ann, ...next }))).toEqual([]);
    const both = [bill(1, 10, ann), log(2, 4, ann), bill(1, 10, { ...ann, ...next }), log(2, 6, { ...ann, ...next })];
    expect(await pairs(...both)).toEqual(["1-2 principal 4"]);
    const found = await ask("billing/bill_matches", { from: DAY, to: "2026-06-11" }, { charge_groups: both, usage_types: [] });
    expect(found.map(({ dt, tokens }) => [dt, tokens])).toEqual([
      [DAY, 4],
      ["2026-06-11", 6],
    ]);
  });
});

describe("batch", () => {
  it("lines match only logged batch usage, and calls that were not batch only such lines", async () => {
    for (const [billed, logged] of [
      [ann, ann],
      [role, session],
      [{}, ann],
      [ann, {}],
    ] as const) {
      expect(await level({ ...billed, ...batch }, logged)).toBeUndefined();
      expect(await level(billed, { ...logged, ...batch })).toBeUndefined();
    }
    expect(await level({ ...ann, ...batch }, { ...ann, ...batch })).toBe("principal");
    expect(await level({ ...role, ...batch }, { ...session, ...batch })).toBe("role");
    expect(await level(batch, { ...ann, ...batch })).toBe("account");
  });
});

describe("a line worded -mantle-", () => {
  const mantle = { endpoint: "mantle" };
  it("matches like any other where its model has no other lines on that day", async () => {
    expect(await level({ ...ann, ...mantle }, ann)).toBe("principal");
    expect(await level({ ...ann, ...mantle }, {})).toBe("no_identity");
    const elsewhere: readonly Cells[] = [
      { account_id: "2" },
      { model: "n" },
      { dt: "2026-06-11" },
      { endpoint: "batch", ...batch },
    ];
    for (const cells of elsewhere)
      expect(await pairs(bill(1, 10, { ...ann, ...mantle }), bill(2, 10, cells), log(3, 10))).toEqual(["1-3 no_identity 10"]);
  });

  it("waits for the lines of its model without the word, on every level", async () => {
    const waiting = bill(1, 10, { ...ann, ...mantle });
    expect(await pairs(waiting, bill(2, 6, ann), log(3, 10, ann))).toEqual(["1-3 principal 4", "2-3 principal 6"]);
    expect(await pairs(waiting, bill(2, 6, { ...ann, ...flex }), log(3, 10, ann))).toEqual([
      "1-3 principal 4",
      "2-3 principal:service_tier 6",
    ]);
    expect(await pairs(waiting, bill(2, 6), log(3, 10, ann))).toEqual(["1-3 principal 4", "2-3 account 6"]);
    expect(await pairs(waiting, bill(2, 6, flex), log(3, 10, ann))).toEqual(["1-3 principal 4", "2-3 account:service_tier 6"]);
    const [byRole, byNobody] = [bill(1, 10, { ...role, ...mantle }), bill(1, 10, mantle)];
    expect(await pairs(byRole, bill(2, 6, session), log(3, 10, session))).toEqual(["1-3 role 4", "2-3 principal 6"]);
    expect(await pairs(byRole, bill(2, 6), log(3, 10, session))).toEqual(["1-3 role 4", "2-3 account 6"]);
    expect(await pairs(byNobody, bill(2, 6, ann), log(3, 10, ann))).toEqual(["1-3 account 4", "2-3 principal 6"]);
    expect(await pairs(byNobody, bill(2, 6), log(3, 10, ann))).toEqual(["1-3 account 4", "2-3 account 6"]);
    // Those that wait: the caller's before the one that names nobody.
    expect(
      await pairs(byNobody, bill(2, 6, { ...ann, ...mantle }), bill(3, 1, { model: "m", token_type: "output" }), log(4, 10, ann)),
    ).toEqual(["1-4 account 4", "2-4 principal 6"]);
  });

  it("that waited is not explained by batch usage", async () => {
    for (const [billed, logged] of [
      [ann, ann],
      [role, session],
      [{}, ann],
    ] as const)
      expect(
        await pairs(
          bill(1, 10, { ...billed, ...mantle }),
          bill(2, 10, { token_type: "output" }),
          log(3, 10, { ...logged, ...batch }),
        ),
      ).toEqual([]);
  });

  it("that waited and names a caller is not explained by calls of nobody or of others", async () => {
    expect(
      await pairs(bill(1, 10, { ...ann, ...mantle }), bill(2, 6, { principal_key: "ben" }), log(3, 10, { principal_key: "cy" })),
    ).toEqual([]);
    expect(await pairs(bill(1, 10, { ...ann, ...mantle }), bill(2, 6, ann), log(3, 10))).toEqual(["2-3 no_identity 6"]);
  });
});
