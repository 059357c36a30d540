import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/load.ts";
import { localDay } from "../../src/local-time.ts";
import { formatUsd } from "../../src/money.ts";
import { showback } from "../../src/report/showback.ts";
import { HOUR, USD } from "../anomaly/factories.ts";
import { dataOf, type FakeCall, type FakeData } from "../anomaly/fake-data.ts";
import { CALLS, CHARGES, clearsStatements, column, file, fixture, report, sum } from "./statement-fixture.ts";

clearsStatements();

/** A call in every hour around the ends of months, on leap days and where clocks change. */
const around = (from: string, hours: number): FakeCall[] =>
  Array.from({ length: hours }, (_, index) => ({
    at: Date.parse(from) + index * HOUR,
    team: index % 2 === 0 ? "red" : "blue",
    cost: (USD * BigInt(index + 1)) / 1000n,
  }));
const calls = [
  ...around("2026-02-27T00:00:00Z", 72),
  ...around("2026-03-28T00:00:00Z", 120),
  ...around("2026-10-24T00:00:00Z", 72),
  ...around("2026-10-31T00:00:00Z", 60),
  ...around("2028-02-28T00:00:00Z", 96),
];

describe("the month cut in a time zone", () => {
  let made: FakeData;
  beforeAll(async () => {
    made = await dataOf(calls);
  });
  afterAll(() => made.close());

  const MONTHS = ["2026-02", "2026-03", "2026-04", "2026-10", "2026-11", "2028-02", "2028-03"];
  it.each(["Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Kiritimati", "Australia/Lord_Howe"])(
    "holds every call of %s's months once, on its day by the clock on the wall, leap days and changes of the clock included",
    async (zone) => {
      for (const month of MONTHS) {
        const { rows } = await showback(made.warehouse, month, zone);
        const expected = new Map<string, [number, bigint]>();
        for (const call of calls) {
          const day = localDay(call.at, zone);
          if (!day.startsWith(month)) continue;
          const key = `${day} ${call.team}`;
          const [count, usd] = expected.get(key) ?? [0, 0n];
          expected.set(key, [count + 1, usd + (call.cost ?? 0n)]);
        }
        const given = rows.map(([day, team, , count, , , usd]) => [`${day} ${team}`, count, usd]);
        const wanted = [...expected].map(([key, [count, usd]]) => [key, String(count), formatUsd(usd)]);
        expect(given.sort(), `${zone} ${month}`).toEqual(wanted.sort());
      }
    },
  );

  it("has 25 hours on the day on which Berlin's clocks go back, and 23 on which they go forward", async () => {
    const hoursOf = async (day: string): Promise<number> => {
      const { rows } = await showback(made.warehouse, day.slice(0, 7), "Europe/Berlin");
      return rows.filter(([local]) => local === day).reduce((all, [, , , count]) => all + Number(count), 0);
    };
    expect([await hoursOf("2026-10-25"), await hoursOf("2026-03-29"), await hoursOf("2028-02-29")]).toEqual([25, 23, 24]);
  });
});

it("is a file of its own beside the statement, which stays in UTC", async () => {
  const month = await fixture({ calls: CALLS, charges: CHARGES });
  await report(month, "report: { showback_timezone: Asia/Tokyo }");
  const local = file(month, "showback_Asia-Tokyo.csv");
  // The call of 31 October 23:59 UTC is of November in Tokyo.
  expect(column(local, "local_day")).not.toContain("2026-11-01");
  expect(sum(column(local, "invocations").map(String))).toBe("4.00");
  expect(sum(column(file(month, "by_team.csv"), "invocations").map(String))).toBe("5.00");
});

it("takes no zone that is none, and not UTC", () => {
  expect(() => parseConfig("report: { showback_timezone: Mars/Olympus }")).toThrow(/IANA/);
  expect(() => parseConfig("report: { showback_timezone: UTC }")).toThrow(/UTC is what/);
});
