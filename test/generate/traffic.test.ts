import { describe, expect, it } from "vitest";
import { monthOf } from "../../src/generate/calendar.ts";
import { type Call, tokensOf } from "../../src/generate/call.ts";
import { staff } from "../../src/generate/directory.ts";
import { schedule } from "../../src/generate/incidents.ts";
import { createPlanner } from "../../src/generate/plan.ts";
import { costOf } from "../../src/generate/tally.ts";

// The plan of a month at full size, without writing it: under a second.
const month = monthOf("2026-10");
const plan = schedule(month);
const directory = staff(1, 1);
const planner = createPlanner(1, 1, month, directory, plan);
const days = month.days.map((day) => ({ day, calls: planner.plan(day).calls }));
const calls: Call[] = days.flatMap((day) => [...day.calls]);

const HOUR = 3_600_000;
const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
const sumBy = <T>(list: readonly T[], value: (item: T) => number): number => list.reduce((sum, item) => sum + value(item), 0);
const within = (call: Call, window: { start: number; end: number }): boolean =>
  call.time >= window.start && call.time < window.end;
const workdays = days.filter(({ day }) => !day.weekend);
const dollars = (list: readonly Call[]): number => sumBy(list, (call) => Number(costOf(call).list) / 1e12);

describe("a month at full size", () => {
  it("has more than 200,000 calls of 500 developers: 60 % light, 30 % moderate, 10 % heavy", () => {
    expect(calls.length).toBeGreaterThan(200_000);
    expect(calls.length).toBeLessThan(230_000);
    const people = directory.teams.flatMap((team) => team.developers);
    expect(people).toHaveLength(500);
    const share = (activity: string): number => people.filter((person) => person.activity === activity).length / people.length;
    expect([share("light"), share("moderate"), share("heavy")]).toEqual([0.6, 0.3, 0.1]);
    expect(new Set(people.map((person) => person.caller.arn)).size).toBe(500);
  });

  it("lets every developer work", () => {
    const active = new Set(calls.map((call) => call.caller.index));
    for (const person of directory.teams.flatMap((team) => team.developers)) expect(active.has(person.caller.index)).toBe(true);
  });

  it("reads most prompt tokens from the cache, as Claude Code does", () => {
    const coding = calls.filter((call) => call.target.shape === "anthropic-stream");
    const read = sumBy(coding, (call) => call.tokens.cacheRead);
    expect(read / sumBy(coding, (call) => tokensOf(call.tokens) - call.tokens.output)).toBeGreaterThan(0.8);
  });

  it("is in time order within each day and inside the month", () => {
    for (const { day, calls: list } of days) {
      expect(
        list.every((call, index) => call.time >= (list[index - 1]?.time ?? day.start) && call.time < day.start + 24 * HOUR),
      ).toBe(true);
    }
  });

  it("fails about one call in a hundred, and in no half hour with 40 calls or more as many as 5 % outside the burst", () => {
    const ordinary = calls.filter((call) => call.incident !== "error-burst");
    const failed = ordinary.filter((call) => call.outcome.kind === "failed").length;
    expect(failed / ordinary.length).toBeGreaterThan(0.007);
    expect(failed / ordinary.length).toBeLessThan(0.013);
    for (const [, half] of Map.groupBy(ordinary, (call) => Math.floor(call.time / (HOUR / 2)))) {
      if (half.length < 40) continue;
      expect(half.filter((call) => call.outcome.kind === "failed").length / half.length).toBeLessThan(0.05);
    }
  });

  it("fails over a third of all calls in every five minutes of the burst", () => {
    const burst = calls.filter((call) => within(call, plan.burst));
    const buckets = Map.groupBy(burst, (call) => Math.floor(call.time / 300_000));
    expect(buckets.size).toBe(6);
    for (const [, bucket] of buckets)
      expect(bucket.filter((call) => call.outcome.kind === "failed").length / bucket.length).toBeGreaterThan(0.25);
    expect(burst.filter((call) => call.outcome.kind === "failed").length / burst.length).toBeGreaterThan(1 / 3);
  });

  it("spends alike on ordinary workdays, and 40 % more on the busy day", () => {
    const spend = workdays.map(({ day, calls: list }) => ({
      day,
      usd: dollars(list.filter((call) => call.incident === undefined)),
    }));
    const usual = median(spend.map(({ usd }) => usd));
    for (const { day, usd } of spend) {
      const ratio = usd / usual;
      if (day.date === plan.busyDay.date) expect(ratio).toBeCloseTo(1.4, 1);
      else expect(Math.abs(ratio - 1)).toBeLessThan(0.05);
    }
    // Spike and runaway stay below the 20 % that a busy day is judged by.
    for (const { day, calls: list } of workdays)
      if (day.date !== plan.busyDay.date) expect(dollars(list) / usual).toBeLessThan(1.18);
  });

  it("uses alike many tokens in the same working hour of each workday, team by team, but for the spike", () => {
    const ordinary = workdays.filter(({ day }) => day.date !== plan.busyDay.date);
    for (const { team } of directory.teams) {
      for (let hour = 0; hour < 24; hour += 1) {
        const series = ordinary.map(({ day, calls: list }) =>
          sumBy(
            list.filter(
              (call) =>
                call.caller.team === team.name &&
                call.incident === undefined &&
                within(call, { start: day.start + hour * HOUR, end: day.start + (hour + 1) * HOUR }),
            ),
            (call) => tokensOf(call.tokens),
          ),
        );
        // Below a million tokens an hour, one session more or less is a visible part.
        if (median(series) > 1_000_000) expect(Math.max(...series) / median(series)).toBeLessThan(1.6);
      }
    }
    const spike = calls.filter((call) => within(call, plan.spike));
    const extra = sumBy(spike, (call) => (call.incident === "token-spike" ? tokensOf(call.tokens) : 0));
    expect(extra / sumBy(spike, (call) => (call.incident === undefined ? tokensOf(call.tokens) : 0))).toBeGreaterThan(1.1);
  });

  it("gives the same plan for the same seed and another for another", () => {
    const again = createPlanner(1, 1, month, staff(1, 1), plan);
    const other = createPlanner(2, 1, month, staff(2, 1), plan);
    const [first] = month.days;
    if (!first) throw new Error("a month without days");
    expect(again.plan(first).calls).toEqual(days[0]?.calls);
    expect(other.plan(first).calls).not.toEqual(days[0]?.calls);
  });
});
