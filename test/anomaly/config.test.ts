import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import type { AlertRule } from "../../src/config/alert-rule.ts";
import { ALERT_RULES } from "../../src/config/alert-rules.ts";
import { alertsConfig } from "../../src/config/alerts.ts";
import { BUDGET_RULES } from "../../src/config/budget-rules.ts";
import { formatDuration, parseDuration } from "../../src/config/duration.ts";
import { parseConfig } from "../../src/config/load.ts";
import { ConfigError } from "../../src/errors.ts";
import { queryFile, sqlFolder } from "../../src/query/files.ts";

const OWN = {
  title: "Mine",
  query: "anomalies/unpriced",
  tick: "1h",
  scopes: ["model"],
  measure: "calls",
  compare: "above",
  threshold: 3,
};

const problems = (given: unknown): string[] =>
  alertsConfig.safeParse(given).error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`) ?? [];

describe("alerts in strata.yml", () => {
  it("gives the table when nothing is said", () => {
    const { rules } = alertsConfig.parse({});
    expect(rules).toEqual(JSON.parse(JSON.stringify(ALERT_RULES)));
  });

  it("changes one number and leaves the others", () => {
    const { rules } = alertsConfig.parse({ rules: { error_rate: { threshold: 0.2, params: { late_minutes: 15 } } } });
    expect(rules["error_rate"]).toMatchObject({ threshold: 0.2, floor: 10, params: { late_minutes: 15, evidence: 12 } });
  });

  it("takes a rule of one's own", () => {
    const own = {
      title: "Mine",
      query: "anomalies/unpriced",
      tick: "1h",
      severity: "info",
      scopes: ["model"],
      measure: "calls",
      compare: "above",
      threshold: 3,
    };
    expect(alertsConfig.parse({ rules: { my_rule: own } }).rules["my_rule"]).toMatchObject({
      threshold: 3,
      enabled: true,
      cool_down: "1d",
    });
  });

  it.each<[string, unknown, string]>([
    [
      "a misspelt rule",
      { rules: { eror_rate: { threshold: 1 } } },
      "rules.eror_rate.query: is missing: no rule of the table has this name",
    ],
    ["a misspelt key", { rules: { error_rate: { treshold: 1 } } }, "rules.error_rate: Unrecognized key"],
    [
      "a wrong duration",
      { rules: { error_rate: { hold: "15 minutes" } } },
      "rules.error_rate.hold: write a length of time as 15m, 6h or 2d",
    ],
    ["a negative threshold", { rules: { error_rate: { threshold: -1 } } }, "rules.error_rate.threshold"],
    [
      "a query elsewhere",
      { rules: { error_rate: { query: "saved/x" } } },
      "rules.error_rate.query: write a query under sql/anomalies",
    ],
    ["responses that do not rise", { response: { warn: 0.9, throttle: 0.5 } }, "response: warn, throttle and reject must rise"],
    [
      "a recovery above the threshold",
      { rules: { error_rate: { recovery: 1.5 } } },
      "rules.error_rate.recovery: 1.5 would end an incident above its own threshold: recovery is a share of threshold, from 0 to 1",
    ],
    [
      "two rules that tell the same people the same",
      { rules: { outage: { ...OWN, query: "anomalies/error_rate", tick: "5m", severity: "critical", scopes: ["team"] } } },
      "rules.outage: contradicts alerts.rules.error_rate: both tell critical about anomalies/error_rate for team",
    ],
    [
      "a suppression that ends before it begins",
      { suppress: [{ from: "2026-12-24", to: "2026-12-23", reason: "x" }] },
      "suppress.0.to: is not after from (2026-12-24), so nothing would be suppressed",
    ],
    ["a suppression without an end", { suppress: [{ from: "2026-12-24", reason: "x" }] }, "suppress.0.to"],
  ])("refuses %s by its path", (_, given, message) => expect(problems(given).join("; ")).toContain(message));

  it("takes a warning beside the page, and another rule where the first is off", () => {
    const warning = { ...OWN, query: "anomalies/error_rate", tick: "5m", severity: "warning", scopes: ["team"], threshold: 0.05 };
    expect(problems({ rules: { early: warning } })).toEqual([]);
    expect(problems({ rules: { error_rate: { enabled: false }, page: { ...warning, severity: "critical" } } })).toEqual([]);
  });

  it("refuses two budgets for the same, and is a ConfigError that names both keys", () => {
    const text =
      "budgets:\n  - {scope: team, name: core, period: month, limit_usd: 100}\n  - {scope: team, name: core, period: month, limit_usd: 200}\n";
    expect(() => parseConfig(text)).toThrow(ConfigError);
    expect(() => parseConfig(text)).toThrow("budgets.1 (line 3): contradicts budgets.0: both limit team core for the month");
  });

  it("can be published as JSON Schema, every key with its default", () => {
    const schema = JSON.stringify(z.toJSONSchema(alertsConfig, { io: "input" }));
    expect(schema).toContain('"default":0.2');
    expect(schema).toContain("Spreads of the history");
  });
});

describe("the rule table", () => {
  const all: [string, AlertRule][] = [...Object.entries(ALERT_RULES), ...Object.entries(BUDGET_RULES)];
  it.each(all)("%s has a detector whose header declares its parameters", (_, rule) => {
    expect(existsSync(join(sqlFolder(), `${rule.query}.sql`))).toBe(true);
    // What is a matter of single calls is decided when they are summed up.
    const declared = [rule.query, "rollups/calls_5m"].flatMap((query) => queryFile(query).header.params.map(({ name }) => name));
    // The projection asks for local days, not for ticks.
    const range = rule.query === "anomalies/daily_spend" ? ["starts", "periods"] : ["from", "to"];
    expect(declared).toEqual(expect.arrayContaining([...range, ...Object.keys(rule.params)]));
    for (const text of [rule.learns, rule.hold, rule.cool_down, rule.clear_for]) expect(parseDuration(text)).toBeDefined();
  });
});

describe("lengths of time", () => {
  it.each([
    ["15m", 900_000, "15m"],
    ["90m", 5_400_000, "90m"],
    ["6h", 21_600_000, "6h"],
    ["48h", 172_800_000, "2d"],
    ["0m", 0, "0m"],
  ])("%s", (text, millis, shown) => {
    expect(parseDuration(text)).toBe(millis);
    expect(formatDuration(millis)).toBe(shown);
  });
  it.each(["15", "m", "1.5h", "15 m", "-1h", ""])("refuses %j", (text) => expect(parseDuration(text)).toBeUndefined());
});
