import { afterAll, beforeAll, expect, it } from "vitest";
import { DAY, HOUR, START } from "./factories.ts";
import { dataOf, type FakeCall, type FakeData, traffic } from "./fake-data.ts";

/** Dark hours, by day and hour from Monday on: at noon, at night, on a Saturday, over midnight. */
const DARK: readonly (readonly [from: number, hours: number])[] = [
  [START + 8 * DAY + 12 * HOUR, 1],
  [START + 10 * DAY + 1 * HOUR, 3],
  [START + 12 * DAY + 10 * HOUR, 4],
  [START + 16 * DAY + 22 * HOUR, 4],
];
const HOLIDAY = START + 15 * DAY;

let made: FakeData;
let gaps: unknown[];
beforeAll(async () => {
  const calls: FakeCall[] = traffic(24, 40).filter(({ at }, index) => {
    if (DARK.some(([from, hours]) => at >= from && at < from + hours * HOUR)) return false;
    // One quiet Sunday hour, and a holiday with one call in ten.
    if (at >= START + 13 * DAY + 15 * HOUR && at < START + 13 * DAY + 16 * HOUR) return false;
    return at < HOLIDAY || at >= HOLIDAY + DAY || index % 30 === 0;
  });
  made = await dataOf(calls);
  gaps = (await made.warehouse.query("rollups/log_gaps")).rows.map(({ first_hour, hours }) => [first_hour, Number(hours)]);
});
afterAll(() => made.close());

it("looks only at the days that it is given", async () => {
  const range = {
    from: new Date(START + 9 * DAY).toISOString().slice(0, 10),
    to: new Date(START + 16 * DAY).toISOString().slice(0, 10),
  };
  const { rows } = await made.warehouse.query("rollups/log_gaps", range);
  // Of the last gap, the hours before midnight are in it, and nothing tells that more should have come.
  expect(rows.map(({ first_hour, hours }) => [first_hour, Number(hours)])).toEqual(
    DARK.slice(1, 3).map(([from, hours]) => [new Date(from).toISOString(), hours]),
  );
});

it("names dark hours whenever they are, and neither a quiet hour of a weekend nor a holiday", () =>
  expect(gaps).toEqual(DARK.map(([from, hours]) => [new Date(from).toISOString(), hours])));
