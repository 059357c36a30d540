import { expect, it } from "vitest";
import { ask, at, type Cells, ticks } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const billed = (dt: string, status: string, billed_cost: number, cells: Cells = {}): Cells => ({
  dt,
  status,
  billed_cost,
  account_id: A,
  ...cells,
});
const usd = (dollars: number): string => dollars.toFixed(12);
/** What every observation of a month's bill has, at the end of a day. */
const told = (day: string, month: string, cells: Cells): Cells => ({
  ...{ tick: at(`${day} 00:00`), since: at(`${month}-01 00:00`), scope: "organisation", baseline_n: 0 },
  ...cells,
});
/** The ends of June 2 and 3. */
const JUNE = ticks("2026-06-02T05:00", "2026-06-04T00:00");

// docs/alerts.md: dollars of the month so far; calls that were logged without counts do not count as not logged.
it("billed and never logged is the month so far, with what is largest of it", async () => {
  const missing = "billed_not_logged";
  const allocated_charges = [
    billed("2026-05-01", missing, 3, { reason: "mantle", model: "m1" }),
    billed("2026-05-31", missing, 100, { reason: "mantle", model: "m1" }),
    billed("2026-06-01", missing, 5, { reason: "mantle", model: "m1" }),
    billed("2026-06-02", missing, 2, { reason: "mantle", model: "m1" }),
    billed("2026-06-02", missing, 4, { reason: "dark_hours", model: "m2" }),
    billed("2026-06-02", missing, 50, { reason: "uncounted", model: "m3" }),
    billed("2026-06-02", "allocated", 10, { account_id: B }),
    billed("2026-06-03", missing, 6, { reason: "dark_hours", model: "m2", account_id: B }),
    billed("2026-06-04", missing, 1, { reason: "mantle", model: "m1" }),
  ];
  expect(await ask("anomalies/billed_not_logged", JUNE, { allocated_charges })).toEqual([
    told("2026-06-03", "2026-06", {
      value: 11,
      floor_value: 71,
      dollars: usd(6),
      account_id: A,
      main_reason: "mantle",
      main_model: "m1",
    }),
    told("2026-06-04", "2026-06", { value: 17, floor_value: 77, dollars: usd(6), main_reason: "dark_hours", main_model: "m2" }),
  ]);
  // The last day of a month is still that month's, and its first day is, too.
  expect(
    await ask("anomalies/billed_not_logged", ticks("2026-05-29T00:00", "2026-06-01T00:00"), { allocated_charges }),
  ).toMatchObject([
    { tick: at("2026-05-30 00:00"), since: at("2026-05-01 00:00"), value: 3, dollars: usd(0) },
    { tick: at("2026-05-31 00:00"), value: 3, dollars: usd(0) },
    { tick: at("2026-06-01 00:00"), since: at("2026-05-01 00:00"), value: 103, dollars: usd(100) },
  ]);
  const logged = [billed("2026-06-02", "allocated", 10), billed("2026-06-02", missing, 0, { reason: "mantle" })];
  expect(await ask("anomalies/billed_not_logged", JUNE, { allocated_charges: logged })).toEqual([]);
});

it("a residual counts whichever way it goes, beside all that is billed", async () => {
  const allocated_charges = [
    billed("2026-05-01", "allocated", 13),
    billed("2026-05-31", "residual", 7),
    billed("2026-06-01", "allocated", 20),
    billed("2026-06-01", "residual", 4),
    billed("2026-06-02", "residual", -5),
    billed("2026-06-02", "allocated", 1, { account_id: B }),
    billed("2026-06-03", "residual", -3, { account_id: B }),
    billed("2026-06-03", "allocated", 3, { account_id: B }),
    billed("2026-06-04", "residual", 4),
    billed("2026-07-01", "residual", 2),
    billed("2026-07-01", "adjustment", -2),
  ];
  expect(await ask("anomalies/residual", JUNE, { allocated_charges })).toEqual([
    told("2026-06-03", "2026-06", {
      ...{ value: 0.05, floor_value: 1, dollars: usd(-5), account_id: A, residual_usd: usd(-1), billed_usd: usd(20) },
    }),
    told("2026-06-04", "2026-06", { value: 0.2, floor_value: 4, dollars: usd(-3), residual_usd: usd(-4), billed_usd: usd(20) }),
  ]);
  expect(await ask("anomalies/residual", ticks("2026-05-31T00:00", "2026-06-01T00:00"), { allocated_charges })).toMatchObject([
    { since: at("2026-05-01 00:00"), value: 0.35, dollars: usd(7), billed_usd: usd(20) },
  ]);
  // Nothing is left on June 4, and nothing is billed on July 1.
  expect(await ask("anomalies/residual", ticks("2026-06-04T00:00", "2026-06-05T00:00"), { allocated_charges })).toEqual([]);
  expect(await ask("anomalies/residual", ticks("2026-07-01T00:00", "2026-07-02T00:00"), { allocated_charges })).toEqual([]);
});

it("wording that nobody knows counts by its size, and the largest one is named", async () => {
  const unknown = "unclassified";
  const allocated_charges = [
    billed("2026-05-31", unknown, 9, { usage_type: "W" }),
    billed("2026-06-01", unknown, 3, { usage_type: "X" }),
    billed("2026-06-01", unknown, -4, { usage_type: "Y" }),
    billed("2026-06-01", "allocated", 100, { usage_type: "X" }),
    billed("2026-06-02", unknown, 1, { usage_type: "Y" }),
    billed("2026-06-02", unknown, 2, { usage_type: "Z", account_id: B }),
    billed("2026-06-03", unknown, 20),
    billed("2026-07-01", unknown, 0, { usage_type: "X" }),
  ];
  expect(await ask("anomalies/unclassified", ticks("2026-06-01T00:00", "2026-06-04T00:00"), { allocated_charges })).toEqual([
    told("2026-06-02", "2026-06", { value: 7, floor_value: 7, dollars: usd(-1), account_id: A, usage_type: "Y", usage_types: 2 }),
    told("2026-06-03", "2026-06", { value: 10, floor_value: 10, dollars: usd(3), usage_type: "Y", usage_types: 3 }),
    told("2026-06-04", "2026-06", { value: 30, floor_value: 30, dollars: usd(20), usage_type: "", usage_types: 4 }),
  ]);
  expect(await ask("anomalies/unclassified", ticks("2026-05-31T00:00", "2026-06-01T00:00"), { allocated_charges })).toMatchObject(
    [{ since: at("2026-05-01 00:00"), value: 9, dollars: usd(9) }],
  );
  expect(await ask("anomalies/unclassified", ticks("2026-07-01T00:00", "2026-07-02T00:00"), { allocated_charges })).toEqual([]);
});

// docs/alerts.md: told once for each delivery that changes a closed month.
it("a closed month that changed is told in the hour in which it was noticed", async () => {
  const version = (dt: string, restated_at: string, cells: Cells): Cells => ({ dt, restated_at, ...cells });
  const bill_versions = [
    version("2026-05-01", "2026-06-02 10:00", { closed_cost: "8", restated_from: "8", billed_cost: "9", restated_by: "v3" }),
    version("2026-05-03", "2026-06-02 10:59:59", {
      closed_cost: "10",
      restated_from: "12",
      billed_cost: "11.5",
      restated_by: "v2",
    }),
    version("2026-05-04", "2026-06-02 11:00", { closed_cost: "1", restated_from: "1", billed_cost: "2", restated_by: "v4" }),
    version("2026-05-05", "2026-06-02 09:59:59", { closed_cost: "1", restated_from: "1", billed_cost: "3", restated_by: "v1" }),
    version("2026-05-06", "2026-06-02 12:00", { closed_cost: "1", restated_from: "1", billed_cost: "4", restated_by: "v5" }),
    { dt: "2026-05-07", closed_cost: "1", billed_cost: "1" },
  ];
  const observed = { scope: "organisation", baseline_n: 0 };
  expect(await ask("anomalies/restated", ticks("2026-06-02T10:00", "2026-06-02T12:00"), { bill_versions })).toEqual([
    {
      ...{
        ...observed,
        tick: at("2026-06-02 11:00"),
        since: at("2026-06-02 10:00"),
        value: 1.5,
        floor_value: 1.5,
        dollars: usd(0.5),
      },
      ...{ days: 2, first_day: "2026-05-01", last_day: "2026-05-03", restated_by: "v3" },
      ...{ closed_usd: usd(18), before_usd: usd(20), now_usd: usd(20.5) },
    },
    {
      ...{ ...observed, tick: at("2026-06-02 12:00"), since: at("2026-06-02 11:00"), value: 1, floor_value: 1, dollars: usd(1) },
      ...{ days: 1, first_day: "2026-05-04", last_day: "2026-05-04", restated_by: "v4" },
      ...{ closed_usd: usd(1), before_usd: usd(1), now_usd: usd(2) },
    },
  ]);
});

it("Cost Explorer and the bill are compared by what was asked in the day and a half before, by the month that is furthest off", async () => {
  const asked = (month: string, asked_at: string, explorer_usd: number, cells: Cells): Cells => ({
    ...{ month, asked_at, to_day: `${month}-02`, explorer_usd, billed_usd: 100 },
    ...cells,
  });
  const bill_witnesses = [
    asked("2026-04", "2026-06-01 11:59", 50, { gap: 0.5 }),
    asked("2026-06", "2026-06-01 12:00", 125, { gap: 0.2 }),
    asked("2026-05", "2026-06-02 10:00", 95, { gap: 0.05 }),
    asked("2026-03", "2026-06-02 13:00", 0, {}),
    asked("2026-06", "2026-06-03 00:00", 75, { gap: 0.25 }),
    asked("2026-05", "2026-06-03 01:00", 70, { gap: 0.3 }),
    asked("2026-05", "2026-06-04 00:00", 50, { gap: 0.5 }),
  ];
  const cells = { through: "2026-06-02", month: "2026-06", billed_usd: usd(100) };
  expect(await ask("anomalies/witnesses_disagree", JUNE, { bill_witnesses })).toEqual([
    told("2026-06-03", "2026-06", { ...cells, value: 0.2, floor_value: 25, dollars: usd(25), explorer_usd: usd(125) }),
    told("2026-06-04", "2026-05", {
      ...{ through: "2026-05-02", month: "2026-05", billed_usd: usd(100), value: 0.3, floor_value: 30, dollars: usd(-30) },
      explorer_usd: usd(70),
    }),
  ]);
  const nothing = [asked("2026-06", "2026-06-02 13:00", 0, {})];
  expect(await ask("anomalies/witnesses_disagree", JUNE, { bill_witnesses: nothing })).toEqual([]);
});
