import { describe, expect, it } from "vitest";
import type { Observation } from "../../src/anomaly/observation.ts";
import { replay } from "../../src/anomaly/replay.ts";
import { incidentId } from "../../src/anomaly/silence.ts";
import type { AlertRule } from "../../src/config/alert-rule.ts";
import { ALERT_RULES } from "../../src/config/alert-rules.ts";
import { alerts, DAY, HOUR, MINUTE, observation, START } from "./factories.ts";

const failing = (scope: Observation["scope"], name: string | null, failed: number, at = START): Observation =>
  observation({ tick: at, since: at - 15 * MINUTE, scope, name, facts: { calls: failed * 3, failed, server: failed } });

const run = (observations: Readonly<Record<string, Observation[]>>, config = alerts()) =>
  replay({
    config,
    rules: new Map<string, AlertRule>(Object.entries(ALERT_RULES).filter(([name]) => name in observations)),
    observations: new Map(Object.entries(observations)),
    from: START - HOUR,
    to: START + 2 * DAY,
  });

const told = (result: ReturnType<typeof run>): string[] =>
  result.notices
    .filter(({ kind, incident }) => kind === "opened" && incident.groupedUnder === null && incident.muted === null)
    .map(({ incident }) => incident.key);

describe("grouping", () => {
  it("makes one page of an outage that shows in forty scopes", () => {
    const teams = Array.from({ length: 37 }, (_, index) => failing("team", `team-${index}`, 10));
    const all = [
      failing("organisation", null, 400),
      failing("account", "111122223333", 400),
      failing("model", "m", 390),
      ...teams,
    ];
    expect(told(run({ error_rate: all }))).toEqual(["error_rate|organisation|"]);
  });

  it("takes another dimension of the same failures for the same outage", () =>
    expect(
      told(run({ error_rate: [failing("account", "111122223333", 90), failing("model", "m", 90), failing("team", "t", 80)] })),
    ).toEqual(["error_rate|account|111122223333"]));

  it("keeps two models apart that fail at the same time", () =>
    expect(told(run({ error_rate: [failing("model", "a", 40), failing("model", "b", 40)] }))).toHaveLength(2));

  it("tells a much wider outage although a narrow one was told before", () => {
    const narrow = failing("team", "t", 10);
    const wide = failing("organisation", null, 400, START + 10 * MINUTE);
    expect(told(run({ error_rate: [narrow, { ...narrow, tick: START + 10 * MINUTE }, wide] }))).toEqual([
      "error_rate|team|t",
      "error_rate|organisation|",
    ]);
  });

  const tokens = observation({
    tick: START,
    since: START - HOUR,
    scope: "team",
    name: "t",
    team: "t",
    value: 9e6,
    baseline: 1e6,
    baselineN: 40,
    spread: 1e5,
    floor: 40,
    dollars: 40n * 10n ** 12n,
  });
  const spend = observation({
    tick: START + DAY,
    since: START - HOUR,
    scope: "team",
    name: "t",
    team: "t",
    value: 90,
    baseline: 50,
    baselineN: 5,
    spread: 1,
    floor: 90,
    dollars: 40n * 10n ** 12n,
  });

  it("does not tell a day's spend that an hour of the same team explains", () =>
    expect(told(run({ tokens_hourly: [tokens], spend_daily: [spend] }))).toEqual(["tokens_hourly|team|t"]));

  it("tells another team's day", () =>
    expect(told(run({ tokens_hourly: [tokens], spend_daily: [{ ...spend, name: "u", team: "u" }] }))).toHaveLength(2));

  it("records, and does not send, what a suppression covers", () => {
    const config = alerts({ suppress: [{ rule: "error_*", from: "2026-06-01", to: "2026-06-02", reason: "load test" }] });
    const result = run({ error_rate: [failing("organisation", null, 40)] }, config);
    expect(told(result)).toEqual([]);
    expect(result.incidents.get("error_rate|organisation|")?.muted).toBe("suppressed: load test");
  });

  it("repeats nothing about an incident that somebody acknowledged, and still tells its end", () => {
    const seen = Array.from({ length: 40 }, (_, index) => failing("organisation", null, 40, START + index * 5 * MINUTE));
    const first = run({ error_rate: seen });
    expect(first.notices.map(({ kind }) => kind)).toEqual(["opened", "renotified", "resolved"]);
    const [opened] = first.notices;
    const id = opened ? incidentId(opened.incident) : "";
    const second = run({ error_rate: seen }, alerts({ acknowledge: [{ id, by: "ann" }] }));
    expect(second.notices.map(({ kind, incident }) => [kind, incident.muted])).toEqual([
      ["opened", null],
      ["renotified", "acknowledged by ann"],
      ["resolved", null],
    ]);
  });
});
