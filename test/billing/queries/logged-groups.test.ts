import { describe, expect, it } from "vitest";
import type { Cells } from "../../query/ask.ts";
import { B, daily, groups, line, monthly, only, usd, used } from "./groups.ts";

describe("logged groups", () => {
  it("are one a kind of token, with its tokens and estimate, summed over the day", async () => {
    const tokens = {
      input_tokens: 1,
      output_tokens: 2,
      cache_read_tokens: 3,
      cache_write_5m_tokens: 4,
      cache_write_1h_tokens: 0,
    };
    const costs = { input_cost: 10, output_cost: 20, cache_read_cost: 30, cache_write_cost: 40 };
    const rows = await groups({ logged: [used({ ...tokens, ...costs }), used({ ...tokens, ...costs, hour: 23 })] });
    expect(
      rows.map((row) => [row["token_type"], row["tokens"], row["estimated_cost"], row["edge_tokens"], row["side"], row["lines"]]),
    ).toEqual([
      ["cache_read", 6, usd(60), 3, "log", 0],
      ["cache_write_5m", 8, usd(80), 4, "log", 0],
      ["input", 2, usd(20), 1, "log", 0],
      ["output", 4, usd(40), 2, "log", 0],
    ]);
    expect(rows[0]).toMatchObject({ dt: "2026-06-10", usage_dt: "2026-06-10", team: "red", billed_cost: usd(0), dark_tokens: 0 });
    expect(rows[0]).not.toHaveProperty("period");
    expect(
      await only("edge_tokens", {
        logged: [used({ cache_write_1h_tokens: 5, hour: 23 }), used({ cache_write_1h_tokens: 2, hour: 22 })],
      }),
    ).toEqual([5]);
  });

  it("with dollars and no tokens stay, such as images; what has neither does not", async () => {
    expect(await groups({ logged: [used()] })).toEqual([]);
    expect(await groups({ logged: [used({ input_cost: "0.04" })] })).toMatchObject([
      { token_type: "input", tokens: 0, estimated_cost: usd(0.04) },
    ]);
  });

  // A write for an hour costs 2, one for 5 minutes 1.25 times the input price: 8 to 5 (aws.amazon.com/bedrock/pricing).
  it.each([
    [100, 100, "13", "5.000000000000", "8.000000000000"],
    [160, 100, "16", "8.000000000000", "8.000000000000"],
    [0, 7, "3", undefined, "3.000000000000"],
    [7, 0, "3", "3.000000000000", undefined],
    // What does not divide goes to the short ones, so that both sum to the cost.
    [1, 1, "0.000000000002", "0.000000000001", "0.000000000001"],
    [1, 1, "0.000000000001", "0.000000000001", "0.000000000000"],
    [3, 3, "1", "0.384615384616", "0.615384615384"],
  ] as const)(
    "split the cost of %i short and %i long cache writes, %s, in %s and %s",
    async (short, long, cost, ofShort, ofLong) => {
      const logged = [used({ cache_write_5m_tokens: short, cache_write_1h_tokens: long, cache_write_cost: cost })];
      const costs = Object.fromEntries((await groups({ logged })).map((row) => [row["token_type"], row["estimated_cost"]]));
      expect([costs["cache_write_5m"], costs["cache_write_1h"]]).toEqual([ofShort, ofLong]);
    },
  );

  const apart = [
    ...[
      "account_id",
      "principal_key",
      "role_key",
      "model",
      "routing",
      "service_tier",
      "region",
      "principal_arn",
      "principal_type",
    ],
    ...[
      "principal_name",
      "person",
      "team",
      "cost_center",
      "environment",
      "feature",
      "attribution_source",
      "vendor",
      "model_tier",
    ],
  ];
  it.each(apart)("of another %s are apart, and say it", async (name) => {
    const rows = await groups({ logged: ["x", "y"].map((value) => used({ input_tokens: 1, [name]: value })) });
    expect(rows.map((row) => [row[name], row["tokens"]])).toEqual([
      ["x", 1],
      ["y", 1],
    ]);
  });

  it("say whether the bill reaches them, and are none before it", async () => {
    const tokens = { input_tokens: 1 };
    expect(
      await groups({ logged: [used({ ...tokens, pending: true, late: true }), used({ ...tokens, late: true })] }),
    ).toMatchObject([
      { pending: false, late: true },
      { pending: true, late: true },
    ]);
    expect(await groups({ logged: [used({ ...tokens, before_bill: true })] })).toEqual([]);
    expect(await groups({ logged: [used({ ...tokens, dt: "2026-05-31" }), used({ ...tokens, dt: "2026-07-01" })] })).toEqual([]);
    expect(await only("dt", { logged: [used({ ...tokens, dt: "2026-06-01" }), used({ ...tokens, dt: "2026-06-30" })] })).toEqual([
      "2026-06-01",
      "2026-06-30",
    ]);
  });

  it("of an account that is billed by the month stand on the month's first day, where the bill's do", async () => {
    const logged = [used({ input_tokens: 3, hour: 23 }), used({ input_tokens: 4, dt: "2026-06-20" })];
    const of = async (billed: readonly Cells[]) =>
      (await groups({ billed, logged }))
        .filter(({ side }) => side === "log")
        .map((row) => [row["dt"], row["tokens"], row["edge_tokens"]]);
    const byDay = [
      ["2026-06-10", 3, 3],
      ["2026-06-20", 4, 0],
    ];
    expect(await of([line(monthly)])).toEqual([["2026-06-01", 7, 0]]);
    expect(await of([line(monthly), line(daily)])).toEqual(byDay);
    expect(await of([line({ ...monthly, account_id: B })])).toEqual(byDay);
    expect(await of([line({ ...monthly, usage_start: "2026-05-01 00:00" })])).toEqual(byDay);
  });
});
