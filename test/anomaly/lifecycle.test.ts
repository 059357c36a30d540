import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { advance, type Incident, type NoticeKind } from "../../src/anomaly/lifecycle.ts";
import type { AlertRule } from "../../src/config/alert-rule.ts";
import { breach, MINUTE, quiet, rule, START } from "./factories.ts";

const STEP = 5 * MINUTE;

/** B breach, W worse breach, - between, . clear, _ nothing seen. */
function live(
  pattern: string,
  changes: Partial<AlertRule> = {},
): { kinds: string[]; last: Incident | undefined; ids: Set<number> } {
  const judged = rule(changes);
  const kinds: string[] = [];
  const ids = new Set<number>();
  let incident: Incident | undefined;
  [...pattern].forEach((letter, index) => {
    const tick = START + index * STEP;
    const at = { tick, since: tick - 15 * MINUTE };
    const seen = { B: breach(3, at), W: breach(9, at), "-": quiet("between"), ".": quiet(), _: undefined }[letter];
    const step = advance("error_rate", judged, incident, tick, seen);
    incident = step.incident;
    if (step.notice) kinds.push(`${step.notice}@${index}`);
    if (incident?.openedAt) ids.add(incident.openedAt);
  });
  return { kinds, last: incident, ids };
}

describe("the life of an incident", () => {
  it.each<[string, string, Partial<AlertRule>, string[]]>([
    ["opens at the first breach without a hold", "B", {}, ["opened@0"]],
    ["opens after the hold", "BBBBB", { hold: "15m" }, ["opened@3"]],
    ["forgets a breach shorter than the hold", "BBB.....", { hold: "15m" }, []],
    ["says nothing while it lasts", "BBBBBBBB", {}, ["opened@0"]],
    ["is told again after the cool-down", `B${"B".repeat(13)}`, { cool_down: "1h" }, ["opened@0", "renotified@12"]],
    ["is escalated when twice as bad as told", "BBWW", {}, ["opened@0", "escalated@2"]],
    ["is not escalated when the rule says never", "BBWW", { escalate: 0 }, ["opened@0"]],
    ["ends when clear for long enough", "BB.......", { clear_for: "30m" }, ["opened@0", "resolved@8"]],
    ["ends at once without that", "B.", { clear_for: "0m" }, ["opened@0", "resolved@1"]],
    ["does not end between limit and recovery", "BB--------", { clear_for: "10m" }, ["opened@0"]],
    ["starts waiting again after a relapse", "B.....B......", { clear_for: "30m" }, ["opened@0"]],
    ["takes silence for the end", "B_______", { clear_for: "30m" }, ["opened@0", "resolved@7"]],
    [
      "is the same incident when it returns in the cool-down",
      "B..BBB",
      { clear_for: "5m", cool_down: "2h" },
      ["opened@0", "resolved@2", "reopened@3"],
    ],
    [
      "is a new incident after the cool-down",
      `B..${".".repeat(12)}B`,
      { clear_for: "5m", cool_down: "30m" },
      ["opened@0", "resolved@2", "opened@15"],
    ],
    [
      "is the same incident just before the cool-down is over",
      `B..${".".repeat(4)}B`,
      { clear_for: "5m", cool_down: "30m" },
      ["opened@0", "resolved@2", "reopened@7"],
    ],
    [
      "is a new incident when the cool-down is just over",
      `B..${".".repeat(5)}B`,
      { clear_for: "5m", cool_down: "30m" },
      ["opened@0", "resolved@2", "opened@8"],
    ],
  ])("%s", (_, pattern, changes, kinds) => expect(live(pattern, changes).kinds).toEqual(kinds));

  it("keeps the worst reading and adds the dollars of bad ticks", () => {
    const { last } = live("BWB..");
    expect(last?.worst.intensity).toBe(9);
    expect(last?.dollars).toBe(3_000_000_000_000n);
  });

  it("changes nothing when a tick is judged twice", () => {
    const first = advance("error_rate", rule(), undefined, START, breach());
    const again = advance("error_rate", rule(), first.incident, START, breach(99));
    expect(again).toEqual({ incident: first.incident });
  });

  const patterns = fc.array(fc.constantFrom(..."BW-._"), { maxLength: 80 }).map((letters) => letters.join(""));
  const rules = fc.record({
    hold: fc.constantFrom("0m", "5m", "15m"),
    clear_for: fc.constantFrom("0m", "10m", "30m"),
    cool_down: fc.constantFrom("0m", "30m", "2h"),
    escalate: fc.constantFrom(0, 2),
  });

  it("tells every end exactly once and nothing after it", () =>
    fc.assert(
      fc.property(patterns, rules, (pattern, changes) => {
        const { kinds, last } = live(pattern, changes);
        let open = false;
        for (const kind of kinds.map((text) => text.split("@")[0] as NoticeKind)) {
          if (kind === "opened" || kind === "reopened") {
            expect(open).toBe(false);
            open = true;
          } else {
            expect(open).toBe(true);
            if (kind === "resolved") open = false;
          }
        }
        expect(last?.state === "open").toBe(open);
      }),
    ));

  it("tells of a lasting breach at the cool-down, then each time after twice as long: a month is a handful of messages", () =>
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2000 }), (length) => {
        const { kinds } = live("B".repeat(length), { cool_down: "1h" });
        const coolDowns = Math.floor((length - 1) / 12);
        expect(kinds.length).toBe(coolDowns === 0 ? 1 : 2 + Math.floor(Math.log2(coolDowns)));
      }),
    ));
});
