import { describe, expect, it } from "vitest";
import type { Alert } from "../../src/anomaly/alert.ts";
import { howBad, placeText, scopeText, summaryOf, titleOf } from "../../src/anomaly/describe-incident.ts";
import { explainAlert } from "../../src/anomaly/explain-alert.ts";
import { formatValue, spanText } from "../../src/anomaly/format-value.ts";
import { errorClasses, isNot } from "../../src/anomaly/is-not.ts";
import type { Reading } from "../../src/anomaly/lifecycle.ts";
import { markEarly, windowFacts, windowFigures } from "../../src/anomaly/window-figures.ts";
import { ALERT_RULES } from "../../src/config/alert-rules.ts";
import { BUDGET_RULES } from "../../src/config/budget-rules.ts";
import { isoOf } from "../../src/time.ts";
import { HOUR, incident, MINUTE, observation, rule, START } from "./factories.ts";
import { FakeWarehouse } from "./memory.ts";

const reading = (changes: Partial<Reading> = {}, facts: Reading["facts"] = {}): Reading => ({
  ...incident().worst,
  limit: null,
  ...changes,
  facts,
});
type Name = keyof typeof ALERT_RULES;
const bad = (name: Name, changes: Partial<Reading>, facts: Reading["facts"] = {}): string =>
  howBad(ALERT_RULES[name], name, reading(changes, facts));
const budget = (name: keyof typeof BUDGET_RULES, facts: Reading["facts"]): string =>
  howBad(BUDGET_RULES[name], name, reading({ value: 0.85 }, facts));

describe("how bad it is", () => {
  it.each<[Name, Partial<Reading>, Reading["facts"], string]>([
    [
      "error_rate",
      { value: 0.3, limit: 0.1, baseline: 0.02 },
      { calls: 100 },
      "30 % of 100 calls failed in 15 minutes, limit 10 %, usually 2 %",
    ],
    [
      "error_rate",
      { value: 0.3, limit: 0.1 },
      { calls: 100, logs_share: 0.6 },
      "30 % of 100 calls failed in 15 minutes (on about 60 % of its logs), limit 10 %",
    ],
    ["logs_stopped", { value: 120 }, { sources: 1 }, "120 calls expected since then, none logged"],
    ["logs_stopped", { value: 1 }, { sources: 3 }, "1 call expected since then, none logged by 3 accounts and regions"],
    [
      "throttling",
      { value: 0.4, limit: 0.2 },
      { calls: 50 },
      "40 % of 50 attempts were throttled and answered on a later try, limit 20 %",
    ],
    [
      "stolen_key",
      {},
      { new_principal: true, principal_type: "user", new_region: "eu-west-1", new_model: "m", denied: 1, answered: 7 },
      "a user never seen before, a region never used by the account (eu-west-1), a model never used (m), 1 denied call, 7 answered",
    ],
    [
      "stolen_key",
      {},
      { new_principal: true, denied: 2, answered: 0 },
      "a principal never seen before, 2 denied calls, 0 answered",
    ],
    ["stolen_key", {}, { denied: 0, answered: 3 }, "3 answered"],
    [
      "unclassified",
      { value: 12.5 },
      { usage_types: 2, usage_type: "USE1-X" },
      "$12.50 this month on 2 unknown usage types, most on USE1-X",
    ],
    [
      "restated",
      { value: 3 },
      { days: 2, first_day: "2026-10-01", last_day: "2026-10-04", now_usd: "9", before_usd: "7", closed_usd: "6" },
      "$3.00 moved on 2 days of 2026-10-01 to 2026-10-04: $9.00 now, $7.00 before, $6.00 when it was closed",
    ],
    [
      "restated",
      { value: 3 },
      { days: 1, first_day: "2026-10-01", last_day: "2026-10-01", now_usd: "9", before_usd: "6", closed_usd: "6" },
      "$3.00 moved on 2026-10-01: $9.00 now, $6.00 when it was closed",
    ],
    [
      "witnesses_disagree",
      { value: 0.05, limit: 0.01 },
      { explorer_usd: "105", billed_usd: "100", month: "2026-10", through: "2026-10-08" },
      "Cost Explorer says $105.00 for 2026-10 to 2026-10-08, the bill $100.00: 5 % apart, limit 1 %",
    ],
  ])("of %s: %#", (name, changes, facts, text) => expect(bad(name, changes, facts)).toBe(text));

  it("is beside what is usual a percentage, many times it, or none", () => {
    const tokens = (value: number, baseline: number | null): string => bad("tokens_hourly", { value, baseline, limit: 5_000 });
    expect(tokens(15_000, 10_000)).toBe("15.0 k tokens, +50 %, usually 10.0 k tokens");
    expect(tokens(5_000, 10_000)).toBe("5,000 tokens, -50 %, usually 10.0 k tokens");
    expect(tokens(10_000, 10_000)).toBe("10.0 k tokens, +0 %, usually 10.0 k tokens");
    expect(tokens(99_900, 10_000)).toBe("99.9 k tokens, +899 %, usually 10.0 k tokens");
    expect(tokens(100_000, 10_000)).toBe("100.0 k tokens, 10 times the usual 10.0 k tokens");
    expect(tokens(100_000, 0)).toBe("100.0 k tokens, usually none");
    expect(tokens(100_000, null)).toBe("100.0 k tokens, limit 5,000 tokens");
    expect(bad("tokens_hourly", { value: 9, baseline: null })).toBe("9 tokens");
  });

  it("is of unlogged dollars what they are mostly for, and why", () => {
    expect(bad("billed_not_logged", { value: 8, limit: 1 }, { main_model: "m", main_reason: "dark_hours" })).toMatch(
      /, mostly m \(dark hours\)$/,
    );
    expect(bad("billed_not_logged", { value: 8, limit: 1 }, { main_model: "m" })).toMatch(/, mostly m$/);
    expect(bad("billed_not_logged", { value: 8, limit: 1 })).not.toContain("mostly");
  });

  it("is of a window what it holds with the logs that came since", () =>
    expect(
      howBad(ALERT_RULES.error_rate, "error_rate", reading({ value: 0.3, limit: 0.1 }, { calls: 100, logs_share: 0.5 }), {
        calls: 200,
        failed: 50,
        share: 0.25,
      }),
    ).toBe(
      "30 % of 100 calls failed in 15 minutes (on about 50 % of its logs; 25 % of 200 with the logs that came since), limit 10 %",
    ));

  const used = {
    used_usd: "85",
    limit_usd: "100",
    period_name: "2026-10",
    period: "month",
    resets: "2026-11-01",
    threshold: 0.8,
  };
  it("is of a budget what is left or over, and how much of it is guessed", () => {
    expect(budget("budget", used)).toBe("$85.00 of $100.00 (85 %) used in 2026-10, $15.00 left until 2026-11-01");
    expect(budget("budget", { ...used, used_usd: "100" })).toContain("$0.00 left until 2026-11-01");
    expect(budget("budget", { ...used, used_usd: "110", guessed_usd: "11" })).toBe(
      "$110.00 of $100.00 (85 %) used in 2026-10, $10.00 over, resets 2026-11-01; of $110.00 used, 10.0 % guessed",
    );
    expect(budget("budget_claimed", { ...used, claimed_usd: "20" })).toBe(
      "$85.00 of $100.00 (85 %) in 2026-10, of which $20.00 is merely claimed by callers and counts against nobody",
    );
    expect(
      budget("budget_projection", { ...used, projected_usd: "120", projected_low_usd: "110", projected_high_usd: "130" }),
    ).toBe("2026-10 is heading for $120.00 (80 % sure: $110.00 to $130.00), limit $100.00");
    expect(titleOf(BUDGET_RULES.budget, { rule: "budget", worst: reading({}, used) })).toBe("80 % of the month's budget used");
    expect(titleOf(ALERT_RULES.error_rate, { rule: "error_rate", worst: reading() })).toBe(ALERT_RULES.error_rate.title);
  });
});

describe("where it is", () => {
  it("is the scope as people call it, and the one team or account where the scope does not say it", () => {
    expect(scopeText({ scope: "organisation", name: null })).toBe("the organisation");
    expect(scopeText({ scope: "team", name: "red" })).toBe("team red");
    expect(scopeText({ scope: "team", name: null })).toBe("team unknown");
    const place = (scope: "team" | "account" | "model", name: string, team: string | null, accountId: string | null) =>
      placeText({ scope, name, team, accountId });
    expect(place("model", "m", "red", "1")).toBe("all of it in team red, account 1");
    expect(place("team", "red", "red", "1")).toBe("all of it in account 1");
    expect(place("team", "red", "blue", null)).toBe("all of it in team blue");
    expect(place("account", "1", "red", "1")).toBe("all of it in team red");
    expect(place("account", "1", null, "1")).toBeUndefined();
  });
});

describe("an incident in one sentence", () => {
  const given = { worst: reading({ value: 0.3, limit: 0.1 }, { calls: 100 }) };
  it("is open since a minute, or was bad from one to another, at worst so much", () => {
    expect(summaryOf(rule(), incident(given))).toBe(
      `${rule().title}: the organisation, since 2026-05-31 23:45 UTC: 30 % of 100 calls failed in 15 minutes, limit 10 %.`,
    );
    expect(summaryOf(rule(), incident({ ...given, lastBreach: START + HOUR, resolvedAt: START + 2 * HOUR }))).toBe(
      `${rule().title}: the organisation, 2026-05-31 23:45 to 2026-06-01 01:00 UTC: at worst 30 % of 100 calls failed in 15 minutes, limit 10 %.`,
    );
  });

  it("says of silence how long it is, and of nothing that grows that it was worst", () => {
    const silent = incident({
      rule: "logs_stopped",
      since: START,
      lastBreach: START + 3 * HOUR,
      worst: reading({ value: 50 }, { sources: 1 }),
    });
    expect(summaryOf(ALERT_RULES.logs_stopped, silent)).toMatch(
      /: 50 calls expected since then, none logged \(3 hours of silence\)\.$/,
    );
  });

  it("has no times of a budget, whose own words name its period", () => {
    const worst = reading(
      { value: 0.85 },
      { used_usd: "85", limit_usd: "100", period: "month", period_name: "2026-10", resets: "x", threshold: 0.8 },
    );
    expect(summaryOf(BUDGET_RULES.budget, incident({ rule: "budget", worst }))).toBe(
      "80 % of the month's budget used: the organisation: $85.00 of $100.00 (85 %) used in 2026-10, $15.00 left until x.",
    );
  });
});

describe("what it is not", () => {
  const none = { people: [], models: [], teams: [], accounts: [], regions: [], errorCodes: [], dollars: 0n, guessed: 0n };
  const errors = reading({}, { failed: 100, throttling: 5, client: 4, server: 90, model: 1 });

  it("are classes of errors below a twentieth of the failures", () => {
    expect(isNot(ALERT_RULES.error_rate, incident(), errors, none)).toEqual([
      "not the callers' own mistakes (4 % of the failures)",
      "not the model's own errors (1 % of the failures)",
    ]);
    expect(errorClasses(errors)).toEqual(["server 90 %", "throttling 5 %"]);
    expect(isNot(ALERT_RULES.error_rate, incident(), reading({}, { failed: 0 }), none)).toEqual([]);
    expect(errorClasses(reading({}, { failed: 0 }))).toEqual([]);
  });

  it("is one caller or model where the largest of several has less than two fifths", () => {
    const of = (...shares: number[]) => shares.map((share, index) => ({ name: String(index), share }));
    const told = (people: ReturnType<typeof of>, models: ReturnType<typeof of> = []): string[] =>
      isNot(ALERT_RULES.spend_daily, incident({ rule: "spend_daily" }), reading(), { ...none, people, models });
    expect(told(of(0.39, 0.3))).toEqual(["not one caller (the largest has 39 %)"]);
    expect(told(of(0.4, 0.3))).toEqual([]);
    expect(told(of(0.2))).toEqual([]);
    expect(told([], of(0.3, 0.3))).toEqual(["not one model (the largest has 30 %)"]);
  });

  it("is the time of day where a baseline holds it, the usual growth, or a quiet hour", () => {
    const told = (name: Name, changes: Partial<Reading>, facts: Reading["facts"] = {}) =>
      isNot(ALERT_RULES[name], incident({ rule: name }), reading(changes, facts), none);
    expect(told("tokens_hourly", { baseline: 1_000 })).toEqual([
      "not the time of day or the weekday (they are in the baseline of 1,000 tokens)",
    ]);
    expect(told("tokens_hourly", { baseline: null })).toEqual([]);
    expect(told("spend_daily", { baseline: null }, { growth: 1.05 })).toEqual(["not the usual growth of 5 % a week"]);
    expect(told("logs_stopped", { baseline: null })).toEqual([
      "not a quiet hour (the calls expected are those of the same hour before)",
    ]);
  });
});

describe("figures as people read them", () => {
  it.each([
    ["usd", 1234.5, "$1,234.50"],
    ["share", 0.123, "12.3 %"],
    ["tokens", 4_200_000, "4.20 M tokens"],
    ["calls", 1, "1 call"],
    ["calls", 1_234, "1,234 calls"],
    ["points", 1, "1 point"],
    ["points", 2, "2 points"],
  ] as const)("%s %d", (measure, value, text) => expect(formatValue(measure, value)).toBe(text));

  it.each([
    [1, "1 minute"],
    [119, "119 minutes"],
    [120, "2 hours"],
    [47 * 60 + 59, "48 hours"],
    [48 * 60, "2 days"],
    [10 * 1440, "10 days"],
  ])("%d minutes", (minutes, text) => expect(spanText(minutes)).toBe(text));
});

describe("a window of which logs come late", () => {
  it("is marked until its logs are due, with the share that is usually there by then", () => {
    const seen = (late: number) => observation({ since: START, tick: START + 15 * MINUTE + late * MINUTE });
    const given = rule({ params: { ...rule().params, late_minutes: 5 } });
    const marked = markEarly(given, [seen(9), seen(10)], { minutes: 10, earlyShare: 0.7 });
    expect(marked.map(({ facts }) => facts["logs_share"])).toEqual([0.7, undefined]);
    expect(markEarly(given, [seen(4)], { minutes: 0, earlyShare: 0.7 })[0]?.facts["logs_share"]).toBe(0.7);
    expect(markEarly(given, [seen(0)], { minutes: 10, earlyShare: 0 })[0]?.facts["logs_share"]).toBeUndefined();
    expect(
      markEarly(ALERT_RULES.spend_daily, [seen(0)], { minutes: 10, earlyShare: 0.7 })[0]?.facts["logs_share"],
    ).toBeUndefined();
  });

  const asked = (calls: number, changes = {}) => {
    const warehouse = new FakeWarehouse({
      "anomalies/error_rate": () => [
        {
          tick: isoOf(START + 5 * MINUTE),
          since: isoOf(START - 15 * MINUTE),
          scope: "organisation",
          scope_name: null,
          value: 0.25,
          baseline: null,
          baseline_n: 0,
          spread: null,
          sustained: true,
          floor_value: calls,
          dollars: "1",
          team: null,
          account_id: null,
          calls,
          failed: calls / 4,
        },
      ],
    });
    const worst = reading({ since: START - 15 * MINUTE }, { calls: 100 });
    return windowFigures(warehouse, rule(), { worst, scope: "organisation", name: null, ...changes });
  };

  it("is asked for again, and told where more is there by now", async () => {
    expect(await asked(200)).toEqual({ calls: 200, failed: 50, share: 0.25 });
    expect(await asked(100)).toBeUndefined();
    expect(await asked(200, { scope: "team", name: "red" })).toBeUndefined();
    expect(await asked(200, { worst: reading({ since: null }) })).toBeUndefined();
    expect(windowFacts({ calls: 200, failed: 50, share: 0.25 })).toEqual([
      ["complete_calls", 200],
      ["complete_failed", 50],
      ["complete_share", 0.25],
    ]);
    expect(windowFacts(undefined)).toEqual([]);
  });
});

describe("the numbers behind one alert", () => {
  const alert = (changes: Partial<Alert> = {}): Alert =>
    ({
      alert_id: "error_rate-20260601T0000-abc",
      rule: "error_rate",
      severity: "critical",
      measure: "share",
      summary: "It fails.",
      since: isoOf(START),
      opened_at: isoOf(START + 5 * MINUTE),
      last_seen: isoOf(START + HOUR),
      resolved_at: null,
      value: 0.3,
      baseline: 0.02,
      limit_value: 0.1,
      dollars: "12.5",
      contributors: "ann 75 %",
      contributing_models: "m",
      contributing_teams: "red, blue",
      contributing_errors: "",
      facts: {
        calls: "12345",
        wasted_usd: "1.5",
        retries_usd: "2",
        growth: "1.05",
        logs_share: "0.6",
        ratio: "1.23456",
        region: "us-east-1",
        empty: "",
      },
      grouped_under: null,
      muted: null,
      notices: 1,
      query: "npx strata-bedrock query top_spenders --param from=x",
      ...changes,
    }) as Alert;
  const lines = (changes: Partial<Alert> = {}, others: readonly Alert[] = [], target = ""): Map<string, string> =>
    new Map(explainAlert([alert(changes), ...others], alert().alert_id, target));

  it("are told by what their names promise", () => {
    expect(Object.fromEntries(lines())).toEqual({
      What: "It fails.",
      Rule: "error_rate (critical)",
      State: "open",
      "Bad since": "2026-06-01 00:00 UTC",
      Found: "2026-06-01 00:05 UTC",
      "Last bad tick": "2026-06-01 01:00 UTC",
      "Worst value": "30 %",
      Expected: "2 %",
      Limit: "10 %",
      "Cost in all": "$12.50",
      Who: "ann 75 %",
      Model: "m",
      Team: "red, blue",
      calls: "12.3 k",
      wasted: "$1.50",
      "cost of retries": "$2.00",
      growth: "5 % a week",
      "logs share": "60 %",
      ratio: "1.235",
      region: "us-east-1",
      Told: "1 message",
      Look: "npx strata-bedrock query top_spenders --param from=x",
    });
  });

  it("say when it was over, what a budget had used by then, who told it, and what it explains", () => {
    expect(lines({ resolved_at: isoOf(START + 2 * HOUR) }).get("State")).toBe("over since 2026-06-01 02:00 UTC");
    expect(lines({ severity: "budget" }).get("Used by then")).toBe("$12.50");
    expect(lines({ grouped_under: "other" }).get("Told")).toBe("by other");
    expect(lines({ muted: "suppressed: test" }).get("Told")).toBe("no, suppressed: test");
    expect(lines({ notices: 2 }).get("Told")).toBe("2 messages");
    expect(lines({ contributing_teams: "red" }).has("Team")).toBe(false);
    expect(lines({ baseline: null, limit_value: null }).has("Expected")).toBe(false);
    expect(lines({}, [alert({ alert_id: "child", grouped_under: alert().alert_id, summary: "Too." })]).get("Explains")).toBe(
      "Too. (child)",
    );
    expect(lines({}, [], "--data x").get("Look")).toBe("npx strata-bedrock query top_spenders --data x --param from=x");
    const late = { complete_calls: "200", complete_failed: "50", complete_share: "0.25" };
    expect(lines({ facts: late }).get("With all logs")).toBe("25 % (50 of 200 calls)");
    expect(lines({ facts: late }).has("complete calls")).toBe(false);
  });

  it("are found by the beginning of an id that only one has", () => {
    expect(explainAlert([alert()], "error_rate")[0]).toEqual(["What", "It fails."]);
    expect(() => explainAlert([alert(), alert({ alert_id: "error_rate-2" })], "error")).toThrow(
      'several alerts begin with "error"',
    );
    expect(() => explainAlert([alert()], "spend")).toThrow('there is no alert "spend"');
    expect(new Map(explainAlert([alert(), alert({ alert_id: "error", summary: "Exact." })], "error")).get("What")).toBe("Exact.");
  });
});
