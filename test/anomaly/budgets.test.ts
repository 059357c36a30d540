import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type BudgetUse, budgetIncidents, closePeriods } from "../../src/anomaly/budget-incidents.ts";
import { limitFor, watchedPeriods } from "../../src/anomaly/budget-limits.ts";
import { projectMonth } from "../../src/anomaly/project-month.ts";
import { budgetsConfig } from "../../src/config/budgets.ts";
import type { StrataConfig } from "../../src/config/strata-config.ts";
import { formatUsd } from "../../src/money.ts";
import { addDays, dayOf } from "../../src/time.ts";
import { HOUR, START, USD } from "./factories.ts";

const budgets = (...entries: unknown[]): Pick<StrataConfig, "budgets" | "timezone"> => ({
  budgets: budgetsConfig.parse(entries),
  timezone: "UTC",
});
const MONTHLY = budgets({ scope: "team", period: "month", limit_usd: "100" });

const use = (used: bigint, hour = 0, changes: Partial<BudgetUse> = {}): BudgetUse => ({
  tick: START + hour * HOUR,
  since: START,
  scope: "team",
  key: null,
  name: "core",
  period: "month",
  used,
  claimed: 0n,
  guessed: 0n,
  guessedClaimed: 0n,
  team: "core",
  accountId: null,
  ...changes,
});

const told = (result: ReturnType<typeof budgetIncidents>): unknown[] =>
  result.notices.filter(({ incident }) => incident.groupedUnder === null).map(({ incident }) => incident.latest.limit);

describe("budget thresholds", () => {
  it("are told one by one as they are crossed", () =>
    expect(
      told(
        budgetIncidents(
          MONTHLY,
          [use(79n * USD, 1), use(80n * USD, 2), use(95n * USD, 3), use(100n * USD, 4), use(120n * USD, 5)],
          new Map(),
        ),
      ),
    ).toEqual([0.8, 1]));

  it("are told as one message when several are crossed at once, the others recorded under it", () => {
    const result = budgetIncidents(MONTHLY, [use(130n * USD)], new Map());
    expect(told(result)).toEqual([1]);
    expect(result.incidents.size).toBe(2);
  });

  it("are told once, also after a restart and a change of the limit", () => {
    const first = budgetIncidents(MONTHLY, [use(85n * USD, 1)], new Map());
    const raised = budgets({ scope: "team", period: "month", limit_usd: "105" });
    expect(told(budgetIncidents(raised, [use(86n * USD, 2)], first.incidents))).toEqual([]);
    expect(told(budgetIncidents(raised, [use(105n * USD, 3)], first.incidents))).toEqual([1]);
  });

  it("are told again in the next period", () => {
    const first = budgetIncidents(MONTHLY, [use(85n * USD, 1)], new Map());
    const july = Date.UTC(2026, 6, 1);
    expect(told(budgetIncidents(MONTHLY, [use(85n * USD, 0, { since: july, tick: july + HOUR })], first.incidents))).toEqual([
      0.8,
    ]);
  });

  it("end with their period, at the month's end and not 30 days later", () => {
    const { incidents } = budgetIncidents(MONTHLY, [use(85n * USD, 1)], new Map());
    const end = Date.UTC(2026, 6, 1);
    expect([...closePeriods(incidents, end - 1, "UTC").values()][0]?.state).toBe("open");
    expect([...closePeriods(incidents, end, "UTC").values()][0]).toMatchObject({ state: "resolved", resolvedAt: end });
  });

  it("treat a limit of zero as crossed by the first dollar", () =>
    expect(told(budgetIncidents(budgets({ scope: "team", period: "month", limit_usd: "0" }), [use(1n)], new Map()))).toEqual([
      1,
    ]));

  it("compare dollars exactly", () => {
    const odd = budgets({ scope: "team", period: "month", limit_usd: "0.000000000010", thresholds: [0.8] });
    expect(told(budgetIncidents(odd, [use(7n)], new Map()))).toEqual([]);
    expect(told(budgetIncidents(odd, [use(8n)], new Map()))).toEqual([0.8]);
  });

  it("never repeat a message and never skip the highest, however usage arrives", () =>
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 0, max: 19 }),
        (steps, restart) => {
          let sum = 0n;
          const uses = steps.map((step, index) => {
            sum += BigInt(step) * USD;
            return use(sum, index);
          });
          const first = budgetIncidents(MONTHLY, uses.slice(0, restart), new Map());
          const second = budgetIncidents(MONTHLY, uses.slice(restart), first.incidents);
          const all = [...told(first), ...told(second)];
          expect(new Set(all).size).toBe(all.length);
          if (sum >= 100n * USD) expect(all).toContain(1);
          else expect(all).toEqual(sum >= 80n * USD ? [0.8] : []);
        },
      ),
    ));
});

describe("which limit holds", () => {
  const mixed = budgets(
    { scope: "person", period: "day", limit_usd: "10" },
    { scope: "person", period: "day", limit_usd: "20", name: "*@lab.example.com" },
    { scope: "person", period: "day", limit_usd: "50", name: "ann@lab.example.com" },
  );
  it.each([
    ["bob@example.com", "10.00"],
    ["bob@lab.example.com", "20.00"],
    ["ann@lab.example.com", "50.00"],
  ])("%s: the closest entry", (name, limit) =>
    expect(formatUsd(limitFor(mixed.budgets, "person", "day", name)?.limit ?? 0n)).toBe(limit),
  );

  it("asks the warehouse only for what could be announced", () =>
    expect(watchedPeriods(mixed.budgets)).toEqual([{ scope: "person", key: null, period: "day", atLeast: 8n * USD }]));
});

describe("projecting a month", () => {
  const june = (cost: (day: string) => number, days: number): Map<string, number> =>
    new Map(Array.from({ length: days }, (_, index) => [addDays("2026-06-01", index), cost(addDays("2026-06-01", index))]));
  const weekend = (day: string): boolean => new Date(`${day}T00:00:00Z`).getUTCDay() % 6 === 0;

  it("knows that weekends are cheaper", () => {
    const projection = projectMonth(
      june((day) => (weekend(day) ? 0 : 100), 14),
      "2026-06-01",
      "2026-06-15",
    );
    expect(projection?.expected).toBe(2200);
  });

  it("is silent with less than a week of history", () =>
    expect(
      projectMonth(
        june(() => 100, 6),
        "2026-06-01",
        "2026-06-07",
      ),
    ).toBeUndefined());

  it("is not moved by one outlier", () => {
    const projection = projectMonth(
      june((day) => (day === "2026-06-03" ? 1000 : 100), 14),
      "2026-06-01",
      "2026-06-15",
    );
    expect(projection?.expected).toBe(3900);
  });

  it("says what was used when the month is over", () => {
    const projection = projectMonth(
      june(() => 100, 30),
      "2026-06-01",
      "2026-07-01",
    );
    expect(projection).toMatchObject({ expected: 3000, low: 3000, high: 3000 });
  });

  it("has an interval around the expected value that is never below what was used", () =>
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 7, maxLength: 29 }), (costs) => {
        const spend = new Map(costs.map((cost, index) => [addDays("2026-06-01", index), cost]));
        const today = dayOf(START + costs.length * 24 * HOUR);
        const projection = projectMonth(spend, "2026-06-01", today);
        const used = costs.reduce((sum, cost) => sum + cost, 0);
        expect(projection?.low).toBeGreaterThanOrEqual(used);
        expect(projection?.low).toBeLessThanOrEqual(projection?.expected ?? 0);
        expect(projection?.high).toBeGreaterThanOrEqual(projection?.expected ?? 0);
      }),
    ));
});
