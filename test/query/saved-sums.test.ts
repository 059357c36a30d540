import { describe, expect, it } from "vitest";
import type { QueryParams } from "../../src/ports.ts";
import { ask, at, type Cells } from "./ask.ts";

const A = "111122223333";
const usd = (dollars: number): string => dollars.toFixed(12);

// docs/reports.md, "What is not known": unknown is not zero.
describe("spend in saved queries", () => {
  const used = (invocations: number, estimated_cost: number, cells: Cells = {}): Cells => ({
    ...{ dt: "2026-06-10", hour: 1, team: "core", account_id: A, cost_center: "c", environment: "e", feature: "f", model: "m" },
    ...{ person: "ann", invocations, errors: 0, total_tokens: 10 * invocations, estimated_cost },
    ...{ unpriced: 0, uncounted: 0, not_token_priced: 0 },
    ...cells,
  });

  it.each([
    ["spend_by_team", "team", "core"],
    ["spend_by_account", "account_id", A],
    ["spend_by_cost_center", "cost_center", "c"],
    ["spend_by_environment", "environment", "e"],
    ["spend_by_feature", "feature", "f"],
    ["unit_costs", "model", "m"],
  ])("is summed in %s, with persons, failures and what a thousand priced calls cost", async (query, column, name) => {
    const hourly_usage = [
      used(10, 2, { errors: 1 }),
      used(20, 3, { errors: 2, unpriced: 4 }),
      used(30, 1, { errors: 3, uncounted: 5, person: "bob" }),
      (({ person: _, ...row }) => row)(used(40, 0, { not_token_priced: 16 })),
      ...[used(900, 900, { dt: "2026-05-31" }), used(900, 900, { dt: "2026-07-01" })],
    ];
    // 100 calls, of which 25 have no price: 6 dollars for 75.
    expect(await ask(`saved/${query}`, { from: "2026-06-01", to: "2026-06-30" }, { hourly_usage })).toEqual([
      {
        ...{ [column]: name, invocations: 100, people: 2, total_tokens: 1000, estimated_cost: usd(6), error_rate: 0.06 },
        ...{ cost_per_1000_calls: 80, known: "at least" },
      },
    ]);
  });

  /** What the calls of a thing are, and what is known of their dollars. */
  const MIXTURES: readonly (readonly [rows: readonly Cells[], known: string, dollars: number | undefined])[] = [
    [[used(1, 2)], "complete", 2],
    [[used(1, 0)], "complete", 0],
    [[used(1, 2), used(1, 3, { not_token_priced: 1 })], "complete", 5],
    [[used(1, 2), used(1, 0, { unpriced: 1 })], "at least", 2],
    [[used(1, 2), used(1, 0, { uncounted: 1 })], "at least", 2],
    [[used(1, 0), used(1, 0, { unpriced: 1 })], "unknown", undefined],
    [[used(1, 0), used(1, 0, { uncounted: 1 })], "unknown", undefined],
    [[used(1, 0, { not_token_priced: 1 }), used(1, 0, { unpriced: 1 })], "unknown", undefined],
    [[used(1, 0), used(1, 0, { not_token_priced: 1 })], "not priced by tokens", undefined],
  ];
  const teams = MIXTURES.map((_, index) => `t${index}`);
  const hourly_usage = MIXTURES.flatMap(([rows], index) =>
    rows.map((row) => ({ ...row, team: teams[index] ?? "", person: teams[index] ?? "", attribution_source: "rule:x" })),
  );
  const dollarsOf = (rows: readonly Cells[], column: string) =>
    teams.map((team) => rows.find((row) => row[column] === team)?.["estimated_cost"]);
  const dollars = MIXTURES.map(([, , sum]) => (sum === undefined ? undefined : usd(sum)));

  it("says how much of it is known, and names no dollars where nobody knows any", async () => {
    const rows = (await ask("saved/spend_by_team", {}, { hourly_usage })) as Cells[];
    expect(teams.map((team) => rows.find((row) => row["team"] === team)?.["known"])).toEqual(MIXTURES.map(([, known]) => known));
    expect(dollarsOf(rows, "team")).toEqual(dollars);
    // By calls that have a price, of which the eighth has none.
    expect(teams.map((team) => rows.find((row) => row["team"] === team)?.["cost_per_1000_calls"])).toEqual([
      ...[2000, 0, 5000, 2000, 2000, 0, 0, undefined, 0],
    ]);
  });

  it("names none either in queries that say no more of it", async () => {
    expect(dollarsOf((await ask("saved/top_spenders", {}, { hourly_usage })) as Cells[], "person")).toEqual(dollars);
    const days = { from: "2026-06-01", to: "2026-06-30" };
    expect(dollarsOf((await ask("attribution/by_source", days, { hourly_usage })) as Cells[], "team")).toEqual(dollars);
  });
});

describe("work of clients in saved queries", () => {
  const call = (cells: Cells = {}): Cells => ({ dt: "2026-06-10", seen: "both", session_id: "s1", client: "cc", ...cells });

  it.each([
    ["spend_by_prompt", "prompt_id", "prompt_id", "p", "(unknown)"],
    ["spend_by_entrypoint", "entrypoint", "entrypoint", "cli", "(unknown)"],
    ["spend_by_client_version", "client_version", "client_version", "cc 2", "cc (unknown)"],
    ["spend_by_subagent", "agent_name", "agent", "search", "main"],
  ])("is counted in %s, with what is in no log", async (query, from, column, name, nameless) => {
    const named = (cells: Cells): Cells => call({ [from]: name.replace("cc ", ""), ...cells });
    const traced_calls = [
      named({ output_tokens: 5, thinking_tokens: 2, estimated_cost: 1 }),
      named({ output_tokens: 7, thinking_tokens: 1, estimated_cost: 2, seen: "log" }),
      named({ output_tokens: 1, estimated_cost: 4, session_id: "s2" }),
      named({ seen: "client" }),
      { dt: "2026-06-11", client: "cc", seen: "log" },
      named({ dt: "2026-06-09", estimated_cost: 90 }),
      named({ dt: "2026-06-12", estimated_cost: 90 }),
    ];
    const found = await ask(`saved/${query}`, { from: "2026-06-10", to: "2026-06-11" }, { traced_calls });
    expect(found.sort((a, b) => Number(b["calls"]) - Number(a["calls"]))).toEqual([
      {
        ...{ [column]: name, sessions: 2, calls: 4, unlogged: 1, output_tokens: 13, thinking_tokens: 3 },
        estimated_cost: usd(7),
      },
      { [column]: nameless, sessions: 0, calls: 1, unlogged: 0, output_tokens: 0, thinking_tokens: 0 },
    ]);
  });

  it("has its known dollars, of free calls none, and of calls without a price nobody knows them", async () => {
    const priced = async (...costs: readonly (number | undefined)[]) => {
      const traced_calls = costs.map((cost) => call(cost === undefined ? {} : { estimated_cost: cost }));
      return (await ask("saved/spend_by_prompt", {}, { traced_calls }))[0]?.["estimated_cost"];
    };
    expect(await priced(1, 2)).toBe(usd(3));
    expect(await priced(1, undefined)).toBe(usd(1));
    expect(await priced(0, 0)).toBe(usd(0));
    expect(await priced(0, undefined)).toBeUndefined();
    expect(await priced(undefined)).toBeUndefined();
  });

  const FILTERS = [
    ["department", "eng", "ops"],
    ["team_id", "t1", "t2"],
    ["repository", "r1", "r2"],
    ["entrypoint", "cli", "sdk"],
  ] as const;

  it.each([
    ["spend_by_commit", "commit_calls", "commit_name"],
    ["spend_by_tool", "tool_costs", "tool_name"],
    ["session_spend", "traced_calls", "session_id"],
  ])("is narrowed in %s to departments, teams, repositories and starts", async (query, table, column) => {
    const of = (name: string, cells: Cells): Cells => ({ dt: "2026-06-10", [column]: name, ...cells });
    const labels = "{department=eng, team.id=t1, repository=r1}";
    const one = of("one", { labels, entrypoint: "cli" });
    const two = of("two", { labels: "{department=ops, team.id=t2, vcs.repository.name=r2}", entrypoint: "sdk" });
    const rest = [of("bare", {}), of("early", { dt: "2026-06-01", labels, entrypoint: "cli" })];
    const named = async (params: QueryParams, rows: readonly Cells[] = [one, two, ...rest]) => {
      const given = { ...(query === "session_spend" ? { invocations: [] } : {}), [table]: rows };
      return (await ask(`saved/${query}`, { from: "2026-06-10", ...params }, given)).map((row) => row[column]).sort();
    };
    expect(await named({})).toEqual(["bare", "one", "two"]);
    for (const [filter, first, second] of FILTERS) {
      expect([filter, await named({ [filter]: [first] })]).toEqual([filter, ["one"]]);
      expect([filter, await named({ [filter]: [second] })]).toEqual([filter, ["two"]]);
      expect([filter, await named({ [filter]: [first, second, "none"] })]).toEqual([filter, ["one", "two"]]);
      expect([filter, await named({ [filter]: ["none"] })]).toEqual([filter, []]);
    }
    // Of several things, what has all of them.
    const all = Object.fromEntries(FILTERS.map(([filter, first]) => [filter, [first]]));
    const others = ["eng", "t1", "r1"].map((value) => of("other", { labels: labels.replace(value, "x"), entrypoint: "cli" }));
    expect(await named(all, [one, two, ...rest, ...others, of("other", { labels, entrypoint: "sdk" })])).toEqual(["one"]);
    // The repository of the label, where there are two names.
    const both = [of("both", { labels: "{repository=r1, vcs.repository.name=r2}" })];
    expect([await named({ repository: ["r1"] }, both), await named({ repository: ["r2"] }, both)]).toEqual([["both"], []]);
  });
});

describe("calls without a long pause", () => {
  const call = (time: string, request_id: string, cells: Cells = {}): Cells => ({
    ...{ dt: "2026-06-10", event_time: `2026-06-10 ${time}`, request_id, principal_arn: "p", team: "core", person: "ann" },
    ...{ input_tokens: 1, cache_read_tokens: 2, cache_write_5m_tokens: 4, cache_write_1h_tokens: 8, estimated_cost: 1 },
    ...cells,
  });
  const grown = { input_tokens: 101, cache_read_tokens: 202, cache_write_5m_tokens: 404, cache_write_1h_tokens: 808 };
  const invocations = [
    ...[call("10:00", "r4"), call("10:30", "r1", grown), call("11:00", "r5"), call("11:30:01", "r2"), call("11:31", "r3")],
    // Another one calls in between, and one nobody knows.
    ...[call("10:05", "r6", { principal_arn: "q", team: "web", person: "bob" }), call("10:45", "r7", { principal_arn: "q" })],
    (({ principal_arn: _, ...row }) => row)(call("10:01", "r8") as Record<string, string>),
    ...[call("10:40", "r0", { dt: "2026-06-09" }), call("10:40", "r0", { dt: "2026-06-11" })],
  ];
  const day = { from: "2026-06-10", to: "2026-06-10" };
  const asked = (query: string, params: QueryParams = {}, rows: readonly Cells[] = invocations) =>
    ask(`saved/${query}`, { ...day, ...params }, { invocations: rows });

  it("are one session, up to half an hour after the one before, for each principal", async () => {
    const session = (principal_arn: string, person: string, start: string, end: string, hours: number, calls: number) => ({
      ...{ principal_arn, person, started: at(`2026-06-10 ${start}`), ended: at(`2026-06-10 ${end}`), hours, calls },
      estimated_cost: usd(calls),
    });
    expect(await asked("long_running_agents", { min_hours: 0 })).toEqual([
      session("p", "ann", "10:00", "11:00", 1, 3),
      session("p", "ann", "11:30:01", "11:31", 59 / 3600, 2),
      session("(none)", "ann", "10:01", "10:01", 0, 1),
      session("q", "bob", "10:05", "10:05", 0, 1),
      session("q", "ann", "10:45", "10:45", 0, 1),
    ]);
    expect((await asked("long_running_agents", { min_hours: 0, gap_minutes: 31 })).map(({ calls }) => calls)).toEqual([
      5, 1, 1, 1,
    ]);
    expect((await asked("long_running_agents", { min_hours: 1 })).map(({ calls }) => calls)).toEqual([3]);
  });

  it("have a prompt of all its tokens, cached or not, which grows from the first call to the last", async () => {
    const rising = [call("10:00", "r1"), call("10:10", "r2", { input_tokens: 1501 }), call("10:20", "r3", grown)];
    const one = { principal_arn: "p", team: "core", started: at("2026-06-10 10:00"), calls: 3, estimated_cost: usd(3) };
    expect(await asked("context_growth", { min_calls: 3 }, rising)).toEqual([
      { ...one, first_prompt: 15, last_prompt: 1515, largest_prompt: 1515, growth: 101 },
    ]);
    // Of calls at one time the one with the lower request id comes first.
    const together = rising.map((row) => ({ ...row, event_time: "2026-06-10 10:00" })).toReversed();
    expect(await asked("context_growth", { min_calls: 3 }, together)).toMatchObject([{ first_prompt: 15, last_prompt: 1515 }]);
    expect(await asked("context_growth", { min_calls: 4 }, rising)).toEqual([]);
  });

  it("cost what their calls cost", async () => {
    // Of core the sessions cost 3, 2, 1 and 1: the middle is 1.5, and 95 of a hundred are below 2.85.
    expect(await asked("session_costs")).toEqual([
      {
        ...{ team: "core", sessions: 4, calls_per_session: 1.75, estimated_cost: usd(7), mean_cost: 1.75 },
        ...{ p50_cost: 1.5, p95_cost: expect.closeTo(2.85, 9) },
      },
      { team: "web", sessions: 1, calls_per_session: 1, estimated_cost: usd(1), mean_cost: 1, p50_cost: 1, p95_cost: 1 },
    ]);
  });
});
