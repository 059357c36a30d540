import { describe, expect, it } from "vitest";
import { queryFile } from "../../src/query/files.ts";
import { ask, at, type Cells } from "./ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const usd = (dollars: number): string => dollars.toFixed(12);

describe("usage of whole hours", () => {
  const used = (dt: string, hour: number, n: number, cells: Cells = {}): Cells => ({
    ...{ dt, hour, team: "core", model_tier: "premium", person: "ann", invocations: n, errors: n, throttles: n, unpriced: n },
    ...{
      total_tokens: n,
      input_tokens: n,
      cache_read_tokens: 10 * n,
      cache_write_5m_tokens: 100 * n,
      cache_write_1h_tokens: 1000 * n,
    },
    estimated_cost: n,
    ...cells,
  });

  it("is summed from one hour up to another, by team, tier and person", async () => {
    const { model_tier: _, ...unknown } = used("2026-06-11", 0, 5);
    const hourly_usage = [
      used("2026-06-10", 22, 9),
      used("2026-06-10", 23, 1, { errors: 3, throttles: 4, unpriced: 5, total_tokens: 6 }),
      used("2026-06-10", 23, 2, { model: "other" }),
      used("2026-06-10", 23, 4, { person: "bob" }),
      used("2026-06-10", 23, 3, { team: "web" }),
      unknown,
      used("2026-06-11", 0, 5, { model_tier: "unknown" }),
      used("2026-06-11", 1, 9),
      used("2026-06-12", 0, 9),
    ];
    const hour = (dt: string, of: number, n: number, cells: Cells = {}): Cells => ({
      ...{
        dt,
        hour: of,
        team: "core",
        model_tier: "premium",
        person: "ann",
        invocations: n,
        errors: n,
        throttles: n,
        unpriced: n,
      },
      ...{ total_tokens: n, prompt_tokens: 1111 * n, cache_read_tokens: 10 * n, estimated_cost: usd(n), ...cells },
    });
    expect(await ask("rollups/hour_usage", { from: "2026-06-10T23:00Z", to: "2026-06-11T01:00Z" }, { hourly_usage })).toEqual([
      hour("2026-06-10", 23, 3, { errors: 5, throttles: 6, unpriced: 7, total_tokens: 8 }),
      hour("2026-06-10", 23, 4, { person: "bob" }),
      hour("2026-06-10", 23, 3, { team: "web" }),
      hour("2026-06-11", 0, 10, { model_tier: "unknown" }),
    ]);
  });

  it("is there for some days and months", async () => {
    const hourly_usage = [used("2026-05-31", 3, 1), used("2026-06-02", 3, 1), used("2026-06-02", 4, 1)];
    expect(await ask("rollups/covered_days", {}, { hourly_usage })).toEqual([
      { first_day: "2026-05-31", last_day: "2026-06-02" },
    ]);
    expect(await ask("rollups/covered_days", { from: "2026-06-02" }, { hourly_usage })).toEqual([
      { first_day: "2026-06-02", last_day: "2026-06-02" },
    ]);
    const allocated_charges = [{ dt: "2026-05-01" }, { dt: "2026-07-01" }];
    expect((await ask("rollups/months", {}, { hourly_usage, allocated_charges })).map(({ month }) => month)).toEqual([
      ...["2026-05", "2026-06", "2026-07"],
    ]);
  });

  it("names who called on which days, and what was called by its ARN", async () => {
    const hourly_usage = [
      used("2026-06-10", 3, 1, { principal_arn: "p2", model_id: "arn:x" }),
      used("2026-06-12", 3, 1, { principal_arn: "p1", model_id: "arn:x" }),
      used("2026-06-11", 3, 1, { principal_arn: "p1", model_id: "m1" }),
      used("2026-06-11", 4, 1, { principal_arn: "p1", model_id: "m1" }),
      used("2026-06-11", 4, 1),
      used("2026-06-09", 3, 1, { principal_arn: "p1" }),
      used("2026-06-13", 3, 1, { principal_arn: "p1" }),
    ];
    expect(await ask("rollups/callers_by_day", { from: "2026-06-10", to: "2026-06-12" }, { hourly_usage })).toEqual([
      { kind: "principal", id: "p1", days: "2026-06-11,2026-06-12" },
      { kind: "principal", id: "p2", days: "2026-06-10" },
      { kind: "resource", id: "arn:x", days: "2026-06-10,2026-06-12" },
    ]);
    const regions = [
      used("2026-06-09", 3, 1, { account_id: A, region: "eu-west-1" }),
      used("2026-06-10", 3, 1, { account_id: A, region: "us-west-2" }),
      used("2026-06-11", 3, 1, { account_id: A, region: "us-east-1" }),
      used("2026-06-11", 4, 1, { account_id: A, region: "us-east-1" }),
      used("2026-06-11", 4, 1, { account_id: B, region: "ap-south-1" }),
    ];
    expect(await ask("rollups/regions_used", { account: A, from: "2026-06-10" }, { hourly_usage: regions })).toEqual([
      { region: "us-east-1" },
      { region: "us-west-2" },
    ]);
  });
});

describe("what Bedrock counted", () => {
  const hour = (of: number, counted: number, ingested: number, undelivered: number, cells: Cells = {}): Cells => ({
    ...{ dt: "2026-06-10", hour: of, account_id: A, region: "us-east-1", counted, ingested, undelivered },
    ...{ status: counted > ingested ? "short" : "complete", ...cells },
  });

  it("is summed over the hours for which it was asked; an hour with more in the log makes up for no other", async () => {
    const completeness = [
      hour(1, 10, 4, 3),
      hour(2, 5, 7, 0),
      hour(3, 0, 9, 0),
      hour(4, 0, 1, 2),
      hour(5, 8, 7, 0, { status: "complete" }),
    ];
    expect(await ask("rollups/counted_hours", {}, { completeness })).toEqual([
      { hours: 4, counted: 23, ingested: 19, missing: 7, undelivered: 5, short_hours: 1 },
    ]);
    expect(await ask("rollups/counted_hours", {}, { completeness: [] })).toEqual([
      { hours: 0, counted: 0, ingested: 0, missing: 0, undelivered: 0, short_hours: 0 },
    ]);
  });

  it("is most of it missing in ten hours", async () => {
    const many = Array.from({ length: 11 }, (_, index) => hour(index, 100, index, 0));
    const found = await ask("rollups/short_hours", {}, { completeness: [...many, hour(12, 999, 0, 0, { status: "complete" })] });
    expect(found.map(({ ingested }) => ingested)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    const alike = [
      hour(2, 3, 1, 7),
      hour(1, 2, 0, 7, { account_id: B }),
      hour(1, 2, 0, 7, { region: "us-west-2" }),
      hour(1, 2, 0, 7),
    ];
    expect(await ask("rollups/short_hours", {}, { completeness: alike })).toEqual([
      { account_id: A, region: "us-east-1", at_hour: at("2026-06-10 01:00"), ingested: 0, counted: 2, undelivered: 7 },
      { account_id: A, region: "us-west-2", at_hour: at("2026-06-10 01:00"), ingested: 0, counted: 2, undelivered: 7 },
      { account_id: B, region: "us-east-1", at_hour: at("2026-06-10 01:00"), ingested: 0, counted: 2, undelivered: 7 },
      { account_id: A, region: "us-east-1", at_hour: at("2026-06-10 02:00"), ingested: 1, counted: 3, undelivered: 7 },
    ]);
  });
});

describe("what is there", () => {
  const sources = queryFile("rollups/has_rows").header.reads;
  const empty = Object.fromEntries(sources.map((name) => [name, []]));

  it.each(sources)("is asked of %s alone", async (source) => {
    const filled = { ...empty, [source]: [{}, {}] };
    expect(await ask("rollups/has_rows", { source }, filled)).toEqual([{ there: 1 }]);
    expect(await ask("rollups/has_rows", { source: sources.find((name) => name !== source) ?? "" }, filled)).toEqual([]);
  });

  it("of the hours that were expected is counted, and what is missing", async () => {
    const log_hours = [true, true, false, false, false].map((has_records) => ({ has_records }));
    expect(await ask("rollups/expected_hours", {}, { log_hours })).toEqual([{ expected_hours: 5, missing_hours: 3 }]);
    expect(await ask("rollups/expected_hours", {}, { log_hours: [] })).toEqual([{ expected_hours: 0, missing_hours: 0 }]);
  });

  it("is missing in workday hours in which as many called in the weeks around it, in one stretch or several", async () => {
    const days = Array.from({ length: 26 }, (_, index) => `2026-06-${String(index + 1).padStart(2, "0")}`);
    const dark = ["2026-06-17 10", "2026-06-17 11", "2026-06-18 9"];
    const hourly_usage = days
      .filter((day) => new Date(day).getUTCDay() % 6 !== 0)
      .flatMap((dt) => [9, 10, 11, 12].map((hour) => ({ dt, hour, account_id: A, region: "us-east-1", invocations: 20 })))
      .filter(({ dt, hour }) => !dark.includes(`${dt} ${hour}`));
    const gap = (first: string, last: string, hours: number) => ({
      ...{
        account_id: A,
        region: "us-east-1",
        first_hour: at(`2026-06-${first}:00`),
        last_hour: at(`2026-06-${last}:00`),
        hours,
      },
    });
    expect(await ask("rollups/log_gaps", {}, { hourly_usage })).toEqual([gap("17 10", "17 11", 2), gap("18 09", "18 09", 1)]);
  });
});
