import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type DetectorResult, detectOver } from "../../src/anomaly/run-detectors.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import { DAY, HOUR, START } from "./factories.ts";
import { dataOf, type FakeCall, type FakeData, traffic } from "./fake-data.ts";

const config = strataConfig.parse({
  alerts: {
    rules: Object.fromEntries(
      Object.keys(strataConfig.parse({}).alerts.rules).map((name) => [name, { enabled: name === "logs_stopped" }]),
    ),
  },
});
const DARK = { from: START + 15 * DAY + 10 * HOUR, to: START + 31 * DAY + 9 * HOUR };
const accounts = Array.from({ length: 24 }, (_, index) => String(111100000000 + index));

/** Sixteen dark days of 24 accounts, which come back one by one over six hours; another account calls now and then all the time. */
describe("one silence of everything", () => {
  let made: FakeData;
  let result: DetectorResult;
  beforeAll(async () => {
    const calls = accounts.flatMap((account, index) =>
      traffic(33, 12, { account }, 2).filter(({ at }) => at < DARK.from || at >= DARK.to + (index % 6) * HOUR),
    );
    const other = traffic(33, 1, { account: "999900001111" }).map((call): FakeCall => ({ ...call, person: "eve@example.com" }));
    made = await dataOf([...calls, ...other]);
    result = await detectOver({ warehouse: made.warehouse, config });
  });
  afterAll(() => made.close());

  it("is one incident that names how many are silent, and one end", () => {
    const told = result.alerts.filter(({ grouped_under }) => grouped_under === null);
    expect(told.map(({ scope, facts }) => [scope, facts["sources"]])).toEqual([["organisation", "24"]]);
    const messages = result.notices.filter(({ incident }) => incident.groupedUnder === null && incident.muted === null);
    // After twelve hours, a day, two, four, eight: not every twelve hours of sixteen days.
    expect(messages.map(({ kind }) => kind)).toEqual(["opened", ...Array(5).fill("renotified"), "resolved"]);
  });

  it("lasted from the first dark hour to the last", () => {
    const [page] = result.alerts.filter(({ grouped_under }) => grouped_under === null);
    expect(Date.parse(page?.since ?? "")).toBe(DARK.from);
    expect(Date.parse(page?.last_seen ?? "")).toBeGreaterThanOrEqual(DARK.to);
    expect(Date.parse(page?.last_seen ?? "")).toBeLessThanOrEqual(DARK.to + 3 * HOUR);
    expect(page?.summary).toMatch(/none logged by 24 accounts and regions \(16 days of silence\)/);
  });
});

/** Ten accounts of two calls an hour, day and night, of which some fall silent for twenty hours. */
describe("nearly everything silent", () => {
  const told = async (silent: number): Promise<string[]> => {
    const from = START + 15 * DAY + 10 * HOUR;
    const calls = accounts
      .slice(0, 10)
      .flatMap((account, index) =>
        Array.from({ length: 17 * 48 }, (_, half): FakeCall => ({ account, at: START + half * (HOUR / 2) + HOUR / 4 })).filter(
          ({ at }) => index >= silent || at < from || at >= from + 20 * HOUR,
        ),
      );
    const made = await dataOf(calls);
    try {
      const { alerts } = await detectOver({ warehouse: made.warehouse, config });
      return alerts.filter(({ grouped_under }) => grouped_under === null).map(({ scope }) => scope);
    } finally {
      made.close();
    }
  };

  it("is one silence of all from nine tenths on", async () => expect(await told(9)).toEqual(["organisation"]));

  it("is each source's own silence below that", async () => expect(await told(8)).toEqual(Array(8).fill("source")));
});
