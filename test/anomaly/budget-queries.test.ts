import { describe, expect, it } from "vitest";
import { budgetUses, dailySpend } from "../../src/anomaly/budget-queries.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import type { QueryParams, Row } from "../../src/ports.ts";
import { HOUR, USD } from "./factories.ts";
import { FakeWarehouse } from "./memory.ts";

/** Midnight in Berlin on June 2, 2026. */
const MIDNIGHT = Date.UTC(2026, 5, 1, 22);
const range = { from: MIDNIGHT - 2 * HOUR, to: MIDNIGHT + 2 * HOUR };
const config = strataConfig.parse({
  timezone: "Europe/Berlin",
  budgets: [
    { scope: "team", period: "day", limit_usd: "100", thresholds: [0.5, 1] },
    { scope: "team", name: "search", period: "day", limit_usd: "20", thresholds: [1] },
    { scope: "organisation", period: "month", limit_usd: "1000" },
    { scope: "metadata", key: "tenant", period: "month", limit_usd: "7" },
  ],
});

/** A warehouse whose queries have these rows, and what they were asked with. */
function asking(rows: Readonly<Record<string, readonly Row[]>> = {}) {
  const asked: [string, QueryParams][] = [];
  const names = ["anomalies/budget_usage", "anomalies/budget_metadata", "anomalies/daily_spend"];
  const answers = names.map((name) => {
    const answer = (params: QueryParams): Row[] => {
      asked.push([name, params]);
      return [...(rows[name] ?? [])];
    };
    return [name, answer] as const;
  });
  return { asked, warehouse: new FakeWarehouse(Object.fromEntries(answers)) };
}
const use: Row = {
  ...{ tick: "2026-06-01T22:10:00.000Z", since: "2026-06-01T22:00:00.000Z", scope_name: "search", used: "12.500000000000" },
  ...{ claimed: "2.5", guessed: "3", guessed_claimed: "0.5", team: "search", account_id: "111122223333" },
};

describe("what was used of budgets", () => {
  it("is asked for each scope and period that has one, from the smallest sum that is announced, in periods of the local time", async () => {
    const { asked, warehouse } = asking();
    await budgetUses(warehouse, config, range);
    const bounds = { from: "2026-06-01T20:00:00.000Z", to: "2026-06-02T00:00:00.000Z" };
    expect(asked.map(([name, { claimed: _, ...params }]) => [name, params])).toEqual([
      [
        "anomalies/budget_usage",
        {
          ...{ ...bounds, scope: "team", at_least: "20.00" },
          // May 31, June 1, June 2 and the end of it, as Berlin has them.
          ...{ starts: "2026-05-31 22:00:00|2026-06-01 22:00:00|2026-06-02 22:00:00", periods: 2 },
        },
      ],
      [
        "anomalies/budget_usage",
        { ...bounds, scope: "organisation", at_least: "800.00", starts: "2026-05-31 22:00:00|2026-06-30 22:00:00", periods: 1 },
      ],
      [
        "anomalies/budget_metadata",
        { ...bounds, key: "tenant", at_least: "5.60", starts: "2026-05-31 22:00:00|2026-06-30 22:00:00", periods: 1 },
      ],
    ]);
    expect(asked[0]?.[1]["claimed"]).toMatch(/^\|(?:[^|]+\|)+$/);
  });

  it("is read with what of it is claimed and guessed", async () => {
    const { warehouse } = asking({ "anomalies/budget_usage": [use] });
    const [first] = await budgetUses(warehouse, { ...config, budgets: config.budgets.slice(0, 1) }, range);
    expect(first).toEqual({
      ...{ tick: MIDNIGHT + 10 * 60_000, since: MIDNIGHT, scope: "team", key: null, name: "search", period: "day" },
      ...{ used: (USD * 25n) / 2n, claimed: (USD * 5n) / 2n, guessed: 3n * USD, guessedClaimed: USD / 2n },
      ...{ team: "search", accountId: "111122223333" },
    });
  });

  it("is nothing of what a row does not say", async () => {
    const row = {
      tick: use["tick"] ?? null,
      since: use["since"] ?? null,
      scope_name: null,
      used: "1",
      team: null,
      account_id: null,
    };
    const { warehouse } = asking({ "anomalies/budget_metadata": [row] });
    expect(await budgetUses(warehouse, config, range)).toMatchObject([
      {
        ...{
          scope: "metadata",
          key: "tenant",
          name: null,
          period: "month",
          used: USD,
          claimed: 0n,
          guessed: 0n,
          guessedClaimed: 0n,
        },
        ...{ team: null, accountId: null },
      },
    ]);
  });
});

describe("what was spent by local day", () => {
  const row = (since: string, scope_name: string | null, spend: string): Row => ({ since, scope_name, spend });

  it("is kept for each name, and for the organisation without one", async () => {
    const rows = [
      row("2026-05-31T22:00:00Z", "search", "1.25"),
      { ...row("2026-06-01T22:00:00Z", "search", "2"), claimed: "0.5", guessed: "0.25", guessed_claimed: "0.125" },
      row("2026-06-01T22:00:00Z", "core", "3"),
      row("2026-06-01T22:00:00Z", null, "9"),
    ];
    const { asked, warehouse } = asking({ "anomalies/daily_spend": rows });
    const teams = await dailySpend(warehouse, config, "team", range);
    expect([...teams.keys()]).toEqual(["search", "core"]);
    expect([...(teams.get("search") ?? [])]).toEqual([
      ["2026-06-01", { spent: (USD * 5n) / 4n, claimed: 0n, guessed: 0n, guessedClaimed: 0n }],
      ["2026-06-02", { spent: 2n * USD, claimed: USD / 2n, guessed: USD / 4n, guessedClaimed: USD / 8n }],
    ]);
    expect(asked[0]?.[1]).toMatchObject({
      ...{ scope: "team", starts: "2026-05-31 22:00:00|2026-06-01 22:00:00|2026-06-02 22:00:00", periods: 2 },
    });
    expect([...(await dailySpend(warehouse, config, "organisation", range)).keys()]).toEqual(["search", "core", null]);
  });
});
