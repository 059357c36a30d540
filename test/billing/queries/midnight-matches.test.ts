import { describe, expect, it } from "vitest";
import { ask, type Cells } from "../../query/ask.ts";

const [EVE, DAY] = ["2026-06-09", "2026-06-10"];
const same: Cells = { account_id: "1", model: "m", token_type: "input", service_tier: "on-demand" };
/** Billed in the first hour of the day, and logged in the last of the day before. */
const bill = (id: number, tokens: number, cells: Cells = {}): Cells => ({
  ...{ dt: DAY, side: "bill", id, tokens, edge_tokens: tokens, endpoint: "runtime", ...same, ...cells },
});
const log = (id: number, tokens: number, cells: Cells = {}): Cells => ({
  ...{ dt: EVE, side: "log", id, tokens, edge_tokens: tokens, routing: "in-region", pending: false, ...same, ...cells },
});
const ann: Cells = { principal_key: "ann" };
const role: Cells = { principal_key: "role", role_key: "role" };
const session: Cells = { principal_key: "role/s", role_key: "role" };
const matches = (charge_groups: readonly Cells[], bill_matches: readonly Cells[] = [], range = { from: DAY, to: DAY }) =>
  ask("billing/midnight_matches", range, { charge_groups, bill_matches });
/** Pairs as in `1-2 principal:midnight 100`. */
const pairs = async (...given: Parameters<typeof matches>) =>
  (await matches(...given)).map(({ bill_id, log_id, match_level, tokens }) => `${bill_id}-${log_id} ${match_level} ${tokens}`);

// docs/reconciliation.md, "Matching": the last line of its table.
describe("calls that ran over midnight", () => {
  it("are billed in the first hour of the next day", async () => {
    expect(await matches([bill(1, 10, ann), log(2, 10, ann)])).toEqual([
      { dt: DAY, bill_id: 1, log_dt: EVE, log_id: 2, match_level: "principal:midnight", tokens: 10 },
    ]);
  });

  it.each([
    ["principal", ann, ann],
    ["role", role, session],
    ["principal", session, session],
    ["account", {}, ann],
    ["account", {}, {}],
    [undefined, ann, {}],
    [undefined, ann, { principal_key: "ben" }],
    [undefined, session, { principal_key: "role/t", role_key: "role" }],
  ] as const)("meet as %s: billed %j, logged %j", async (level, billed, logged) => {
    const expected = level === undefined ? [] : [`1-2 ${level}:midnight 10`];
    expect(await pairs([bill(1, 10, billed), log(2, 10, logged)])).toEqual(expected);
  });

  it("meet only where everything else is the same, and on the day before", async () => {
    const others: readonly Cells[] = [
      ...[{ account_id: "2" }, { model: "n" }, { token_type: "output" }, { service_tier: "flex" }, { routing: "global" }],
      ...[{ dt: "2026-06-08" }, { dt: DAY }],
    ];
    for (const cells of others) expect(await pairs([bill(1, 10, ann), log(2, 10, { ...ann, ...cells })])).toEqual([]);
    const { routing: _, ...unknown } = log(2, 10, ann);
    expect(await pairs([bill(1, 10, ann), unknown])).toEqual([]);
    expect(await pairs([bill(1, 10, ann), log(2, 10, { ...ann, routing: "geo" })])).toHaveLength(1);
    const global = { ...ann, routing: "global" };
    expect(await pairs([bill(1, 10, global), log(2, 10, global)])).toHaveLength(1);
  });

  it("are of lines that meet the log by the hour, and of calls that the bill reaches", async () => {
    expect(await pairs([bill(1, 10, { endpoint: "batch" }), log(2, 10)])).toEqual([]);
    expect(await pairs([bill(1, 10, { endpoint: "mantle" }), log(2, 10)])).toHaveLength(1);
    expect(await pairs([bill(1, 10), log(2, 10, { pending: true })])).toEqual([]);
  });

  it("are what the day's own matching left over, and no more than lies at the edge", async () => {
    const matched = (dt: string, tokens: number, cells: Cells): Cells => ({ dt, tokens, bill_id: 99, log_id: 99, ...cells });
    const both = [bill(1, 10), log(2, 10)];
    expect(await pairs(both, [matched(DAY, 3, { bill_id: 1 }), matched(DAY, 3, { bill_id: 1, log_id: 5 })])).toEqual([
      "1-2 account:midnight 4",
    ]);
    expect(await pairs(both, [matched(EVE, 7, { log_id: 2 })])).toEqual(["1-2 account:midnight 3"]);
    expect(await pairs(both, [matched(DAY, 10, { bill_id: 1 })])).toEqual([]);
    expect(await pairs(both, [matched(EVE, 10, { log_id: 2 })])).toEqual([]);
    // Another day's group of that number says nothing.
    expect(await pairs(both, [matched(EVE, 7, { bill_id: 1 }), matched(DAY, 7, { log_id: 2 })])).toEqual([
      "1-2 account:midnight 10",
    ]);
    expect(await pairs([bill(1, 10, { edge_tokens: 6 }), log(2, 10)])).toEqual(["1-2 account:midnight 6"]);
    expect(await pairs([bill(1, 10), log(2, 10, { edge_tokens: 5 })])).toEqual(["1-2 account:midnight 5"]);
    expect(await pairs([bill(1, 10, { edge_tokens: 0 }), log(2, 10)])).toEqual([]);
    expect(await pairs([bill(1, 4), log(2, 10)])).toEqual(["1-2 account:midnight 4"]);
    expect(await pairs([bill(1, 10), log(2, 4)])).toEqual(["1-2 account:midnight 4"]);
  });

  it("meet the bill at the narrowest level at which it has something for them", async () => {
    expect(await pairs([bill(1, 10, session), bill(2, 10, role), bill(3, 10), log(4, 8, session)])).toEqual([
      "1-4 principal:midnight 8",
    ]);
    expect(await pairs([bill(2, 10, role), bill(3, 10), log(4, 8, session)])).toEqual(["2-4 role:midnight 8"]);
    expect(await pairs([bill(3, 10), log(4, 8, session)])).toEqual(["3-4 account:midnight 8"]);
    // Where the narrowest has nothing left, the next one has.
    expect(
      await pairs([bill(1, 10, session), bill(3, 10), log(4, 8, session)], [{ dt: DAY, bill_id: 1, log_id: 9, tokens: 10 }]),
    ).toEqual(["3-4 account:midnight 8"]);
  });

  it("are laid end to end in proportion, as on the day itself", async () => {
    expect(await pairs([bill(1, 30), bill(2, 10), log(3, 20), log(4, 20)])).toEqual([
      "1-3 account:midnight 20",
      "1-4 account:midnight 10",
      "2-4 account:midnight 10",
    ]);
    expect(await pairs([bill(1, 30), bill(2, 10), log(3, 20)])).toEqual(["1-3 account:midnight 15", "2-3 account:midnight 5"]);
    // Of the key 20 are at the edge, whichever group they are of.
    expect(await pairs([bill(1, 30, { edge_tokens: 0 }), bill(2, 10, { edge_tokens: 20 }), log(3, 40)])).toEqual([
      "1-3 account:midnight 15",
      "2-3 account:midnight 5",
    ]);
    expect(await pairs([bill(1, 1), bill(2, 1), bill(3, 1), log(4, 2)])).toEqual([
      "2-4 account:midnight 1",
      "3-4 account:midnight 1",
    ]);
  });

  it("are of the billed days asked for", async () => {
    const later = (row: Cells, dt: string): Cells => ({ ...row, dt });
    const both = [bill(1, 10), log(2, 10), later(bill(1, 10), "2026-06-12"), later(log(2, 10), "2026-06-11")];
    expect(await pairs(both)).toHaveLength(1);
    expect(await pairs(both, [], { from: DAY, to: "2026-06-12" })).toHaveLength(2);
    expect(await pairs(both, [], { from: "2026-06-11", to: "2026-06-11" })).toEqual([]);
  });
});
