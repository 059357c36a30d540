import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { budgetStatus } from "../../src/anomaly/budget-status.ts";
import { claimedSources } from "../../src/anomaly/claimed-sources.ts";
import { howBad } from "../../src/anomaly/describe-incident.ts";
import { watchBudgets } from "../../src/anomaly/watch-budgets.ts";
import { BUDGET_RULES } from "../../src/config/budget-rules.ts";
import { type StrataConfig, strataConfig } from "../../src/config/strata-config.ts";
import { isoOf } from "../../src/time.ts";
import { DAY, HOUR, START, USD } from "./factories.ts";
import { dataOf, type FakeCall, type FakeData } from "./fake-data.ts";

/** Ten dollars an hour on Monday evening, 20:00 to 24:00 UTC: in Berlin two of these hours are Tuesday's. */
const evening = (shape: Partial<FakeCall>): FakeCall[] =>
  Array.from({ length: 4 }, (_, index): FakeCall => ({ ...shape, at: START + (20 + index) * HOUR, cost: 10n * USD }));

let made: FakeData;
beforeAll(async () => {
  made = await dataOf([
    ...evening({
      team: "core",
      environment: "prod",
      feature: "chat",
      costCenter: "4711",
      role: "api",
      source: "rule:api",
      metadata: { tenant: "acme" },
    }),
    ...evening({ team: "victim", role: "anyone", person: "eve@example.com", source: "metadata" }),
  ]);
});
afterAll(() => made.close());

const told = async (budget: Record<string, unknown>, more: Record<string, unknown> = {}): Promise<string[]> => {
  const config: StrataConfig = strataConfig.parse({
    budgets: [{ period: "day", limit_usd: 40, thresholds: [1], ...budget }],
    ...more,
  });
  const { notices } = await watchBudgets(made.warehouse, config, { from: START, to: START + 2 * DAY });
  return notices.map(
    ({ incident: { rule, name, since, latest } }) =>
      `${rule} ${name ?? "-"} ${latest.facts["period_name"]} ${(since - START) / HOUR}`,
  );
};

describe("budgets", () => {
  it.each([
    ["environment", "prod"],
    ["feature", "chat"],
    ["cost_center", "4711"],
    ["role", "api"],
    ["team", "core"],
  ])("can be for each %s", async (scope, name) => expect(await told({ scope, name })).toEqual([`budget ${name} 2026-06-01 0`]));

  it("can be for a model", async () =>
    expect(await told({ scope: "model", limit_usd: 80 })).toEqual(["budget claude-sonnet-4-6 2026-06-01 0"]));

  it("can be for a tenant named in request metadata, which is claimed unless the budget takes it", async () => {
    expect(await told({ scope: "metadata", key: "tenant" })).toEqual(["budget_claimed tenant=acme 2026-06-01 0"]);
    expect(await told({ scope: "metadata", key: "tenant", count_claimed: true })).toEqual(["budget tenant=acme 2026-06-01 0"]);
  });

  it("say which key is missing or too much", () => {
    expect(() => strataConfig.parse({ budgets: [{ scope: "metadata", period: "day", limit_usd: 1 }] })).toThrow(
      "which key of request metadata",
    );
    expect(() => strataConfig.parse({ budgets: [{ scope: "team", key: "x", period: "day", limit_usd: 1 }] })).toThrow(
      "scope metadata only",
    );
  });

  it("have days of the organisation's time zone", async () => {
    expect(await told({ scope: "team", name: "core" }, { timezone: "Europe/Berlin" })).toEqual([]);
    expect(await told({ scope: "team", name: "core", limit_usd: 20 }, { timezone: "Europe/Berlin" })).toEqual([
      "budget core 2026-06-01 -2",
      "budget core 2026-06-02 22",
    ]);
    expect(await told({ scope: "team", name: "core" }, { timezone: "America/New_York" })).toEqual(["budget core 2026-06-01 4"]);
  });

  it("count nothing that a caller merely claims: nobody uses up another team's budget", async () => {
    expect(await told({ scope: "team", name: "victim" })).toEqual(["budget_claimed victim 2026-06-01 0"]);
    expect(await told({ scope: "team", name: "victim", count_claimed: true })).toEqual(["budget victim 2026-06-01 0"]);
    expect(await told({ scope: "person", name: "eve@example.com" })).toEqual(["budget_claimed eve@example.com 2026-06-01 0"]);
  });

  it("enforce nothing that is merely claimed, and show it", async () => {
    const config = strataConfig.parse({ budgets: [{ scope: "team", name: "victim", period: "day", limit_usd: 40 }] });
    const status = await budgetStatus({ warehouse: made.warehouse, config, now: START + DAY - 1 });
    expect(status.standings.find(({ scope, name }) => scope === "team" && name === "victim")).toMatchObject({
      state: "ok",
      used_usd: "0.00",
      claimed_usd: "40.00",
    });
  });
});

describe("guessed prices", () => {
  let guessing: FakeData;
  beforeAll(async () => {
    guessing = await dataOf([
      ...evening({ team: "core", source: "rule:api" }),
      { at: START + 20 * HOUR, team: "core", source: "rule:api", cost: 10n * USD, guessed: true },
      // Merely claimed: it counts against nobody, and neither does its guess.
      { at: START + 20 * HOUR, team: "core", source: "metadata", cost: 30n * USD, guessed: true },
      ...evening({ team: "other", source: "rule:api" }),
    ]);
  }, 240_000);
  afterAll(() => guessing.close());
  const config = strataConfig.parse({ budgets: [{ scope: "team", period: "day", limit_usd: 40, thresholds: [1] }] });

  it("stand in the budget feed as a part of what counts", async () => {
    const { standings } = await budgetStatus({ warehouse: guessing.warehouse, config, now: START + DAY - 1 });
    const of = (team: string) => standings.find(({ scope, name }) => scope === "team" && name === team);
    expect(of("core")).toMatchObject({ used_usd: "50.00", claimed_usd: "30.00", guessed_usd: "10.00", guessed_share: 0.2 });
    expect(of("other")).toMatchObject({ used_usd: "40.00", guessed_usd: "0.00", guessed_share: 0 });
  });

  it("stand in the words of a crossed budget, and nothing where there are none", async () => {
    const { notices } = await watchBudgets(guessing.warehouse, config, { from: START, to: START + 2 * DAY });
    const words = new Map(
      notices.map(({ incident }) => [
        `${incident.rule} ${incident.name}`,
        howBad(BUDGET_RULES.budget, incident.rule, incident.latest),
      ]),
    );
    expect(words.get("budget core")).toMatch(/used, \d+\.\d % guessed$/);
    expect(words.get("budget other")).not.toContain("guessed");
  });

  it("are a part of what contributes to an alert, by the call and by the hour", async () => {
    const params = { from: isoOf(START), to: isoOf(START + DAY), scope: "team", name: "core" };
    for (const query of ["anomalies/contributors", "anomalies/contributors_hourly"] as const) {
      const { rows } = await guessing.warehouse.query(query, params);
      expect(rows[0], query).toMatchObject({ dollars: "80.000000000000", guessed: "40.000000000000" });
    }
  });
});

it("a rule is worth what its weakest fact is", () =>
  expect(
    claimedSources(
      strataConfig.parse({
        attribution: {
          rules: [
            { name: "by-account", match: { account: "111122223333" }, team: "a" },
            { name: "by-session", match: { account: "111122223333", session: "x*" }, team: "b" },
            { name: "by-label", match: { metadata: { app: "x" } }, team: "c" },
          ],
        },
      }),
    ),
  ).toBe("|rule:by-session|rule:by-label|members:session|metadata|"));
