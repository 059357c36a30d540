import { afterAll, beforeAll, expect, it } from "vitest";
import type { Alert } from "../../src/anomaly/alert.ts";
import { runDetectors } from "../../src/anomaly/run-detectors.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { DAY, HOUR, MINUTE, START } from "./factories.ts";
import { dataOf, type FakeCall, type FakeData, traffic } from "./fake-data.ts";

const [BIG, SMALL] = [START + 3 * DAY + 10 * HOUR, START + 4 * DAY + 14 * HOUR];
let made: FakeData;
let alerts: readonly Alert[];
beforeAll(async () => {
  const calls = traffic(5, 40).map((call, index): FakeCall => {
    const big = call.at >= BIG && call.at < BIG + 3 * HOUR && index % 10 < 9;
    const small = call.at >= SMALL && call.at < SMALL + 45 * MINUTE && index % 5 < 2;
    return big || small ? { ...call, error: "server" } : call;
  });
  made = await dataOf(calls);
  const off = Object.keys(strataConfig.parse({}).alerts.rules).map((name) => [name, { enabled: name === "error_rate" }]);
  const config = strataConfig.parse({ alerts: { rules: Object.fromEntries(off) } });
  alerts = (await runDetectors({ warehouse: made.warehouse, config })).filter(({ grouped_under }) => grouped_under === null);
});
afterAll(() => made.close());

it("an outage of yesterday does not hide a small one of today: four failures in ten calls are told within 25 minutes", () => {
  expect(alerts.map(({ since }) => Date.parse(since) >= SMALL - 15 * MINUTE)).toEqual([false, true]);
  expect(Date.parse(alerts[1]?.opened_at ?? "")).toBeLessThanOrEqual(SMALL + 25 * MINUTE);
});

it("says what is usual without the outage", () => expect(alerts[1]?.baseline).toBe(0));
