import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isQuiet } from "../../src/anomaly/quiet-hours.ts";
import { replay } from "../../src/anomaly/replay.ts";
import type { AlertRule } from "../../src/config/alert-rule.ts";
import { ALERT_RULES } from "../../src/config/alert-rules.ts";
import { parseConfig } from "../../src/config/load.ts";
import { localDay, localTime, periodBounds, periodEnd, periodName, periodStart, startOfLocalDay } from "../../src/local-time.ts";
import { alerts, DAY, HOUR, MINUTE, observation, START } from "./factories.ts";

const ZONES = [
  "UTC",
  "Europe/Berlin",
  "America/New_York",
  "America/St_Johns",
  "Asia/Kolkata",
  "Asia/Kathmandu",
  "Pacific/Kiritimati",
  "Pacific/Pago_Pago",
  "Australia/Lord_Howe",
  "America/Santiago",
  "Africa/Cairo",
];
const hours = (from: string, zone: string): number => (startOfLocalDay(nextDay(from), zone) - startOfLocalDay(from, zone)) / HOUR;
const nextDay = (day: string): string => new Date(Date.parse(day) + DAY).toISOString().slice(0, 10);

describe("local days", () => {
  it.each([
    ["2026-03-29", "Europe/Berlin", 23],
    ["2026-10-25", "Europe/Berlin", 25],
    ["2026-10-26", "Europe/Berlin", 24],
    ["2026-11-01", "America/New_York", 25],
    ["2026-04-05", "Australia/Lord_Howe", 24.5],
    // Midnight does not exist: the day begins at one.
    ["2026-09-06", "America/Santiago", 23],
    ["2028-02-29", "Asia/Kolkata", 24],
  ])("%s in %s has %d hours", (day, zone, length) => {
    expect(hours(day, zone)).toBe(length);
    expect(localDay(startOfLocalDay(day, zone), zone)).toBe(day);
    expect(localDay(startOfLocalDay(day, zone) - 1, zone)).not.toBe(day);
  });

  it("know leap days and months", () => {
    const start = startOfLocalDay("2028-02-01", "Europe/Berlin");
    expect((periodEnd(start, "month", "Europe/Berlin") - start) / DAY).toBe(29);
    expect(periodName(startOfLocalDay("2028-02-29", "Asia/Kolkata"), "day", "Asia/Kolkata")).toBe("2028-02-29");
  });

  it("follow each other without gap or overlap, in every zone", () =>
    fc.assert(
      fc.property(
        fc.constantFrom(...ZONES),
        fc.constantFrom("day" as const, "month" as const),
        fc.integer({ min: Date.UTC(2024, 0, 1), max: Date.UTC(2030, 0, 1) }),
        (zone, period, at) => {
          const start = periodStart(at, period, zone);
          const end = periodEnd(start, period, zone);
          expect(start).toBeLessThanOrEqual(at);
          expect(end).toBeGreaterThan(at);
          expect(periodStart(end, period, zone)).toBe(end);
          expect(periodStart(end - 1, period, zone)).toBe(start);
        },
      ),
      { numRuns: 200 },
    ));

  it("bound a range from the period in which it begins to the end of the one in which it ends", () => {
    const bounds = periodBounds(Date.UTC(2026, 9, 24, 12), Date.UTC(2026, 9, 26, 12), "day", "Europe/Berlin");
    expect(bounds.map((at) => localTime(at, "Europe/Berlin"))).toEqual(
      ["2026-10-24", "2026-10-25", "2026-10-26", "2026-10-27"].map((day) => ({ day, minutes: 0 })),
    );
  });

  it("need a zone that exists", () =>
    expect(() => parseConfig("timezone: Europe/Bonn")).toThrow("timezone (line 1): write an IANA time zone"));
});

describe("quiet hours", () => {
  const config = alerts({ quiet_hours: { from: "20:00", to: "07:00", weekends: true } });
  const at = (text: string): number => Date.parse(text);
  it.each([
    ["2026-06-01T18:30:00Z", true],
    ["2026-06-01T17:30:00Z", false],
    ["2026-06-02T04:59:00Z", true],
    ["2026-06-02T05:00:00Z", false],
    // In winter Berlin is an hour closer.
    ["2026-12-01T18:30:00Z", false],
    ["2026-12-01T19:30:00Z", true],
    ["2026-06-06T10:00:00Z", true],
  ])("%s: %s", (time, quiet) => {
    expect(isQuiet(config, "warning", at(time), "Europe/Berlin")).toBe(quiet);
    expect(isQuiet(config, "critical", at(time), "Europe/Berlin")).toBe(false);
  });

  it("hold a warning until they end, and keep what is over by then to the list", () => {
    const loud = (tick: number, name: string) =>
      observation({
        tick,
        since: tick - HOUR,
        scope: "team",
        name,
        team: name,
        value: 9e6,
        baseline: 1e6,
        baselineN: 40,
        spread: 1e5,
        floor: 40,
      });
    const night = START + 20 * HOUR;
    const lasting = Array.from({ length: 14 }, (_, index) => loud(night + index * HOUR, "t"));
    const { notices } = replay({
      config,
      timezone: "Europe/Berlin",
      rules: new Map<string, AlertRule>([["tokens_hourly", ALERT_RULES.tokens_hourly]]),
      observations: new Map([["tokens_hourly", [...lasting, loud(night, "short")]]]),
      from: START,
      to: START + 2 * DAY,
    });
    const told = notices.filter(({ incident }) => incident.muted === null);
    // 05:00 UTC is seven in Berlin.
    expect(told.map(({ kind, tick, incident }) => [kind, incident.name, (tick - START) / MINUTE / 60])).toContainEqual([
      "opened",
      "t",
      29,
    ]);
    expect(told.filter(({ incident }) => incident.name === "short")).toEqual([]);
    expect(notices.filter(({ incident }) => incident.name === "short").map(({ incident }) => incident.muted)).toContain(
      "quiet hours",
    );
  });
});
