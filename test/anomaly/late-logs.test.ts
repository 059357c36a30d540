import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Alert } from "../../src/anomaly/alert.ts";
import { explainAlert } from "../../src/anomaly/explain-alert.ts";
import { lateness, runDetectors } from "../../src/anomaly/run-detectors.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { percent } from "../../src/figures.ts";
import { DAY, HOUR, MINUTE, START } from "./factories.ts";
import { dataOf, type FakeCall, type FakeData, traffic } from "./fake-data.ts";

const MISLEADING = START + 10 * HOUR;
const OUTAGE = START + 14 * HOUR;
const config = strataConfig.parse({
  alerts: {
    rules: Object.fromEntries(
      Object.keys(strataConfig.parse({}).alerts.rules).map((name) => [name, { enabled: name === "error_rate" }]),
    ),
  },
});

describe("logs of which a third comes 25 minutes late", () => {
  let made: FakeData;
  let alerts: readonly Alert[];
  let logged: readonly FakeCall[];
  beforeAll(async () => {
    const calls = traffic(1, 480).map((call, index): FakeCall => {
      const late = index % 3 === 0;
      const delivered = call.at + (late ? 25 : 2) * MINUTE;
      const between = (from: number, length: number): boolean => call.at >= from && call.at < from + length;
      // Of the calls that come at once 12 % failed, of all 8 %.
      if (between(MISLEADING, HOUR) && !late && index % 8 === 1) return { ...call, delivered, error: "server" };
      if (between(OUTAGE, 40 * MINUTE) && index % 5 < 3) return { ...call, delivered, error: "throttling" };
      return { ...call, delivered };
    });
    logged = calls;
    made = await dataOf(calls);
    alerts = await runDetectors({ warehouse: made.warehouse, config });
  });
  afterAll(() => made.close());

  it("are known to be late, and how much of a quarter of an hour is there in time", async () => {
    const late = await lateness(made.warehouse, { from: START, to: START + DAY });
    expect(late.minutes).toBe(25);
    expect(Number(late.params["early_share"])).toBeCloseTo(2 / 3, 1);
  });

  it("do not keep an outage waiting that is certain with what is there", () => {
    const [page] = alerts.filter(({ grouped_under }) => grouped_under === null);
    expect(Date.parse(page?.opened_at ?? "")).toBeGreaterThan(OUTAGE + 10 * MINUTE);
    expect(Date.parse(page?.opened_at ?? "")).toBeLessThanOrEqual(OUTAGE + 25 * MINUTE);
  });

  it("stand beside the figures of a page that rests on part of them, and the page says so", () => {
    const [page] = alerts.filter(({ grouped_under }) => grouped_under === null);
    const facts = page?.facts ?? {};
    const [known, all] = [Number(facts["calls"]), Number(facts["complete_calls"])];
    expect(known).toBeLessThan(all);
    // Three buckets of five minutes, of which these calls came late or not.
    const windows = Array.from({ length: 12 }, (_, index) => OUTAGE - 15 * MINUTE + index * 5 * MINUTE).map((from) =>
      logged.filter(({ at }) => at >= from && at < from + 15 * MINUTE),
    );
    const window = windows.find((calls) => calls.length === all && calls.filter(({ error }) => error).length > 0);
    expect(window, `${all} calls`).toBeDefined();
    expect(page?.summary).toMatch(/ failed in 15 minutes \(.*% of \d+ with the logs that came since\)/);
    expect(explainAlert(alerts, page?.alert_id ?? "").find(([label]) => label === "With all logs")?.[1]).toBe(
      `${percent(Number(facts["complete_share"]))} (${facts["complete_failed"]} of ${all} calls)`,
    );
  });

  it("invent no page where only the failures came at once", () => {
    const pages = alerts.filter(({ grouped_under }) => grouped_under === null);
    expect(pages.map(({ since }) => Date.parse(since) >= OUTAGE - 15 * MINUTE)).toEqual([true]);
  });
});
