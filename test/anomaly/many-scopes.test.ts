import { describe, expect, it } from "vitest";
import { detect } from "../../src/anomaly/detect.ts";
import type { Observation } from "../../src/anomaly/observation.ts";
import { replay } from "../../src/anomaly/replay.ts";
import type { AlertRule } from "../../src/config/alert-rule.ts";
import { ALERT_RULES } from "../../src/config/alert-rules.ts";
import { strataConfig } from "../../src/config/strata-config.ts";
import type { Row } from "../../src/ports.ts";
import { isoOf } from "../../src/time.ts";
import { alerts, HOUR, MINUTE, observation, START } from "./factories.ts";
import { FakeWarehouse, MemorySink, MemoryStore } from "./memory.ts";

const TEAMS = 5000;
const TICKS = 6;
const facts = (failed: number) => ({ calls: failed * 3, failed, throttling: 0, client: 0, server: failed, model: 0 });

describe("an outage of 5,000 teams", () => {
  it("is one page in the engine, in seconds", () => {
    const seen: Observation[] = [];
    for (let index = 0; index < TICKS; index++) {
      const tick = START + index * 5 * MINUTE;
      const at = { tick, since: tick - 15 * MINUTE };
      seen.push(observation({ ...at, facts: facts(TEAMS * 10) }));
      for (let team = 0; team < TEAMS; team++)
        seen.push(observation({ ...at, scope: "team", name: `team-${team}`, team: `team-${team}`, facts: facts(10) }));
    }
    const started = performance.now();
    const result = replay({
      config: alerts(),
      rules: new Map<string, AlertRule>([["error_rate", ALERT_RULES.error_rate]]),
      observations: new Map([["error_rate", seen]]),
      from: START - HOUR,
      to: START + 3 * HOUR,
    });
    // Measured 3.5 s on two busy cores, most of it making the observations.
    expect(performance.now() - started).toBeLessThan(15_000);
    const told = result.notices.filter(({ incident }) => incident.groupedUnder === null);
    expect(told.map(({ kind, incident }) => [kind, incident.scope])).toEqual([
      ["opened", "organisation"],
      ["resolved", "organisation"],
    ]);
    expect(result.incidents.size).toBe(TEAMS + 1);
  });

  it("is one page, one question about contributors and a message that SNS takes, live", async () => {
    const row = (tick: number, scope: string, name: string | null, failed: number): Row => ({
      tick: isoOf(tick),
      since: isoOf(tick - 15 * MINUTE),
      scope,
      scope_name: name,
      value: 1 / 3,
      baseline: 0.01,
      baseline_n: 1000,
      spread: null,
      sustained: true,
      floor_value: failed * 3,
      dollars: "0.500000000000",
      team: name,
      account_id: null,
      ...facts(failed),
    });
    let asked = 0;
    const warehouse = new FakeWarehouse({
      "anomalies/error_rate": ({ from, to }) =>
        START <= Date.parse(String(from)) || START > Date.parse(String(to))
          ? []
          : [
              row(START, "organisation", null, TEAMS * 10),
              ...Array.from({ length: TEAMS }, (_, team) => row(START, "team", `team-${team}`, 10)),
            ],
      "anomalies/contributors": () => {
        asked++;
        return [];
      },
    });
    const config = strataConfig.parse({});
    const rules = Object.fromEntries(Object.entries(config.alerts.rules).filter(([name]) => name === "error_rate"));
    const sink = new MemorySink();
    const state = new MemoryStore();
    const only = { ...config, alerts: { ...config.alerts, rules } };
    const started = performance.now();
    const result = await detect({ warehouse, sink, state, clock: { now: () => START }, config: only });
    expect(performance.now() - started).toBeLessThan(15_000);
    expect(result).toMatchObject({ published: 1, open: TEAMS + 1, conflicts: 0 });
    expect(asked).toBe(1);
    expect(Buffer.byteLength(sink.sent[0]?.body ?? "")).toBeLessThan(262_144);
    expect(JSON.parse(JSON.parse(sink.sent[0]?.body ?? "{}").sqs).explains).toHaveLength(20);
    expect([...state.objects.keys()].filter((key) => key.startsWith("alerts/"))).toHaveLength(TEAMS + 1);
  });
});
