import { describe, expect, it } from "vitest";
import { ask, at, type Cells, ticks } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const usd = (dollars: number): string => dollars.toFixed(12);
/** The one tick at which the window from 10:00 to 10:15 is judged when its logs come in time. */
const TICK = ticks("2026-06-10T10:19", "2026-06-10T10:20");

/** Calls of five minutes of June 10, so many failed. */
const five = (time: string, invocations: number, errors: number, cells: Cells = {}): Cells => ({
  ...{
    dt: "2026-06-10",
    bucket: `2026-06-10 ${time}`,
    arrival: `2026-06-10 ${time}`,
    invocations,
    errors,
    server_errors: errors,
  },
  ...{ throttles: 0, client_errors: 0, model_errors: 0, error_cost: 0, denied: 0, denied_cost: 0, principal_arn: "p" },
  ...cells,
});
const day = (dt: string, invocations: number, errors: number, cells: Cells = {}): Cells => ({
  ...{ dt, hour: 12, invocations, errors, throttles: 0, principal_arn: "p", principal_name: "p" },
  ...cells,
});
const judged = (
  calls_5m: readonly Cells[],
  params: Record<string, string | number | boolean> = {},
  hourly_usage: readonly Cells[] = [],
) => ask("anomalies/error_rate", { ...TICK, ...params }, { calls_5m, hourly_usage });
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

/** A fifth of sixty calls, evenly. */
const FIFTH = [five("10:00", 20, 4), five("10:05", 20, 4), five("10:10", 20, 4)];

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

describe("calls that did not fail for good", () => {
  it("are throttled attempts that an answered call of the same caller stands for", async () => {
    const calls = [
      // Five answered stand for ten.
      five("10:00", 17, 12, { throttles: 12, server_errors: 0, error_cost: 1 }),
      // Eight answered stand for all three.
      five("10:05", 12, 4, { throttles: 3, server_errors: 1 }),
      five("10:10", 2, 2, { throttles: 2, server_errors: 0, principal_arn: "q" }),
    ];
    expect(await judged(calls)).toMatchObject([
      { calls: 18, failed: 5, throttling: 4, server: 1, absorbed: 13, value: 5 / 18, floor_value: 18, dollars: usd(1) },
    ]);
  });

  it("are such attempts of all rows of a caller's five minutes together", async () => {
    const failed = { client_errors: 1, server_errors: 1, model_errors: 1 };
    const calls = [
      // Before the quarter.
      five("09:50", 9, 6, { ...failed, throttles: 4, error_cost: 8 }),
      five("10:00", 7, 6, { ...failed, throttles: 3, error_cost: 1 }),
      five("10:00", 6, 5, { ...failed, throttles: 2, error_cost: 2, region: "eu-west-1" }),
    ];
    // Of 13 calls two were answered, which stand for four of the five that were throttled.
    expect(await judged(calls)).toMatchObject([
      { calls: 9, failed: 7, throttling: 1, client: 2, server: 2, model: 2, absorbed: 4, dollars: usd(3) },
    ]);
  });

  it("are denied calls of a principal that was not answered in an hour before", async () => {
    const denied = five("10:10", 6, 6, {
      ...{ account_id: A, principal_name: "new", denied: 5, client_errors: 6, server_errors: 0, denied_cost: 2, error_cost: 3 },
    });
    const others = [five("10:00", 10, 2)];
    const asked = async (answered: readonly Cells[]) => {
      const [row] = (await judged([denied, ...others], {}, answered)).filter(({ scope }) => scope === "organisation");
      return [row?.["calls"], row?.["failed"], row?.["client"], row?.["dollars"]];
    };
    const answer = (cells: Cells): Cells[] => [
      { dt: "2026-06-10", hour: 9, account_id: A, principal_name: "new", invocations: 2, errors: 1, throttles: 0, ...cells },
    ];
    const worked = [16, 8, 6, usd(3)];
    const never = [11, 3, 1, usd(1)];
    expect(await asked([])).toEqual(never);
    expect(await asked(answer({}))).toEqual(worked);
    expect(await asked(answer({ dt: "2026-06-02" }))).toEqual(worked);
    expect(await asked(answer({ hour: 10 }))).toEqual(never);
    expect(await asked(answer({ errors: 2 }))).toEqual(never);
    expect(await asked(answer({ account_id: B }))).toEqual(never);
    expect(await asked(answer({ principal_name: "other" }))).toEqual(never);
    // Who is denied everything and never worked is not there at all.
    expect(await judged([{ ...denied, denied: 6, team: "new" }, ...others])).toMatchObject([
      { scope: "organisation", calls: 10 },
    ]);
  });
});

describe("late logs", () => {
  const late = [...FIFTH.slice(0, 2), five("10:10", 20, 8, { arrival: "2026-06-10 10:41" })];
  const seen = (rows: readonly Cells[]) =>
    rows.map(({ tick, since, calls }) => [String(tick).slice(11, 16), String(since).slice(11, 16), calls]);

  it("are judged when they come, and not before", async () => {
    expect(seen((await judged(late)) as Cells[])).toEqual([["10:20", "10:00", 40]]);
    const range = ticks("2026-06-10T10:45", "2026-06-10T10:46");
    expect(seen((await ask("anomalies/error_rate", range, { calls_5m: late, hourly_usage: [] })) as Cells[])).toEqual([
      ["10:46", "10:00", 60],
      ["10:46", "10:05", 40],
      ["10:46", "10:10", 20],
    ]);
    expect(seen((await judged(late, { trust_delivery: false })) as Cells[])).toEqual([["10:20", "10:00", 60]]);
  });

  it("of which nobody knows when they came are taken to have come in time", async () => {
    const unknown = late.map(({ arrival: _, ...row }) => row as Cells);
    expect(seen((await judged(unknown)) as Cells[])).toEqual([["10:20", "10:00", 60]]);
  });

  it("are not judged any more a day after the window", async () => {
    const calls = (arrival: string): Cells[] => [...FIFTH.slice(0, 2), five("10:10", 20, 8, { arrival })];
    const range = ticks("2026-06-11T10:00", "2026-06-11T11:00");
    // Delivered by 10:15 of the next day: the windows that ended at 10:15, 10:20 and 10:25; two minutes later one less.
    const ends = async (arrival: string) =>
      (await ask("anomalies/error_rate", range, { calls_5m: calls(arrival), hourly_usage: [] })).map(({ since }) =>
        String(since).slice(11, 16),
      );
    expect(await ends("2026-06-11 10:10")).toEqual(["10:00", "10:05", "10:10"]);
    expect(await ends("2026-06-11 10:12")).toEqual(["10:05", "10:10"]);
  });

  it("that are usual do not keep a certain outage waiting: as if what is still to come had succeeded", async () => {
    const scope = FIFTH.map((row) => ({ ...row, team: "core" }));
    const early = async (early_share: number, range = TICK) =>
      (await ask("anomalies/error_rate", { ...range, late_minutes: 15, early_share }, { calls_5m: scope, hourly_usage: [] }))
        .filter(({ since }) => since === at("2026-06-10 10:00"))
        .map((row) => [row["scope"], row["value"], row["sustained"]]);
    expect(await early(0.75)).toEqual([
      ["organisation", 0.2, true],
      ["team", 0.2, true],
    ]);
    // Half of a fifth is not more than a tenth.
    expect(await early(0.5)).toEqual([["organisation", 0.2, false]]);
    expect(await early(0)).toEqual([]);
    expect(await early(0.5, ticks("2026-06-10T10:29", "2026-06-10T10:30"))).toEqual([
      ["organisation", 0.2, true],
      ["team", 0.2, true],
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
