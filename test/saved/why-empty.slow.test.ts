import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { defaultValues } from "../../src/query/default-dates.ts";
import { queryFile, queryNames } from "../../src/query/files.ts";
import { whyEmpty } from "../../src/query/why-empty.ts";
import { type Fixture, monthFixture } from "../report/month-fixture.ts";

let nothing: Fixture;
let calls: Fixture;
beforeAll(async () => {
  nothing = await monthFixture({});
  calls = await monthFixture({
    calls: [
      { at: "2026-10-05T22:30:00Z", request_metadata: { tenant: "acme", stage: "prod" } },
      { at: "2026-10-06T09:00:00Z", request_metadata: { tenant: "late" } },
    ],
  });
});
afterAll(() => {
  nothing?.close();
  calls?.close();
});

async function asked(month: Fixture, name: string, given: Readonly<Record<string, string>> = {}) {
  const file = queryFile(`saved/${name}`);
  const known = file.header.params.map((param) => param.name);
  const params = { ...(await defaultValues(month.warehouse, known, new Set(Object.keys(given)))), ...given };
  const { rows } = await month.warehouse.query(file.name, params);
  return { rows, reason: await whyEmpty(month.warehouse, file, params, rows) };
}

describe("a saved query with its defaults", () => {
  test("answers or says why it is empty, with calls and without any data", async () => {
    for (const month of [nothing, calls])
      for (const name of queryNames("saved")) {
        const { rows, reason } = await asked(month, name.slice("saved/".length));
        if (rows.length === 0) expect(reason, name).toMatch(/^(Empty: .+|No call has .+)\.$/);
      }
  });

  test.each([
    ["top_spenders", {}, undefined],
    ["billed_by_status", {}, "Empty: no bill was read: give one to the analysis with --cur."],
    ["spend_by_tool", {}, "Empty: no telemetry of clients was read (docs/telemetry.md)."],
    ["kiro_people", {}, "Empty: no report of Kiro was read (docs/other-calls.md)."],
    ["quarantined_lines", {}, "Empty: every line could be read: nothing is in quarantine."],
    ["error_rate_by_caller", {}, "Empty: nothing in these days is within min_calls=20. Give other values with --param."],
    [
      "top_spenders",
      { from: "2025-01-01", to: "2025-01-31" },
      "Empty: calls are from 2026-10-05 to 2026-10-06, and 2025-01-01 to 2025-01-31 was asked for.",
    ],
    ["spend_by_metadata", {}, "No call has key=project. There is: tenant, stage (--param key=…)."],
    ["spend_by_metadata", { key: "tenant" }, undefined],
  ] as const)("%s %j: %s", async (name, given, reason) => {
    expect((await asked(calls, name, given)).reason).toBe(reason);
  });

  test("without any call says so", async () => {
    expect((await asked(nothing, "top_spenders")).reason).toBe("Empty: no call is in the data.");
  });
});

test("hours of the week are those of the time zone that is asked for, which is that of strata.yml", async () => {
  const hours = async (timezone: string) =>
    (await calls.warehouse.query("saved/busy_hours", { timezone })).rows.map(({ weekday, hour }) => [weekday, hour]);
  expect(await hours("UTC")).toEqual([
    [1, 22],
    [2, 9],
  ]);
  expect(await hours("Europe/Berlin")).toEqual([
    [2, 0],
    [2, 11],
  ]);
  expect(await hours("America/New_York")).toEqual([
    [1, 18],
    [2, 5],
  ]);
  const off = async (timezone: string) =>
    (await calls.warehouse.query("saved/off_hours_use", { timezone })).rows.map(({ off_hours_calls: n }) => n);
  expect(await off("UTC")).toEqual([1]);
  expect(await off("America/New_York")).toEqual([1]);
  expect(await off("Asia/Tokyo")).toEqual([]);
  expect(await defaultValues(calls.warehouse, ["timezone"], new Set(), "Asia/Tokyo")).toEqual({ timezone: "Asia/Tokyo" });
});
