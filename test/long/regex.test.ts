import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { patternsIn } from "../hostile/collect-patterns.ts";
import { attacksOn } from "../hostile/regex-attacks.ts";

/** Its input is our own random numbers. */
const NOT_ON_INPUT = ["generate"];

const folders = readdirSync(join(import.meta.dirname, "../../src"), { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !NOT_ON_INPUT.includes(entry.name))
  .map(({ name }) => `src/${name}`);
const patterns = patternsIn(folders);

/** Milliseconds, the best of several, since the machine may be busy; what takes seconds is slow however busy it is. */
function timeOf(pattern: RegExp, text: string): number {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round += 1) {
    const started = performance.now();
    pattern.test(text);
    best = Math.min(best, performance.now() - started);
    if (best < LIMIT_MS || best > 20 * LIMIT_MS) break;
  }
  return best;
}

/** A linear pattern takes well below a millisecond for this much; a quadratic one some ten billion steps at 100 KB. */
const LIMIT_MS = 150;
/** Growing, so that what is slow shows before it takes minutes. */
const LENGTHS = [24, 27, 30, 3_000, 20_000, 100_000];

test("the search for patterns finds them, and the attacks find what is slow", () => {
  expect(patterns.length).toBeGreaterThan(150);
  expect(patterns.map(({ place }) => place).join("\n")).toContain("parse-principal.ts: /^AWSReservedSSO_(.+)_[0-9a-f]{16}$/");
  const slow = [/^[^\s@]+@[^\s@]+\.[^\s@]+$/, /^(a+)+$/, /\s+$/, /x*y/, /^(?:[\w.]+,?)*;$/];
  for (const pattern of slow) expect([pattern.source, worst(pattern)]).toEqual([pattern.source, expect.any(String)]);
});

/** The length and the beginning of a text that takes too long; undefined when none does. */
function worst(pattern: RegExp): string | undefined {
  for (const length of LENGTHS)
    for (const attack of attacksOn(pattern, length)) {
      const taken = timeOf(pattern, attack);
      if (taken > LIMIT_MS) return `${JSON.stringify(attack.slice(0, 40))} of ${length} characters takes ${Math.round(taken)} ms`;
    }
  return undefined;
}

test("no regular expression takes more than linear time on 100 KB of its worst input", () => {
  const slow = patterns.flatMap(({ place, pattern }) => {
    const found = worst(pattern);
    return found === undefined ? [] : [`${place}: ${found}`];
  });
  expect(slow).toEqual([]);
});
