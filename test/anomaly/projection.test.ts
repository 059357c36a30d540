import { describe, expect, it } from "vitest";
import { projectMonth } from "../../src/anomaly/project-month.ts";
import { watchBudgets } from "../../src/anomaly/watch-budgets.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { addDays } from "../../src/time.ts";
import { DAY, HOUR, START } from "./factories.ts";
import { FakeWarehouse } from "./memory.ts";

/** Two weeks of June; sixteen days are left. */
const days = (cost: (index: number) => number): Map<string, number> =>
  new Map(Array.from({ length: 14 }, (_, index) => [addDays("2026-06-01", index), cost(index)]));
const steady = days(() => 100);
/** Both the weekdays' and the weekends' median is 100, too. */
const scattered = days((index) => (index % 2 === 0 ? 40 : 160));

describe("the interval of a month's projection", () => {
  it("is a twentieth of what is still to come when every day costs the same", () =>
    expect(projectMonth(steady, "2026-06-01", "2026-06-15")).toEqual({ expected: 3000, low: 2920, high: 3080, days: 14 }));

  it("grows with what the days scatter by", () => {
    // Days lie 60 from the usual: √(14 × 60² / 12) = 64.8; 16 days, and a level known from 14: 64.8 × √(16 + 16² / 14) = 379.5; four of five: × 1.28.
    const projection = projectMonth(scattered, "2026-06-01", "2026-06-15");
    expect(projection?.expected).toBe(3000);
    expect(projection?.low).toBeCloseTo(3000 - 485.7, 0);
    expect(projection?.high).toBeCloseTo(3000 + 485.7, 0);
  });

  it("knows a month of one week's history, and not of six days'", () => {
    expect(projectMonth(steady, "2026-06-08", "2026-06-15")?.days).toBe(7);
    expect(projectMonth(steady, "2026-06-09", "2026-06-15")).toBeUndefined();
  });
});

describe("a budget that the month is heading for", () => {
  const watch = async (spend: ReadonlyMap<string, number>, limit: string, alerts = {}) => {
    const config = strataConfig.parse({
      alerts,
      budgets: [{ scope: "organisation", period: "month", limit_usd: limit }],
    });
    const warehouse = new FakeWarehouse({
      "anomalies/daily_spend": () =>
        [...spend].map(([day, dollars]) => ({
          since: `${day}T00:00:00Z`,
          scope_name: null,
          spend: String(dollars),
          claimed: "0",
        })),
    });
    const at = START + 14 * DAY;
    return (await watchBudgets(warehouse, config, { from: at - HOUR, to: at })).notices;
  };

  it("is told when four of five such months end above it, with both ends", async () => {
    const [notice, ...more] = await watch(steady, "2900");
    expect(more).toEqual([]);
    expect(notice).toMatchObject({
      kind: "opened",
      incident: {
        key: "budget_projection|organisation||month|2026-06",
        latest: {
          facts: { used_usd: "1400.00", projected_usd: "3000.00", projected_low_usd: "2920.00", projected_high_usd: "3080.00" },
        },
      },
    });
  });

  it("is not told when only the expectation is above it", async () => {
    expect(await watch(scattered, "2900")).toEqual([]);
    expect(await watch(steady, "2920")).toEqual([]);
    expect(await watch(scattered, "2500")).toHaveLength(1);
  });

  it("is not told when it is used up already: that is another message", async () => {
    expect(await watch(steady, "1400")).toEqual([]);
    expect(await watch(steady, "1400.01")).toHaveLength(1);
  });

  it("is not told when projections are switched off", async () =>
    expect(await watch(steady, "2900", { projections: false })).toEqual([]));
});
