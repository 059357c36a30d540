import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { evaluationTables } from "../../bench/eval-forecast.ts";
import { daysOf, seasons } from "../../bench/seasons.ts";
import { formatUsd, parseUsd } from "../../src/money.ts";
import { backtest, coverage, score } from "../../src/planning/forecast/backtest.ts";
import { lastWeekMean, straightLine } from "../../src/planning/forecast/baselines.ts";
import { type DailySpend, dailySpendByScope, fillDays } from "../../src/planning/forecast/daily-spend.ts";
import { lastCompleteDay } from "../../src/planning/forecast/last-complete-day.ts";
import { forecastMonth, toDollars } from "../../src/planning/forecast/month-end.ts";
import { deviation, median, medianSlope, normalWidth, quantile } from "../../src/planning/forecast/robust.ts";
import { weekdayFactors, weekdayOf } from "../../src/planning/forecast/season.ts";
import { daysBetween } from "../../src/time.ts";
import { dataFolder } from "./data-folder.ts";

const series = (from: string, to: string, dollars: (day: string) => number): DailySpend[] =>
  daysBetween(from, to).map((day) => ({ day, usd: parseUsd(dollars(day).toFixed(6)) }));
const office = (day: string): number => (weekdayOf(day) >= 5 ? 10 : 100);

describe("month-end forecast", () => {
  it("of a flat series is what is left at the same pace, exactly", () => {
    const forecast = forecastMonth(
      series("2026-09-01", "2026-10-10", () => 40),
      "2026-10",
      "2026-10-10",
    );
    expect([forecast.spent, forecast.expected].map(formatUsd)).toEqual(["400.00", "1240.00"]);
    expect(forecast.low < forecast.expected && forecast.expected < forecast.high).toBe(true);
    expect(forecast.days).toHaveLength(21);
  });

  it("knows weekends: an office costs what its weekdays left cost", () => {
    const forecast = forecastMonth(series("2026-08-03", "2026-10-02", office), "2026-10", "2026-10-02");
    // After Friday 2 October 2026 come 20 workdays and 9 weekend days.
    expect(Number(formatUsd(forecast.expected))).toBeCloseTo(200 + 20 * 100 + 9 * 10, 2);
  });

  it("is not moved much by one runaway day, which the straight line stretches over the month", () => {
    const spend = series("2026-08-03", "2026-10-09", (day) => (day === "2026-10-08" ? 2_000 : office(day)));
    const month = 22 * 100 + 9 * 10 + 1_900;
    expect(Number(formatUsd(forecastMonth(spend, "2026-10", "2026-10-09").expected)) / month).toBeCloseTo(1, 1);
    expect(Number(formatUsd(straightLine(spend, "2026-10", "2026-10-09"))) / month).toBeGreaterThan(1.9);
  });

  it("follows growth", () => {
    const growing = series("2026-08-01", "2026-10-31", (day) => 100 * 1.005 ** daysBetween("2026-08-01", day).length);
    const actual = growing.filter(({ day }) => day >= "2026-10-01").reduce((sum, { usd }) => sum + usd, 0n);
    const forecast = forecastMonth(growing, "2026-10", "2026-10-05");
    expect(forecast.weeklyGrowth).toBeGreaterThan(0.02);
    expect(Math.abs(Number(forecast.expected) / Number(actual) - 1)).toBeLessThan(0.05);
  });

  it("of a closed month is what was spent, and of a month to come is all forecast", () => {
    const spend = series("2026-09-01", "2026-10-31", office);
    const closed = forecastMonth(spend, "2026-10", "2026-10-31");
    expect([closed.expected, closed.low, closed.high]).toEqual([closed.spent, closed.spent, closed.spent]);
    const next = forecastMonth(spend, "2026-11", "2026-10-31");
    expect(next.spent).toBe(0n);
    expect(next.daysLeft).toBe(30);
    expect(Number(formatUsd(next.expected))).toBeCloseTo(21 * 100 + 9 * 10, 1);
  });

  it("tells workdays from weekends in the first week, and says that it knows little", () => {
    const forecast = forecastMonth(series("2026-10-01", "2026-10-04", office), "2026-10", "2026-10-04");
    expect(Number(formatUsd(forecast.expected))).toBeCloseTo(22 * 100 + 9 * 10, 0);
    expect(Number(forecast.high - forecast.low)).toBeGreaterThan(Number(forecast.expected) * 0.2);
  });

  it("says so when there is no usage at all", () => {
    expect(() => forecastMonth([], "2026-10", "2026-10-05")).toThrow("forecast: there is no usage on or before 2026-10-05");
  });

  it("never ends below what was spent, and widens with the level", () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 100_000 }), { minLength: 1, maxLength: 70 }),
        fc.integer({ min: 0, max: 69 }),
        (dollars, at) => {
          const all = daysBetween("2026-08-20", "2026-12-31").slice(0, dollars.length);
          const spend = all.map((day, index) => ({ day, usd: parseUsd(String(dollars[index] ?? 0)) }));
          const asOf = all[at % all.length] ?? "";
          const [narrow, wide] = [
            forecastMonth(spend, asOf.slice(0, 7), asOf, 0.5),
            forecastMonth(spend, asOf.slice(0, 7), asOf, 0.95),
          ];
          expect(narrow.low >= narrow.spent && narrow.low <= narrow.expected && narrow.expected <= narrow.high).toBe(true);
          expect(wide.low <= narrow.low && wide.high >= narrow.high).toBe(true);
        },
      ),
    );
  });
});

describe("what others show", () => {
  const spend = series("2026-09-25", "2026-10-10", () => 31);
  it("stretches the month so far, and takes the mean of the last week", () => {
    expect(formatUsd(straightLine(spend, "2026-10", "2026-10-10"))).toBe("961.00");
    expect(formatUsd(lastWeekMean(spend, "2026-10", "2026-10-10"))).toBe("961.00");
  });
});

describe("the parts", () => {
  it("fill days without usage with nothing, and add days that come twice", () => {
    const filled = fillDays(
      [
        { day: "2026-10-03", usd: 2n },
        { day: "2026-10-01", usd: 1n },
        { day: "2026-10-03", usd: 3n },
      ],
      "2026-10-04",
    );
    expect(filled.map(({ usd }) => usd)).toEqual([1n, 0n, 5n, 0n]);
    expect(fillDays([], "2026-10-04")).toEqual([]);
  });

  it("have weekday factors with mean 1, whatever the series", () => {
    fc.assert(
      // Whole pico-dollars: no day costs less than one of them, and not nothing.
      fc.property(fc.array(fc.bigInt(0n, 10n ** 18n), { maxLength: 60 }), (usd) => {
        const values = usd.map(toDollars);
        const factors = weekdayFactors(
          values,
          values.map((_, index) => index % 7),
        );
        expect(factors.reduce((sum, one) => sum + one, 0)).toBeCloseTo(7, 6);
      }),
    );
  });

  it("are robust statistics with hand-worked values", () => {
    expect([median([3, 1, 2]), median([4, 1, 2, 3]), median([])]).toEqual([2, 2.5, 0]);
    expect(deviation([1, 2, 3, 4, 1_000])).toBeCloseTo(1.4826, 6);
    expect([quantile([1, 2, 3, 4, 5], 0.9), quantile([], 0.5)]).toEqual([4.6, 0]);
    expect(
      medianSlope([
        [0, 0],
        [1, 2],
        [2, 4],
        [3, 6],
        [4, 100],
      ]),
    ).toBe(2);
    expect(normalWidth(0.8)).toBeCloseTo(1.2816, 3);
    expect(normalWidth(0.95)).toBeCloseTo(1.96, 3);
    expect(weekdayOf("2026-10-05")).toBe(0);
  });

  it("take the last day only when its usage reaches as late as is usual", () => {
    const days = daysBetween("2026-10-05", "2026-10-09").map((day) => ({ day, lastHour: 20 }));
    expect(lastCompleteDay(days)).toBe("2026-10-09");
    expect(lastCompleteDay([...days.slice(0, 4), { day: "2026-10-09", lastHour: 11 }])).toBe("2026-10-08");
    expect(lastCompleteDay([{ day: "2026-10-09", lastHour: 11 }])).toBe("2026-10-09");
    expect(lastCompleteDay([])).toBeUndefined();
  });

  it("read the daily series from the warehouse, by team or for all", async () => {
    using data = await dataFolder([
      { at: "2026-10-05T10:00:00Z", input: 1_000_000 },
      { at: "2026-10-05T21:00:00Z", input: 1_000_000, team: "docs" },
      { at: "2026-10-06T10:00:00Z", input: 500_000 },
    ]);
    const ask = async (scope: string) =>
      (await data.warehouse.query("planning/daily_spend", { from: "2026-10-01", to: "2026-10-31", scope })).rows;
    const all = dailySpendByScope(await ask("organisation")).get(null);
    expect(all?.map(({ day, usd }) => [day, formatUsd(usd)])).toEqual([
      ["2026-10-05", "6.00"],
      ["2026-10-06", "1.50"],
    ]);
    const teams = dailySpendByScope(await ask("team"));
    expect([...teams.keys()]).toEqual(["docs", "platform"]);
    expect(teams.get("docs")?.map(({ usd }) => formatUsd(usd))).toEqual(["3.00"]);
  });
});

describe("the evaluation", () => {
  it("is what docs/forecast.md states, and better than the straight line and the last seven days", () => {
    const docs = readFileSync(join(import.meta.dirname, "..", "..", "docs", "forecast.md"), "utf8");
    expect(docs).toContain(evaluationTables());
  });

  it("beats both on every month of an office", () => {
    const [season] = seasons;
    if (!season) throw new Error("no season");
    const points = backtest(daysOf(season, 99));
    const [ours, line, week] = score(points);
    expect(ours?.mean).toBeLessThan(Math.min(line?.mean ?? 0, week?.mean ?? 0));
    expect(points).toHaveLength(24);
    expect(coverage(points)).toBeGreaterThan(0.6);
  });
});
