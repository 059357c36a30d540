import { describe, expect, it } from "vitest";
import { DAY_MS } from "../../src/time.ts";
import { ask, at, type Cells } from "./ask.ts";

const [A, B] = ["111122223333", "444455556666"];

/** June 1, 2026 is a Monday. */
const WORKDAYS = Array.from({ length: 120 }, (_, index) => new Date(Date.UTC(2026, 5, 1) + index * DAY_MS))
  .filter((day) => day.getUTCDay() % 6 !== 0)
  .map((day) => day.toISOString().slice(0, 10));
const calls = (day: string, hour: number, invocations: number): Cells => ({ dt: `2026-${day}`, hour, invocations });
/** So many calls at an hour of the first workdays; 0 is an hour without any. */
const at9to11 = (...counts: readonly (readonly number[])[]): Cells[] =>
  counts.flatMap((ofHour, index) =>
    ofHour.flatMap((invocations, day) =>
      invocations === 0 ? [] : [calls(WORKDAYS[day]?.slice(5) ?? "", 9 + index, invocations)],
    ),
  );
/** As many at an hour of each workday. */
const each = (from: string, to: string, hour: number, invocations: number): Cells[] =>
  WORKDAYS.filter((day) => day.slice(5) >= from && day.slice(5) <= to).map((day) => calls(day.slice(5), hour, invocations));
const without = (rows: readonly Cells[], ...times: readonly string[]): Cells[] =>
  rows.filter(({ dt, hour }) => !times.includes(`${String(dt).slice(5)} ${hour}`));

const TWENTY = [20, 20, 20, 20, 20];
const EIGHT = [8, 8, 8, 8, 8];
/** Four weeks with few calls at ten and four with more, of which one hour each is silent. */
const RISEN = without(
  [...each("06-01", "07-24", 9, 20), ...each("06-01", "06-26", 10, 4), ...each("06-29", "07-24", 10, 20)],
  "06-10 10",
  "07-08 10",
);
/** Four weeks of work but for the last hour, nothing up to a day, and four weeks again but for the first hour. */
const paused = (next: string): Cells[] =>
  without(
    [9, 10].flatMap((hour) => [...each("06-01", "06-26", hour, 20), ...each(next, "09-24", hour, 20)]),
    "06-26 10",
    `${next} 9`,
  );

const CASES: readonly (readonly [name: string, rows: readonly Cells[], silent: readonly string[]])[] = [
  ["no hour where calls came as usual", at9to11(TWENTY, TWENTY), []],
  ["an hour between others", at9to11(TWENTY, [20, 20, 0, 20, 20]), ["06-03 10"]],
  ["nothing before the first call and after the last", at9to11([0, 20, 20, 20, 20], TWENTY, [20, 20, 20, 20, 0]), []],
  ["a whole day", at9to11([20, 20, 0, 20, 20], [20, 20, 0, 20, 20]), ["06-03 9", "06-03 10"]],
  // The middle of 0, 14, 16 and 40 is 15, that of 0, 14, 15 and 40 is 14.5; that of five is the third.
  ["an hour whose median of four days is 15", at9to11(TWENTY.slice(1), [14, 0, 40, 16]), ["06-02 10"]],
  ["no hour whose median of four days is 14.5", at9to11(TWENTY.slice(1), [14, 0, 40, 15]), []],
  ["an hour whose median of five days is 15", at9to11(TWENTY, [15, 0, 90, 80, 1]), ["06-02 10"]],
  ["no hour whose median of five days is 14", at9to11(TWENTY, [14, 0, 90, 80, 1]), []],
  ["half of what is usual on a day that is half as busy", at9to11([20, 20, 10, 20, 20], [30, 30, 0, 30, 30]), ["06-03 10"]],
  ["less than that on the same day", at9to11([20, 20, 10, 20, 20], [29, 29, 0, 29, 29]), []],
  ["no more than what is usual on a busy day", at9to11([20, 20, 200, 20, 20], [14, 14, 0, 14, 14]), []],
  ["no hour of two workdays", at9to11([20, 20], [40, 0], [20, 20]), []],
  ["an hour of three workdays", at9to11([20, 20, 20], [20, 0, 20]), ["06-02 10"]],
  [
    "an hour of a Saturday and a Sunday",
    [9, 10, 11].flatMap((hour) => without([calls("06-06", hour, 40), calls("06-07", hour, 40)], "06-07 10")),
    ["06-07 10"],
  ],
  ["no weekend where only workdays are busy", [...each("06-01", "06-08", 9, 20), ...each("06-01", "06-08", 10, 20)], []],
  ["no single hour of eight calls", at9to11(TWENTY, [8, 8, 0, 8, 8], EIGHT), []],
  ["two hours of eight calls", at9to11(TWENTY, [8, 8, 0, 8, 8], [8, 8, 0, 8, 8]), ["06-03 10", "06-03 11"]],
  ["two hours with a night between them", at9to11([8, 8, 8, 0, 8], TWENTY, [8, 8, 0, 8, 8]), ["06-03 11", "06-04 9"]],
  ["not two with a call between them", [...at9to11([8, 8, 8, 0, 8], TWENTY, [8, 8, 0, 8, 8]), calls("06-03", 12, 1)], []],
  ["no hour with less than one call beside one with more", at9to11(TWENTY.slice(1), [20, 20, 0, 20], [1, 0, 0, 1]), ["06-03 10"]],
  ["an hour with one call, in a longer silence", at9to11(TWENTY, [20, 20, 0, 20, 20], [1, 1, 0, 1, 1]), ["06-03 10", "06-03 11"]],
  // Eight weeks are two times four: June 1 to July 26. Of seven weeks and some days the middle is the lower one.
  ["what was usual in its four weeks", [...RISEN, calls("07-26", 5, 1)], ["07-08 10"]],
  ["what was usual in all weeks, where they are fewer than eight", RISEN, []],
  [
    "what was usual in its four weeks and the rest of the last",
    [...RISEN, ...without([...each("07-27", "08-14", 9, 20), ...each("07-27", "08-14", 10, 4)], "08-05 10")],
    ["07-08 10", "08-05 10"],
  ],
  ["a silence of two months at its ends", paused("08-25"), ["06-26 10", "08-24 9", "08-24 10", "08-25 9"]],
  ["nothing after more than two months, which are a new beginning", paused("08-26"), []],
];
const sourceOf = (index: number): Cells => ({ account_id: index % 2 === 0 ? A : B, region: `r${Math.floor(index / 2)}` });

async function hours(rows: readonly Cells[]): Promise<readonly Cells[]> {
  const found = (await ask("views/log_hours", {}, { hourly_usage: rows })) as Cells[];
  return found.sort((a, b) => String(a["at_hour"]).localeCompare(String(b["at_hour"])));
}
const silentOf = (found: readonly Cells[], { account_id, region }: Cells): readonly string[] =>
  found
    .filter((row) => row["account_id"] === account_id && row["region"] === region && row["has_records"] === false)
    .map(({ at_hour }) => `${String(at_hour).slice(5, 10)} ${Number(String(at_hour).slice(11, 13))}`);

// docs/data-dictionary.md, log_hours.
describe("hours without calls, where some were expected,", () => {
  it.each(CASES)("are %s", async (_, rows, silent) => {
    const source = sourceOf(0);
    expect(silentOf(await hours(rows.map((row) => ({ ...source, ...row }))), source)).toEqual(silent);
  });

  it("are those of each account and region for itself", async () => {
    const found = await hours(CASES.flatMap(([, rows], index) => rows.map((row) => ({ ...sourceOf(index), ...row }))));
    expect(CASES.map(([name], index) => [name, silentOf(found, sourceOf(index))])).toEqual(
      CASES.map(([name, , silent]) => [name, silent]),
    );
  });
});

it("expected hours are those with calls, too, with how many there are", async () => {
  const source = { account_id: A, region: "us-east-1" };
  const rows = [
    ...at9to11([20, 20, 20], [15, 0, 15]).map((row) => ({ ...source, ...row })),
    // Two rows of one hour, calls at an unusual time, and calls that nobody knows the place of.
    { ...source, ...calls("06-01", 10, 5), team: "web" },
    { ...source, ...calls("06-02", 3, 90) },
    ...at9to11([20, 20, 20]).flatMap((row) => [
      { ...row, account_id: A },
      { ...row, region: "us-east-1" },
    ]),
  ];
  const hour = (time: string, records: number): Cells => ({
    ...{ ...source, at_hour: at(`2026-06-${time}:00`), records, has_records: records > 0 },
  });
  expect(await hours(rows)).toEqual([
    ...[hour("01 09", 20), hour("01 10", 20), hour("02 09", 20), hour("02 10", 0), hour("03 09", 20), hour("03 10", 15)],
  ]);
});
