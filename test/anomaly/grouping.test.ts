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

  /** The organisation below its limit: it tells what the others have in common. */
  const whole = (failed: number): Observation => ({ ...failing("organisation", null, failed), value: 0.05 });

  it("takes another dimension of the same failures for the same outage", () =>
    expect(
      told(
        run({
          error_rate: [whole(95), failing("account", "111122223333", 90), failing("model", "m", 90), failing("team", "t", 80)],
        }),
      ),
    ).toEqual(["error_rate|account|111122223333"]));

  it("keeps a model and a team apart whose failures are not known to be the same", () =>
    expect(told(run({ error_rate: [whole(100), failing("model", "m", 50), failing("team", "t", 50)] }))).toHaveLength(2));

  it("keeps two models apart that fail at the same time", () =>
    expect(told(run({ error_rate: [failing("model", "a", 40), failing("model", "b", 40)] }))).toHaveLength(2));

  const kinds = (result: ReturnType<typeof run>): string[] =>
    result.notices
      .filter(({ incident }) => incident.groupedUnder === null)
      .map(({ kind, tick, incident }) => `${(tick - START) / MINUTE} ${kind} ${incident.scope} ${incident.name ?? ""}`.trim());
  const lasting = (scope: Observation["scope"], name: string | null, failed: number, from: number, to: number): Observation[] =>
    Array.from({ length: (to - from) / 5 + 1 }, (_, index) => failing(scope, name, failed, START + (from + index * 5) * MINUTE));

  it("lets a wider scope take over what a narrower one told, in the same thread, and says so where it is much more", () => {
    const result = run({
      error_rate: [...lasting("team", "t", 10, 0, 60), ...lasting("organisation", null, 400, 10, 60)],
    });
    expect(kinds(result)).toEqual(["0 opened team t", "10 escalated organisation", "95 resolved organisation"]);
    const [narrow, wide] = ["error_rate|team|t", "error_rate|organisation|"].map((key) => result.incidents.get(key));
    expect(wide && narrow && [wide.knownAs, narrow.groupedUnder]).toEqual([
      narrow && incidentId(narrow),
      wide && incidentId(wide),
    ]);
  });

  it("takes over in silence where it is hardly more than what was told", () =>
    expect(
      kinds(run({ error_rate: [...lasting("team", "t", 10, 0, 60), ...lasting("organisation", null, 15, 10, 60)] })),
    ).toEqual(["0 opened team t", "95 resolved organisation"]));

  it("puts what joins later under the widest, also through one that is under it itself", () => {
    const result = run({
      error_rate: [
        ...lasting("team", "t", 10, 0, 60),
        ...lasting("organisation", null, 30, 5, 60),
        ...lasting("team", "u", 10, 20, 60),
        ...lasting("model", "m", 25, 20, 60),
      ],
    });
    expect(told(result)).toEqual(["error_rate|team|t"]);
    const wide = result.incidents.get("error_rate|organisation|");
    for (const key of ["error_rate|team|t", "error_rate|team|u", "error_rate|model|m"])
      expect(result.incidents.get(key)?.groupedUnder).toBe(wide && incidentId(wide));
  });

  /** Beyond the limit, and the detector is not certain yet. */
  const nearly = (failed: number, at: number): Observation => ({
    ...failing("organisation", null, failed, START + at * MINUTE),
    sustained: false,
  });

  it("waits one tick for a wider scope that is beyond its limit already", () =>
    expect(
      kinds(
        run({
          error_rate: [
            nearly(40, 0),
            ...lasting("team", "t", 15, 0, 30),
            ...lasting("team", "u", 15, 0, 30),
            ...lasting("organisation", null, 40, 5, 30),
          ],
        }),
      ),
    ).toEqual(["5 opened organisation", "65 resolved organisation"]));

  it("waits no longer than one tick, also when the narrow scope is silent by then", () => {
    expect(kinds(run({ error_rate: [nearly(40, 0), nearly(40, 5), ...lasting("team", "t", 30, 0, 30)] }))).toEqual([
      "5 opened team t",
      "65 resolved team t",
    ]);
    expect(kinds(run({ error_rate: [nearly(40, 0), failing("team", "t", 30)] }))[0]).toBe("5 opened team t");
  });

  it("tells what goes on when that which explained it is over", () =>
    expect(
      kinds(run({ error_rate: [...lasting("organisation", null, 40, 0, 20), ...lasting("team", "t", 35, 0, 120)] })),
    ).toEqual(["0 opened organisation", "55 resolved organisation", "55 renotified team t", "155 resolved team t"]));

  it("tells no second page of an outage that is over when its last logs come late", () => {
    const late: Observation = { ...failing("model", "m", 35, START + 60 * MINUTE), since: START - 5 * MINUTE };
    const whole: Observation = { ...failing("organisation", null, 40, START + 60 * MINUTE), since: late.since, value: 0.01 };
    expect(kinds(run({ error_rate: [...lasting("organisation", null, 40, 0, 20), late, whole] }))).toEqual([
      "0 opened organisation",
      "55 resolved organisation",
    ]);
  });

  it("is not explained by what is muted: nobody was told", () => {
    const config = alerts({
      suppress: [{ rule: "error_*", scope: "organisation", from: "2026-06-01", to: "2026-06-02", reason: "known" }],
    });
    expect(told(run({ error_rate: [failing("organisation", null, 40), failing("team", "t", 35)] }, config))).toEqual([
      "error_rate|team|t",
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

  const loop = observation({
    ...tokens,
    scope: "principal",
    name: "p",
    value: 900,
    baseline: 30,
    dollars: 25n * 10n ** 12n,
    floor: 900,
  });

  it("does not tell the tokens of a team that one principal's loop is at least half of", () => {
    expect(told(run({ runaway_loop: [loop], tokens_hourly: [tokens] }))).toEqual(["runaway_loop|principal|p"]);
    expect(told(run({ runaway_loop: [{ ...loop, dollars: 15n * 10n ** 12n }], tokens_hourly: [tokens] }))).toHaveLength(2);
    expect(told(run({ runaway_loop: [{ ...loop, team: "u" }], tokens_hourly: [tokens] }))).toHaveLength(2);
  });

  it("tells the tokens of which nobody knows what they cost, whatever else costs something", () =>
    expect(told(run({ runaway_loop: [loop], tokens_hourly: [{ ...tokens, dollars: 0n }] }))).toHaveLength(2));

  it("does not tell what that which it explains would explain: a model's tokens are those of the team that the loop is in", () => {
    const model: Observation = { ...tokens, scope: "model", name: "m", team: null };
    const everything: Observation = { ...model, scope: "organisation", name: null, value: 1e6 };
    const result = run({ runaway_loop: [loop], tokens_hourly: [everything, tokens, model] });
    expect(told(result)).toEqual(["runaway_loop|principal|p"]);
    const root = result.incidents.get("runaway_loop|principal|p");
    expect(result.incidents.get("tokens_hourly|model|m")?.groupedUnder).toBe(root && incidentId(root));
    // Where it is not known how much there is in all, it is not known either that they are the same.
    expect(told(run({ runaway_loop: [loop], tokens_hourly: [tokens, model] }))).toHaveLength(2);
  });

  it("tells no more of the tokens when the loop that is half of them is over, and does when it is less", () => {
    const hours = (seen: Observation, dollars: bigint, count: number): Observation[] =>
      Array.from({ length: count }, (_, index) => ({
        ...seen,
        tick: START + index * HOUR,
        since: START + (index - 1) * HOUR,
        dollars: dollars * 10n ** 12n,
      }));
    const told = (loops: bigint): string[] =>
      kinds(run({ runaway_loop: hours(loop, loops, 2), tokens_hourly: hours(tokens, 10n, 8) }));
    expect(told(60n).filter((line) => line.includes("team t"))).toEqual([]);
    expect(told(6n).filter((line) => line.includes("renotified team t"))).toHaveLength(1);
  });

  it("tells each to its own people: a warning to the team lead does not take the day's spend from finance", () =>
    expect(told(run({ tokens_hourly: [tokens], spend_daily: [spend] }))).toEqual(["tokens_hourly|team|t", "spend_daily|team|t"]));

  it("lets no rule about the quality of data explain another", () => {
    const rules = ["unattributed", "unpriced", "billed_not_logged", "logs_stopped"] as const;
    const seen = (scope: Observation["scope"], name: string | null): Observation =>
      observation({ scope, name, value: 1000, floor: 1000, baselineN: 40, dollars: 0n });
    const observations = {
      unattributed: [seen("organisation", null)],
      unpriced: [seen("model", "m")],
      billed_not_logged: [seen("organisation", null)],
      logs_stopped: [seen("source", "111122223333/us-east-1")],
    };
    expect(
      told(run(observations))
        .map((key) => key.split("|")[0])
        .toSorted(),
    ).toEqual([...rules].toSorted());
  });

  it("lets no newcomer explain another: a key that is new calls a model that is new", () => {
    const seen = (scope: Observation["scope"], name: string): Observation => observation({ scope, name, value: 5, baselineN: 9 });
    const rules = new Map<string, AlertRule>(
      (["first_seen_model", "first_seen_principal"] as const).map((name) => [name, { ...ALERT_RULES[name], enabled: true }]),
    );
    const result = replay({
      config: alerts(),
      rules,
      observations: new Map([
        ["first_seen_model", [seen("model", "m")]],
        ["first_seen_principal", [seen("principal", "p")]],
      ]),
      from: START - HOUR,
      to: START + HOUR,
    });
    expect(told(result)).toHaveLength(2);
  });

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
