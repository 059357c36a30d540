import { describe, expect, it } from "vitest";
import type { QueryParams } from "../../src/ports.ts";
import { ask, type Cells } from "./ask.ts";

const [A, B] = ["111122223333", "444455556666"];
const usd = (dollars: number): string => dollars.toFixed(12);
const JUNE = { from: "2026-06-01", to: "2026-06-30" };
const asked = (query: string, hourly_usage: readonly Cells[], params: QueryParams = {}) =>
  ask(`reports/${query}`, { ...JUNE, ...params }, { hourly_usage });

describe("a report's calls, tokens and dollars", () => {
  /** Each figure is another number, so that none can stand for another. */
  const used = (n: number, cells: Cells = {}): Cells => ({
    ...{ dt: "2026-06-10", hour: n, team: "core", model: "m", account_id: A, person: "ann" },
    ...{ invocations: 2 * n, errors: 3 * n, throttles: 5 * n, blocked: 7 * n, unpriced: 11 * n, uncounted: 13 * n },
    ...{ not_token_priced: 17 * n, input_tokens: 19 * n, output_tokens: 23 * n, cache_read_tokens: 29 * n },
    ...{ cache_write_5m_tokens: 31 * n, cache_write_1h_tokens: 37 * n, list_cost: 41 * n, estimated_cost: 43 * n },
    ...{ uncached_cost: 47 * n, error_cost: 53 * n },
    ...cells,
  });
  const sums = (n: number, people: number): Cells => ({
    ...{ invocations: 2 * n, errors: 3 * n, throttles: 5 * n, blocked: 7 * n, unpriced: 11 * n, uncounted: 13 * n },
    ...{ not_token_priced: 17 * n, people, input_tokens: 19 * n, output_tokens: 23 * n, cache_read_tokens: 29 * n },
    ...{ cache_write_tokens: 68 * n, list_cost: usd(41 * n), estimated_cost: usd(43 * n) },
    ...{ uncached_cost: usd(47 * n), error_cost: usd(53 * n) },
  });
  /** Ann twice, Bob, and calls of nobody. */
  const four = [used(1), used(2), used(4, { person: "bob" }), (({ person: _, ...row }) => row)(used(8))];
  const others = [used(100, { dt: "2026-05-31" }), used(100, { dt: "2026-07-01" })];

  it.each([
    ["by_team", { team: "core" }],
    ["by_model", { model: "m" }],
    ["by_day", { dt: "2026-06-10" }],
    ["totals", { accounts: 1, models: 1, teams: 1 }],
  ])("are summed, and persons counted once, in %s", async (query, of) => {
    const rows = await asked(query, [...four, ...others]);
    expect(rows).toHaveLength(1);
    expect(rows).toMatchObject([{ ...of, ...sums(15, 2) }]);
  });

  it("are apart for each team and person", async () => {
    const two = [...four, used(16, { team: "web", person: "carl" })];
    const shown = (rows: readonly Cells[], name: string) => rows.map((row) => [row[name], row["invocations"], row["people"]]);
    expect(shown((await asked("by_team", two)) as Cells[], "team")).toEqual([
      ["web", 32, 1],
      ["core", 30, 2],
    ]);
    expect(shown((await asked("by_person", two)) as Cells[], "person")).toEqual([
      ["carl", 32, 1],
      ["(no person)", 16, 0],
      ["bob", 8, 1],
      ["ann", 6, 1],
    ]);
  });

  it("are estimated dollars with the calls that are not among them, where a table has no room for more", async () => {
    const gaps = (n: number): Cells => ({
      ...{ calls: 2 * n, unpriced: 11 * n, uncounted: 13 * n, not_token_priced: 17 * n, estimated_cost: usd(43 * n) },
    });
    expect(await asked("by_team_and_model", [...four, ...others, used(3, { model: "n" })])).toMatchObject([
      { team: "core", model: "m", ...without(gaps(15), "calls") },
      { team: "core", model: "n", ...without(gaps(3), "calls") },
    ]);
    const nobodys = [...four, ...others].map((row) => ({ ...row, team: "unattributed", principal_arn: "p" }));
    const noArn = used(3, { team: "unattributed" });
    expect(await asked("unattributed", [...nobodys, noArn, used(9)])).toEqual([
      { principal_arn: "p", account_id: A, ...gaps(15) },
      { principal_arn: "(none)", account_id: A, ...gaps(3) },
    ]);
  });
});
const without = (row: Cells, name: string): Cells => Object.fromEntries(Object.entries(row).filter(([each]) => each !== name));

// docs/reports.md, "Live, with filters".
describe("a report's filter", () => {
  const one: Cells = {
    ...{ dt: "2026-06-10", hour: 1, team: "core", account_id: A, model: "m1", person: "ann", region: "us-east-1" },
    ...{ service_tier: "flex", cost_center: "4711", environment: "prod", feature: "chat" },
    ...{ principal_arn: "arn:p1", model_id: "arn:r1", invocations: 1 },
  };
  const two: Cells = {
    ...{ dt: "2026-06-10", hour: 1, team: "web", account_id: B, model: "m2", person: "bob", region: "eu-west-1" },
    ...{ service_tier: "batch", cost_center: "4712", environment: "test", feature: "search" },
    ...{ principal_arn: "arn:p2", model_id: "arn:r2", invocations: 2 },
  };
  const bare: Cells = { dt: "2026-06-10", hour: 1, invocations: 4 };
  /** Like the first, outside of the days. */
  const early = { ...one, dt: "2026-05-31", invocations: 8 };
  /** Like the first in everything but one thing, and like the second in nothing else. */
  const but = (column: string): Cells => ({ ...one, [column]: two[column] ?? "", invocations: 16 });
  const calls = async (params: QueryParams, rows: readonly Cells[] = [one, two, bare, early]) =>
    (await asked("totals", rows, params))[0]?.["invocations"];

  it("lets all calls of the days through where nothing is asked for", async () => {
    expect(await calls({})).toBe(7);
  });

  it.each([
    ["team", "team"],
    ["account", "account_id"],
    ["model", "model"],
    ["person", "person"],
    ["region", "region"],
    ["service_tier", "service_tier"],
    ["cost_center", "cost_center"],
    ["environment", "environment"],
    ["feature", "feature"],
    ["carrier", "principal_arn"],
    ["carrier", "model_id"],
  ])("of %s lets through what has one of the names in %s", async (filter, column) => {
    const [first, second] = [String(one[column]), String(two[column])];
    expect(await calls({ [filter]: [first] })).toBe(1);
    expect(await calls({ [filter]: [second] })).toBe(2);
    expect(await calls({ [filter]: [first, second] })).toBe(3);
    expect(await calls({ [filter]: ["nobody"] })).toBeUndefined();
    expect(await calls({ [filter]: [first, "nobody"] })).toBe(1);
  });

  it("names calls without a person, too", async () => {
    expect(await calls({ person: ["(no person)"] })).toBe(4);
    expect(await calls({ person: ["(no person)", "bob"] })).toBe(6);
  });

  it("of several things lets through what has all of them", async () => {
    const all = {
      ...{ team: ["core"], account: [A], model: ["m1"], person: ["ann"], region: ["us-east-1"], service_tier: ["flex"] },
      ...{ cost_center: ["4711"], environment: ["prod"], feature: ["chat"], carrier: ["arn:p1"] },
    };
    const columns = ["team", "account_id", "model", "person", "region", "service_tier", "cost_center", "environment", "feature"];
    expect(await calls(all, [one, two, bare, early, ...columns.map(but)])).toBe(1);
    // A tag is carried by the principal or by what it called.
    expect(await calls({ ...all, carrier: ["arn:p1", "arn:r1"] }, [one, but("principal_arn"), but("model_id")])).toBe(33);
  });
});

// docs/reports.md and docs/queries.md, movers.
describe("what moved most", () => {
  const spent = (day: string, team: string, estimated_cost: number, cells: Cells = {}): Cells => ({
    ...{ dt: `2026-${day}`, team, model: "m", person: "ann", estimated_cost, ...cells },
  });
  const hourly_usage = [
    ...[spent("06-08", "core", 5), spent("06-08", "core", 2), spent("06-14", "core", 1), spent("06-15", "core", 3)],
    // Fell by seven, rose by two as another one did, and came anew.
    ...[spent("06-09", "web", 9), spent("06-16", "web", 2), spent("06-21", "new", 1, { model: "n" })],
    ...[spent("06-10", "same", 4), spent("06-17", "same", 6), spent("06-10", "else", 3), spent("06-18", "else", 5)],
    ...[spent("06-07", "core", 90), spent("06-22", "web", 90)],
  ];
  const moved = (dimension: string, name: string, before: number, now: number): Cells => ({
    ...{ dimension, name, before_cost: usd(before), now_cost: usd(now), change: usd(now - before) },
  });
  const teams = [
    ...[moved("team", "web", 9, 2), moved("team", "core", 8, 3), moved("team", "else", 3, 5), moved("team", "same", 4, 6)],
    moved("team", "new", 0, 1),
  ];
  const others = [moved("model", "m", 24, 16), moved("model", "n", 0, 1), moved("person", "ann", 24, 17)];
  const weeks = { from: "2026-06-15", to: "2026-06-21", prev_from: "2026-06-08", prev_to: "2026-06-14" };
  const until = hourly_usage.filter(({ dt }) => dt !== "2026-06-22");

  it("is told by team, model and person, the largest change of dollars first, of equal ones the first by name", async () => {
    expect(await asked("movers", hourly_usage, weeks)).toEqual([...others, ...teams]);
    expect(await ask("saved/movers", {}, { hourly_usage: until })).toEqual([...others, ...teams]);
  });

  it("is told of as many as are asked for in each", async () => {
    const three = [...others, ...teams.slice(0, 3)];
    expect(await asked("movers", hourly_usage, { ...weeks, top: 3 })).toEqual(three);
    expect(await ask("saved/movers", { top: 3 }, { hourly_usage: until })).toEqual(three);
  });

  it("is told of all calls without a person together", async () => {
    const nobodys = ["06-20", "06-13"].map((day, index) => ({
      dt: `2026-${day}`,
      team: "core",
      model: "m",
      estimated_cost: 2 + index,
    }));
    const rows = await asked("movers", nobodys, weeks);
    expect(rows.filter(({ dimension }) => dimension === "person")).toEqual([moved("person", "(no person)", 3, 2)]);
    expect((await ask("saved/movers", {}, { hourly_usage: nobodys })).at(-2)).toEqual(moved("person", "(no person)", 3, 2));
  });
});
