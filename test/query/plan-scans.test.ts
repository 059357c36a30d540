import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Case, cases } from "../../scripts/trino/cases.ts";
import { LIVE_TABLES } from "../../src/live/split-warehouse.ts";
import { compile } from "../../src/query/compile.ts";
import { queryFile } from "../../src/query/files.ts";
import { planner, scansOf, timesByTable } from "./plan-scans.ts";

/** Tables with a row for each call or so: their files are what grows with traffic. */
const PER_CALL = new Set([
  "invocation_records",
  "calls_5m",
  "call_matches",
  "call_people",
  "traced_calls",
  "client_call_records",
  "client_tool_records",
  "client_points",
  "trail_events",
  "api_calls",
  "batch_records",
]);
/** One file a day or month, which those queries read twice over the same days; what is not here reads each once. */
const TWICE: Readonly<Record<string, string>> = {
  "attribution/senders":
    "calls and who sent them are two views of the same records; asked by a person (strata attribution), by nothing scheduled",
  "attribution/call_people": "calls of some days, and what a month before saw of their devices; one file a day, some days a run",
  "saved/identity_sources": "whom others name, by call, and to tell whom: one file a day",
  "saved/people_and_principals": "as saved/identity_sources, whose view it reads",
  "telemetry/traced_calls": "matches by call, and through the calls that they complete; one file a day, a day or two a run",
  "views/call_identities": "whom others name, by call, and to tell whom: one file a day",
};

/** Tables with a partition a day that grow for years. */
const DAILY = new Set([...PER_CALL, "hourly_usage", "allocated_charges", "ingested_objects"]);

let made: Awaited<ReturnType<typeof planner>>;
const filters = { account: "111122223333", team: "platform", model: "claude-sonnet-4-6", person: "ana@example.com" };
const most = new Map<string, Map<string, number>>();
/** Detectors whose tables the function has on its disk; its engine reads a CTE once. */
const inFunction = (query: string): boolean =>
  query.startsWith("anomalies/") && queryFile(query).header.reads.every((table) => LIVE_TABLES.has(table));

beforeAll(async () => {
  made = await planner();
  for (const { query, params } of cases({ first: "2026-10-01", last: "2026-10-31", filters })) {
    if (inFunction(query)) continue;
    const known = most.get(query) ?? new Map<string, number>();
    for (const [table, times] of timesByTable(await scansOf(made.connection, textOf({ query, params }))))
      known.set(table, Math.max(known.get(table) ?? 0, times));
    most.set(query, known);
  }
});
afterAll(() => made.close());

function textOf({ query, params }: Case): string {
  const { sql, header } = queryFile(query);
  return query.startsWith("views/") ? `select * from ${query.slice("views/".length)}` : compile(query, sql, header, params);
}

describe("scans of a statement on an engine that puts CTEs in", () => {
  it("counts a CTE once for each place that names it", async () => {
    const text = `with days as (select dt, count(*) as n from invocation_records group by dt),
      busy as (select * from days where n > 1)
      select * from busy cross join (select max(n) as most from days) join days using (dt)`;
    expect([...timesByTable(await scansOf(made.connection, text))]).toEqual([["invocation_records", 3]]);
  });

  it("counts the tables behind a view", async () => {
    expect(timesByTable(await scansOf(made.connection, "select * from invocations")).get("invocation_records")).toBe(1);
  });

  it("tells the days that files are chosen by, through the window that removes repeats", async () => {
    const days = "dt between date '2026-10-01' and date '2026-10-05'";
    const found = await scansOf(made.connection, `select sum(i.input_tokens) as tokens from invocations i where i.${days}`);
    expect(found.find(({ table }) => table === "invocation_records")).toMatchObject({ first: "2026-10-01", last: "2026-10-05" });
    const columns = found.find(({ table }) => table === "invocation_records")?.columns ?? [];
    expect(columns).toContain("input_tokens");
    expect(columns).not.toContain("latency_ms");
  });
});

describe("queries that Athena is asked", () => {
  it("are all looked at", () => {
    expect(most.size).toBeGreaterThan(150);
    expect([...most].filter(([, scans]) => scans.has("invocation_records")).length).toBeGreaterThan(30);
  });

  it("open each file of a table that grows with calls once, but for the named ones", () => {
    const over = [...most].filter(([, scans]) => [...scans].some(([table, times]) => PER_CALL.has(table) && times > 1));
    expect(
      Object.fromEntries(over.map(([query, scans]) => [query, [...scans].filter(([table]) => PER_CALL.has(table))])),
    ).toEqual(Object.fromEntries(Object.keys(TWICE).map((query) => [query, expect.anything()])));
    for (const [query, scans] of over)
      for (const [table, times] of scans) if (PER_CALL.has(table)) expect(times, `${query} ${table}`).toBeLessThanOrEqual(2);
  });

  it("read the records at most once if they are scheduled or saved", () => {
    const over = [...most].filter(
      ([query, scans]) => (scans.get("invocation_records") ?? 0) > 1 && query !== "attribution/senders",
    );
    expect(over).toEqual([]);
  });

  it("name their days if they are detectors: history is not opened every hour", async () => {
    const endless: string[] = [];
    for (const { query, params } of cases({ first: "2026-10-01", last: "2026-10-31", filters })) {
      if (!query.startsWith("anomalies/") || inFunction(query)) continue;
      for (const { table, first, last } of await scansOf(made.connection, textOf({ query, params })))
        if (DAILY.has(table) && (first === undefined || last === undefined)) endless.push(`${query} ${table}`);
    }
    expect(endless).toEqual([]);
  });

  it("read a day of sums at most twice", () => {
    const over = [...most].flatMap(([query, scans]) =>
      query.startsWith("billing/") ? [] : (scans.get("hourly_usage") ?? 0) > 2 ? [query] : [],
    );
    expect(over).toEqual([]);
  });
});
