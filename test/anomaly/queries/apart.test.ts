import { describe, expect, it } from "vitest";
import { ask, type Cells, ticks } from "../../query/ask.ts";

/** A tenth is of a model that is called like its team, the rest of another one. */
const named = (cells: Cells, whole: string, size: number, more: (size: number) => Cells = () => ({})): Cells[] => [
  { ...cells, team: "same", model: "same", [whole]: size, invocations: 1, ...more(size) },
  { ...cells, team: "same", model: "other", [whole]: 9 * size, invocations: 1, ...more(9 * size) },
];
const figures = (rows: readonly Cells[], ...names: readonly string[]) =>
  rows.map((row) => [String(row["tick"]).slice(0, 13), row["scope"], row["scope_name"], ...names.map((name) => row[name])]);
const close = (value: number) => expect.closeTo(value, 9);

// A backtest asks many ticks at once, and a team may be called like a model.
describe("ticks of one question, and scopes of one name", () => {
  it("are apart in daily spend", async () => {
    const spent = (day: string, size: number) => named({ dt: `2026-${day}`, hour: 3 }, "estimated_cost", size);
    const hourly_usage = [
      ...[spent("05-18", 1), spent("05-25", 2), spent("06-01", 3), spent("06-08", 10)].flat(),
      ...[spent("05-19", 4), spent("05-26", 5), spent("06-02", 6), spent("06-09", 20)].flat(),
    ];
    const rows = await ask("anomalies/spend_daily", ticks("2026-06-08T00:00", "2026-06-10T00:00"), { hourly_usage });
    // Workdays of four weeks are 1 to 6 on Monday, of which the quartiles are 2.25 and 4.75, and 10 besides on Tuesday: 2.5 and 5.5.
    const [first, second] = [2.5 / 1.349, 3 / 1.349];
    expect(figures(rows as Cells[], "value", "baseline", "spread")).toEqual([
      ["2026-06-09T00", "model", "other", 90, 18, close(9 * first)],
      ["2026-06-09T00", "model", "same", 10, 2, close(first)],
      ["2026-06-09T00", "organisation", undefined, 100, 20, close(10 * first)],
      ["2026-06-09T00", "team", "same", 100, 20, close(10 * first)],
      ["2026-06-10T00", "model", "other", 180, 45, close(9 * second)],
      ["2026-06-10T00", "model", "same", 20, 5, close(second)],
      ["2026-06-10T00", "organisation", undefined, 200, 50, close(10 * second)],
      ["2026-06-10T00", "team", "same", 200, 50, close(10 * second)],
    ]);
  });

  it("are apart in the growth of daily spend", async () => {
    const dayOf = (index: number): string => new Date(Date.UTC(2026, 4, 18 + index)).toISOString().slice(0, 10);
    /** Monday to Friday of three weeks: the team's other model doubles each week, the one of its name halves. */
    const past = [0, 1, 2].flatMap((week) =>
      [0, 1, 2, 3, 4].flatMap((day) => [
        { dt: dayOf(7 * week + day), hour: 3, team: "same", model: "same", estimated_cost: 16 / 2 ** week },
        { dt: dayOf(7 * week + day), hour: 3, team: "same", model: "other", estimated_cost: 160 * 2 ** week },
      ]),
    );
    const now = [21, 22].flatMap((index) =>
      ["same", "other"].map((model) => ({ dt: dayOf(index), hour: 3, team: "same", model, estimated_cost: 9000 })),
    );
    const rows = await ask("anomalies/spend_daily", ticks("2026-06-08T00:00", "2026-06-10T00:00"), {
      hourly_usage: [...past, ...now],
    });
    expect(figures(rows as Cells[], "growth").map(([, ...row]) => row)).toEqual([
      ...["first", "second"].flatMap(() => [
        ["model", "other", 1.25],
        ["model", "same", 0.8],
        ["organisation", undefined, 1.25],
        ["team", "same", 1.25],
      ]),
    ]);
  });

  it("are apart in tokens of an hour", async () => {
    const used = (day: number, hour: number, size: number) =>
      named({ dt: `2026-06-${day}`, hour }, "total_tokens", size, (cost) => ({ estimated_cost: cost }));
    const days = [used(15, 10, 1), used(16, 9, 2), used(17, 10, 10), used(17, 11, 20)];
    const rows = await ask("anomalies/tokens_hourly", ticks("2026-06-17T10:00", "2026-06-17T12:00"), {
      hourly_usage: days.flat(),
    });
    // At 10:00 one and two are known, at 11:00 one and ten.
    const hour = (tick: string, size: number, peak: number, usual: number) =>
      [
        ["model", "other", 9],
        ["model", "same", 1],
        ["organisation", undefined, 10],
        ["team", "same", 10],
      ].map(([scope, name, times]) => {
        const of = Number(times);
        return [tick, scope, name, of * size, close(of * peak), close(of * (peak - usual)), 2, (of * (size - usual)).toFixed(12)];
      });
    expect(figures(rows as Cells[], "value", "baseline", "spread", "baseline_n", "dollars")).toEqual([
      ...hour("2026-06-17T11", 10, 1.95, 1.5),
      ...hour("2026-06-17T12", 20, 9.55, 5.5),
    ]);
  });

  it("are apart in the cache's hits", async () => {
    const cells = { cache_write_5m_tokens: 0, cache_write_1h_tokens: 0, estimated_cost: 1, input_cost: 1 };
    /** Of a hundred tokens so many from the cache, half as many of the other model. */
    const read = (day: string, hits: number): Cells[] => [
      { ...cells, dt: `2026-06-${day}`, team: "same", model: "same", input_tokens: 100 - hits, cache_read_tokens: hits },
      { ...cells, dt: `2026-06-${day}`, team: "same", model: "other", input_tokens: 100 - hits / 2, cache_read_tokens: hits / 2 },
    ];
    const hourly_usage = [read("05", 40), read("06", 80), read("07", 20), read("08", 10)].flat();
    const rows = await ask("anomalies/cache_collapse", ticks("2026-06-07T00:00", "2026-06-09T00:00"), { hourly_usage });
    expect(figures(rows as Cells[], "value", "baseline", "baseline_n")).toEqual([
      ["2026-06-08T00", "model", "other", 0.1, close(0.3), 2],
      ["2026-06-08T00", "model", "same", 0.2, close(0.6), 2],
      ["2026-06-08T00", "organisation", undefined, 0.15, close(0.45), 2],
      ["2026-06-08T00", "team", "same", 0.15, close(0.45), 2],
      ["2026-06-09T00", "model", "other", 0.05, close(0.2), 3],
      ["2026-06-09T00", "model", "same", 0.1, close(0.4), 3],
      ["2026-06-09T00", "organisation", undefined, 0.075, close(0.3), 3],
      ["2026-06-09T00", "team", "same", 0.075, close(0.3), 3],
    ]);
  });

  it("are apart in the error rate", async () => {
    const five = (time: string, invocations: number, errors: number, model: string): Cells => ({
      ...{ dt: time.slice(0, 10), bucket: time, arrival: time, team: "same", model, invocations, errors, server_errors: errors },
      ...{ throttles: 0, client_errors: 0, model_errors: 0, error_cost: 0, denied: 0, denied_cost: 0 },
    });
    const day = (dt: string, invocations: number, errors: number, model: string): Cells => ({
      ...{ dt, hour: 12, invocations, errors, throttles: 0, team: "same", model },
    });
    const calls_5m = ["2026-06-09 10:10", "2026-06-10 10:10"].flatMap((time) => [
      five(time, 10, 5, "same"),
      five(time, 30, 5, "other"),
    ]);
    const hourly_usage = [
      ...[day("2026-06-08", 100, 2, "same"), day("2026-06-08", 300, 2, "other")],
      ...[day("2026-06-09", 100, 6, "same"), day("2026-06-09", 300, 6, "other")],
    ];
    const rows = await ask("anomalies/error_rate", ticks("2026-06-09T10:19", "2026-06-10T10:20"), { calls_5m, hourly_usage });
    const whole = rows.filter(({ since }) => String(since).endsWith("T10:00:00.000Z"));
    expect(figures(whole as Cells[], "value", "baseline", "baseline_n")).toEqual([
      ["2026-06-09T10", "model", "other", 5 / 30, 2 / 300, 300],
      ["2026-06-09T10", "model", "same", 0.5, 0.02, 100],
      ["2026-06-09T10", "organisation", undefined, 0.25, 0.01, 400],
      ["2026-06-09T10", "team", "same", 0.25, 0.01, 400],
      ["2026-06-10T10", "model", "other", 5 / 30, 8 / 600, 600],
      ["2026-06-10T10", "model", "same", 0.5, 0.04, 200],
      ["2026-06-10T10", "organisation", undefined, 0.25, 0.02, 800],
      ["2026-06-10T10", "team", "same", 0.25, 0.02, 800],
    ]);
  });

  it("are apart below a ceiling and in a loop", async () => {
    const spent = (day: string, estimated_cost: number): Cells => ({
      dt: `2026-06-${day}`,
      hour: 3,
      estimated_cost,
      invocations: 1,
    });
    const past = [spent("05", 60), spent("06", 70), spent("07", 100), spent("08", 200)];
    const ceilings = await ask("anomalies/spend_ceiling", ticks("2026-06-07T00:00", "2026-06-09T00:00"), { hourly_usage: past });
    expect(figures(ceilings as Cells[], "value", "baseline", "baseline_n")).toEqual([
      ["2026-06-07T04", "organisation", undefined, 100, 70, 2],
      ["2026-06-08T04", "organisation", undefined, 200, 100, 3],
    ]);
    const hour = (day: string, principal_type: string, invocations: number): Cells => ({
      ...{ dt: `2026-06-${day}`, hour: 3, principal_arn: principal_type, principal_type, invocations },
    });
    const hourly_usage = [
      hour("06", "user", 3),
      hour("06", "role", 5),
      ...["07", "08"].flatMap((day) => [hour(day, "user", 8), hour(day, "role", 9)]),
    ];
    const calls_5m = ["07", "08"].flatMap((day) =>
      ["user", "role"].map((principal_arn) => ({
        ...{ dt: `2026-06-${day}`, hour: 3, principal_arn, invocations: 8, first_calls: 1, first_prompt_tokens: 1 },
        ...{ last_calls: 1, last_prompt_tokens: 2 },
      })),
    );
    const loops = await ask(
      "anomalies/runaway_loop",
      { ...ticks("2026-06-07T00:00", "2026-06-09T00:00"), floor: 8 },
      { hourly_usage, calls_5m },
    );
    expect(figures(loops as Cells[], "baseline", "baseline_n")).toEqual([
      ["2026-06-07T04", "principal", "role", 5, 1],
      ["2026-06-07T04", "principal", "user", 3, 1],
      ["2026-06-08T04", "principal", "role", close(8.96), 2],
      ["2026-06-08T04", "principal", "user", close(7.95), 2],
    ]);
  });
});
