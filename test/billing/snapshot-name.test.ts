import { expect, it } from "vitest";
import { dateIn, snapshotOf } from "../../src/billing/snapshot-name.ts";

it.each([
  ["2026-10-02/cur.csv", "2026-10-02T00:00"],
  ["snap_20261003/cur.csv", "2026-10-03T00:00"],
  ["2026/10/03/cur.csv", "2026-10-03T00:00"],
  ["03-10-2026/cur.csv", "2026-10-03T00:00"],
  ["13.10.2026/cur.csv", "2026-10-13T00:00"],
  ["23_10_2026/cur.csv", "2026-10-23T00:00"],
  ["31-10-2026/cur.csv", "2026-10-31T00:00"],
  ["cur-2026-10-03T0400.csv", "2026-10-03T04:00"],
  ["cur-2026-10-13 23:59:10.csv", "2026-10-13T23:59"],
  ["1791000000/cur.csv", "2026-10-03T04:00"],
  ["1791000000123/cur.csv", "2026-10-03T04:00"],
  // The last one says it.
  ["2026-10-01/2026-10-02/cur.csv", "2026-10-02T00:00"],
  // Months of billing, impossible days and longer numbers are no dates.
  ["BILLING_PERIOD=2026-10/cur.csv", undefined],
  ["BILLING_PERIOD=2026-10/2026-11-02/cur.csv", "2026-11-02T00:00"],
  ["20261001-20261101/cur.csv", undefined],
  ["year=2026/month=10/11.csv", undefined],
  ["year=2026/month=1/02/cur.csv", undefined],
  ["2026-13-01/cur.csv", undefined],
  ["2026-10-32/cur.csv", undefined],
  ["32-10-2026/cur.csv", undefined],
  ["120261003/cur.csv", undefined],
  ["cur.csv", undefined],
])("the date in %s is %s", (path, date) => {
  expect(dateIn(path)?.slice(0, 16)).toBe(date);
});

it("files of one folder are a snapshot, unless their names carry dates", () => {
  expect(snapshotOf("a/2026-10-02/cur-1.csv")).toBe("a/2026-10-02");
  expect(snapshotOf("a/cur-2026-10-02T0400-1.csv")).toBe("a/2026-10-02T04:00");
  expect(snapshotOf("cur.csv")).toBe("");
});
