import { describe, expect, it } from "vitest";
import { addDays, dayOf, daysBetween, hourOf, isoOf, parseDay, parseInstant } from "../../src/time.ts";

describe("time", () => {
  it.each([
    ["2026-10-05T14:14:03Z", "2026-10-05T14:14:03.000Z"],
    ["2026-10-05T14:27:00.123Z", "2026-10-05T14:27:00.123Z"],
    ["2026-10-05T14:27:00.123456789Z", "2026-10-05T14:27:00.123Z"],
    ["2026-10-05 14:14:03", "2026-10-05T14:14:03.000Z"],
    ["2026-10-05T14:14:03+02:00", "2026-10-05T12:14:03.000Z"],
    ["2026-10-05T23:14:03-0130", "2026-10-06T00:44:03.000Z"],
  ])("reads %s as %s", (text, iso) => {
    expect(isoOf(parseInstant(text) ?? 0)).toBe(iso);
  });

  it.each([
    "2026-02-30T00:00:00Z",
    "2026-10-05",
    "2026-13-05T00:00:00Z",
    "2026-10-05T25:00:00Z",
    "2026-10-05T23:59:75Z",
    "2026-10-05T24:00:00Z",
    "0050-01-01T00:00:00Z",
    "2026-10-05T23:59:00+99:99",
    "yesterday",
    "",
  ])("does not take %j for an instant", (text) => {
    expect(parseInstant(text)).toBeUndefined();
  });

  it("knows days across months and leap years", () => {
    expect(daysBetween("2028-02-27", "2028-03-01")).toEqual(["2028-02-27", "2028-02-28", "2028-02-29", "2028-03-01"]);
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(parseDay("2026-02-29")).toBeUndefined();
    expect([dayOf(1791209643000), hourOf(1791209643000)]).toEqual(["2026-10-05", 14]);
  });
});
