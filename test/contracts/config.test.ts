import { describe, expect, it } from "vitest";
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
    ["budgts: []", "budgts | config: strata.yml: budgts: is not a known key"],
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
