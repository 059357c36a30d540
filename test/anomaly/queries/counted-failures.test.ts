import { describe, expect, it } from "vitest";
import { ask, at, type Cells, ticks } from "../../query/ask.ts";
import { FIFTH, five, judged, TICK, usd } from "./windows.ts";

const [A, B] = ["111122223333", "444455556666"];

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
