import { expect, it } from "vitest";
import { ask, at, type Cells, ticks } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const counted = (day: string, hour: number, cells: Cells): Cells => ({
  dt: day,
  hour,
  account_id: A,
  region: "us-east-1",
  ...cells,
});
const OBSERVED = { scope: "source", baseline_n: 0, dollars: "0.000000000000" };

// docs/alerts.md: completeness compares with Bedrock's own count; throttled calls are on neither side. Counts are there three hours later.
it("records are missing where an account and region has fewer of an hour than Bedrock counted", async () => {
  const service_counts = [
    counted("2026-06-02", 8, { invocations: 10 }),
    counted("2026-06-02", 9, { invocations: 60, undelivered: 3 }),
    counted("2026-06-02", 9, { invocations: 40, undelivered: 4 }),
    counted("2026-06-02", 9, { invocations: 50, region: "eu-west-1" }),
    counted("2026-06-02", 9, { invocations: 20, account_id: B }),
    counted("2026-06-02", 10, { invocations: 10 }),
    counted("2026-06-02", 11, { invocations: 10 }),
  ];
  const hourly_usage = [
    counted("2026-06-02", 9, { invocations: 50, throttles: 10 }),
    counted("2026-06-02", 9, { invocations: 30, throttles: 0 }),
    counted("2026-06-01", 9, { invocations: 5, throttles: 0 }),
    counted("2026-06-02", 9, { invocations: 50, throttles: 0, region: "eu-west-1" }),
    counted("2026-06-02", 10, { invocations: 9, throttles: 0 }),
  ];
  const range = ticks("2026-06-02T11:00", "2026-06-02T13:00");
  const nine = { ...OBSERVED, tick: at("2026-06-02 12:00"), since: at("2026-06-02 09:00"), region: "us-east-1" };
  expect(await ask("anomalies/completeness", range, { service_counts, hourly_usage })).toEqual([
    {
      ...nine,
      scope_name: `${A}/us-east-1`,
      account_id: A,
      value: 0.3,
      floor_value: 30,
      counted: 100,
      logged: 70,
      undelivered: 7,
    },
    { ...nine, scope_name: `${B}/us-east-1`, account_id: B, value: 1, floor_value: 20, counted: 20, logged: 0 },
    {
      ...{ ...OBSERVED, tick: at("2026-06-02 13:00"), since: at("2026-06-02 10:00"), scope_name: `${A}/us-east-1` },
      ...{ account_id: A, region: "us-east-1", value: 0.1, floor_value: 1, counted: 10, logged: 9 },
    },
  ]);
});

it("the last hours of a day are looked at in the first of the next one", async () => {
  const service_counts = [counted("2026-06-01", 22, { invocations: 8, undelivered: 2 })];
  const hourly_usage = [counted("2026-06-01", 22, { invocations: 6, throttles: 0 })];
  const range = ticks("2026-06-02T00:00", "2026-06-02T01:00");
  expect(await ask("anomalies/completeness", range, { service_counts, hourly_usage })).toMatchObject([
    { value: 0.25, since: at("2026-06-01 22:00") },
  ]);
  expect(await ask("anomalies/undelivered_logs", range, { service_counts })).toMatchObject([
    { value: 2, since: at("2026-06-01 22:00") },
  ]);
});

it("failed deliveries are told of each account, region and hour that has one", async () => {
  const service_counts = [
    counted("2026-06-02", 8, { undelivered: 1 }),
    counted("2026-06-02", 9, { invocations: 60, undelivered: 3 }),
    counted("2026-06-02", 9, { invocations: 40, undelivered: 4 }),
    counted("2026-06-02", 9, { invocations: 50, undelivered: 0, region: "eu-west-1" }),
    counted("2026-06-02", 9, { invocations: 20, undelivered: 1, account_id: B }),
    counted("2026-06-02", 10, { invocations: 10, undelivered: 1 }),
    counted("2026-06-02", 11, { undelivered: 1 }),
  ];
  const told = (hour: number, account: string, value: number, calls: number) => ({
    ...{ ...OBSERVED, tick: at(`2026-06-02 ${hour + 3}:00`), since: at(`2026-06-02 ${String(hour).padStart(2, "0")}:00`) },
    ...{
      scope_name: `${account}/us-east-1`,
      account_id: account,
      region: "us-east-1",
      value,
      floor_value: value,
      counted: calls,
    },
  });
  expect(await ask("anomalies/undelivered_logs", ticks("2026-06-02T11:00", "2026-06-02T13:00"), { service_counts })).toEqual([
    told(9, A, 7, 100),
    told(9, B, 1, 20),
    told(10, A, 1, 10),
  ]);
});

const object = (delivered_at: string, cells: Cells): Cells => ({
  dt: delivered_at.slice(0, 10),
  delivered_at,
  account_id: A,
  ...cells,
});

// docs/alerts.md: unreadable_logs is the share of a day's records in quarantine, and damaged objects.
it("what cannot be read is counted by the day of its delivery, for all and for each account", async () => {
  const ingested_objects = [
    object("2026-06-01 23:59:59", { records: 9, quarantined: 9 }),
    object("2026-06-02 00:00:00", { records: 60, quarantined: 3 }),
    object("2026-06-02 23:00:00", { records: 40, quarantined: 2, damaged: "ends early" }),
    object("2026-06-02 11:00:00", { records: 100, quarantined: 0, account_id: B }),
    { dt: "2026-06-02", delivered_at: "2026-06-02 11:00:00", records: 50, quarantined: 5 },
    object("2026-06-03 11:00:00", { records: 0, quarantined: 0, damaged: "not gzip" }),
    object("2026-06-04 00:00:00", { records: 9, quarantined: 9 }),
  ];
  const day = (date: string, cells: Cells) => {
    const next = new Date(Date.parse(date) + 86_400_000).toISOString();
    return { tick: next, since: `${date}T00:00:00.000Z`, baseline_n: 0, dollars: "0.000000000000", ...cells };
  };
  expect(await ask("anomalies/unreadable_logs", ticks("2026-06-02T00:00", "2026-06-04T00:00"), { ingested_objects })).toEqual([
    day("2026-06-02", {
      scope: "account",
      scope_name: A,
      account_id: A,
      value: 0.05,
      floor_value: 6,
      quarantined: 5,
      damaged_objects: 1,
    }),
    day("2026-06-02", { scope: "organisation", value: 0.04, floor_value: 11, quarantined: 10, damaged_objects: 1 }),
    day("2026-06-03", {
      scope: "account",
      scope_name: A,
      account_id: A,
      value: 0,
      floor_value: 1,
      quarantined: 0,
      damaged_objects: 1,
    }),
    day("2026-06-03", { scope: "organisation", account_id: A, value: 0, floor_value: 1, quarantined: 0, damaged_objects: 1 }),
  ]);
  const one = [object("2026-06-02 11:00:00", { records: 1, quarantined: 1 })];
  expect(
    await ask("anomalies/unreadable_logs", ticks("2026-06-02T00:00", "2026-06-03T00:00"), { ingested_objects: one }),
  ).toMatchObject([{ value: 1 }, { value: 1 }]);
});
