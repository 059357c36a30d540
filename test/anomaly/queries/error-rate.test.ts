import { describe, expect, it } from "vitest";
import { at, type Cells } from "../../query/ask.ts";
import { FIFTH, five, judged, usd } from "./windows.ts";

const [A, B] = ["111122223333", "444455556666"];
const day = (dt: string, invocations: number, errors: number, cells: Cells = {}): Cells => ({
  ...{ dt, hour: 12, invocations, errors, throttles: 0, principal_arn: "p", principal_name: "p" },
  ...cells,
});
const sustained = async (...given: Parameters<typeof judged>) => (await judged(...given)).map((row) => row["sustained"]);

/** Chernoff's bound, in natural logarithms: how unlikely a share p of n calls is where q is usual. */
const chernoff = (n: number, p: number, q: number): number =>
  n * (p * Math.log(p / q) + (p === 1 ? 0 : (1 - p) * Math.log((1 - p) / (1 - q))));
/** Whether exactly so much evidence is found. */
const found = async (evidence: number, calls: readonly Cells[], hourly_usage: readonly Cells[] = []) =>
  expect([
    await sustained(calls, { evidence: (evidence - 0.001).toFixed(6) }, hourly_usage),
    await sustained(calls, { evidence: (evidence + 0.001).toFixed(6) }, hourly_usage),
  ]).toEqual([[true], [false]]);

/** A bucket that was delivered in two parts, in each of which one call failed. */
const parts = (first: number, second: number): Cells[] => [
  five("10:05", first, 1),
  five("10:05", second, 1, { arrival: "2026-06-10 10:06" }),
];

describe("a window of three buckets", () => {
  it("has the calls of its fifteen minutes, what they cost and what failed them, for each scope", async () => {
    const core = { account_id: A, team: "core", model: "m1" };
    const calls = [
      five("09:55", 9, 9, { error_cost: 16 }),
      five("10:00", 10, 4, { ...core, error_cost: 1, server_errors: 1, client_errors: 2, model_errors: 1 }),
      five("10:00", 10, 0, { ...core, team: "web" }),
      five("10:05", 10, 4, { ...core, error_cost: 2, server_errors: 2, client_errors: 1, model_errors: 1 }),
      five("10:10", 10, 4, { ...core, error_cost: 4, server_errors: 3, client_errors: 1, model_errors: 0 }),
      five("10:10", 300, 2, { account_id: B, team: "web", model: "m2", error_cost: 8 }),
      five("10:15", 50, 50, core),
    ];
    const row = { tick: at("2026-06-10 10:20"), since: at("2026-06-10 10:00"), baseline_n: 0, throttling: 0, absorbed: 0 };
    const failed = { failed: 12, client: 4, server: 6, model: 2, dollars: usd(7) };
    expect(await judged(calls)).toEqual([
      {
        ...row,
        ...failed,
        scope: "account",
        scope_name: A,
        value: 0.3,
        sustained: true,
        floor_value: 40,
        calls: 40,
        account_id: A,
      },
      {
        ...row,
        ...failed,
        scope: "model",
        scope_name: "m1",
        value: 0.3,
        sustained: true,
        floor_value: 40,
        calls: 40,
        account_id: A,
      },
      {
        ...{ ...row, scope: "organisation", value: 14 / 340, sustained: false, floor_value: 340, calls: 340, dollars: usd(15) },
        ...{ failed: 14, client: 4, server: 8, model: 2 },
      },
      {
        ...{
          ...row,
          ...failed,
          scope: "team",
          scope_name: "core",
          value: 0.4,
          sustained: true,
          floor_value: 30,
          calls: 30,
          team: "core",
        },
        account_id: A,
      },
    ]);
  });

  it("names a team and an account only where there is one, in one five minutes and in different ones", async () => {
    const [one, other] = [
      { account_id: A, team: "core", model: "m" },
      { account_id: B, team: "web", model: "m" },
    ];
    const owners = async (...calls: readonly Cells[]) => {
      const row = (await judged(calls)).find(({ scope }) => scope === "model");
      return [row?.["team"], row?.["account_id"]];
    };
    const first = five("10:00", 20, 8, one);
    expect(await owners(first, five("10:00", 20, 8, { ...one, arrival: "2026-06-10 10:06" }))).toEqual(["core", A]);
    expect(await owners(first, five("10:00", 20, 8, other))).toEqual([undefined, undefined]);
    expect(await owners(first, five("10:00", 20, 8, { ...other, arrival: "2026-06-10 10:06" }))).toEqual([undefined, undefined]);
    expect(await owners(first, five("10:05", 20, 8, other))).toEqual([undefined, undefined]);
    expect(await owners(five("10:00", 20, 8, other), five("10:05", 20, 8, one))).toEqual([undefined, undefined]);
  });

  it("is looked at where two calls of its half hour failed, whether or not it holds many", async () => {
    expect(await judged([five("09:45", 5, 1), five("10:10", 5, 1)])).toMatchObject([{ calls: 5, failed: 1 }]);
    expect(await judged([five("09:45", 5, 1), five("10:10", 5, 0)])).toEqual([]);
    expect(await judged([five("09:40", 5, 1), five("10:10", 5, 1)])).toEqual([]);
    expect(await judged([five("09:45", 5, 2)])).toEqual([]);
  });

  it.each([
    ["a tenth of all", [five("10:00", 34, 4), five("10:05", 33, 3), five("10:10", 33, 3)], false],
    ["more than a tenth", [five("10:00", 34, 4), five("10:05", 34, 4), five("10:10", 33, 3)], true],
    ["a twentieth without the worst bucket", [five("10:00", 40, 40), five("10:05", 20, 1), five("10:10", 20, 1)], true],
    ["less than that", [five("10:00", 40, 40), five("10:05", 20, 1), five("10:10", 21, 1)], false],
    ["one bucket alone", [five("10:00", 40, 40)], false],
    ["one bucket alone after a bad quarter", [five("09:50", 20, 20), five("10:00", 40, 40)], false],
    // Of equally bad buckets the oldest is set aside, which leaves 1 of 21 here, and 10 of 30 there.
    ["equally bad buckets, the larger first", [five("10:00", 10, 10), five("10:05", 20, 0), five("10:10", 1, 1)], false],
    ["equally bad buckets, the smaller first", [five("10:00", 1, 1), five("10:05", 20, 0), five("10:10", 10, 10)], true],
    // The upper end of Wilson's interval of none of 34 is 0.1015, of none of 35 0.0989; of one of 52 it is 0.1012, of one of 53 0.0994.
    ["a bucket with 34 good calls", [five("10:00", 40, 20), five("10:05", 34, 0), five("10:10", 40, 20)], true],
    ["a bucket with 35, which speaks against it", [five("10:00", 40, 20), five("10:05", 35, 0), five("10:10", 40, 20)], false],
    ["a bucket with one failure in 52", [five("10:00", 40, 20), five("10:05", 52, 1), five("10:10", 40, 20)], true],
    ["a bucket with one in 53", [five("10:00", 40, 20), five("10:05", 53, 1), five("10:10", 40, 20)], false],
    // Of two of 68 it is 0.1010, of two of 69 0.0997, and a bucket may come in parts.
    ["a bucket of 68 in two parts", [five("10:00", 40, 20), ...parts(34, 34), five("10:10", 40, 20)], true],
    ["a bucket of 69 in two parts", [five("10:00", 40, 20), ...parts(35, 34), five("10:10", 40, 20)], false],
    ["a good quarter before", [five("09:55", 500, 0), ...FIFTH], true],
  ] as const)("with %s failed", async (_, calls, breach) => {
    expect(await sustained(calls)).toEqual([breach]);
  });
});

describe("the evidence", () => {
  it("is Chernoff's bound of the quarter at one in a hundred, where nothing is known", async () => {
    await found(chernoff(60, 0.2, 0.01), FIFTH);
    await found(chernoff(6, 1, 0.01), [five("10:00", 2, 2), five("10:05", 2, 2), five("10:10", 2, 2)]);
  });

  it("is that of the half hour where calls are few", async () => {
    const quarter = [five("10:00", 5, 2), five("10:05", 5, 2), five("10:10", 5, 2)];
    await found(chernoff(30, 9 / 30, 0.01), [five("09:45", 5, 1), five("09:50", 5, 1), five("09:55", 5, 1), ...quarter]);
    await found(chernoff(8, 1, 0.01), [five("09:45", 2, 2), five("10:00", 2, 2), five("10:05", 2, 2), five("10:10", 2, 2)]);
    // Not of one that was within the limit: 91 of 915 failed.
    await found(chernoff(15, 0.4, 0.01), [five("09:50", 900, 85), ...quarter]);
    // What lies further back is no part of it.
    await found(chernoff(15, 0.4, 0.01), [five("09:40", 500, 400), ...quarter]);
  });

  // docs/alerts.md: not less than the share of all failed attempts, nor, up to 1 %, than the upper end of Wilson's interval; never above half of the limit.
  it.each([
    [10_000, 0, 0.005],
    [500, 0, (1.92 + 1.96 * Math.sqrt(0.96)) / 503.84],
    [400, 1, 0.01],
    [1000, 30, 0.03],
    [1000, 200, 0.05],
  ])("is measured against what %i calls with %i failures make usual: %f", async (calls, failed, usual) => {
    await found(chernoff(60, 0.2, usual), FIFTH, [day("2026-06-09", calls / 2, 0), day("2026-06-08", calls / 2, failed)]);
  });

  it("counts throttled attempts as attempts there, though a retry made them good", async () => {
    const usual = [day("2026-06-09", 1000, 40, { throttles: 40 })];
    await found(chernoff(60, 0.2, 0.04), FIFTH, usual);
    expect(await judged(FIFTH, {}, usual)).toMatchObject([{ baseline: 0, baseline_n: 960 }]);
  });
});

describe("what is usual", () => {
  const week = ["2026-06-09", "2026-06-08", "2026-06-07", "2026-06-06", "2026-06-05", "2026-06-04", "2026-06-03"];
  it.each([
    // Days fail 1, 2, 3… of 100.
    [0, undefined, 0],
    [1, 0.01, 100],
    [2, 0.015, 200],
    [3, 0.015, 200],
    [4, 0.02, 300],
    [5, 0.02, 300],
    [7, 0.03, 500],
  ])("is the week before without its worst days, of %i days %s of %i calls", async (days, baseline, baseline_n) => {
    const past = week.slice(0, days).map((dt, index) => day(dt, 100, index + 1));
    const others = [day("2026-06-02", 100, 100), day("2026-06-10", 100, 100, { hour: 1 })];
    const [row] = await judged(FIFTH, {}, [...past, ...others]);
    expect([row?.["baseline"], row?.["baseline_n"]]).toEqual([baseline, baseline_n]);
  });

  it("is that of the scope itself, and adds up callers, of whom each absorbs throttling for itself", async () => {
    const scope = { account_id: A, team: "core", model: "m1" };
    const usual = [
      day("2026-06-09", 60, 10, { ...scope, throttles: 8 }),
      day("2026-06-09", 10, 10, { ...scope, throttles: 10, principal_arn: "q" }),
      day("2026-06-09", 10, 9, { ...scope, throttles: 9, principal_arn: "q", hour: 13 }),
      day("2026-06-09", 40, 0, { account_id: B, team: "web", model: "m2" }),
    ];
    const rows = await judged(
      FIFTH.map((row) => ({ ...row, ...scope })),
      {},
      usual,
    );
    // Absorbed: 8 of the first, none of the second, 2 of the third: 19 of 70 failed for good.
    expect(rows.map(({ scope: of, baseline, baseline_n }) => [of, baseline, baseline_n])).toEqual([
      ["account", 19 / 70, 70],
      ["model", 19 / 70, 70],
      ["organisation", 19 / 110, 110],
      ["team", 19 / 70, 70],
    ]);
  });
});

it("a scope's window is there from a quarter of the limit", async () => {
  const calls = (failed: number) => [five("10:00", 400, failed, { team: "core" })];
  expect((await judged(calls(9))).map(({ scope }) => scope)).toEqual(["organisation"]);
  expect((await judged(calls(10))).map(({ scope }) => scope)).toEqual(["organisation"]);
  expect((await judged(calls(11))).map(({ scope }) => scope)).toEqual(["organisation", "team"]);
  expect((await judged(calls(20), { threshold: 0.2 })).map(({ scope }) => scope)).toEqual(["organisation"]);
});
