import { describe, expect, it } from "vitest";
import { carriedBy, regionOf } from "../../src/anomaly/carried-by.ts";
import { contributionOf, contributorsOf, NO_CONTRIBUTORS } from "../../src/anomaly/contributors.ts";
import { retryFacts, retryText } from "../../src/anomaly/retries.ts";
import { ALERT_RULES } from "../../src/config/alert-rules.ts";
import type { QueryParams } from "../../src/ports.ts";
import { incident, MINUTE, rule, START, USD } from "./factories.ts";
import { FakeWarehouse } from "./memory.ts";

const row = (dimension: string, name: string, amount: number, more = {}) => ({ dimension, name, amount, whole: 40, ...more });

describe("who contributes to an incident", () => {
  it("is asked of the time from its first bad period, in its scope, by what its rule counts", async () => {
    const asked: [string, QueryParams][] = [];
    const note = (name: string, rows: Record<string, string | number | null>[]) => (params: QueryParams) => {
      asked.push([name, params]);
      return rows;
    };
    const warehouse = new FakeWarehouse({
      "anomalies/contributors": note("contributors", [
        row("person", "ann", 30, { dollars: "2.5", guessed: "1" }),
        row("person", "ben", 10),
        row("model", "m", 40),
        row("error_code", "ThrottlingException", 20),
        row("region", "us-east-1", 40),
        row("account", "111122223333", 40),
        row("team", "red", 40),
      ]),
      "anomalies/retries": note("retries", [{ failed: 40, retries: 30, succeeded: 20, wasted: "0.1", retry_dollars: "3.1" }]),
    });
    const given = incident({ scope: "model", name: "m" });
    const found = await contributorsOf(warehouse, rule(), given, START);
    expect(found).toMatchObject({
      people: [
        { name: "ann", share: 0.75 },
        { name: "ben", share: 0.25 },
      ],
      models: [{ name: "m", share: 1 }],
      errorCodes: [{ name: "ThrottlingException", share: 0.5 }],
      dollars: (5n * USD) / 2n,
      guessed: USD,
      retries: { failed: 40, retries: 30, succeeded: 20, wasted: USD / 10n, dollars: (31n * USD) / 10n },
    });
    const window = { from: new Date(START - 15 * MINUTE).toISOString().replace(".000", ""), scope: "model", name: "m" };
    expect(
      asked.map(([name, { from, scope, name: whose, measure }]) => [
        name,
        String(from).replace(".000", ""),
        scope,
        whose,
        measure,
      ]),
    ).toEqual([
      ["contributors", window.from, "model", "m", "errors"],
      ["retries", window.from, "model", "m", undefined],
    ]);
  });

  it.each([
    ["error_rate", "errors"],
    ["throttling", "errors"],
    ["tokens_hourly", "tokens"],
    ["unpriced", "unpriced"],
    ["spend_daily", "usd"],
  ] as const)("of %s is counted in %s", (name, measure) => expect(contributionOf(name, ALERT_RULES[name])).toBe(measure));

  it("is the team of those without one where calls are unattributed", async () => {
    let asked: QueryParams = {};
    const warehouse = new FakeWarehouse({
      "anomalies/contributors_hourly": (params) => {
        asked = params;
        return [];
      },
    });
    expect(await contributorsOf(warehouse, ALERT_RULES.unattributed, incident({ rule: "unattributed" }), START)).toMatchObject({
      people: [],
      dollars: 0n,
      retries: undefined,
    });
    expect(asked).toMatchObject({ scope: "team", name: "unattributed", measure: "usd" });
  });

  it.each([
    "logs_stopped",
    "completeness",
    "undelivered_logs",
    "unreadable_logs",
    "billed_not_logged",
    "residual",
    "unclassified",
    "restated",
    "witnesses_disagree",
  ] as const)("is nobody for %s: silence and bills have no callers", async (name) => {
    const warehouse = new FakeWarehouse({
      "anomalies/contributors": () => [row("person", "ann", 1)],
      "anomalies/contributors_hourly": () => [row("person", "ann", 1)],
    });
    expect(await contributorsOf(warehouse, ALERT_RULES[name], incident({ rule: name }), START)).toBe(NO_CONTRIBUTORS);
  });

  it("is no share of nothing", async () => {
    const warehouse = new FakeWarehouse({ "anomalies/contributors": () => [{ ...row("person", "ann", 0), whole: 0 }] });
    expect((await contributorsOf(warehouse, rule(), incident(), START)).people).toEqual([{ name: "ann", share: 0 }]);
  });
});

describe("retries", () => {
  const retries = { failed: 300, retries: 214, succeeded: 180, wasted: USD, dollars: (31n * USD) / 10n };

  it.each([
    [retries, "about 214 retries, 180 answered, $3.10"],
    [{ ...retries, retries: 1, succeeded: 1 }, "about 1 retry, 1 answered, $3.10"],
    [{ ...retries, succeeded: 0 }, "about 214 retries, none answered, $3.10"],
    [{ ...retries, retries: 0 }, undefined],
  ])("%#", (given, text) => expect(retryText(given)).toBe(text));

  it("are facts of the alert's row, with the dollars of what failed apart", () => {
    expect(retryFacts(retries)).toEqual([
      ["wasted_usd", "1.00"],
      ["retries", 214],
      ["retries_succeeded", 180],
      ["retries_usd", "3.10"],
    ]);
    expect(retryFacts(undefined)).toEqual([]);
  });
});

describe("who carries an incident", () => {
  const of = (changes: Partial<typeof NO_CONTRIBUTORS>) => ({ ...NO_CONTRIBUTORS, ...changes });
  const one = (name: string, share: number) => [{ name, share }];

  it("is one person, else one team, else one account, from four fifths on", () => {
    const all = of({ people: one("ann", 0.8), teams: one("red", 0.9), accounts: one("1", 1) });
    expect(carriedBy({ scope: "organisation" }, all)).toEqual({ scope: "person", name: "ann", share: 0.8 });
    expect(carriedBy({ scope: "organisation" }, { ...all, people: one("ann", 0.79) })).toMatchObject({ scope: "team" });
    expect(carriedBy({ scope: "organisation" }, of({ accounts: one("1", 1) }))).toMatchObject({ scope: "account" });
    expect(carriedBy({ scope: "organisation" }, of({ people: one("ann", 0.5) }))).toBeUndefined();
  });

  it("is never as wide as the scope itself, and nobody's in a narrow one", () => {
    const all = of({ teams: one("red", 1), accounts: one("1", 1) });
    expect(carriedBy({ scope: "team" }, all)).toBeUndefined();
    expect(carriedBy({ scope: "model" }, all)).toBeUndefined();
    expect(carriedBy({ scope: "account" }, of({ accounts: one("1", 1) }))).toBeUndefined();
    for (const scope of ["person", "principal", "source"] as const)
      expect(carriedBy({ scope }, of({ people: one("ann", 1) }))).toBeUndefined();
    expect(carriedBy({ scope: "team" }, of({ people: one("ann", 1) }))).toMatchObject({ scope: "person" });
  });

  it("has one region where four fifths are in it", () => {
    expect(regionOf(of({ regions: one("us-east-1", 0.8) }))).toEqual({ scope: "region", name: "us-east-1", share: 0.8 });
    expect(regionOf(of({ regions: one("us-east-1", 0.7) }))).toBeUndefined();
  });
});
