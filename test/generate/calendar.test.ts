import { describe, expect, it } from "vitest";
import { monthOf, workday } from "../../src/generate/calendar.ts";
import { schedule } from "../../src/generate/incidents.ts";

describe("monthOf", () => {
  it("numbers the workdays of October 2026", () => {
    const month = monthOf("2026-10");
    expect(month.days).toHaveLength(31);
    expect(month.days.filter((day) => day.weekend)).toHaveLength(9);
    expect(workday(month, 0).date).toBe("2026-10-01");
    expect(workday(month, 2).date).toBe("2026-10-05");
    expect(workday(month, 21).date).toBe("2026-10-30");
  });

  it.each([
    ["2028-02", 29],
    ["2027-02", 28],
    ["2026-12", 31],
  ])("%s has %i days", (name, days) => {
    const month = monthOf(name);
    expect(month.days).toHaveLength(days);
    expect(month.days.every((day) => day.date.startsWith(name))).toBe(true);
  });

  it.each(["2026-13", "October", "2026-1", ""])("refuses %j and says how to write a month", (name) => {
    expect(() => monthOf(name)).toThrow(`generate: "${name}" is not a month`);
  });

  it("has room for every incident in the shortest month, each on its own day", () => {
    for (let year = 2020; year < 2032; year += 1) {
      const plan = schedule(monthOf(`${year}-02`));
      const days = [plan.gap.start, plan.burst.start, plan.spike.start, plan.runaway.start, plan.busyDay.start].map((time) =>
        Math.floor(time / 86_400_000),
      );
      expect(new Set(days).size).toBe(5);
    }
  });
});
