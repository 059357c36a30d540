import { describe, expect, test } from "vitest";
import { budgetsConfig } from "../../src/config/budgets.ts";
import { parseUsd } from "../../src/money.ts";
import { budgetLines } from "../../src/report/budget-lines.ts";
import { NO_USAGE } from "../../src/report/measures.ts";
import type { DimensionRow } from "../../src/report/month-data.ts";
import { comparable, periodBetween, periodOf } from "../../src/report/period.ts";

const row = (name: string, usd: string): DimensionRow => ({
  name,
  labels: {},
  usage: { ...NO_USAGE, estimated: parseUsd(usd) },
  billed: 0n,
});
const data = {
  organisation: "Example",
  totals: { ...NO_USAGE, estimated: parseUsd("195") },
  by: { team: [row("a", "120"), row("b-1", "70"), row("unattributed", "5")], account: [], person: [row("(no person)", "9")] },
};
const lines = (budgets: unknown, factor = 1) =>
  budgetLines(data, budgetsConfig.parse(budgets), factor).map((line) => [
    line.scope,
    line.name,
    line.state,
    Number(line.share.toFixed(2)),
  ]);

describe("budgetLines", () => {
  test.each([
    [
      "over, near and within",
      [
        { scope: "team", name: "a", period: "month", limit_usd: 100 },
        { scope: "team", name: "b-*", period: "month", limit_usd: 80 },
        { scope: "organisation", period: "month", limit_usd: 1000 },
      ],
      [
        ["team", "a", "over", 1.2],
        ["team", "b-1", "near", 0.88],
        ["organisation", "Example", "within", 0.2],
      ],
    ],
    [
      "without a name each team has the limit, nobody's calls have none",
      [{ scope: "team", period: "month", limit_usd: 1000 }],
      [
        ["team", "a", "within", 0.12],
        ["team", "b-1", "within", 0.07],
      ],
    ],
    [
      "the first budget that holds for a name counts",
      [
        { scope: "team", name: "a", period: "month", limit_usd: 240 },
        { scope: "team", period: "month", limit_usd: 100 },
      ],
      [
        ["team", "b-1", "within", 0.7],
        ["team", "a", "within", 0.5],
      ],
    ],
    [
      "a budget nobody spent against is shown",
      [{ scope: "team", name: "quiet", period: "month", limit_usd: 1 }],
      [["team", "quiet", "within", 0]],
    ],
    [
      "own thresholds decide what is near",
      [{ scope: "team", name: "a", period: "month", limit_usd: 240, thresholds: [0.5] }],
      [["team", "a", "near", 0.5]],
    ],
    ["day budgets are not month budgets", [{ scope: "person", period: "day", limit_usd: 1 }], []],
  ])("%s", (_, budgets, expected) => expect(lines(budgets)).toEqual(expected));

  test("a limit that will be exceeded at this pace is announced", () => {
    expect(lines([{ scope: "team", name: "a", period: "month", limit_usd: 200 }], 2)).toEqual([["team", "a", "projected", 0.6]]);
  });
});

describe("periods", () => {
  test.each([
    ["2026-02", "2026-02-28", "2026-01-01"],
    ["2028-02", "2028-02-29", "2028-01-01"],
    ["2026-01", "2026-01-31", "2025-12-01"],
  ])("%s ends on %s and follows the month from %s", (month, to, previousFrom) =>
    expect(periodOf(month)).toMatchObject({ to, previousFrom }),
  );

  test("another range is compared with as many days before it; a whole month is the month", () => {
    const week = periodBetween("2026-10-05", "2026-10-11");
    expect(week).toMatchObject({ previousFrom: "2026-09-28", previousTo: "2026-10-04", month: "2026-10" });
    expect(comparable(week, "2026-10-06")).toEqual({ from: "2026-09-28", to: "2026-09-29" });
    expect(periodBetween("2026-10-01", "2026-10-31")).toEqual(periodOf("2026-10"));
    expect(() => periodBetween("2026-10-11", "2026-10-05")).toThrow("report: 2026-10-11 to 2026-10-05 ends before it begins");
    expect(() => periodBetween("2026-02-30", "2026-10-05")).toThrow('report: "2026-02-30" is not a day');
  });

  test("an unfinished month is compared with the same days of the month before", () => {
    expect(comparable(periodOf("2026-10"), "2026-10-12")).toEqual({ from: "2026-09-01", to: "2026-09-12" });
    expect(comparable(periodOf("2026-03"), "2026-03-30")).toEqual({ from: "2026-02-01", to: "2026-02-28" });
    expect(comparable(periodOf("2026-10"), "2026-10-31")).toEqual({ from: "2026-09-01", to: "2026-09-30" });
  });
});
