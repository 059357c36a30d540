import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { detectOver } from "../../src/anomaly/run-detectors.ts";
import { type StrataConfig, strataConfig } from "../../src/config/strata-config.ts";
import { DAY, HOUR, START, USD } from "./factories.ts";
import { dataOf, type FakeCall, type FakeData, traffic } from "./fake-data.ts";

const opened: FakeData[] = [];
afterAll(() => {
  for (const made of opened) made.close();
});

const over = async (calls: readonly FakeCall[], config: StrataConfig = strataConfig.parse({})) => {
  const made = await dataOf(calls);
  opened.push(made);
  return detectOver({ warehouse: made.warehouse, config });
};

const steady = (days: number): FakeCall[] => traffic(days, 20, { cost: USD / 10n });

describe("a clock that jumps", () => {
  it("does not stretch the range to the year 2099 or 1970, and is named", async () => {
    const result = await over([...steady(3), { at: Date.UTC(2099, 0, 1), cost: USD }, { at: Date.UTC(1970, 0, 2), cost: USD }]);
    expect(result.alerts).toEqual([]);
    expect(result.notes.join()).toContain("2 calls more than a month away from all others (such as 2099-01-01T00h)");
  });

  it("pages nobody when a day is delivered as the day before: twice the one, nothing of the other", async () => {
    const day = 9;
    const inDay = ({ at }: FakeCall): boolean => at >= START + day * DAY && at < START + (day + 1) * DAY;
    const jumped = steady(12).map((call): FakeCall => (inDay(call) ? { ...call, at: call.at - DAY } : call));
    const { alerts } = await over(jumped);
    const told = alerts.filter(({ grouped_under }) => grouped_under === null);
    expect(told.filter(({ severity }) => severity === "critical")).toEqual([]);
    expect(new Set(told.map(({ rule }) => rule))).toEqual(new Set(["logs_stopped", "spend_daily"]));
  });
});

describe("an all-zero history", () => {
  it("is silent while nothing costs anything, and not divided by: the first dollars above the floor are told", async () => {
    const day = START + 9 * DAY;
    const free = traffic(10, 20, { cost: 0n }).map((call): FakeCall => (call.at >= day ? { ...call, cost: USD } : call));
    const { alerts } = await over([...free, ...traffic(1, 1, { cost: 0n }, 10, day + DAY)]);
    expect(alerts.filter(({ since }) => Date.parse(since) < day)).toEqual([]);
    expect(alerts.filter(({ rule, scope }) => rule === "spend_daily" && scope === "organisation")).toMatchObject([
      { baseline: 0, severity: "info" },
    ]);
    for (const { summary, limit_value } of alerts) {
      expect(summary).not.toMatch(/NaN|Infinity/);
      expect(Number.isFinite(limit_value ?? 0)).toBe(true);
    }
  });
});

describe("the end of a month", () => {
  it("counts the last minute of January and the first of February in months of their own", async () => {
    const last = Date.UTC(2026, 1, 1) - 60_000;
    const config = strataConfig.parse({
      budgets: [
        { scope: "team", name: "core", period: "month", limit_usd: "100" },
        { scope: "person", period: "day", limit_usd: "100" },
      ],
    });
    const { alerts } = await over(
      [
        { at: last, cost: 85n * USD },
        { at: last + 120_000, cost: 85n * USD },
        { at: last + 3 * HOUR, cost: USD },
      ],
      config,
    );
    const budgets = alerts.filter(({ rule }) => rule === "budget");
    expect(budgets.map(({ scope, period, threshold, opened_at }) => [scope, period, threshold, opened_at]).sort()).toEqual([
      ["person", "2026-01-31", 0.8, "2026-02-01T00:00:00.000Z"],
      ["person", "2026-02-01", 0.8, "2026-02-01T01:00:00.000Z"],
      ["team", "2026-01", 0.8, "2026-02-01T00:00:00.000Z"],
      ["team", "2026-02", 0.8, "2026-02-01T01:00:00.000Z"],
    ]);
  });
});

describe("what is new", () => {
  it("is nothing at a data set's own beginning, nor in a few scattered days", async () => {
    const months = [0, 40, 80, 95, 130].map((days, index): FakeCall => ({ at: START + days * DAY, model: `model-${index}` }));
    const rules = { first_seen_principal: { enabled: true } };
    const { alerts } = await over(months, strataConfig.parse({ alerts: { rules } }));
    expect(alerts.filter(({ rule }) => rule.startsWith("first_seen"))).toEqual([]);
  });

  it("is no prompt router whose calls fail, since they reached no model; one that answers and a new model are told", async () => {
    const router = (id: string): string => `arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/${id}`;
    const at = START + 8 * DAY + HOUR;
    const { alerts } = await over([
      ...steady(9),
      { at, model: router("anthropic.claude:1"), error: "client" },
      { at: at + HOUR, model: router("meta.llama:1") },
      { at: at + HOUR, model: "newcomer", error: "client" },
    ]);
    const told = alerts.filter(({ rule }) => rule === "first_seen_model").map(({ scope_name }) => scope_name);
    expect(told.sort()).toEqual([router("meta.llama:1"), "newcomer"]);
  });
});

describe("a week of usage with a new model and an outage", () => {
  const outage = START + 8 * DAY + 14 * HOUR;
  const newcomer = "newcomer";
  let made: FakeData;
  beforeAll(async () => {
    const calls = Array.from({ length: 60 }, (_, index): FakeCall[] => {
      const at = outage + index * 30_000;
      const who = { person: `q${index}@example.com`, cost: USD / 4n };
      return [
        { at, ...who, error: "server" },
        // A quick retry that is answered, one that comes too late, and another model.
        ...(index % 3 === 0 ? [{ at: at + 5_000, ...who }] : []),
        ...(index % 3 === 1 ? [{ at: at + 121_000, ...who }] : []),
        ...(index % 3 === 2 ? [{ at: at + 5_000, ...who, model: newcomer }] : []),
      ];
    }).flat();
    made = await dataOf([...steady(9), { at: START + 8 * DAY + HOUR, model: newcomer }, ...calls]);
    opened.push(made);
  });

  it("tells the model that is new, once", async () => {
    const { alerts } = await detectOver({ warehouse: made.warehouse, config: strataConfig.parse({}) });
    expect(alerts.filter(({ rule }) => rule === "first_seen_model").map(({ scope_name }) => scope_name)).toEqual([newcomer]);
  });

  it("counts as retries the next calls of the same principal and model within two minutes, one for each failure", async () => {
    const { rows } = await made.warehouse.query("anomalies/retries", {
      from: new Date(outage).toISOString(),
      to: new Date(outage + HOUR).toISOString(),
      scope: "organisation",
      name: null,
    });
    expect(rows).toMatchObject([{ failed: 60, retries: 20, succeeded: 20 }]);
    expect(Number(rows[0]?.wasted)).toBe(15);
    expect(Number(rows[0]?.retry_dollars)).toBe(5);
  });
});
