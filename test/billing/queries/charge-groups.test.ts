import { describe, expect, it } from "vitest";
import type { Cells } from "../../query/ask.ts";
import { A, B, daily, groups, hour, line, monthly, only, usd, used } from "./groups.ts";

describe("billed groups", () => {
  it("sum the lines that say the same; what has no public price counts as billed", async () => {
    const { public_cost: _, ...second } = line({ tokens: 50, billed_cost: 1, net_cost: "0.5", cur_version: "v" });
    const { tokens: _tokens, ...third } = line({ cur_version: "v" });
    expect(await groups({ billed: [line({ cur_version: "v" }), second, third] })).toMatchObject([
      {
        ...{ dt: "2026-06-10", side: "bill", id: 1, usage_dt: "2026-06-10", statement_dt: "2026-06-10", period: "2026-06" },
        ...{ account_id: A, region: "r1", model: "m", token_type: "input", endpoint: "runtime", pending: false, late: false },
        ...{ tokens: 150, dark_tokens: 150, edge_tokens: 0, lines: 3, cur_version: "v" },
        ...{ billed_cost: usd(3), net_cost: usd(2.3), public_cost: usd(5), price_excess: usd(0), estimated_cost: usd(0) },
      },
    ]);
  });

  const apart = [
    ...[
      "account_id",
      "principal_key",
      "role_key",
      "model",
      "token_type",
      "routing",
      "service_tier",
      "endpoint",
      "context_class",
      "region",
    ],
    ...["cur_version", "payer_account_id", "billing_entity", "product_code", "usage_type", "resource_id", "person", "team"],
    ...["cost_center", "environment", "feature", "attribution_source", "tag_set"],
  ];
  it.each(apart)("of another %s are apart, and say it", async (name) => {
    const rows = await groups({ billed: [line({ [name]: "x" }), line({ [name]: "y" })] });
    expect(rows.map((row) => [row[name], row["lines"]])).toEqual([
      ["x", 1],
      ["y", 1],
    ]);
  });

  it("name the principal as principals do, and the person as the line does", async () => {
    const principals: readonly Cells[] = [
      { principal_arn: "arn", principal_type: "role", principal_name: "name", person: "known" },
      { principal_arn: "else", principal_type: "user", principal_name: "other" },
    ];
    const billed = [line({ principal_arn: "arn", attribution_place: 7 })];
    expect(await groups({ billed, principals })).toMatchObject([
      { principal_arn: "arn", principal_type: "role", principal_name: "name", person: "known", attribution_place: 7 },
    ]);
    expect(await only("person", { billed: [line({ principal_arn: "arn", person: "said" })], principals })).toEqual(["said"]);
    expect(await only("principal_arn", { billed: [line({ principal_arn: "b" }), line({ principal_arn: "a" })] })).toEqual(["a"]);
  });

  it("are of token lines alone", async () =>
    expect(await groups({ billed: [line({ charge_kind: "adjustment" }), line({ charge_kind: "not_token" })] })).toEqual([]));

  it.each([
    [100, {}, []],
    [0, {}, [{}]],
    [100, {}, [{ hour: 9 }, { dt: "2026-06-11" }, { region: "r2" }, { account_id: B }]],
    [0, daily, [{ hour: 22 }]],
    [100, daily, [{ dt: "2026-06-11" }, { region: "r2" }, { account_id: B }]],
    [0, monthly, [{ dt: "2026-06-30" }]],
    [100, monthly, [{ region: "r2" }, { account_id: B }]],
    // Other endpoints write no log, so no hour of theirs is dark.
    [0, { endpoint: "mantle" }, []],
    [0, { endpoint: "batch" }, []],
    // 90 minutes are a day's line.
    [0, { usage_end: "2026-06-10 11:30" }, [{ hour: 3 }]],
    [100, { usage_end: "2026-06-10 11:00" }, [{ hour: 3 }]],
    [100, { ...daily, usage_end: "2026-06-11 00:00" }, [{ dt: "2026-06-12" }]],
    [0, { ...daily, usage_end: "2026-06-11 00:01" }, [{ dt: "2026-06-12" }]],
  ] as const)(
    "are dark where account and region logged nothing: %i of a line %j beside a log of %j",
    async (dark, cells, logs) => {
      expect(await only("dark_tokens", { billed: [line(cells)], logs: logs.map(hour) })).toEqual([dark]);
    },
  );

  it("are not dark where no region is named", async () => {
    const { region: _, ...nowhere } = line();
    expect(await only("dark_tokens", { billed: [nowhere] })).toEqual([0]);
    expect(
      await only("dark_tokens", {
        billed: [line(), line({ hour: 9, usage_start: "2026-06-10 09:00", usage_end: "2026-06-10 10:00", tokens: 7 })],
        logs: [hour()],
      }),
    ).toEqual([7]);
  });

  it.each([
    [100, "the first hour", { hour: 0, usage_start: "2026-06-10 00:00", usage_end: "2026-06-10 01:00" }],
    [0, "the second", { hour: 1, usage_start: "2026-06-10 01:00", usage_end: "2026-06-10 02:00" }],
    [100, "a whole day", daily],
    [0, "a month", monthly],
  ] as const)("may hold calls that ran over midnight: %i tokens in %s", async (edge, _, cells) => {
    expect(await only("edge_tokens", { billed: [line(cells)] })).toEqual([edge]);
  });

  it.each([
    ["0.500000000000", { billed_cost: "1.5" }, {}],
    ["-0.500000000000", { billed_cost: "0.5" }, {}],
    ["0.000000000000", { billed_cost: "1.000001" }, {}],
    // A millionth of a dollar and a millionth of the line.
    ["0.000000000000", { billed_cost: "1.000002" }, {}],
    ["0.000003000000", { billed_cost: "1.000003" }, {}],
    ["0.000000000000", { billed_cost: "1000.001", usage_amount: 100 }, {}],
    ["0.002000000000", { billed_cost: "1000.002", usage_amount: 100 }, {}],
    ["0.000000000000", { billed_cost: "-1000.001", usage_amount: -100 }, {}],
    ["0.000000000000", { billed_cost: "1.5" }, { tolerance_usd: "0.5" }],
    ["0.600000000000", { billed_cost: "1.6" }, { tolerance_usd: "0.5" }],
  ] as const)("cost %s beyond quantity times rate, of %j", async (excess, cells, params) => {
    expect(await only("price_excess", { billed: [line(cells)], params })).toEqual([excess]);
  });

  it("of a line without a quantity have no tokens at all", async () => {
    const { tokens: _, ...nothing } = line(daily);
    expect(await groups({ billed: [nothing] })).toMatchObject([{ tokens: 0, dark_tokens: 0, edge_tokens: 0, lines: 1 }]);
  });

  it("cost beyond it what their lines do, together", async () => {
    expect(await only("price_excess", { billed: [line({ billed_cost: "1.5" }), line(), line({ billed_cost: "0.9" })] })).toEqual([
      usd(0.4),
    ]);
  });

  it("stand on the day of their usage up to 100 days back, else with their statement", async () => {
    const spring = { params: { from: "2026-01-01", to: "2026-12-31" } };
    const placed = async (dt: string, statement_dt = "2026-06-09") =>
      (await groups({ billed: [line({ dt, statement_dt })], ...spring })).map((row) => [
        row["dt"],
        row["usage_dt"],
        row["statement_dt"],
      ]);
    expect(await placed("2026-03-01")).toEqual([["2026-03-01", "2026-03-01", "2026-06-09"]]);
    expect(await placed("2026-02-28")).toEqual([["2026-06-09", "2026-02-28", "2026-06-09"]]);
    expect(await placed("2026-06-09")).toEqual([["2026-06-09", "2026-06-09", "2026-06-09"]]);
    expect(await placed("2026-06-12")).toEqual([["2026-06-09", "2026-06-12", "2026-06-09"]]);
  });

  it("are those of the days asked for, on statements up to 100 days later", async () => {
    const march = { params: { from: "2026-03-01", to: "2026-03-31" } };
    const found = async (cells: Cells) => (await groups({ billed: [line(cells)], ...march })).length;
    expect(await found({ dt: "2026-03-31", statement_dt: "2026-07-01", period: "2026-07" })).toBe(1);
    expect(await found({ dt: "2026-04-01", statement_dt: "2026-07-01", period: "2026-07" })).toBe(0);
    expect(await found({ dt: "2026-02-28", statement_dt: "2026-03-01", period: "2026-03" })).toBe(0);
    expect(await found({ dt: "2026-03-01", statement_dt: "2026-03-01", period: "2026-03" })).toBe(1);
  });

  it("of a day are numbered, the bill's first", async () => {
    const rows = await groups({
      billed: [line({ account_id: B }), line(), line({ dt: "2026-06-11", statement_dt: "2026-06-11" })],
      logged: [used({ input_tokens: 1 })],
    });
    expect(rows.map((row) => [row["dt"], row["side"], row["account_id"], row["id"]])).toEqual([
      ["2026-06-10", "bill", A, 1],
      ["2026-06-10", "bill", B, 2],
      ["2026-06-10", "log", A, 3],
      ["2026-06-11", "bill", A, 1],
    ]);
  });
});
