import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { kindOf } from "../../scripts/trino/values.ts";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { queryFile, queryNames } from "../../src/query/files.ts";
import { bare, calledFunctions, DIALECT_RULES, FUNCTIONS } from "./dialect-rules.ts";

const QUERIES = queryNames().filter((name) => !name.startsWith("duckdb/"));

/** A value of each type that a parameter may have. Text is a word that date_trunc takes, for the one query that passes it on. */
const SAMPLES: Readonly<Record<string, string | number | boolean>> = {
  date: "2026-10-01",
  timestamp: "2026-10-01T00:00:00Z",
  integer: 1,
  bigint: 1,
  double: 0.5,
  decimal: "0.5",
  boolean: true,
};

describe("every query keeps to what Athena and DuckDB both understand", () => {
  test.each(DIALECT_RULES)("$name", ({ wrong, except = [] }) => {
    const found = QUERIES.filter((name) => !except.includes(name)).flatMap((name) => {
      const text = bare(queryFile(name).sql);
      return [...text.matchAll(new RegExp(wrong, `g${wrong.flags}`))].map(({ index }) => {
        const line = text.slice(0, index).split("\n").length;
        return `sql/${name}.sql:${line}: ${text.split("\n")[line - 1]?.trim()}`;
      });
    });
    expect(found).toEqual([]);
  });

  test("every function is on the list of those that both have", () => {
    const found = QUERIES.flatMap((name) =>
      calledFunctions(queryFile(name).sql)
        .filter((called) => !FUNCTIONS.has(called))
        .map((called) => `sql/${name}.sql: ${called}`),
    );
    expect(found).toEqual([]);
  });

  test("every parameter of the header is used, and no other", () => {
    const found = QUERIES.flatMap((name) => {
      const { sql, header } = queryFile(name);
      const used = new Set([...bare(sql).matchAll(/(?<![\w:]):([a-z_]\w*)/g)].map(([, param]) => param ?? ""));
      const declared = new Set(header.params.map((param) => param.name));
      const odd = [...used.symmetricDifference(declared)];
      return odd.length > 0 ? [`sql/${name}.sql: ${odd.join(", ")}`] : [];
    });
    expect(found).toEqual([]);
  });
});

/** Queries that only strata analyze asks, over files of one machine. */
const LOCAL_ONLY: readonly string[] = ["rollups/invocation_counts", "rollups/landed_days"];

describe("a query that a schedule asks", () => {
  const scheduled = QUERIES.filter((name) => /^(anomalies|rollups|billing|reports)\//.test(name) && !LOCAL_ONLY.includes(name));

  test.each(scheduled)(
    "%s names the days of the records that it reads: without, Athena opens the files of 400 days (docs/cost.md)",
    (name) => {
      const text = bare(queryFile(name).sql);
      for (const [, table, alias = table ?? ""] of text.matchAll(
        /\b(?:from|join) (invocations|invocation_records|ingested_objects)\b(?: (?!where|join|on|group|order|left)(\w+))?/g,
      ))
        expect(text, `${table} as ${alias}`).toMatch(new RegExp(`(?<![\\w.])(${alias}\\.)?dt (>=|between|=) `));
    },
  );
});

describe("each rule finds what it is for", () => {
  test.each([
    ["select x::date from t"],
    ["select a from t qualify row_number() over (order by a) = 1"],
    ["select a, count(*) from t group by all"],
    ["select * exclude (a) from t"],
    ["select a from t where a ilike 'x%'"],
    ["select a // 2 from t"],
    ["select [1, 2] as a"],
    ["select a, from t"],
    ["select a from t;"],
    ["select d + interval 1 day from t"],
    ["select d + interval '1 day' from t"],
    ["select approx_percentile(a, 0.5) from t"],
    ["select max_by(a, b) from t"],
    ["SELECT a FROM t"],
    ['select "a" from t'],
  ])("%s", (sql) => {
    expect(DIALECT_RULES.filter(({ wrong }) => wrong.test(bare(sql)))).not.toEqual([]);
  });

  test.each([
    ["select cast(x as date) as y from t -- x::date"],
    ["select max_by(a, row(b, c)) as a from t"],
    ["select d + interval '1' day as d, array[1, 2] as b from t where e like 'a::b; [c]'"],
    ["select s[1] as first_one from t"],
  ])("and leaves alone: %s", (sql) => {
    expect(DIALECT_RULES.filter(({ wrong }) => wrong.test(bare(sql)))).toEqual([]);
  });
});

describe("results are what the header says", () => {
  const folder = mkdtempSync(join(tmpdir(), "strata-dialect-"));
  let duckdb: DuckDbWarehouse;
  beforeAll(async () => {
    duckdb = await DuckDbWarehouse.open(folder, { threads: 1 });
  });
  afterAll(() => {
    duckdb.close();
    rmSync(folder, { recursive: true });
  });

  const described = QUERIES.filter((name) => !name.startsWith("views/"));
  test.each(described)("%s: its columns are declared, in order, with their types", async (name) => {
    const { header } = queryFile(name);
    const values = Object.fromEntries(
      header.params.map((param) => [param.name, SAMPLES[param.type.replace(/\(.*/, "")] ?? "day"]),
    );
    const { columns } = await duckdb.query(name, values);
    expect(columns.map((column) => `${column.name} ${kindOf(column.type)}`)).toEqual(
      header.columns.map((column) => `${column.name} ${kindOf(column.type)}`),
    );
  });
});
