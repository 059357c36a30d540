import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cases } from "../../scripts/trino/cases.ts";
import { askedAs, inFunction, PER_CALL, planner, scansOf, TWICE, timesByTable } from "./plan-scans.ts";

/** Tables with a partition a day that grow for years. */
const DAILY = new Set([...PER_CALL, "hourly_usage", "allocated_charges", "ingested_objects"]);

let made: Awaited<ReturnType<typeof planner>>;
const filters = { account: "111122223333", team: "platform", model: "claude-sonnet-4-6", person: "ana@example.com" };
const most = new Map<string, Map<string, number>>();

beforeAll(async () => {
  made = await planner();
  for (const { query, params } of cases({ first: "2026-10-01", last: "2026-10-31", filters })) {
    if (inFunction(query)) continue;
    const known = most.get(query) ?? new Map<string, number>();
    for (const [table, times] of timesByTable(await scansOf(made.connection, askedAs({ query, params }))))
      known.set(table, Math.max(known.get(table) ?? 0, times));
    most.set(query, known);
  }
});
afterAll(() => made.close());

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
      for (const { table, first, last } of await scansOf(made.connection, askedAs({ query, params })))
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
