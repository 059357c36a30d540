import { describe, expect, it } from "vitest";
import { isOld, same } from "../../src/anomaly/incident-age.ts";
import type { IncidentRecord, OutboxEntry } from "../../src/anomaly/incident-record.ts";
import { incidentId, silencedBy } from "../../src/anomaly/silence.ts";
import { alerts, DAY, incident, rule, START } from "./factories.ts";

const record = (changes: Parameters<typeof incident>[0], statuses: readonly OutboxEntry["status"][] = []): IncidentRecord => ({
  key: "error_rate|organisation|",
  incident: incident(changes),
  notices: 1,
  outbox: statuses.map((status, index) => ({
    id: String(index),
    kind: "opened",
    tick: START,
    message: { subject: "s", body: "b", severity: "critical", attributes: {} } as OutboxEntry["message"],
    status,
    claimedAt: START,
    attempts: 1,
    lastError: null,
  })),
});
const rules = new Map([["error_rate", rule()]]);

describe("what is forgotten", () => {
  it("is what ended more than 45 days ago", () => {
    const ended = record({ state: "resolved", resolvedAt: START });
    expect(isOld(ended, rules, START + 45 * DAY)).toBe(false);
    expect(isOld(ended, rules, START + 45 * DAY + 1)).toBe(true);
  });

  it("is nothing that is open, however long, unless its rule is no more", () => {
    const open = record({ lastBreach: START });
    expect(isOld(open, rules, START + 900 * DAY)).toBe(false);
    expect(isOld(open, new Map(), START + 45 * DAY + 1)).toBe(true);
    expect(isOld(open, new Map(), START + 45 * DAY)).toBe(false);
  });

  it("is nothing of which a message still waits", () => {
    const later = START + 900 * DAY;
    const ended = { state: "resolved", resolvedAt: START } as const;
    expect(isOld(record(ended, ["published", "failed"]), rules, later)).toBe(false);
    expect(isOld(record(ended, ["claimed"]), rules, later)).toBe(false);
    expect(isOld(record(ended, ["published", "undeliverable"]), rules, later)).toBe(true);
    expect(isOld({ ...record(ended), incident: null }, rules, later)).toBe(false);
  });
});

describe("what is written again", () => {
  it.each([
    [{ state: "resolved" }],
    [{ latest: { ...incident().latest, tick: START + 1 } }],
    [{ groupedUnder: "other" }],
    [{ waitsSince: START }],
    [{ knownAs: "other" }],
  ] as const)("is an incident of which %o changed", (changes) => expect(same(incident(), incident(changes))).toBe(false));

  it("is not one that is as it was", () => expect(same(incident(), incident({ dollars: 5n }))).toBe(true));
});

describe("what a suppression covers", () => {
  const entry = { from: "2026-06-01T00:00:00Z", to: "2026-06-01T01:00:00Z", reason: "load test" };
  const muted = (over: object, of = {}, tick = START): string | undefined =>
    silencedBy(alerts({ suppress: [{ ...entry, ...over }] }), incident({ scope: "team", name: "red", ...of }), tick, "opened");

  it("begins with its first moment and ends before its last", () => {
    const hour = 3_600_000;
    expect([-1, 0, hour - 1, hour].map((after) => muted({}, {}, START + after))).toEqual([
      undefined,
      "suppressed: load test",
      "suppressed: load test",
      undefined,
    ]);
  });

  it.each([
    [{ rule: "error_*" }, true],
    [{ rule: "spend_*" }, false],
    [{ scope: "team" }, true],
    [{ scope: "model" }, false],
    [{ name: "r*" }, true],
    [{ name: "blue" }, false],
    [{ rule: "error_*", scope: "team", name: "blue" }, false],
    [{ id: incidentId(incident()) }, true],
    [{ id: "error_rate-20260601T0000-0000000" }, false],
  ])("%o: %s", (over, covered) => expect(muted(over) !== undefined).toBe(covered));

  it("is found by the id under which people heard of it first", () => {
    expect(muted({ id: "first" }, { knownAs: "first" })).toBe("suppressed: load test");
  });

  it("names an incident by rule, minute and key: two of one minute have two names", () => {
    expect(incidentId(incident())).toMatch(/^error_rate-20260601T0000-[0-9a-z]{7}$/);
    expect(incidentId(incident({ key: "error_rate|team|a" }))).not.toBe(incidentId(incident({ key: "error_rate|team|b" })));
  });
});
