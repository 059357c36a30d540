import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Alert } from "../../src/anomaly/alert.ts";
import { backtest } from "../../src/anomaly/backtest.ts";
import { budgetStatus } from "../../src/anomaly/budget-status.ts";
import { explainAlert } from "../../src/anomaly/explain-alert.ts";
import { detectOver, runDetectors } from "../../src/anomaly/run-detectors.ts";
import { type StrataConfig, strataConfig } from "../../src/config/strata-config.ts";
import { DAY, HOUR, MINUTE, START, USD } from "./factories.ts";
import { dataOf, type FakeCall, type FakeData, traffic } from "./fake-data.ts";

vi.setConfig({ testTimeout: 240_000 });

const config = (given: Record<string, unknown> = {}): StrataConfig => strataConfig.parse(given);

const opened: FakeData[] = [];
const data = async (calls: readonly FakeCall[]): Promise<FakeData> => {
  const made = await dataOf(calls);
  opened.push(made);
  return made;
};
afterAll(() => {
  for (const made of opened) made.close();
});

/** `day` counts from 0, a Monday. */
const at = (day: number, hour: number): number => START + day * DAY + hour * HOUR;
const inside = (call: FakeCall, from: number, to: number): boolean => call.at >= from && call.at < to;
const HALF_HOUR = 30 * MINUTE;

const BURST = at(15, 14);
const BAD_MINUTE = at(16, 14);
const LATE_FAILURES = at(17, 10);
const LATE_CALLS = at(18, 10);
const SPIKE = at(21, 14);
const GAP = at(22, 10);
const BUSY_DAY = at(23, 0);
const LOOP = at(24, 14);
const CACHE_DAY = at(25, 0);

const core = (): FakeCall[] =>
  traffic(28, 40, { cost: USD / 5n, team: "core", tokens: 100, cacheRead: 900 }).flatMap((call, index): FakeCall[] => {
    const failure: FakeCall = { ...call, at: call.at + 1000, error: "server" };
    if (inside(call, BURST, BURST + HALF_HOUR)) return [call, failure];
    if (inside(call, BAD_MINUTE, BAD_MINUTE + 2 * MINUTE)) return [call, failure, failure];
    if (inside(call, LATE_FAILURES, LATE_FAILURES + HALF_HOUR))
      return [call, { ...failure, delivered: LATE_FAILURES + 5 * HOUR }];
    if (inside(call, LATE_CALLS, LATE_CALLS + HALF_HOUR)) return [{ ...call, delivered: LATE_CALLS + 5 * HOUR }];
    if (inside(call, BUSY_DAY, BUSY_DAY + DAY) && index % 2 === 0) return [call, { ...call, at: call.at + 1000 }];
    if (inside(call, CACHE_DAY, CACHE_DAY + DAY)) return [{ ...call, cacheRead: 20 }];
    return [call];
  });

const planted = (): FakeCall[] => [
  ...core(),
  ...traffic(28, 15, {
    account: "444455556666",
    region: "eu-west-1",
    team: "batch",
    cost: USD / 1000n,
    tokens: 100,
    cacheRead: 900,
  }).filter((call) => !inside(call, GAP, GAP + 4 * HOUR)),
  ...Array.from(
    { length: 20 },
    (_, index): FakeCall => ({ at: SPIKE + index * MINUTE, team: "search", tokens: 30_000, cost: USD }),
  ),
  ...Array.from(
    { length: 400 },
    (_, index): FakeCall => ({ at: LOOP + index * 8_000, person: "zoe@example.com", tokens: 100 + index, cost: USD / 2n }),
  ),
  { at: at(24, 10), model: "newvendor.mystery-1", team: "core", cost: null },
  ...traffic(28, 2, { team: "unattributed", person: "ghost@example.com", cost: USD }),
];

const telling = (alerts: readonly Alert[], rule: string): Alert[] =>
  alerts.filter((alert) => alert.rule === rule && alert.grouped_under === null);
const day = (alert: Alert | undefined): number => Math.floor((Date.parse(alert?.since ?? "") - START) / DAY);

describe("a month with planted incidents", () => {
  let made: FakeData;
  let alerts: readonly Alert[];
  const settings = config({
    budgets: [
      { scope: "team", name: "core", period: "month", limit_usd: "2000" },
      { scope: "person", period: "day", limit_usd: "150" },
    ],
  });
  beforeAll(async () => {
    made = await data(planted());
    alerts = await runDetectors({ warehouse: made.warehouse, config: settings });
  });

  it("pages for the two outages and for nothing else, each once", () => {
    const pages = alerts.filter(({ severity, grouped_under }) => severity === "critical" && grouped_under === null);
    expect(pages.map((page) => [page.scope, day(page)])).toEqual([
      ["organisation", 15],
      ["organisation", 17],
    ]);
    expect(pages[0]).toMatchObject({ state: "resolved", notices: 2 });
  });

  it("tells an outage's class, and finds it while it lasts", () => {
    const [page] = telling(alerts, "error_rate");
    expect(page?.facts).toMatchObject({ throttling: "0", client: "0" });
    expect(Number(page?.facts["server"])).toBeGreaterThan(0);
    expect(Date.parse(page?.opened_at ?? "")).toBeLessThanOrEqual(BURST + HALF_HOUR);
  });

  it("finds the outage whose logs came five hours late when they came, and invents none from late calls", () => {
    const late = telling(alerts, "error_rate")[1];
    expect(Date.parse(late?.opened_at ?? "")).toBeGreaterThanOrEqual(LATE_FAILURES + 5 * HOUR);
    expect(Date.parse(late?.since ?? "")).toBeLessThan(LATE_FAILURES + HALF_HOUR);
  });

  it("finds the hour of many tokens once, and who it was", () => {
    const [spike] = telling(alerts, "tokens_hourly").filter((alert) => day(alert) === 21);
    expect(spike?.since).toBe(new Date(SPIKE).toISOString());
  });

  it("finds the silent hours of one source, when they began and that they ended", () =>
    expect(telling(alerts, "logs_stopped")).toMatchObject([
      { scope_name: "444455556666/eu-west-1", state: "resolved", since: new Date(GAP).toISOString(), account_id: "444455556666" },
    ]));

  it("finds the day above its baseline", () => expect(telling(alerts, "spend_daily").map(day)).toContain(23));

  it("finds the loop, and lets it explain the tokens of its hour", () => {
    const [loop] = telling(alerts, "runaway_loop");
    expect(loop).toMatchObject({ scope: "principal", team: "core" });
    expect(alerts.some(({ rule, grouped_under }) => rule === "tokens_hourly" && grouped_under === loop?.alert_id)).toBe(true);
  });

  it("finds the day on which the cache was hardly hit", () => expect(telling(alerts, "cache_collapse").map(day)).toContain(25));

  it("finds the model without a price, and that it is new", () => {
    expect(telling(alerts, "unpriced")).toMatchObject([{ scope_name: "newvendor.mystery-1", severity: "data" }]);
    expect(telling(alerts, "first_seen_model")).toMatchObject([{ scope_name: "newvendor.mystery-1", notices: 1 }]);
  });

  it("finds spend without a team", () => expect(telling(alerts, "unattributed")).toHaveLength(1));

  it("tells a projected month before its limit is reached, then both thresholds", () => {
    const months = alerts.filter(({ period, scope_name }) => period === "2026-06" && scope_name === "core");
    expect(months.map(({ rule, threshold }) => [rule, threshold])).toEqual([
      ["budget_projection", 1],
      ["budget", 0.8],
      ["budget", 1],
    ]);
  });

  it("tells the person's day once for each threshold", () => {
    const person = alerts.filter(({ rule, scope_name }) => rule === "budget" && scope_name === "zoe@example.com");
    expect(person.map(({ threshold }) => threshold).sort()).toEqual([0.8, 0.9, 1]);
  });

  it("outside of the planted days tells nothing but budgets and spend without a team", () => {
    const days = new Set([15, 17, 21, 22, 23, 24, 25]);
    const others = alerts.filter(
      (alert) =>
        alert.grouped_under === null && alert.severity !== "budget" && alert.rule !== "unattributed" && !days.has(day(alert)),
    );
    expect(others.map(({ summary }) => summary)).toEqual([]);
  });

  it("gives the same alerts at any tick, whatever came later: nobody looks ahead", async () => {
    const cut = at(22, 13);
    const before = (list: readonly Alert[]) =>
      list
        .filter(({ opened_at }) => Date.parse(opened_at) <= cut)
        .map(({ alert_id, grouped_under }) => [alert_id, grouped_under]);
    const short = await runDetectors({ warehouse: made.warehouse, config: settings, now: cut });
    expect(before(short).length).toBeGreaterThan(4);
    expect(before(short)).toEqual(before(alerts));
  });

  it("explains an alert by its id or the beginning of it, and names an id that is wrong", () => {
    const id = alerts[0]?.alert_id ?? "";
    expect(explainAlert(alerts, id).map(([label]) => label)).toContain("Worst value");
    expect(() => explainAlert(alerts, "nothing")).toThrow('alerts: there is no alert "nothing"');
    expect(() => explainAlert(alerts, "error_rate")).toThrow("alerts: several alerts begin with");
  });

  it("is replayed by a backtest: what fires in which week, how right it is, and what other thresholds do", async () => {
    const result = await backtest({
      warehouse: made.warehouse,
      config: settings,
      rule: "error_rate",
      sweep: [0.1, 0.9],
      truth: [
        { rule: "error_rate", from: BURST, to: BURST + HALF_HOUR },
        { rule: "error_rate", from: LATE_FAILURES, to: LATE_FAILURES + HALF_HOUR },
      ],
    });
    expect(result.weeks.map(({ fired }) => fired)).toEqual([0, 0, 2, 0]);
    expect(result.score).toMatchObject({ fired: 2, precision: 1, recall: 1 });
    expect(result.sweep.map(({ fired }) => fired)).toEqual([2, 0]);
    expect(result.threshold).toBe(0.1);
    await expect(backtest({ warehouse: made.warehouse, config: settings, rule: "errors" })).rejects.toThrow(
      'backtest: there is no rule "errors"',
    );
  });

  it("replays budgets with the rest, each message as it was told", async () => {
    const months = await backtest({ warehouse: made.warehouse, config: settings, rule: "budget" });
    const told = alerts.filter(({ rule, grouped_under }) => rule === "budget" && grouped_under === null);
    expect(months.firings.filter((firing) => firing.told).map(({ alert_id }) => alert_id)).toEqual(
      told.map(({ alert_id }) => alert_id),
    );
    expect(months.firings.every(({ severity }) => severity === "budget")).toBe(true);
    expect(months.sweep).toEqual([]);
  });

  it("runs the rules that are off by default when they are asked for", async () => {
    const off = Object.entries(config().alerts.rules).filter(([, { enabled }]) => !enabled);
    expect(off.map(([name]) => name)).toEqual(["premium_routine", "first_seen_principal", "unusual_principal"]);
    // The others run in every test above.
    const rules = Object.fromEntries(
      Object.entries(config().alerts.rules).map(([name, { enabled }]) => [name, { enabled: !enabled }]),
    );
    const more = await runDetectors({ warehouse: made.warehouse, config: config({ alerts: { rules } }) });
    expect(telling(more, "first_seen_principal").map(({ scope_name }) => scope_name)).toContain(
      "arn:aws:sts::111122223333:assumed-role/Dev/zoe@example.com",
    );
  });

  it("gives everyone's standing, exact and with the reset", async () => {
    const status = await budgetStatus({ warehouse: made.warehouse, config: settings, now: at(24, 20) });
    const zoe = status.standings.find(
      ({ scope, name, period }) => scope === "person" && name === "zoe@example.com" && period === "day",
    );
    expect(zoe).toMatchObject({
      used_usd: "200.00",
      limit_usd: "150.00",
      remaining_usd: "-50.00",
      state: "reject",
      resets_at: "2026-06-26T00:00:00.000Z",
    });
    expect(status.standings.find(({ scope, name }) => scope === "team" && name === "core")).toMatchObject({
      state: "reject",
      period: "month",
    });
    expect(status.standings.find(({ scope }) => scope === "organisation")).toMatchObject({ limit_usd: null, state: "ok" });
  });
});

describe("quiet and thin data", () => {
  it("raises nothing while everything grows by 15 % a week", async () => {
    const growing = traffic(21, 20, { team: "core" }).map((call): FakeCall => {
      const factor = 1.15 ** ((call.at - START) / (7 * DAY));
      return { ...call, tokens: Math.round(1000 * factor), cost: BigInt(Math.round(factor * 1e12)) };
    });
    const { warehouse } = await data(growing);
    expect((await runDetectors({ warehouse, config: config() })).map(({ summary }) => summary)).toEqual([]);
  });

  it("raises nothing without data, and says so", async () => {
    const { warehouse } = await data([]);
    const result = await detectOver({ warehouse, config: config() });
    expect(result.alerts).toEqual([]);
    expect(result.notes).toEqual(["alerts: there is no usage in that range, so nothing was judged."]);
  });

  it("raises nothing in one day of data, and says that history is missing", async () => {
    const { warehouse } = await data(traffic(1, 60));
    const result = await detectOver({ warehouse, config: config() });
    expect(result.alerts).toEqual([]);
    expect(result.learning).toContainEqual({ rule: "spend_daily", until: "2026-06-15" });
  });

  it("raises nothing for a tenant of one who works now and then, nor where the data ends", async () => {
    const { warehouse } = await data(traffic(16, 60).filter((call, index) => index % 97 === 0 && call.at < at(15, 11)));
    expect(await runDetectors({ warehouse, config: config() })).toEqual([]);
  });
});
