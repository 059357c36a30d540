import { describe, expect, it } from "vitest";
import { ask, at, type Cells, ticks } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
/** Ticks at 11:00 and 12:00 of June 10. */
const RANGE = ticks("2026-06-10T10:00", "2026-06-10T12:00");
const usd = (dollars: number): string => dollars.toFixed(12);

// docs/alerts.md, A stolen key: a point each for what is new within a day, for a known user and for $50; two for four denied calls.
describe("signs of a stolen key", () => {
  const called = (dt: string, hour: number, principal_name: string, cells: Cells = {}): Cells => ({
    ...{ dt, hour, account_id: A, region: "us-east-1", team: "core", model: "old", principal_type: "user", principal_name },
    ...{ principal_arn: `user/${principal_name}`, invocations: 1, errors: 0, denied: 0, estimated_cost: 0 },
    ...cells,
  });
  const now = (hour: number, name: string, cells: Cells = {}): Cells => called("2026-06-10", hour, name, cells);
  // What counts as history of a tick on June 10 are May 12 and June 8: not a day more than four weeks before its day, and not that day.
  const known = ["2026-05-11", "2026-05-12", "2026-06-08", "2026-06-09"].flatMap((day) => [
    called(day, 3, "ci"),
    called(day, 3, "dev", { principal_type: "role" }),
  ]);
  const told = (hour: number, name: string, value: number, cells: Cells): Cells => ({
    ...{
      tick: at(`2026-06-10 ${hour + 1}:00`),
      since: at(`2026-06-10 ${hour}:00`),
      scope: "principal",
      scope_name: `user/${name}`,
    },
    ...{
      principal_type: "user",
      principal_name: name,
      value,
      baseline_n: 2,
      floor_value: 0,
      dollars: usd(0),
      team: "core",
      account_id: A,
    },
    ...{ new_principal: false, denied: 0, answered: 1, ...cells },
  });
  const signs = (rows: readonly Cells[], params: Cells = {}) =>
    ask("anomalies/stolen_key", { ...RANGE, min_history: 2, ...params }, { hourly_usage: [...known, ...rows] });

  it("add up over a day, from the first hour of it", async () => {
    const rows = [
      now(10, "mallory", {
        region: "eu-west-1",
        model: "m9",
        invocations: 5,
        errors: 4,
        denied: 3,
        estimated_cost: 30,
        principal_arn: "session/2",
      }),
      now(11, "mallory", {
        region: "eu-west-1",
        model: "m9",
        invocations: 4,
        errors: 1,
        denied: 1,
        estimated_cost: 20,
        principal_arn: "session/1",
      }),
    ];
    const fresh = { new_principal: true, new_region: "eu-west-1", new_model: "m9", scope_name: "session/2" };
    expect(await signs(rows)).toEqual([
      told(10, "mallory", 3, { ...fresh, denied: 3, answered: 1, floor_value: 30, dollars: usd(30) }),
      told(11, "mallory", 6, {
        ...fresh,
        since: at("2026-06-10 10:00"),
        denied: 4,
        answered: 4,
        floor_value: 50,
        dollars: usd(50),
      }),
    ]);
    expect((await signs(rows, { denials: 5, volume_usd: 51 })).map(({ value }) => value)).toEqual([3, 3]);
    expect(await signs(rows, { min_history: 3 })).toEqual([]);
  });

  it("are a known user's keys, and not a known role's, in a region new to the account or with a model new to all", async () => {
    const rows = [
      called("2026-05-12", 3, "other", { account_id: B, region: "eu-west-1" }),
      now(10, "ci", { model: "m8", invocations: 3, errors: 2 }),
      now(10, "ci", { model: "m8", team: "web", operation: "InvokeModel", denied: 1, estimated_cost: 3 }),
      now(10, "ada", { model: "m8", denied: 1, estimated_cost: 1 }),
      now(10, "ada", { model: "m8", denied: 2, estimated_cost: 2, operation: "InvokeModel" }),
      now(11, "dev", { region: "eu-west-1", principal_type: "role", team: "web" }),
      now(11, "ci", { invocations: 99, estimated_cost: 99 }),
    ];
    expect(await signs(rows)).toEqual([
      told(10, "ada", 2, { new_principal: true, new_model: "m8", denied: 3, answered: 2, floor_value: 3, dollars: usd(3) }),
      (({ team: _, ...row }) => row)(
        told(10, "ci", 2, { new_model: "m8", answered: 2, denied: 1, floor_value: 3, dollars: usd(3) }),
      ),
      told(11, "dev", 1, { principal_type: "role", new_region: "eu-west-1", team: "web" }),
    ]);
  });

  it("are new for a day and count for a day", async () => {
    const rows = [
      called("2026-06-09", 11, "eve", { estimated_cost: 40 }),
      now(10, "eve", { estimated_cost: 10 }),
      // A day after the first call.
      now(11, "eve", { estimated_cost: 99 }),
      called("2026-06-09", 10, "fay"),
      now(10, "fay"),
    ];
    expect(await signs(rows)).toEqual([
      told(10, "eve", 2, { since: at("2026-06-09 11:00"), new_principal: true, answered: 2, floor_value: 50, dollars: usd(50) }),
    ]);
  });

  it("are asked of whoever calls, with no account, kind or name as well, and of nobody without an identity", async () => {
    const rows: Cells[] = [
      { dt: "2026-06-10", hour: 10, principal_arn: "arn:x", region: "us-east-1", model: "old", invocations: 2, errors: 1 },
      { dt: "2026-06-10", hour: 10, account_id: A, region: "eu-west-1", model: "new", invocations: 2, errors: 1 },
    ];
    expect(await signs(rows)).toEqual([
      {
        ...{
          tick: at("2026-06-10 11:00"),
          since: at("2026-06-10 10:00"),
          scope: "principal",
          scope_name: "arn:x",
          principal_name: "arn:x",
        },
        // The region is new to the account that nobody named.
        ...{
          value: 2,
          baseline_n: 2,
          floor_value: 0,
          dollars: usd(0),
          new_principal: true,
          new_region: "us-east-1",
          denied: 0,
          answered: 1,
        },
      },
    ]);
  });
});

describe("a ceiling", () => {
  const spent = (dt: string, hour: number, estimated_cost: number, cells: Cells = {}): Cells => ({
    ...{ dt, hour, account_id: A, team: "core", principal_arn: "p1", invocations: 1, estimated_cost },
    ...cells,
  });
  const told = (hour: number, cells: Cells): Cells => ({
    ...{ tick: at(`2026-06-10 ${hour + 1}:00`), since: at(`2026-06-10 ${hour}:00`), scope: "organisation", sustained: true },
    ...cells,
  });

  it("is the dearest hour of the four weeks before", async () => {
    const hourly_usage = [
      spent("2026-05-12", 3, 500),
      spent("2026-05-13", 3, 60),
      spent("2026-05-13", 4, 40),
      spent("2026-05-13", 4, 60, { account_id: B }),
      spent("2026-06-09", 3, 80),
      spent("2026-06-10", 9, 300),
      spent("2026-06-10", 10, 70, { invocations: 2 }),
      spent("2026-06-10", 10, 50, { account_id: B, principal_arn: "p2" }),
      spent("2026-06-10", 11, 100),
      spent("2026-06-10", 12, 300),
    ];
    const ten = told(10, {
      value: 120,
      floor_value: 120,
      baseline: 100,
      baseline_n: 2,
      dollars: usd(20),
      team: "core",
      calls: 3,
    });
    expect(await ask("anomalies/spend_ceiling", RANGE, { hourly_usage })).toEqual([ten]);
  });

  it.each([
    [0, 50],
    [1, 60],
    [4, 90],
    // Without the highest day once five are known, without the two highest once ten are.
    [5, 90],
    [9, 130],
    [10, 130],
  ])("of %i days with 60, 70, 80… dollars stands at %i", async (days, baseline) => {
    const past = Array.from({ length: days }, (_, index) => spent(`2026-05-${20 + index}`, 3, 60 + 10 * index));
    const rows = await ask("anomalies/spend_ceiling", RANGE, {
      hourly_usage: [...past, spent("2026-06-10", 10, 1000, { team: "web" })],
    });
    expect(rows).toEqual([
      told(10, {
        ...{ value: 1000, floor_value: 1000, baseline, baseline_n: days, dollars: usd(1000 - (days === 0 ? 0 : baseline)) },
        ...{ team: "web", account_id: A, calls: 1 },
      }),
    ]);
  });

  it("of a principal's day stands at what any principal's day cost, and the day's hours add up", async () => {
    const hourly_usage = [
      spent("2026-06-09", 3, 100, { principal_arn: "p2" }),
      spent("2026-06-09", 9, 55, { principal_arn: "p2" }),
      spent("2026-06-09", 9, 55, { principal_arn: "p3" }),
      spent("2026-06-10", 3, 100, { invocations: 4 }),
      spent("2026-06-10", 10, 60, { invocations: 5 }),
      spent("2026-06-10", 11, 1, { account_id: B, team: "web" }),
      spent("2026-06-10", 11, 155, { principal_arn: "p4" }),
      { dt: "2026-06-10", hour: 11, estimated_cost: 900, invocations: 9 },
    ];
    const day = { scope: "principal", scope_name: "p1", since: at("2026-06-10 00:00"), baseline: 155, baseline_n: 1 };
    const range = { ...RANGE, of: "principal", period: "day", usual_usd: 150 };
    expect(await ask("anomalies/spend_ceiling", range, { hourly_usage })).toEqual([
      told(10, { ...day, value: 160, floor_value: 160, dollars: usd(5), team: "core", account_id: A, calls: 9 }),
      // At a dollar an hour the day is not on the way to anything.
      told(11, {
        ...day,
        value: 161,
        floor_value: 161,
        dollars: usd(1),
        calls: 10,
        sustained: false,
        team: "web",
        account_id: B,
      }),
    ]);
    // What nobody is known for counts to the organisation.
    const all = await ask("anomalies/spend_ceiling", { ...range, of: "organisation" }, { hourly_usage });
    expect(all.map(({ tick, value, baseline, dollars }) => [tick, value, baseline, dollars])).toEqual([
      [at("2026-06-10 12:00"), 1216, 210, usd(1006)],
    ]);
  });
});
