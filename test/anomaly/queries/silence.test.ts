import { describe, expect, it } from "vitest";
import type { QueryParams } from "../../../src/ports.ts";
import { ask, at, type Cells, ticks } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const usd = (dollars: number): string => dollars.toFixed(12);

// docs/alerts.md: the calls that should have come, by the same hour on the same kind of day in two weeks. June 10, 2026 is a Wednesday.
describe("logs that stopped", () => {
  const RANGE = ticks("2026-06-10T10:00", "2026-06-10T12:00");
  const heard = (dt: string, hour: number, invocations: number, cells: Cells = {}): Cells => ({
    ...{ dt: `2026-${dt}`, hour, invocations, account_id: A, region: "us-east-1" },
    ...cells,
  });
  const b = { account_id: B, region: "us-east-1" };
  const c = { region: "us-west-2" };
  const first = [
    ...[heard("06-08", 9, 1), heard("06-08", 10, 15), heard("06-08", 10, 5, { team: "web" }), heard("06-08", 11, 10)],
    ...[heard("06-09", 9, 1), heard("06-09", 10, 40), heard("06-09", 11, 10), heard("06-10", 9, 1)],
  ];
  const second = [
    heard("06-08", 9, 1, b),
    heard("06-08", 10, 10, b),
    heard("06-09", 9, 1, b),
    heard("06-09", 10, 20, b),
    heard("06-10", 9, 1, b),
  ];
  const third = (calls: number): Cells[] => [
    ...["06-08", "06-09", "06-10"].map((day) => heard(day, 9, 1, c)),
    ...["06-08", "06-09"].map((day) => heard(day, 10, 5, c)),
    heard("06-10", 10, calls, c),
  ];
  const told = (hour: number, missed: number, expected: number, silent_hours: number, cells: Cells = {}): Cells => ({
    ...{ tick: at(`2026-06-10 ${hour + 1}:00`), since: at("2026-06-10 10:00"), scope: "source", scope_name: `${A}/us-east-1` },
    ...{ account_id: A, region: "us-east-1", value: missed, floor_value: missed, baseline: expected, baseline_n: 2 },
    ...{ dollars: usd(0), silent_hours, sources: 1 },
    ...cells,
  });
  const ofB = { scope_name: `${B}/us-east-1`, ...b };
  const ofAll = ({ scope_name: _name, account_id: _account, region: _region, ...row }: Cells, sources: number): Cells => ({
    ...row,
    scope: "organisation",
    sources,
  });
  const asked = (hourly_usage: readonly Cells[], params: QueryParams = {}) =>
    ask("anomalies/logs_stopped", { ...RANGE, min_history: 2, ...params }, { hourly_usage });

  it("are told of a source with what it missed since it was last heard of", async () => {
    const nobody: Cells[] = [
      { dt: "2026-06-08", hour: 10, invocations: 50, region: "us-east-1" },
      { dt: "2026-06-08", hour: 10, invocations: 50, account_id: A },
    ];
    expect(await asked([...first, ...nobody])).toEqual([told(10, 30, 30, 1), told(11, 40, 10, 2)]);
    expect(await asked(first, { min_history: 3 })).toEqual([]);
    expect(await asked([...first, heard("06-10", 10, 1)])).toEqual([told(11, 10, 10, 1, { since: at("2026-06-10 11:00") })]);
  });

  it("everywhere are one silence of all, as is that of those that make nine tenths of the calls", async () => {
    expect(await asked([...first, ...second, ...third(5)])).toEqual([
      ofAll(told(10, 45, 45, 1), 2),
      told(10, 30, 30, 1),
      told(10, 15, 15, 1, ofB),
      ofAll(told(11, 55, 10, 2), 3),
      told(11, 40, 10, 2),
      told(11, 15, 0, 2, ofB),
    ]);
    // It goes on while a few calls come.
    const [, , , second_hour] = await asked([...first, ...second, ...third(5), heard("06-10", 11, 1, c)]);
    expect(second_hour).toEqual(ofAll(told(11, 55, 10, 2), 2));
    const [one] = await asked([...first, ...second, ...third(6)]);
    expect(one).toEqual(told(10, 30, 30, 1));
  });

  it("should have brought the median of two weeks", async () => {
    // Of ten workdays, from the same hour two weeks ago on, five had one call and five had three.
    const workdays = ["05-27", "05-28", "05-29", "06-01", "06-02", "06-03", "06-04", "06-05", "06-08", "06-09"];
    const days = [
      ...workdays.map((day, index) => heard(day, 10, index < 5 ? 1 : 3)),
      ...[
        heard("05-26", 10, 1),
        heard("05-30", 10, 500),
        heard("05-31", 10, 500),
        heard("06-06", 10, 500),
        heard("06-07", 10, 500),
      ],
      heard("06-10", 9, 1),
    ];
    const [row] = await asked(days);
    expect([row?.["value"], row?.["baseline_n"]]).toEqual([2, 10]);
  });

  it("at a weekend need two of its days, on workdays as many as asked for", async () => {
    const saturday = ticks("2026-06-13T10:00", "2026-06-13T11:00");
    const weekend = [heard("06-06", 10, 10), heard("06-07", 10, 20), heard("06-12", 10, 99)];
    const rows = await asked([...weekend, heard("06-13", 9, 1)], { ...saturday, min_history: 5 });
    expect(rows).toMatchObject([{ value: 15, baseline_n: 2, since: at("2026-06-13 10:00") }]);
    expect(await asked([...weekend.slice(1), heard("06-13", 9, 1)], { ...saturday, min_history: 5 })).toEqual([]);
    const workdays = ["06-04", "06-05", "06-08", "06-09"].map((day) => heard(day, 10, 10));
    expect(await asked([...workdays, heard("06-10", 9, 1)], { min_history: 5 })).toEqual([]);
    expect(await asked([heard("06-03", 10, 10), ...workdays, heard("06-10", 9, 1)], { min_history: 5 })).toMatchObject([
      { value: 10, silent_hours: 1 },
      { value: 10, silent_hours: 2 },
    ]);
  });
});

describe("how late logs arrive", () => {
  const came = (bucket: string, arrival: string, invocations: number): Cells => ({
    dt: bucket.slice(0, 10),
    bucket,
    arrival,
    invocations,
  });

  it("is the wait within which 99 of 100 calls are there, and the share that is there early", async () => {
    const calls_5m = [
      came("2026-06-09 23:55", "2026-06-10 00:55", 900),
      came("2026-06-10 00:00", "2026-06-10 00:00", 40),
      came("2026-06-10 01:00", "2026-06-10 01:05", 20),
      came("2026-06-10 02:00", "2026-06-10 02:10", 30),
      came("2026-06-10 02:00", "2026-06-10 02:15", 9),
      // A day late is late, five minutes more are a copy that was made later, and so is what came before it happened.
      came("2026-06-10 02:00", "2026-06-11 02:00", 1),
      came("2026-06-10 02:00", "2026-06-11 02:05", 10),
      came("2026-06-10 02:00", "2026-06-09 01:55", 15),
      came("2026-06-10 03:00", "2026-06-10 04:00", 900),
    ];
    expect(await ask("anomalies/lateness", ticks("2026-06-10T00:00", "2026-06-10T03:00"), { calls_5m })).toEqual([
      { calls: 125, copied: 0.2, p99_minutes: 15, early_share: expect.closeTo((60 + 20 + 3) / 100, 12) },
    ]);
    expect(await ask("anomalies/lateness", ticks("2026-06-10T02:00", "2026-06-10T03:00"), { calls_5m })).toMatchObject([
      { p99_minutes: 1440 },
    ]);
    expect(await ask("anomalies/lateness", ticks("2026-06-12T02:00", "2026-06-12T03:00"), { calls_5m })).toEqual([{ calls: 0 }]);
  });
});

// docs/alerts.md: a few calls more than a month away from all others do not stretch the range that is judged.
describe("the hours with data", () => {
  const used = (dt: string, hour: number, invocations: number): Cells => ({ dt, hour, invocations });
  const whole = [used("2026-05-01", 0, 400), used("2026-06-01", 5, 300), used("2026-06-01", 5, 200)];

  it("are all, but for a few that a month lies between", async () => {
    const strays = [used("1970-01-01", 7, 3), used("2099-01-01", 3, 4)];
    expect(await ask("anomalies/data_range", {}, { hourly_usage: [...whole, ...strays] })).toEqual([
      {
        ...{
          first_hour: at("2026-05-01 00:00"),
          last_hour: at("2026-06-01 05:00"),
          stray_calls: 7,
          stray_hour: at("2099-01-01 03:00"),
        },
      },
    ]);
    expect(await ask("anomalies/data_range", { from: "2026-05-02" }, { hourly_usage: whole })).toMatchObject([
      { first_hour: at("2026-06-01 05:00") },
    ]);
    expect(await ask("anomalies/data_range", {}, { hourly_usage: [] })).toEqual([{ stray_calls: 0 }]);
  });

  it("are those of a hundredth of all calls, too, and those of a gap of a month", async () => {
    const asked = async (calls: number, day: string) => {
      const [row] = await ask("anomalies/data_range", {}, { hourly_usage: [used("2026-05-01", 0, 990), used(day, 5, calls)] });
      return [row?.["last_hour"], row?.["stray_calls"]];
    };
    expect(await asked(10, "2026-08-01")).toEqual([at("2026-08-01 05:00"), 0]);
    expect(await asked(9, "2026-08-01")).toEqual([at("2026-05-01 00:00"), 9]);
    expect(await asked(9, "2026-06-01")).toEqual([at("2026-06-01 05:00"), 0]);
    expect(await asked(9, "2026-06-02")).toEqual([at("2026-05-01 00:00"), 9]);
  });
});
