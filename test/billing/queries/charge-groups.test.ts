import { describe, expect, it } from "vitest";
import { ask, type Cells } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const JUNE = { from: "2026-06-01", to: "2026-06-30" };
const usd = (dollars: number): string => dollars.toFixed(12);
/** A billed hour: 0.1 thousand tokens at 10 dollars. */
const line = (cells: Cells = {}): Cells => ({
  ...{ dt: "2026-06-10", statement_dt: "2026-06-10", usage_start: "2026-06-10 10:00", usage_end: "2026-06-10 11:00", hour: 10 },
  ...{
    period: "2026-06",
    account_id: A,
    region: "r1",
    charge_kind: "token",
    model: "m",
    token_type: "input",
    endpoint: "runtime",
  },
  ...{ tokens: 100, usage_amount: "0.1", unblended_rate: 10, billed_cost: 1, net_cost: "0.9", public_cost: 2 },
  ...cells,
});
const daily = { usage_start: "2026-06-10 00:00", usage_end: "2026-06-11 00:00", hour: 0 };
const monthly = {
  usage_start: "2026-06-01 00:00",
  usage_end: "2026-07-01 00:00",
  hour: 0,
  dt: "2026-06-01",
  statement_dt: "2026-06-01",
};
const hour = (cells: Cells = {}): Cells => ({ dt: "2026-06-10", hour: 10, account_id: A, region: "r1", ...cells });
/** A logged hour. */
const used = (cells: Cells = {}): Cells => ({
  ...{
    dt: "2026-06-10",
    hour: 10,
    account_id: A,
    region: "r1",
    model: "m",
    team: "red",
    pending: false,
    late: false,
    before_bill: false,
  },
  ...{ input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_5m_tokens: 0, cache_write_1h_tokens: 0 },
  ...{ input_cost: 0, output_cost: 0, cache_read_cost: 0, cache_write_cost: 0 },
  ...cells,
});
interface Given {
  readonly billed?: readonly Cells[];
  readonly logs?: readonly Cells[];
  readonly logged?: readonly Cells[];
  readonly principals?: readonly Cells[];
  readonly params?: Readonly<Record<string, string>>;
}
const groups = ({ billed = [], logs = [], logged = [], principals = [], params = {} }: Given) =>
  ask(
    "billing/charge_groups",
    { ...JUNE, ...params },
    { billed_charges: billed, hourly_usage: logs, usage_to_match: logged, principals },
  );
const only = async (name: string, given: Given) => (await groups(given)).map((row) => row[name]);

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
