import { describe, expect, it } from "vitest";
import type { Cells } from "../../query/ask.ts";
import { A, B, bill, DAY, type Given, log, match, parts, usd } from "./parts.ts";

/** Each part as in `allocated 1000`, or with its reason. */
const split = async (given: Given) =>
  (await parts(given)).map((row) => `${[row["status"], row["reason"]].filter(Boolean).join(" ")} ${row["billed_tokens"]}`);
const costs = async (given: Given) => (await parts(given)).map((row) => row["billed_cost"]);
/** With so many of its tokens matched. */
const matched = (tokens: number, cells: Cells = {}): Given => ({ groups: [bill(cells), log(2)], matches: [match(2, tokens)] });

// docs/reconciliation.md, "The six statuses of a billed dollar".
describe("a billed group with logged calls", () => {
  it("is allocated as far as they explain it", async () => {
    expect(await parts({ groups: [bill(), log(2, { team: "red", routing: "geo" })], matches: [match(2, 1000)] })).toEqual([
      {
        ...{ dt: DAY, id: 1, usage_dt: DAY, period: "2026-06", account_id: A, is_long: false, group_dt: DAY, group_id: 1 },
        ...{ status: "allocated", match_level: "principal", team: "red", is_split: false, model: "m", token_type: "input" },
        ...{ routing: "geo", endpoint: "runtime", billed_tokens: 1000, logged_tokens: 1000 },
        ...{ billed_cost: usd(10), net_cost: usd(9), public_cost: usd(12) },
      },
    ]);
  });

  it("may differ in a thousandth of its tokens, or what is said; more of it was not logged", async () => {
    expect(await split(matched(999))).toEqual(["allocated 999", "residual quantity 1"]);
    expect(await split(matched(998))).toEqual(["allocated 998", "billed_not_logged partly_logged 2"]);
    expect(await split({ ...matched(900), params: { quantity_tolerance: "0.1" } })).toEqual([
      "allocated 900",
      "residual quantity 100",
    ]);
    expect(await split({ ...matched(899), params: { quantity_tolerance: "0.1" } })).toEqual([
      "allocated 899",
      "billed_not_logged partly_logged 101",
    ]);
  });

  it("has a part for hours in which nothing was logged, and the rest is a difference", async () => {
    expect(await split(matched(400, { dark_tokens: 500 }))).toEqual([
      "allocated 400",
      "billed_not_logged dark_hours 500",
      "billed_not_logged partly_logged 100",
    ]);
    expect(await split(matched(400, { dark_tokens: 600 }))).toEqual(["allocated 400", "billed_not_logged dark_hours 600"]);
    expect(await split(matched(400, { dark_tokens: 700 }))).toEqual(["allocated 400", "billed_not_logged dark_hours 600"]);
    // The tolerance is of the whole group.
    expect(await split(matched(400, { dark_tokens: 599 }))).toEqual([
      "allocated 400",
      "billed_not_logged dark_hours 599",
      "residual quantity 1",
    ]);
    expect(await split(matched(400, { dark_tokens: 598 }))).toEqual([
      "allocated 400",
      "billed_not_logged dark_hours 598",
      "billed_not_logged partly_logged 2",
    ]);
    expect(await split(matched(1000, { dark_tokens: 700 }))).toEqual(["allocated 1000"]);
  });

  it("has dollars by tokens", async () => {
    const rows = await parts(matched(400, { dark_tokens: 500 }));
    expect(rows.map((row) => [row["billed_cost"], row["net_cost"], row["public_cost"], row["logged_tokens"]])).toEqual([
      [usd(4), usd(3.6), usd(4.8), 400],
      [usd(5), usd(4.5), usd(6), 0],
      [usd(1), usd(0.9), usd(1.2), 0],
    ]);
  });

  it("worded -mantle- has the reason mantle for what nobody logged", async () => {
    expect(await split(matched(400, { endpoint: "mantle" }))).toEqual(["allocated 400", "billed_not_logged mantle 600"]);
    expect(await split(matched(999, { endpoint: "mantle" }))).toEqual(["allocated 999", "residual quantity 1"]);
  });

  it("keeps apart what it costs beyond quantity times rate: nobody's, and of no public price", async () => {
    const rows = await parts(matched(500, { price_excess: 3 }));
    expect(
      rows.map((row) => [
        row["status"],
        row["reason"],
        row["billed_cost"],
        row["net_cost"],
        row["public_cost"],
        row["billed_tokens"],
      ]),
    ).toEqual([
      ["allocated", undefined, usd(3.5), usd(3), usd(6), 500],
      ["billed_not_logged", "partly_logged", usd(3.5), usd(3), usd(6), 500],
      ["residual", "price", usd(3), usd(3), usd(0), 0],
    ]);
    expect(await costs(matched(1000, { price_excess: -2 }))).toEqual([usd(12), usd(-2)]);
  });
});

describe("a billed group that no call explains", () => {
  it.each([
    ["billed_not_logged not_logged 1000", {}],
    ["billed_not_logged dark_hours 1000", { dark_tokens: 1000 }],
    ["billed_not_logged not_logged 1000", { dark_tokens: 999 }],
    ["billed_not_logged mantle 1000", { endpoint: "mantle", dark_tokens: 1000 }],
    ["billed_not_logged batch 1000", { endpoint: "batch" }],
    ["residual quantity 0", { tokens: 0 }],
    ["residual quantity -5", { tokens: -5, dark_tokens: 0 }],
    // Its price is no question then.
    ["billed_not_logged not_logged 1000", { price_excess: 3 }],
  ] as const)("is %s: %j", async (expected, cells) => {
    const given = { groups: [bill(cells), log(2)] };
    expect(await split(given)).toEqual([expected]);
    expect(await parts(given)).toMatchObject([
      { billed_cost: usd(10), net_cost: usd(9), public_cost: usd(12), logged_tokens: 0 },
    ]);
  });

  it("is that of its own principal, as the line names it", async () => {
    const line = {
      principal_arn: "arn",
      principal_type: "role",
      principal_name: "n",
      person: "p",
      routing: "global",
      principal_key: "k",
    };
    expect(
      await parts({ groups: [bill({ ...line, team: "red", attribution_place: 3, attribution_source: "principal_tag" })] }),
    ).toMatchObject([
      {
        ...{
          principal_arn: "arn",
          principal_type: "role",
          principal_name: "n",
          person: "p",
          routing: "global",
          line_principal: "k",
        },
        ...{ team: "red", attribution_place: 3, attribution_source: "principal_tag", is_split: false },
      },
    ]);
  });
});

describe("calls that were logged without counts", () => {
  const hour = (cells: Cells = {}): Cells => ({
    dt: DAY,
    account_id: A,
    model: "m",
    principal_arn: "arn",
    uncounted: 1,
    ...cells,
  });
  const keys = [{ principal_arn: "arn", principal_key: "role/s", role_key: "role" }];
  const reason = async (cells: Cells, ...hours: readonly Cells[]) =>
    (await parts({ groups: [bill(cells)], hours, keys }))[0]?.["reason"];

  it("are why nothing matches, of that day, account, model and caller", async () => {
    expect(await reason({ principal_key: "role/s" }, hour())).toBe("uncounted");
    expect(await reason({ principal_key: "role" }, hour())).toBe("uncounted");
    expect(await reason({}, hour())).toBe("uncounted");
    expect(await reason({ principal_key: "else" }, hour({ principal_arn: "nobody knows" }))).toBe("uncounted");
    expect(await reason({ principal_key: "else" }, hour())).toBe("not_logged");
    const others: readonly Cells[] = [{ uncounted: 0 }, { dt: "2026-06-11" }, { account_id: B }, { model: "n" }];
    for (const cells of others) expect(await reason({}, hour(cells))).toBe("not_logged");
  });

  it("are why of their own group alone, of two of a day", async () => {
    const two = { groups: [bill(), log(2), bill({ id: 3, model: "n", tokens: 2000 })], hours: [hour()], keys };
    expect((await split(two)).sort()).toEqual(["billed_not_logged not_logged 2000", "billed_not_logged uncounted 1000"]);
    const some = { ...two, matches: [match(2, 400), match(2, 300, { bill_id: 3 })] };
    expect((await split(some)).sort()).toEqual([
      "allocated 300",
      "allocated 400",
      "billed_not_logged partly_logged 1700",
      "billed_not_logged uncounted 600",
    ]);
  });

  it("say less than dark hours and more than an endpoint", async () => {
    expect(await reason({ dark_tokens: 1000 }, hour())).toBe("dark_hours");
    expect(await reason({ endpoint: "mantle" }, hour())).toBe("uncounted");
    const some = { hours: [hour(), hour({ hour: 2 })], keys };
    expect(await split({ ...matched(400, { endpoint: "mantle" }), ...some })).toEqual([
      "allocated 400",
      "billed_not_logged uncounted 600",
    ]);
    expect(await split({ ...matched(999), ...some })).toEqual(["allocated 999", "residual quantity 1"]);
  });
});

describe("dollars of a group", () => {
  const by = (amount: string, ...tokens: readonly number[]): Given => ({
    groups: [
      bill({ tokens: tokens.reduce((a, b) => a + b, 0), billed_cost: amount, net_cost: amount, public_cost: amount }),
      ...tokens.map((_, i) => log(i + 2, { team: `t${i}` })),
    ],
    matches: tokens.map((each, index) => match(index + 2, each)),
  });
  it.each([
    ["0.000000000010", [1, 1, 1], ["0.000000000004", "0.000000000003", "0.000000000003"]],
    ["0.000000000011", [1, 1, 1], ["0.000000000004", "0.000000000004", "0.000000000003"]],
    // 4.55, 2.73 and 2.73: two go to the largest rests.
    ["0.000000000010", [5, 3, 3], ["0.000000000004", "0.000000000003", "0.000000000003"]],
    ["-0.000000000010", [1, 1, 1], ["-0.000000000004", "-0.000000000003", "-0.000000000003"]],
    ["0.000000000001", [1, 999], ["0.000000000000", "0.000000000001"]],
    // 12345678901123456789012 = 3 * 4115226300374485596337 + 1: more digits than a double holds.
    ["12345678901.123456789012", [1, 1, 1], ["4115226300.374485596338", "4115226300.374485596337", "4115226300.374485596337"]],
  ] as const)("follow tokens by largest remainder: %s over %j", async (amount, tokens, expected) => {
    const rows = await parts(by(amount, ...tokens));
    for (const name of ["billed_cost", "net_cost", "public_cost"]) expect(rows.map((row) => row[name])).toEqual(expected);
  });
});
