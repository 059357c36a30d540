import { describe, expect, it, test } from "vitest";
import { defaultConfig, loadConfig, parseConfig } from "../../src/config/load.ts";
import { ConfigError } from "../../src/errors.ts";

const pathOf = (text: string): string => {
  try {
    parseConfig(text);
  } catch (error) {
    if (error instanceof ConfigError) return `${error.path} | ${error.message}`;
  }
  return "accepted";
};

describe("strata.yml", () => {
  it("may be empty", () => {
    expect(parseConfig("")).toEqual(defaultConfig());
    expect(parseConfig("# nothing\n")).toEqual(defaultConfig());
  });

  it.each([
    ["budgts: []", "budgts | config: strata.yml: budgts (line 1): is not a known key; did you mean budgets?"],
    ["attribution: { rules: [{ name: a, match: { principle: x }, team: b }] }", "attribution.rules.0.match.principle | "],
    ["budgets: [{ scope: team, period: month, limit_usd: -5 }]", "budgets.0.limit_usd | "],
    ["budgets: [{ scope: teem, period: month, limit_usd: 5 }]", "budgets.0.scope | "],
    ["attribution: { rules: [{ name: a, match: {}, team: b }] }", "attribution.rules.0.match | "],
    ["models: { inference_profiles: [x] }", "models.inference_profiles | "],
    ["just text", " | config: strata.yml: top level: "],
    ["a: [1, 2", " | config: strata.yml is not YAML"],
  ])("%s is refused by path", (text, expected) => {
    expect(pathOf(text)).toContain(expected);
  });

  it("that does not exist is named", () => {
    expect(() => loadConfig("no/such.yml")).toThrow("config: no/such.yml cannot be read");
  });
});

test.each([
  ["organisation: A\nreport:\n  poeple: none\n", "report.poeple (line 3): is not a known key; did you mean people?"],
  ["timezone: Europe/Berln\n", 'timezone (line 1): write an IANA time zone such as Europe/Berlin, not "Europe/Berln"'],
  [
    "budgets:\n  - { scope: taem, period: month, limit_usd: 20 }\n",
    'budgets.0.scope (line 2): "taem" is none of organisation, account, team, person, cost_center, environment, feature, role, model, metadata; did you mean team?',
  ],
  [
    "budgets:\n  - scope: team\n    perod: month\n    period: month\n    limit_usd: 1\n",
    "budgets.0.perod (line 3): is not a known key; did you mean period?",
  ],
  ["attribution:\n  teams:\n    a:\n      accounts: [111122223333]\n", "attribution.teams.a.accounts.0 (line 4)"],
  ["organisation: 12\n", 'a text of digits is written in quotes: "12"'],
  [
    "attribution:\n  teams: { payments: {} }\nbudgets:\n  - { scope: team, name: paymnets, period: month, limit_usd: 1 }\n",
    'budgets.0.name (line 4): there is no team "paymnets" under attribution.teams; did you mean payments?',
  ],
  [
    "attribution:\n  teams: { payments: {} }\n  rules:\n    - { name: x, team: paymnts, match: { region: us-east-1 } }\n",
    'attribution.rules.0.team (line 4): there is no team "paymnts"',
  ],
])("%j names the line and what was meant", (yaml, says) => {
  expect(() => parseConfig(yaml)).toThrow(says);
});

test("a team of a series, or one that tags name, is no typing error", () => {
  const teams = "attribution:\n  teams: { team-a: {}, payments: {} }\nbudgets:\n";
  for (const name of ["team-b", "search", "team-a1"])
    expect(() => parseConfig(`${teams}  - { scope: team, name: ${name}, period: month, limit_usd: 1 }\n`)).not.toThrow();
});
