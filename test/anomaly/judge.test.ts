import { describe, expect, it } from "vitest";
import { judge } from "../../src/anomaly/judge.ts";
import { ALERT_RULES } from "../../src/config/alert-rules.ts";
import { observation, rule } from "./factories.ts";

const spend = ALERT_RULES.spend_daily;
const day = (value: number, baseline: number | null, spread = 0, floor = value) =>
  observation({ value, baseline, baselineN: 8, spread, floor, facts: {} });

describe("judging one observation", () => {
  it.each([
    ["20 % more than usual is not yet more than 20 %", day(1200, 1000), "between"],
    ["more than 20 % breaches", day(1201, 1000), "breach"],
    ["back at half of the margin is clear", day(1100, 1000), "clear"],
    ["a noisy history needs more", day(1300, 1000, 100), "between"],
    ["beyond four spreads breaches", day(1401, 1000, 100), "breach"],
    ["below the floor stays silent", day(49, 10), "silent"],
    ["without a baseline stays silent", day(5000, null), "silent"],
    ["an all-zero history breaches only by the floor", day(60, 0), "breach"],
    ["an all-zero history and few dollars stays silent", day(40, 0), "silent"],
  ])("%s", (_, seen, verdict) => expect(judge(spend, seen).verdict).toBe(verdict));

  it("stays silent with less history than the rule asks for", () =>
    expect(judge(spend, { ...day(5000, 1000), baselineN: 1 }).verdict).toBe("silent"));

  it("uses the numbers of the scope where they differ", () => {
    const person = { ...day(1900, 1000), scope: "person" as const, name: "ann" };
    expect(judge(spend, person).verdict).toBe("between");
    expect(judge(spend, { ...person, value: 2001, floor: 2001 }).verdict).toBe("breach");
  });

  it("does not take a breach that the query saw passing for a breach, nor for its end", () =>
    expect(judge(rule(), observation({ value: 0.5, sustained: false })).verdict).toBe("between"));

  it("measures a drop downwards", () => {
    const cache = ALERT_RULES.cache_collapse;
    const seen = (value: number) => observation({ value, baseline: 0.9, baselineN: 10, spread: 0.01, floor: 100 });
    expect(judge(cache, seen(0.4)).verdict).toBe("breach");
    expect(judge(cache, seen(0.5)).verdict).toBe("between");
    expect(judge(cache, seen(0.8)).verdict).toBe("clear");
    expect(judge(cache, seen(0.4)).intensity).toBeGreaterThan(1);
  });

  it("says how many times as bad as the limit it is", () => {
    expect(judge(rule(), observation({ value: 0.3 })).intensity).toBeCloseTo(3);
    expect(judge(spend, day(1400, 1000)).intensity).toBeCloseTo(2);
  });
});
