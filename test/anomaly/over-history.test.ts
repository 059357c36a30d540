import { describe, expect, it } from "vitest";
import { alertOf } from "../../src/anomaly/alert.ts";
import { backtest, scoreOf, sweepChart } from "../../src/anomaly/backtest.ts";
import { budgetStatus } from "../../src/anomaly/budget-status.ts";
import { NO_CONTRIBUTORS } from "../../src/anomaly/contributors.ts";
import { muteCommand, nextQuery } from "../../src/anomaly/next-query.ts";
import { observationOf } from "../../src/anomaly/observation.ts";
import { isQuiet } from "../../src/anomaly/quiet-hours.ts";
import { lateness, observeLate, rangeOf, runnable } from "../../src/anomaly/run-detectors.ts";
import { incidentId } from "../../src/anomaly/silence.ts";
import { ALERT_RULES } from "../../src/config/alert-rules.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import type { QueryParams, Row } from "../../src/ports.ts";
import { isoOf } from "../../src/time.ts";
import { alerts, DAY, HOUR, incident, MINUTE, rule, START, USD } from "./factories.ts";
import { FakeWarehouse } from "./memory.ts";

const range = (first: number, last: number, more: Row = {}) => ({
  "anomalies/data_range": () => [{ first_hour: isoOf(first), last_hour: isoOf(last), stray_calls: 0, ...more }],
});

describe("the ticks that data exists for", () => {
  const of = (given: Omit<Parameters<typeof rangeOf>[0], "warehouse">, more: Row = {}) =>
    rangeOf({ warehouse: new FakeWarehouse(range(START + 5 * HOUR, START + 3 * DAY + 7 * HOUR, more)), ...given });

  it("are from the first day to the end of the last hour", async () =>
    expect(await of({})).toEqual({ from: START, to: START + 3 * DAY + 8 * HOUR, first: START + 5 * HOUR, notes: [] }));

  it("are those that were asked for, both days included, and none later than now", async () => {
    expect(await of({ from: "2026-06-02", to: "2026-06-02" })).toMatchObject({ from: START + DAY, to: START + 2 * DAY });
    expect(await of({ from: "2026-05-01", to: "2026-12-31" })).toMatchObject({ from: START, to: START + 3 * DAY + 8 * HOUR });
    expect(await of({ now: START + DAY })).toMatchObject({ to: START + DAY });
    expect(await of({ from: "2026-06-05" })).toBeUndefined();
    expect(await of({ now: START })).toBeUndefined();
    expect(await rangeOf({ warehouse: new FakeWarehouse({}) })).toBeUndefined();
  });

  it("leave out calls far from all others, and say so", async () =>
    expect((await of({}, { stray_calls: 3, stray_hour: "2031-01-01T04:00:00Z" }))?.notes).toEqual([
      "alerts: 3 calls more than a month away from all others (such as 2031-01-01T04h) were not judged: a clock was probably wrong.",
    ]));
});

describe("how late logs come", () => {
  const of = (row: Row) => lateness(new FakeWarehouse({ "anomalies/lateness": () => [row] }), { from: START, to: START + DAY });

  it.each([
    [0, 0],
    [0.1, 5],
    [5, 5],
    [5.1, 10],
    [90, 30],
  ])("is %d minutes: windows are due after %d", async (p99, minutes) =>
    expect(await of({ copied: 0, p99_minutes: p99, early_share: 0.6 })).toEqual({
      minutes,
      params: { trust_delivery: true, early_share: 0.6 },
    }),
  );

  it("is not known where half of the logs or more are copies", async () => {
    const unknown = { minutes: 0, params: { trust_delivery: false, early_share: 0 } };
    expect(await of({ copied: 0.5, p99_minutes: 20, early_share: 0.6 })).toEqual(unknown);
    expect(await of({})).toEqual(unknown);
    expect((await of({ copied: 0.49, p99_minutes: 20 })).minutes).toBe(20);
  });

  it("makes a window wait that long, and never shorter than its rule says", async () => {
    let asked: QueryParams = {};
    const warehouse = new FakeWarehouse({
      "anomalies/error_rate": (params) => {
        asked = params;
        return [];
      },
    });
    const waits = async (own: number, minutes: number) => {
      const given = rule({ params: { ...rule().params, late_minutes: own } });
      await observeLate(warehouse, given, { from: START, to: START + DAY }, { minutes, params: {} });
      return asked["late_minutes"];
    };
    expect([await waits(5, 20), await waits(20, 5)]).toEqual([20, 20]);
  });
});

describe("ceilings without history", () => {
  const floor = (given: object, name: keyof typeof ALERT_RULES) => {
    const config = strataConfig.parse(given);
    return runnable(config).rules.get(name);
  };
  const usual = (given: object) =>
    (["ceiling_hour", "ceiling_day", "ceiling_principal"] as const).map((name) => floor(given, name)?.params["usual_usd"]);

  it("stand at the share of the month that somebody expects: 200 busy hours, 20 days, half of a day for one principal", () => {
    expect(usual({ alerts: { expected_month_usd: 8_000 } })).toEqual([40, 400, 200]);
    expect(usual({ budgets: [{ scope: "organisation", period: "month", limit_usd: "4000" }] })).toEqual([20, 200, 100]);
    expect(usual({ budgets: [{ scope: "team", period: "month", limit_usd: "4000" }] })).toEqual(usual({}));
  });

  it("are never below $20", () => {
    const { threshold } = ALERT_RULES.ceiling_hour;
    expect(floor({ alerts: { expected_month_usd: 200 } }, "ceiling_hour")?.floor).toBe(20);
    expect(floor({ alerts: { expected_month_usd: 80_000 } }, "ceiling_hour")?.floor).toBe(400 * (1 + threshold));
  });

  it("are not judged when their rule is switched off", () =>
    expect(floor({ alerts: { rules: { ceiling_hour: { enabled: false } } } }, "ceiling_hour")).toBeUndefined());
});

/** Three quarters of an hour in which calls fail, on the Tuesday. */
const outage = (threshold?: number) =>
  new FakeWarehouse({
    ...range(START, START + 9 * DAY),
    "anomalies/error_rate": (params) =>
      Number(params["threshold"]) > (threshold ?? 1)
        ? []
        : Array.from({ length: 10 }, (_, index) => {
            const tick = START + DAY + index * 5 * MINUTE;
            return {
              tick: isoOf(tick),
              since: isoOf(tick - 15 * MINUTE),
              scope: "organisation",
              scope_name: null,
              value: 0.3,
              baseline: null,
              baseline_n: 0,
              spread: null,
              floor_value: 100,
              dollars: "1",
              team: null,
              account_id: null,
              calls: 100,
              failed: 30,
              server: 30,
            };
          }),
  });

describe("a backtest", () => {
  const config = strataConfig.parse({});
  const at = (from: number, to: number, more = {}) => ({ rule: "error_rate", from: START + from, to: START + to, ...more });

  it("tells what would have been told, week by week, and tries other thresholds", async () => {
    const result = await backtest({ warehouse: outage(0.2), config, rule: "error_rate", sweep: [0.1, 0.2, 0.25] });
    expect(result.firings.map(({ rule: name, severity, told }) => [name, severity, told])).toEqual([
      ["error_rate", "critical", true],
    ]);
    expect(result.weeks).toEqual([
      { week: "2026-06-01", fired: 1 },
      { week: "2026-06-08", fired: 0 },
    ]);
    expect(result.threshold).toBe(ALERT_RULES.error_rate.threshold);
    expect(result.sweep.map(({ threshold, fired }) => [threshold, fired])).toEqual([
      [0.1, 1],
      [0.2, 1],
      [0.25, 0],
    ]);
    expect(result).toMatchObject({ from: isoOf(START), to: isoOf(START + 9 * DAY + HOUR), score: { fired: 1 } });
  });

  it("tries from half to double the rule's own threshold, only for one rule", async () => {
    const own = ALERT_RULES.error_rate.threshold;
    const { sweep } = await backtest({ warehouse: outage(), config, rule: "error_rate" });
    expect(sweep.map(({ threshold }) => Number((threshold / own).toFixed(6)))).toEqual([0.5, 0.75, 1, 1.25, 1.5, 2]);
    const all = await backtest({ warehouse: outage(), config, rule: "all" });
    expect([all.sweep, all.threshold, all.firings.length]).toEqual([[], null, 1]);
  });

  it("takes other numbers for the rule", async () => {
    const later = await backtest({ warehouse: outage(), config, rule: "error_rate", overrides: { hold: "30m" }, sweep: [] });
    expect(later.firings[0]?.opened_at).toBe(isoOf(START + DAY + 30 * MINUTE));
  });

  it("names what it cannot do", async () => {
    await expect(backtest({ warehouse: outage(), config, rule: "nothing" })).rejects.toThrow('there is no rule "nothing"');
    await expect(backtest({ warehouse: outage(), config, rule: "toString" })).rejects.toThrow('there is no rule "toString"');
    await expect(backtest({ warehouse: new FakeWarehouse({}), config, rule: "all" })).rejects.toThrow("no usage in that range");
  });

  it("is scored by what is known to have happened: told and right, known and found", () => {
    const fired = [
      incident({ key: "a", since: START, lastBreach: START + HOUR }),
      incident({ key: "b", since: START + DAY, lastBreach: START + DAY + HOUR }),
      incident({ key: "c", since: START + 2 * DAY, lastBreach: START + 2 * DAY + HOUR, groupedUnder: "b" }),
      incident({ key: "d", since: START + 3 * DAY, lastBreach: START + 3 * DAY + HOUR, muted: "suppressed" }),
    ];
    const weeks = { from: START, to: START + 14 * DAY };
    expect(scoreOf(fired, weeks)).toEqual({ fired: 2, per_week: 1, precision: null, recall: null });
    expect(scoreOf(fired, weeks, [at(0, HOUR), at(2 * DAY, 3 * DAY), at(5 * DAY, 6 * DAY)])).toEqual({
      fired: 2,
      per_week: 1,
      precision: 0.5,
      recall: 2 / 3,
    });
    // What only touches does not overlap; another rule, scope or name is another matter.
    expect(scoreOf(fired.slice(0, 1), weeks, [at(HOUR, DAY)]).precision).toBe(0);
    expect(scoreOf(fired.slice(0, 1), weeks, [at(-DAY, 0)]).precision).toBe(0);
    for (const other of [{ rule: "spend_daily" }, { scope: "team" }, { name: "red" }])
      expect(scoreOf(fired.slice(0, 1), weeks, [at(0, HOUR, other)]).recall).toBe(0);
    expect(scoreOf(fired.slice(0, 1), weeks, [at(0, HOUR, { scope: "organisation", name: null })]).recall).toBe(1);
    expect(scoreOf([], { from: START, to: START }, [])).toEqual({ fired: 0, per_week: 0, precision: null, recall: null });
  });

  it("is drawn as bars, the widest for the most", () => {
    const of = (threshold: number, fired: number) => ({ threshold, fired, per_week: 0, precision: null, recall: null });
    expect(sweepChart([of(0.1, 4), of(0.2, 2), of(0.4, 0)], 8)).toBe(
      "     0.1 ######## 4\n     0.2 ####     2\n     0.4          0",
    );
    expect(sweepChart([of(1, 0)], 2)).toBe("       1    0");
  });
});

describe("budget-status.json", () => {
  const spend = (scope: unknown): Row[] =>
    scope === "organisation"
      ? Array.from({ length: 14 }, (_, day) => ({
          since: isoOf(START + day * DAY),
          scope_name: null,
          spend: "100",
          claimed: "10",
        }))
      : scope === "team"
        ? [
            { since: isoOf(START + 13 * DAY), scope_name: "red", spend: "80", claimed: "0", guessed: "20" },
            { since: isoOf(START + 14 * DAY), scope_name: "red", spend: "1", claimed: "0" },
            { since: isoOf(START - DAY), scope_name: "red", spend: "500", claimed: "0" },
          ]
        : [];
  const standings = async (budgets: readonly object[], response = {}) => {
    const warehouse = new FakeWarehouse({
      ...range(START, START + 14 * DAY + HOUR),
      "anomalies/daily_spend": ({ scope }) => spend(scope),
    });
    const config = strataConfig.parse({ budgets, alerts: { response } });
    return budgetStatus({ warehouse, config, now: START + 14 * DAY + 2 * HOUR });
  };
  const month = (limit: string, more = {}) => ({ scope: "organisation", period: "month", limit_usd: limit, ...more });

  it("says what was used, what is left, when it begins anew, and where the month is heading", async () => {
    const file = await standings([month("3000", { count_claimed: true })]);
    expect(file).toMatchObject({
      generated_at: isoOf(START + 14 * DAY + 2 * HOUR),
      data_until: isoOf(START + 14 * DAY + 2 * HOUR),
    });
    expect(file.standings.find(({ scope, period }) => scope === "organisation" && period === "month")).toEqual({
      scope: "organisation",
      name: null,
      period: "month",
      period_start: "2026-06-01",
      resets_at: "2026-07-01T00:00:00.000Z",
      used_usd: "1400.00",
      claimed_usd: "140.00",
      guessed_usd: "0.00",
      guessed_share: 0,
      limit_usd: "3000.00",
      remaining_usd: "1600.00",
      share: 0.466666,
      projected_usd: "3000.00",
      state: "ok",
    });
  });

  it("counts what is merely claimed against nobody, unless the budget says so", async () => {
    const [of] = (await standings([month("1260")])).standings.filter(
      ({ scope, period }) => scope === "organisation" && period === "month",
    );
    expect(of).toMatchObject({ used_usd: "1260.00", remaining_usd: "0.00", claimed_usd: "140.00" });
  });

  it("counts this period alone, and says how much of it is guessed", async () => {
    const file = await standings([{ scope: "team", period: "month", limit_usd: "100" }]);
    expect(file.standings.find(({ scope, period }) => scope === "team" && period === "month")).toMatchObject({
      name: "red",
      used_usd: "81.00",
      guessed_usd: "20.00",
      guessed_share: 0.246913,
      state: "warn",
    });
  });

  it("has a state that begins with its share of the limit", async () => {
    const state = async (limit: string) =>
      (await standings([month(limit, { count_claimed: true })], { warn: 0.8, throttle: 0.9, reject: 1 })).standings.find(
        ({ scope, period }) => scope === "organisation" && period === "month",
      )?.state;
    // 1,400 of 1,750 are exactly 80 %.
    expect([await state("1750.01"), await state("1750"), await state("1555"), await state("1400"), await state("1399")]).toEqual([
      "ok",
      "warn",
      "throttle",
      "reject",
      "reject",
    ]);
  });

  it("names who has a budget and used nothing, and no pattern", async () => {
    const file = await standings([
      { scope: "team", period: "month", limit_usd: "5", name: "blue" },
      { scope: "team", period: "month", limit_usd: "5", name: "b*" },
    ]);
    expect(file.standings.filter(({ name }) => name?.startsWith("b"))).toMatchObject([
      { name: "blue", used_usd: "0.00", state: "ok" },
    ]);
  });
});

describe("an alert's row", () => {
  it("has what the incident was at worst, and the command that shows who is behind it", () => {
    const given = incident({
      scope: "team",
      name: "red",
      accountId: "111122223333",
      lastBreach: START + HOUR,
      resolvedAt: START + 2 * HOUR,
      state: "resolved",
      dollars: 3n * USD,
      worst: {
        ...incident().worst,
        value: 0.4,
        facts: { calls: 10, failed: 4, nothing: null, period_name: "x", threshold: 0.8 },
      },
    });
    const people = [
      { name: "ann", share: 0.75 },
      { name: "ben", share: 0.25 },
    ];
    const row = alertOf(rule(), given, { ...NO_CONTRIBUTORS, people, dollars: 2n * USD }, 2, "--data x");
    expect(row).toMatchObject({
      alert_id: incidentId(given),
      state: "resolved",
      team: "red",
      account_id: "111122223333",
      since: isoOf(START - 15 * MINUTE),
      last_seen: isoOf(START + HOUR),
      resolved_at: isoOf(START + 2 * HOUR),
      escalated_at: null,
      value: 0.4,
      // Of errors what the failed calls cost, of other rules what was above the usual.
      dollars: "2.00",
      period: "x",
      threshold: 0.8,
      contributors: "ann 75 %, ben 25 %",
      facts: expect.objectContaining({ calls: "10", failed: "4" }),
      notices: 2,
    });
    expect(row.facts).not.toHaveProperty("nothing");
    expect(row.query).toContain(" query anomalies/contributors --data x --param ");
    expect(alertOf(ALERT_RULES.spend_daily, { ...given, rule: "spend_daily" }, NO_CONTRIBUTORS, 0).dollars).toBe("3.00");
  });

  it.each([
    ["logs_stopped", "rollups/log_gaps"],
    ["completeness", "log_completeness --param from=2026-05-31 --param to=2026-05-31"],
    ["unreadable_logs", "quarantined_lines"],
    ["unpriced", "unpriced_usage --param from=2026-05-31 --param to=2026-05-31"],
    ["billed_not_logged", "unlogged_spend --param from=2026-05-31 --param to=2026-05-31"],
  ] as const)("of %s is explained by %s", (name, expected) =>
    expect(nextQuery(ALERT_RULES[name], incident({ rule: name }))).toMatch(new RegExp(` query ${expected}$`)),
  );

  it("of a bill is explained by its own days, and of calls by the time in which they were bad", () => {
    const latest = {
      ...incident().latest,
      facts: { first_day: "2026-09-01", last_day: "2026-09-03", month: "2026-10", through: "2026-10-08" },
    };
    expect(nextQuery(ALERT_RULES.restated, incident({ rule: "restated", latest }))).toMatch(
      /from=2026-09-01 --param to=2026-09-03$/,
    );
    expect(nextQuery(ALERT_RULES.witnesses_disagree, incident({ rule: "witnesses_disagree", latest }))).toMatch(
      /from=2026-10-01 --param to=2026-10-08$/,
    );
    expect(nextQuery(rule(), incident({ lastBreach: START + HOUR }))).toMatch(
      /query anomalies\/contributors --param from=2026-05-31T23:45:00Z --param to=2026-06-01T01:00:00Z --param measure=errors --param scope=organisation --param top=20$/,
    );
    const daily = incident({ rule: "tokens_hourly", scope: "team", name: "red", since: START, lastBreach: START });
    expect(nextQuery(ALERT_RULES.tokens_hourly, daily)).toMatch(
      /anomalies\/contributors_hourly .*to=2026-06-01T00:00:01Z --param measure=tokens --param scope=team --param name=red --param top=20$/,
    );
    expect(muteCommand(incident(), "prod")).toMatch(/ alerts mute error_rate-\S+ --stage prod --for 8h --reason seen$/);
  });
});

describe("a row of a detector", () => {
  const row: Row = {
    tick: isoOf(START),
    since: isoOf(START - HOUR),
    scope: "team",
    scope_name: "red",
    value: "1.5",
    baseline: null,
    baseline_n: null,
    spread: 2,
    floor_value: 3,
    dollars: "4.5",
    team: "red",
    account_id: null,
    calls: 7,
  };

  it("is an observation, and every further column a fact", () =>
    expect(observationOf("q", row)).toEqual({
      tick: START,
      since: START - HOUR,
      scope: "team",
      name: "red",
      value: 1.5,
      baseline: null,
      baselineN: 0,
      spread: 2,
      floor: 3,
      sustained: true,
      dollars: (9n * USD) / 2n,
      team: "red",
      accountId: null,
      facts: { calls: 7 },
    }));

  it.each([
    ["tick", null],
    ["tick", 5],
    ["since", "yesterday"],
    ["scope", "planet"],
    ["scope_name", 3],
    ["value", null],
    ["value", "much"],
    ["baseline", "much"],
    ["floor_value", null],
  ])("is refused with %s=%j", (column, value) =>
    expect(() => observationOf("q", { ...row, [column]: value })).toThrow(`alerts: q gave ${column}=${JSON.stringify(value)}`),
  );
});

describe("quiet hours", () => {
  const quiet = (given: object, text: string, zone = "UTC", severity: "warning" | "critical" = "warning") =>
    isQuiet(alerts({ quiet_hours: { severities: ["warning"], ...given } }), severity, Date.parse(text), zone);

  it("begin with their first minute and end before their last, over midnight, too", () => {
    const night = { from: "22:00", to: "07:00" };
    expect(["21:59", "22:00", "23:59"].map((clock) => quiet(night, `2026-06-02T${clock}:00Z`))).toEqual([false, true, true]);
    expect(["00:00", "06:59", "07:00"].map((clock) => quiet(night, `2026-06-02T${clock}:00Z`))).toEqual([true, true, false]);
    const noon = { from: "12:00", to: "13:30" };
    expect(["11:59", "12:00", "13:29", "13:30"].map((clock) => quiet(noon, `2026-06-02T${clock}:00Z`))).toEqual([
      false,
      true,
      true,
      false,
    ]);
  });

  it("are the organisation's own, whole weekends where it says so, and for the severities that it names", () => {
    const night = { from: "22:00", to: "07:00" };
    expect(quiet(night, "2026-06-02T20:30:00Z", "Europe/Berlin")).toBe(true);
    expect(quiet(night, "2026-06-06T12:00:00Z")).toBe(false);
    expect(quiet({ ...night, weekends: true }, "2026-06-06T12:00:00Z")).toBe(true);
    expect(quiet({ ...night, weekends: true }, "2026-06-05T12:00:00Z")).toBe(false);
    expect(quiet(night, "2026-06-02T23:00:00Z", "UTC", "critical")).toBe(false);
    expect(isQuiet(alerts(), "warning", START, "UTC")).toBe(false);
  });
});
