import { describe, expect, it } from "vitest";
import { ask, at, type Cells, ticks } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const usd = (dollars: number): string => dollars.toFixed(12);
/** A row's cells without some of them. */
const without = (row: Cells, ...names: string[]): Cells =>
  Object.fromEntries(Object.entries(row).filter(([name]) => !names.includes(name)));

// docs/alerts.md: the median of the same weekday, carried forward by the scope's own weekly growth. June 8, 2026 is a Monday.
describe("daily spend", () => {
  const MONDAY = ticks("2026-06-08T00:00", "2026-06-09T00:00");
  const spent = (dt: string, estimated_cost: number, cells: Cells = {}): Cells => ({
    ...{ dt, hour: 3, estimated_cost, invocations: 1, account_id: A, team: "core", model: "m1", person: "ann" },
    ...cells,
  });
  /** Of the organisation alone. */
  const all = (dt: string, estimated_cost: number): Cells => ({ dt, hour: 3, estimated_cost, invocations: 1 });
  const told = { tick: at("2026-06-09 00:00"), since: at("2026-06-08 00:00") };

  it("is compared in each scope, beside its deviation", async () => {
    const hourly_usage = [
      spent("2026-05-11", 1000),
      spent("2026-05-18", 60),
      spent("2026-05-18", 40, { hour: 4 }),
      spent("2026-05-25", 105),
      spent("2026-06-01", 110.25),
      spent("2026-05-19", 100),
      spent("2026-05-26", 110),
      spent("2026-06-02", 132),
      spent("2026-05-27", 50),
      spent("2026-06-03", 62.5),
      // Too long ago, of nothing, and of a day that has not ended.
      spent("2026-05-17", 10),
      spent("2026-05-24", 30),
      spent("2026-05-28", 0),
      spent("2026-06-04", 5),
      spent("2026-06-07", 5),
      spent("2026-06-08", 200, { invocations: 4 }),
      without(spent("2026-06-08", 50, { account_id: B, team: "web", model: "m2" }), "person"),
      spent("2026-06-09", 999),
    ];
    // Weekly changes of the last two weeks: 1.05, 1.05, 1.1, 1.2, 1.25. Mondays carried forward: 121.275, 127.05, 133.1.
    // Workdays of four weeks: 0, 5, 50, 62.5, 100, 100, 105, 110, 110.25, 132, 1000, of which the quartiles are 56.25 and 110.125.
    const row = {
      ...{
        ...told,
        value: 200,
        floor_value: 200,
        baseline: expect.closeTo(127.05, 9),
        baseline_n: 3,
        growth: expect.closeTo(1.1, 12),
      },
      ...{ spread: expect.closeTo((110.125 - 56.25) / 1.349, 9), dollars: usd(72.95), calls: 4, team: "core", account_id: A },
    };
    const { team: _team, account_id: _account, ...mixed } = row;
    expect(await ask("anomalies/spend_daily", { ...MONDAY, weeks: 3 }, { hourly_usage })).toEqual([
      { ...row, scope: "account", scope_name: A },
      { ...row, scope: "model", scope_name: "m1" },
      { ...mixed, scope: "organisation", value: 250, floor_value: 250, dollars: usd(122.95), calls: 5 },
      { ...row, scope: "person", scope_name: "ann" },
      { ...row, scope: "team", scope_name: "core" },
    ]);
  });

  it.each([
    // Three Mondays before June 8, and as many weekdays of the weeks before with the same change each week.
    ["Monday to Wednesday doubled", 2, ["18", "19", "20"], 1.25],
    ["Monday to Wednesday halved", 0.5, ["18", "19", "20"], 0.8],
    ["Monday to Wednesday grew", 1.1, ["18", "19", "20"], 1.1],
    ["Monday and Tuesday grew", 1.1, ["18", "19"], 1],
  ])("grows by what it grew, within bounds, and from five changes on: %s", async (_, change, first, growth) => {
    const past = first.flatMap((day) =>
      [0, 1, 2].map((week) => {
        const dt = new Date(Date.parse(`2026-05-${day}`) + week * 7 * 86_400_000).toISOString().slice(0, 10);
        return all(dt, change ** week / 2);
      }),
    );
    const [row] = await ask("anomalies/spend_daily", MONDAY, { hourly_usage: [...past, all("2026-06-08", 9999)] });
    const carried = [growth ** 3 / 2, (change * growth ** 2) / 2, (change ** 2 * growth) / 2].sort((a, b) => a - b)[1] ?? 0;
    expect([row?.["growth"], row?.["baseline"]]).toEqual([expect.closeTo(growth, 12), expect.closeTo(carried, 9)]);
  });

  it.each([
    // Two Mondays and days of the same kind; then four; then one Monday, and nothing.
    [["06-01", "05-25", "06-02", "06-03", "06-04"], 30, 5],
    [["06-01", "05-25", "06-02", "06-03"], 15, 2],
    [["06-01", "06-02", "06-03"], undefined, 1],
    [["06-02", "06-03"], undefined, 0],
    // Three Mondays come before them.
    [["06-01", "05-25", "05-18", "06-03", "06-04"], 20, 3],
  ])("with few of its weekdays is compared with days of the same kind: %j", async (days, baseline, baseline_n) => {
    const past = days.map((day, index) => all(`2026-${day}`, 10 * (index + 1)));
    const weekend = [all("2026-06-06", 900), all("2026-06-07", 900), all("2026-05-11", 1), all("2026-05-10", 900)].slice(0, 2);
    const rows = await ask("anomalies/spend_daily", MONDAY, { hourly_usage: [...past, ...weekend, all("2026-06-08", 500)] });
    expect(rows).toMatchObject([
      { scope: "organisation", baseline_n, growth: 1, dollars: usd(baseline === undefined ? 0 : 500 - baseline) },
    ]);
    expect(rows[0]?.["baseline"]).toBe(baseline);
  });

  it("of a weekend is compared with weekends", async () => {
    const past = ["06-06", "05-31", "05-30", "05-24", "05-23"].map((day, index) => all(`2026-${day}`, 10 * (index + 1)));
    const workdays = ["06-01", "06-02", "06-03", "06-04", "06-05"].map((day) => all(`2026-${day}`, 1000));
    const rows = await ask("anomalies/spend_daily", ticks("2026-06-07T00:00", "2026-06-08T00:00"), {
      hourly_usage: [...past, ...workdays, all("2026-06-07", 31)],
    });
    expect(rows).toMatchObject([{ baseline: 30, baseline_n: 5, spread: expect.closeTo(20 / 1.349, 9), dollars: usd(1) }]);
  });

  it("is not told at its baseline, nor of a scope without one", async () => {
    const past = ["06-01", "05-25", "05-18"].map((day) => spent(`2026-${day}`, 100));
    expect(await ask("anomalies/spend_daily", MONDAY, { hourly_usage: [...past, spent("2026-06-08", 100)] })).toEqual([]);
    const first = await ask("anomalies/spend_daily", MONDAY, { hourly_usage: [spent("2026-06-08", 100)] });
    expect(first.map(({ scope }) => scope)).toEqual(["organisation"]);
  });
});

// docs/alerts.md: the 95th percentile of the same hour and its neighbours on the same kind of day, hours of five times the median left out.
describe("tokens of an hour", () => {
  /** Ticks at 11:00 and 12:00 of June 10, 2026, a Wednesday. */
  const RANGE = ticks("2026-06-10T10:00", "2026-06-10T12:00");
  const used = (dt: string, hour: number, total_tokens: number, estimated_cost: number, cells: Cells = {}): Cells => ({
    ...{ dt, hour, total_tokens, estimated_cost, invocations: 1, account_id: A, team: "core", model: "m1" },
    ...cells,
  });
  const all = (...given: Parameters<typeof used>): Cells => without(used(...given), "account_id", "team", "model");
  const past = [
    used("2026-06-03", 9, 5000, 5000),
    used("2026-06-03", 10, 100, 1),
    used("2026-06-04", 9, 200, 1),
    used("2026-06-05", 11, 300, 1),
    used("2026-06-06", 10, 9000, 9000),
    used("2026-06-08", 10, 300, 1),
    used("2026-06-08", 10, 100, 20, { model: "m3" }),
    used("2026-06-09", 8, 9000, 9000),
    used("2026-06-09", 10, 2000, 5),
    used("2026-06-09", 12, 9000, 9000),
    used("2026-06-10", 9, 500, 1),
  ];
  const told = { tick: at("2026-06-10 11:00"), since: at("2026-06-10 10:00") };

  it("are compared in each scope; the dollars are what each model cost beyond its usual", async () => {
    const hourly_usage = [
      ...past,
      used("2026-06-10", 10, 700, 10, { invocations: 3 }),
      used("2026-06-10", 10, 100, 3, { account_id: B, team: "web", model: "m2" }),
      used("2026-06-10", 11, 1, 1),
      used("2026-06-10", 12, 99_999, 1),
    ];
    // Comparable are 100, 200, 300, 400, 500 and 2000, whose median is 350; 2000 is left out. Of m1 alone 300 instead of 400.
    // m1 cost $10 in those hours, $2 for each of five.
    const row = {
      ...{ ...told, value: 700, baseline: expect.closeTo(480, 9), baseline_n: 5, spread: expect.closeTo(130, 9), usual: 350 },
      ...{ floor_value: 10, dollars: usd(8), team: "core", account_id: A, calls: 3 },
    };
    const { team: _team, account_id: _account, ...mixed } = row;
    expect(await ask("anomalies/tokens_hourly", { ...RANGE, weeks: 1 }, { hourly_usage })).toEqual([
      { ...row, scope: "account", scope_name: A },
      { ...row, scope: "model", scope_name: "m1", baseline: expect.closeTo(460, 9), spread: expect.closeTo(160, 9), usual: 300 },
      { ...mixed, scope: "organisation", value: 800, floor_value: 13, dollars: usd(11), calls: 4 },
      { ...row, scope: "team", scope_name: "core" },
    ]);
  });

  it("leave out what is more than five times the median, and are told beyond the peak only", async () => {
    const hourly_usage = [all("2026-06-08", 10, 100, 1), all("2026-06-09", 9, 100, 1), all("2026-06-09", 10, 500, 1)];
    const asked = async (tokens: number, more = 0) =>
      (
        await ask("anomalies/tokens_hourly", RANGE, {
          hourly_usage: [...hourly_usage, all("2026-06-09", 10, more, 0), all("2026-06-10", 10, tokens, 1)],
        })
      ).map(({ baseline, baseline_n }) => [baseline, baseline_n]);
    // Of 100, 100 and 500 the 95th percentile is 460; of the first two 100.
    expect(await asked(461)).toEqual([[expect.closeTo(460, 9), 3]]);
    expect(await asked(461, 1)).toEqual([[100, 2]]);
    expect(await asked(100, 1)).toEqual([]);
  });

  it("without history are the organisation's, and all its dollars", async () => {
    const hourly_usage = [used("2026-06-10", 10, 800, 10)];
    expect(await ask("anomalies/tokens_hourly", RANGE, { hourly_usage })).toEqual([
      {
        ...{ ...told, scope: "organisation", value: 800, baseline_n: 0, floor_value: 10, dollars: usd(10), calls: 1 },
        ...{ team: "core", account_id: A },
      },
    ]);
  });

  it("are compared over midnight", async () => {
    const hourly_usage = [
      all("2026-06-08", 23, 100, 1),
      all("2026-06-09", 1, 200, 2),
      all("2026-06-08", 22, 9000, 9000),
      all("2026-06-09", 2, 9000, 9000),
      all("2026-06-10", 0, 300, 4),
    ];
    expect(await ask("anomalies/tokens_hourly", ticks("2026-06-10T00:00", "2026-06-10T01:00"), { hourly_usage })).toMatchObject([
      { value: 300, baseline: expect.closeTo(195, 9), usual: 150, baseline_n: 2, dollars: usd(2.5) },
    ]);
    const late = [
      all("2026-06-08", 0, 100, 1),
      all("2026-06-08", 22, 200, 2),
      all("2026-06-08", 1, 9000, 9000),
      all("2026-06-09", 23, 300, 4),
    ];
    expect(
      await ask("anomalies/tokens_hourly", ticks("2026-06-09T23:00", "2026-06-10T00:00"), { hourly_usage: late }),
    ).toMatchObject([{ value: 300, baseline: expect.closeTo(195, 9), usual: 150, baseline_n: 2, dollars: usd(2.5) }]);
  });

  it("by the plain method are compared with all hours", async () => {
    const hourly_usage = [
      all("2026-06-06", 3, 100, 2),
      all("2026-06-09", 20, 200, 4),
      all("2026-06-09", 4, 9000, 6),
      all("2026-06-10", 10, 9001, 10),
    ];
    expect(await ask("anomalies/tokens_hourly", { ...RANGE, method: "plain" }, { hourly_usage })).toMatchObject([
      { value: 9001, baseline: expect.closeTo(8120, 9), usual: 200, baseline_n: 3, dollars: usd(6) },
    ]);
  });
});

// docs/alerts.md: the median share of prompt tokens read from the cache in two weeks; a cached token costs a tenth.
describe("the cache", () => {
  const MONDAY = ticks("2026-06-08T00:00", "2026-06-09T00:00");
  const read = (dt: string, input_tokens: number, cache_read_tokens: number, cells: Cells = {}): Cells => ({
    ...{
      dt,
      input_tokens,
      cache_read_tokens,
      cache_write_5m_tokens: 0,
      cache_write_1h_tokens: 0,
      estimated_cost: 1,
      input_cost: 1,
    },
    ...{ team: "core", model: "m1", account_id: A },
    ...cells,
  });
  const past = [
    read("2026-05-24", 99, 1),
    read("2026-05-25", 60, 40),
    read("2026-06-01", 20, 80),
    read("2026-06-07", 1, 10, { cache_write_5m_tokens: 2 }),
    read("2026-06-07", 9, 80),
  ];
  const today = read("2026-06-08", 50, 20, {
    cache_write_5m_tokens: 10,
    cache_write_1h_tokens: 20,
    input_cost: 5,
    estimated_cost: 7,
  });
  const told = { tick: at("2026-06-09 00:00"), since: at("2026-06-08 00:00"), baseline_n: 3 };

  it("is compared with its median in each scope; the dollars are nine tenths of what was not read from it", async () => {
    const hits = [0.4, 0.8, 90 / 102];
    const spread = expect.closeTo(((0.8 + 90 / 102) / 2 - 0.6) / 1.349, 9);
    const hourly_usage = [
      ...past,
      today,
      read("2026-06-08", 100, 0, { team: "web", model: "m2", account_id: B, input_cost: 30, estimated_cost: 40 }),
      read("2026-06-09", 100, 0),
    ];
    const row = {
      ...{ ...told, value: 0.2, baseline: hits[1], spread, floor_value: 7, dollars: usd(5.4), prompt_tokens: 100 },
      ...{ team: "core", account_id: A },
    };
    const { team: _team, account_id: _account, ...mixed } = row;
    expect(await ask("anomalies/cache_collapse", MONDAY, { hourly_usage })).toEqual([
      { ...row, scope: "model", scope_name: "m1" },
      { ...mixed, scope: "organisation", value: 0.1, floor_value: 47, prompt_tokens: 200, dollars: usd(29.4) },
      { ...row, scope: "team", scope_name: "core" },
    ]);
  });

  it("of nobody known is the organisation's", async () => {
    const hourly_usage = [...past, today].map((row) => without(row, "team", "model"));
    expect((await ask("anomalies/cache_collapse", MONDAY, { hourly_usage })).map(({ scope }) => scope)).toEqual(["organisation"]);
    expect(await ask("anomalies/cache_collapse", MONDAY, { hourly_usage: [today] })).toEqual([
      {
        ...{ ...told, baseline_n: 0, scope: "organisation", value: 0.2, floor_value: 7, dollars: usd(0), prompt_tokens: 100 },
        ...{ team: "core", account_id: A },
      },
    ]);
  });

  it("that is hit as usual is not told of, and without plain tokens nothing is lost", async () => {
    expect(await ask("anomalies/cache_collapse", MONDAY, { hourly_usage: [...past, read("2026-06-08", 20, 80)] })).toEqual([]);
    const written = read("2026-06-08", 0, 50, { cache_write_5m_tokens: 50, input_cost: 0 });
    expect(await ask("anomalies/cache_collapse", MONDAY, { hourly_usage: [...past, written] })).toMatchObject([
      { value: 0.5, dollars: usd(0) },
      { value: 0.5, dollars: usd(0) },
      { value: 0.5, dollars: usd(0) },
    ]);
  });
});
