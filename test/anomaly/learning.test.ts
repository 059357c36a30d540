import { describe, expect, it } from "vitest";
import { learningRules, learningText } from "../../src/anomaly/learning.ts";
import { runnable } from "../../src/anomaly/run-detectors.ts";
import { dollars } from "../../src/cli/init.ts";
import { parseConfig } from "../../src/config/load.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { firstConfig, NOTHING_KNOWN } from "../../src/doctor/first-config.ts";
import { DAY, HOUR, START } from "./factories.ts";

const { rules } = runnable(strataConfig.parse({}));

describe("rules that cannot judge yet", () => {
  it("are named with the day from which they can", () => {
    const learning = learningRules(rules, START + 9 * HOUR, START + 3 * DAY);
    expect(learning).toContainEqual({ rule: "stolen_key", until: "2026-06-09" });
    expect(learning.map(({ rule }) => rule)).not.toContain("ceiling_hour");
    expect(learning.map(({ rule }) => rule)).not.toContain("error_rate");
    expect(learningText(learning)).toMatch(
      /^\d rules cannot judge yet, until 2026-06-15: .*logs_stopped \(2026-06-08\).*spend_daily/,
    );
  });

  it("are none after two weeks", () => expect(learningText(learningRules(rules, START, START + 14 * DAY))).toBeUndefined());
});

describe("the question of a first run", () => {
  it("ends in strata.yml and moves the ceilings", () => {
    const config = parseConfig(firstConfig({ ...NOTHING_KNOWN, expectedMonthUsd: 40_000 }));
    expect(config.alerts.expected_month_usd).toBe(40_000);
    expect(runnable(config).rules.get("ceiling_hour")).toMatchObject({ floor: 600, params: { usual_usd: 200 } });
  });

  it("takes amounts as people write them", () => {
    expect([dollars(""), dollars(" $5,000 "), dollars("250.50")]).toEqual([undefined, 5000, 250.5]);
    expect(() => dollars("a lot")).toThrow('init: "a lot" is not an amount of dollars');
  });

  it("is answered by the organisation's budget where there is one", () => {
    const config = strataConfig.parse({ budgets: [{ scope: "organisation", period: "month", limit_usd: 1000 }] });
    expect(runnable(config).rules.get("ceiling_day")).toMatchObject({ floor: 150, params: { usual_usd: 50 } });
  });
});
