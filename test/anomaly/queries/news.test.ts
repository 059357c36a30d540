import { describe, expect, it } from "vitest";
import { ask, at, type Cells, ticks } from "../../query/ask.ts";

const [A, B] = ["111122223333", "444455556666"];
/** Ticks at 11:00 and 12:00 of June 10. */
const RANGE = ticks("2026-06-10T10:00", "2026-06-10T12:00");
const called = (dt: string, hour: number, cells: Cells = {}): Cells => ({
  ...{ dt, hour, account_id: A, region: "us-east-1", team: "core", model: "old", principal_arn: "p0" },
  ...{ invocations: 1, errors: 0, estimated_cost: 0 },
  ...cells,
});
const usd = (dollars: number): string => dollars.toFixed(12);
const two = (hour: number): string => String(hour).padStart(2, "0");

describe("the first call of a model", () => {
  const now = (hour: number, model: string, cells: Cells = {}): Cells => called("2026-06-10", hour, { model, ...cells });
  // Two days with usage in the four weeks before June 10: May 13 is one of them, May 12 and the day itself are not.
  const days = ["2026-05-12", "2026-05-13", "2026-06-09", "2026-06-10"].map((day) => called(day, 10));
  const told = (hour: number, cells: Cells): Cells => ({
    ...{ tick: at(`2026-06-10 ${hour + 1}:00`), since: at(`2026-06-10 ${hour}:00`), scope: "model", baseline_n: 2 },
    ...cells,
  });
  const hourly_usage = [
    ...days,
    now(9, "early"),
    now(10, "m1", { invocations: 3, estimated_cost: 1 }),
    now(10, "m1", { invocations: 2, estimated_cost: 2, team: "web", region: "eu-west-1" }),
    now(11, "m1", { invocations: 9 }),
    now(11, "m2", { estimated_cost: 4 }),
    now(11, "m2", { account_id: B }),
    now(11, "a:prompt-router/chosen", { invocations: 2, errors: 1 }),
    now(11, "a:prompt-router/failed", { invocations: 2, errors: 2 }),
    now(11, "failed", { errors: 1 }),
    now(12, "late"),
    {
      dt: "2026-06-10",
      hour: 11,
      invocations: 1,
      errors: 0,
      principal_arn: "p1",
      account_id: A,
      team: "core",
      region: "us-east-1",
    },
  ];

  it("is told of its first hour, and of no router that chose none", async () => {
    expect(await ask("anomalies/first_seen", { ...RANGE, min_history: 2 }, { hourly_usage })).toEqual([
      told(10, { scope_name: "m1", value: 5, floor_value: 5, dollars: usd(3), account_id: A }),
      told(11, {
        ...{ scope_name: "a:prompt-router/chosen", value: 2, floor_value: 2, dollars: usd(0), team: "core", account_id: A },
        region: "us-east-1",
      }),
      told(11, {
        scope_name: "failed",
        value: 1,
        floor_value: 1,
        dollars: usd(0),
        team: "core",
        account_id: A,
        region: "us-east-1",
      }),
      told(11, { scope_name: "m2", value: 2, floor_value: 2, dollars: usd(4), team: "core", region: "us-east-1" }),
    ]);
  });

  it("is no news while fewer days than asked for had usage", async () => {
    expect(await ask("anomalies/first_seen", { ...RANGE, min_history: 3 }, { hourly_usage })).toEqual([]);
  });

  it("or of a principal, whatever it calls", async () => {
    const failed = now(11, "a:prompt-router/failed", { principal_arn: "p2", errors: 1 });
    const rows = await ask(
      "anomalies/first_seen",
      { ...RANGE, min_history: 2, dimension: "principal" },
      { hourly_usage: [...hourly_usage, failed] },
    );
    expect(rows.map(({ scope, scope_name, value }) => [scope, scope_name, value])).toEqual([
      ["principal", "p1", 1],
      ["principal", "p2", 1],
    ]);
  });
});

// docs/alerts.md: at an hour or in a region that is new to it, of four weeks of its own; two hours to either side are not new.
describe("a principal's own hours and regions", () => {
  const of = (principal_arn: string, dt: string, hour: number, cells: Cells = {}): Cells =>
    called(dt, hour, { principal_arn, ...cells });
  const before = (name: string, hour: number): Cells[] => [of(name, "2026-06-08", hour), of(name, "2026-06-09", hour)];
  const told = (hour: number, scope_name: string, cells: Cells): Cells => ({
    ...{ tick: at(`2026-06-10 ${two(hour + 1)}:00`), since: at(`2026-06-10 ${two(hour)}:00`), scope: "principal" },
    ...{ scope_name, baseline_n: 2, value: 1, floor_value: 0, dollars: usd(0), team: "core", account_id: A },
    ...{ region: "us-east-1", new_region: false, ...cells },
  });

  it("are those of the four weeks before, once it was seen on enough days", async () => {
    const hourly_usage = [
      // Hours 6 to 10 are usual.
      ...before("hours", 8),
      of("hours", "2026-06-10", 10, { invocations: 5 }),
      of("hours", "2026-06-10", 11, { invocations: 7, estimated_cost: 2 }),
      of("hours", "2026-06-10", 11, { invocations: 1, estimated_cost: 1, team: "web" }),
      of("hours", "2026-06-10", 9, { region: "eu-west-1" }),
      of("hours", "2026-06-10", 12, { region: "eu-west-1" }),
      ...before("regions", 10),
      of("regions", "2026-06-10", 10, { invocations: 3, region: "eu-west-1" }),
      of("regions", "2026-06-10", 10, { invocations: 2, region: "ap-south-1", estimated_cost: 4 }),
      of("regions", "2026-06-10", 10, { invocations: 20 }),
      of("newcomer", "2026-06-09", 20),
      of("newcomer", "2026-06-10", 10),
      // Four weeks ago is not new, a day more is.
      of("weeks", "2026-05-13", 10, { region: "eu-west-1" }),
      of("weeks", "2026-06-09", 20),
      of("weeks", "2026-06-10", 10, { region: "eu-west-1" }),
      of("longer", "2026-05-12", 10, { region: "eu-west-1" }),
      ...before("longer", 20),
      of("longer", "2026-06-10", 10),
      ...before("longer region", 10),
      of("longer region", "2026-05-12", 10, { region: "eu-west-1" }),
      of("longer region", "2026-06-10", 11, { region: "eu-west-1", account_id: B, team: "web" }),
      { dt: "2026-06-10", hour: 10, region: "us-east-1", invocations: 99 },
    ];
    expect(await ask("anomalies/unusual_principal", { ...RANGE, min_history: 2 }, { hourly_usage })).toEqual(
      [
        told(10, "longer", {}),
        told(10, "regions", { value: 5, floor_value: 4, dollars: usd(4), region: "eu-west-1", new_region: true }),
        // Nothing at 10: its hour is usual, its region was first called an hour before, which is the same day.
        told(11, "hours", { value: 8, floor_value: 3, dollars: usd(3), team: "", new_region: false }),
        told(11, "longer region", { region: "eu-west-1", new_region: true, account_id: B, team: "web" }),
      ].map(({ team, ...row }) => (team === "" ? row : { ...row, team })),
    );
  });

  it("go on over midnight", async () => {
    const hourly_usage = [
      ...before("late", 23),
      of("late", "2026-06-10", 1),
      of("late", "2026-06-10", 2, { invocations: 2 }),
      ...before("early", 0),
      of("early", "2026-06-10", 21, { invocations: 3 }),
      of("early", "2026-06-10", 22),
    ];
    const rows = await ask(
      "anomalies/unusual_principal",
      { ...ticks("2026-06-10T00:00", "2026-06-11T00:00"), min_history: 2 },
      { hourly_usage },
    );
    expect(rows).toEqual([told(2, "late", { value: 2 }), told(21, "early", { value: 3 })]);
  });
});
