import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { longCases } from "../../scripts/trino/cases.ts";
import { ABSURD_DAYS, manyDays } from "../../scripts/trino/many-days.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { queryFile, queryNames } from "../../src/query/files.ts";
import { tables } from "../../src/tables/index.ts";
import { addDays } from "../../src/time.ts";
import { chargeOf, type Fixture, monthFixture } from "../report/month-fixture.ts";

/** What runs on both engines over every one of 1,200 days in `npm run test:trino`; here on DuckDB, over every tenth. */
const LAST = "2026-10-31";
const covered = {
  first: addDays(LAST, -1199),
  last: LAST,
  filters: { account: "111122223333", team: "platform", model: "claude-sonnet-4-6", person: "ana@example.com" },
};
const folder = mkdtempSync(join(tmpdir(), "strata-many-days-"));
let seed: Fixture;
let duckdb: DuckDbWarehouse;

beforeAll(async () => {
  const days = Array.from({ length: 31 }, (_, index) => `2026-10-${String(index + 1).padStart(2, "0")}`);
  seed = await monthFixture({
    // Twelve calls in an hour, and in another: an hour that is expected to have some.
    calls: days.flatMap((day) =>
      Array.from({ length: 24 }, (_, index) => ({ at: `${day}T${index % 2 === 0 ? "09" : "12"}:00:${10 + index}Z` })),
    ),
    charges: days.map((dt) => chargeOf({ dt, status: "unclassified", billed_cost: "0.50" })),
  });
  await manyDays(seed.folder, folder, tables(), { months: 40, every: 10 });
  duckdb = await DuckDbWarehouse.open(folder, { threads: 1 });
}, 300_000);
afterAll(() => {
  duckdb.close();
  seed.close();
  rmSync(folder, { recursive: true });
});

test("there are days from years ago to today, and each absurd one", () => {
  const days = readdirSync(join(folder, "hourly_usage")).map((name) => name.slice("dt=".length));
  for (const day of ABSURD_DAYS) expect(days).toContain(day);
  const real = days.filter((day) => !ABSURD_DAYS.includes(day)).sort();
  expect(real.length).toBeGreaterThan(120);
  expect(real[0] ?? "").toMatch(/^2023-07/);
  expect(real.at(-1)).toBe(LAST);
});

describe("every query and view answers", () => {
  test.each(longCases(covered))(
    "$query $params.from",
    async ({ query, params }) => {
      const { rows } = query.startsWith("views/")
        ? await duckdb.adhoc(`select count(*) as n from ${query.slice("views/".length)}`)
        : await duckdb.query(query, params);
      expect(rows).toBeDefined();
    },
    120_000,
  );

  test("of those that are asked, none is left out", () => {
    expect([...new Set(longCases(covered).map(({ query }) => query))]).toEqual(
      queryNames().filter((name) => !name.startsWith("duckdb/")),
    );
  });
});

test("a record with a wrong clock leaves what is expected of the others as it was", async () => {
  const own = join(folder, "one-month");
  await manyDays(seed.folder, own, tables(), { months: 1, every: 1 });
  const warehouse = await DuckDbWarehouse.open(own, { threads: 1 });
  const { rows } = await warehouse.adhoc(
    "select min(at_hour) as first_hour, max(at_hour) as last_hour, count(*) as hours from log_hours",
  );
  warehouse.close();
  expect(rows).toEqual([{ first_hour: "2026-10-01T09:00:00.000Z", last_hour: "2026-10-31T12:00:00.000Z", hours: 62 }]);
});

test("a day of silence is a gap, and two months of it are a new beginning", async () => {
  const days = Array.from({ length: 40 }, (_, index) => addDays("2026-03-01", index)).filter((day) => day !== "2026-03-20");
  const later = Array.from({ length: 10 }, (_, index) => addDays("2026-09-01", index));
  const calls = [...days, ...later].flatMap((day) =>
    Array.from({ length: 20 }, (_, index) => ({ at: `${day}T09:00:${10 + index}Z` })),
  );
  const { warehouse, close } = await monthFixture({ calls });
  const { rows } = await warehouse.query("rollups/log_gaps");
  close();
  expect(rows).toMatchObject([{ first_hour: "2026-03-20T09:00:00.000Z", last_hour: "2026-03-20T09:00:00.000Z", hours: 1 }]);
});

describe("DuckDB refuses a sequence where Trino does", () => {
  let instance: DuckDBInstance;
  beforeAll(async () => {
    instance = await DuckDBInstance.create(":memory:");
  });
  afterAll(() => instance.closeSync());

  test.each([
    ["sequence(1, 10000)", true],
    ["sequence(0, 10000)", false],
    ["sequence(timestamp '2023-01-01 00:00:00', timestamp '2024-02-21 15:00:00', interval '1' hour)", true],
    ["sequence(timestamp '2023-01-01 00:00:00', timestamp '2024-02-21 16:00:00', interval '1' hour)", false],
    ["sequence(date '2000-01-01', date '2027-05-18', interval '1' day)", true],
    ["sequence(date '2000-01-01', date '2027-05-19', interval '1' day)", false],
  ])("%s", async (text, accepted) => {
    const connection = await instance.connect();
    for (const statement of queryFile("duckdb/macros").sql.split(";\n"))
      if (statement.trim() !== "") await connection.run(statement);
    const run = connection.runAndReadAll(`select len(${text}) as n`);
    if (accepted) expect(Number((await run).getRows()[0]?.[0])).toBe(10_000);
    else await expect(run).rejects.toThrow("result of sequence function must not have more than 10000 entries");
    connection.closeSync();
  });
});
