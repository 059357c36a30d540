import { describe, expect, it } from "vitest";
import { ask, at, type Cells, ticks } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const used = (dt: string, hour: number, cells: Cells): Cells => ({
  dt,
  hour,
  account_id: A,
  region: "us-east-1",
  team: "core",
  model: "m1",
  ...cells,
});
const usd = (dollars: number): string => dollars.toFixed(12);
const DAYS = ticks("2026-06-02T00:00", "2026-06-05T00:00");
/** Ticks at 11:00 and 12:00. */
const HOURS = ticks("2026-06-02T10:00", "2026-06-02T12:00");

it("spend without a team is the share of a UTC day's dollars", async () => {
  const nobody = (dt: string, hour: number, estimated_cost: number, invocations: number, cells: Cells = {}): Cells =>
    used(dt, hour, { team: "unattributed", principal_arn: "p1", estimated_cost, invocations, ...cells });
  const hourly_usage = [
    nobody("2026-06-01", 23, 5, 1),
    nobody("2026-06-02", 0, 1, 2),
    nobody("2026-06-02", 12, 1, 1),
    nobody("2026-06-02", 23, 2, 3, { principal_arn: "p2" }),
    used("2026-06-02", 3, { account_id: B, estimated_cost: 12, invocations: 5, principal_arn: "p3" }),
    nobody("2026-06-03", 1, 1, 1),
    nobody("2026-06-03", 1, 1, 1, { account_id: B }),
    used("2026-06-03", 1, { estimated_cost: 6, invocations: 1 }),
    nobody("2026-06-04", 1, 0, 7),
    nobody("2026-06-05", 1, 1, 1),
  ];
  const observed = { scope: "organisation", baseline_n: 0, team: "unattributed", value: 0.25 };
  expect(await ask("anomalies/unattributed", DAYS, { hourly_usage })).toEqual([
    {
      ...{ ...observed, tick: at("2026-06-03 00:00"), since: at("2026-06-02 00:00"), floor_value: 4, dollars: usd(4) },
      ...{ account_id: A, calls: 6, principals: 2 },
    },
    {
      ...{ ...observed, tick: at("2026-06-04 00:00"), since: at("2026-06-03 00:00"), floor_value: 2, dollars: usd(2) },
      ...{ calls: 2, principals: 1 },
    },
  ]);
});

it("calls without a known price are counted by hour and model", async () => {
  const hourly_usage = [
    used("2026-06-02", 9, { unpriced: 9, total_tokens: 9 }),
    used("2026-06-02", 10, { unpriced: 2, total_tokens: 100 }),
    used("2026-06-02", 10, { unpriced: 3, total_tokens: 50, team: "web" }),
    used("2026-06-02", 10, { unpriced: 0, total_tokens: 999, account_id: B }),
    used("2026-06-02", 10, { unpriced: 1, total_tokens: 7, model: "m2", account_id: B }),
    used("2026-06-02", 11, { unpriced: 4, total_tokens: 1 }),
    used("2026-06-02", 11, { unpriced: 1, total_tokens: 2, account_id: B }),
    used("2026-06-02", 12, { unpriced: 9, total_tokens: 9 }),
    used("2026-06-01", 23, { unpriced: 6, total_tokens: 9 }),
  ];
  const told = (hour: number, value: number, cells: Cells): Cells => ({
    ...{
      tick: at(`2026-06-02 ${hour + 1}:00`),
      since: at(`2026-06-02 ${hour}:00`),
      scope: "model",
      scope_name: "m1",
      baseline_n: 0,
    },
    ...{ value, floor_value: value, calls: value, dollars: usd(0), ...cells },
  });
  expect(await ask("anomalies/unpriced", HOURS, { hourly_usage })).toEqual([
    told(10, 5, { account_id: A, tokens: 150 }),
    told(10, 1, { scope_name: "m2", team: "core", account_id: B, tokens: 7 }),
    told(11, 5, { team: "core", tokens: 3 }),
  ]);
  expect(await ask("anomalies/unpriced", ticks("2026-06-01T23:00", "2026-06-02T00:00"), { hourly_usage })).toMatchObject([
    { value: 6 },
  ]);
  expect(await ask("anomalies/unpriced", ticks("2026-06-02T00:00", "2026-06-02T01:00"), { hourly_usage })).toEqual([]);
});

// docs/alerts.md: an answered call stands for up to two throttled attempts before it.
describe("throttling that retries absorb", () => {
  const tried = (hour: number, invocations: number, throttles: number, errors: number, cells: Cells = {}): Cells =>
    used("2026-06-02", hour, { principal_arn: "p1", invocations, throttles, errors, ...cells });
  const told = (hour: number, scope: string, value: number, cells: Cells): Cells => ({
    ...{
      tick: at(`2026-06-02 ${hour + 1}:00`),
      since: at(`2026-06-02 ${hour}:00`),
      scope,
      baseline_n: 0,
      value,
      dollars: usd(0),
    },
    ...cells,
  });

  it("is what answered calls of the same caller, model and region stand for, and no more", async () => {
    const hourly_usage = [
      tried(9, 4, 2, 2),
      // Two rows of one caller: 6 answered stand for 12, so all 10 throttled are absorbed.
      tried(10, 12, 7, 7, { operation: "Converse" }),
      tried(10, 4, 3, 3, { operation: "InvokeModel" }),
      // One answered call stands for two of eleven.
      tried(10, 12, 11, 11, { principal_arn: "p2", region: "eu-west-1", model: "m2" }),
      tried(10, 12, 0, 0, { principal_arn: "p3", team: "web", account_id: B }),
      tried(11, 8, 2, 4),
      tried(12, 4, 2, 2),
    ];
    expect(await ask("anomalies/throttling", HOURS, { hourly_usage })).toEqual([
      told(10, "model", 10 / 28, {
        ...{ scope_name: "m1", floor_value: 10, calls: 28, absorbed: 10, region: "us-east-1", main_model: "m1" },
      }),
      told(10, "model", 2 / 12, {
        ...{
          scope_name: "m2",
          floor_value: 2,
          calls: 12,
          absorbed: 2,
          region: "eu-west-1",
          main_model: "m2",
          team: "core",
          account_id: A,
        },
      }),
      told(10, "organisation", 0.3, { ...{ floor_value: 12, calls: 40, absorbed: 12, region: "us-east-1", main_model: "m1" } }),
      told(10, "principal", 0.625, {
        ...{
          scope_name: "p1",
          floor_value: 10,
          calls: 16,
          absorbed: 10,
          region: "us-east-1",
          main_model: "m1",
          team: "core",
          account_id: A,
        },
      }),
      told(10, "principal", 2 / 12, {
        ...{
          scope_name: "p2",
          floor_value: 2,
          calls: 12,
          absorbed: 2,
          region: "eu-west-1",
          main_model: "m2",
          team: "core",
          account_id: A,
        },
      }),
      ...["model", "organisation", "principal"].map((scope) =>
        told(11, scope, 0.25, {
          ...(scope === "organisation" ? {} : { scope_name: scope === "model" ? "m1" : "p1" }),
          ...{ floor_value: 2, calls: 8, absorbed: 2, region: "us-east-1", main_model: "m1", team: "core", account_id: A },
        }),
      ),
    ]);
  });

  it("is told of an hour before midnight in the one after, where no principal and no model is known, too", async () => {
    const hourly_usage = [
      { dt: "2026-06-01", hour: 23, invocations: 4, throttles: 2, errors: 2, account_id: A },
      { dt: "2026-06-01", hour: 22, invocations: 4, throttles: 2, errors: 2, account_id: A },
    ];
    expect(await ask("anomalies/throttling", ticks("2026-06-01T23:30", "2026-06-02T00:30"), { hourly_usage })).toEqual([
      {
        ...{
          tick: at("2026-06-02 00:00"),
          since: at("2026-06-01 23:00"),
          scope: "organisation",
          baseline_n: 0,
          value: 0.5,
          floor_value: 2,
        },
        ...{ dollars: usd(0), account_id: A, calls: 4, absorbed: 2 },
      },
    ]);
  });

  it("names the region and model that absorbed most; of equals the last by name", async () => {
    const half = { invocations: 4, throttles: 2, errors: 2 };
    const hourly_usage = [
      used("2026-06-02", 10, { ...half, principal_arn: "p1", region: "us-east-1", model: "m1" }),
      used("2026-06-02", 10, { ...half, principal_arn: "p1", region: "us-west-2", model: "m0" }),
      used("2026-06-02", 10, { ...half, principal_arn: "p2", model: "m1", throttles: 1 }),
    ];
    const [, , organisation] = await ask("anomalies/throttling", HOURS, { hourly_usage });
    expect(organisation).toMatchObject({ scope: "organisation", region: "us-east-1", main_model: "m1", absorbed: 5 });
    const rows = await ask("anomalies/throttling", HOURS, { hourly_usage });
    expect(rows.find(({ scope_name }) => scope_name === "p1")).toMatchObject({ region: "us-west-2", main_model: "m1" });
  });
});

// docs/alerts.md: half of a team's premium dollars on short calls.
it("premium dollars on routine work are a share of those of answered calls, by team and principal", async () => {
  const call = (dt: string, cells: Cells): Cells => ({
    dt,
    hour: 3,
    account_id: A,
    model_tier: "premium",
    team: "core",
    principal_arn: "p1",
    ...cells,
  });
  const calls_5m = [
    call("2026-06-01", { short_calls: 9, answered_cost: 9, short_cost: 9 }),
    call("2026-06-02", { short_calls: 2, answered_cost: 3, short_cost: 1 }),
    call("2026-06-02", { short_calls: 5, answered_cost: 5, short_cost: 3, principal_arn: "p2" }),
    call("2026-06-02", { short_calls: 1, answered_cost: 2, short_cost: 1, principal_arn: "p2", team: "web", account_id: B }),
    call("2026-06-02", { short_calls: 7, answered_cost: 70, short_cost: 70, model_tier: "fast" }),
    call("2026-06-03", { short_calls: 0, answered_cost: 5, short_cost: 0 }),
    { dt: "2026-06-03", model_tier: "premium", team: "lone", account_id: A, short_calls: 1, answered_cost: 4, short_cost: 1 },
    call("2026-06-03", { short_calls: 1, answered_cost: 0, short_cost: 0, team: "free" }),
    call("2026-06-04", { short_calls: 9, answered_cost: 9, short_cost: 9 }),
  ];
  const told = (day: number, scope: string, scope_name: string, value: number, cost: number, cells: Cells): Cells => ({
    ...{ tick: at(`2026-06-0${day + 1} 00:00`), since: at(`2026-06-0${day} 00:00`), scope, scope_name, value, baseline_n: 0 },
    ...{ floor_value: cost, dollars: usd(cost), ...cells },
  });
  expect(await ask("anomalies/premium_routine", ticks("2026-06-02T00:00", "2026-06-04T00:00"), { calls_5m })).toEqual([
    told(2, "principal", "p1", 1 / 3, 1, { team: "core", account_id: A, calls: 2 }),
    told(2, "principal", "p2", 4 / 7, 4, { calls: 6 }),
    told(2, "team", "core", 0.5, 4, { team: "core", account_id: A, calls: 7 }),
    told(2, "team", "web", 0.5, 1, { team: "web", account_id: B, calls: 1 }),
    told(3, "team", "lone", 0.25, 1, { team: "lone", account_id: A, calls: 1 }),
  ]);
});
