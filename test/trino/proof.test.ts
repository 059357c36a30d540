import { createServer, type Server } from "node:http";
import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { cases } from "../../scripts/trino/cases.ts";
import { createTable } from "../../scripts/trino/create-tables.ts";
import { firstDifference, type Side } from "../../scripts/trino/first-difference.ts";
import { TrinoClient } from "../../scripts/trino/trino-client.ts";
import { canonical, type Kind, kindOf, trinoRows } from "../../scripts/trino/values.ts";
import { compile } from "../../src/query/compile.ts";
import { queryFile, queryNames } from "../../src/query/files.ts";
import { tables } from "../../src/tables/index.ts";

const side = (kinds: Readonly<Record<string, Kind>>, ...rows: Side["rows"]): Side => ({
  columns: Object.entries(kinds).map(([name, kind]) => ({ name, kind })),
  rows,
});

describe("a difference between the engines is found and named", () => {
  const usd = { team: "text", usd: "decimal" } as const;

  test("equal rows in another order are the same, unless the query orders them", () => {
    const trino = side(usd, ["a", "1.50"], ["b", "2"]);
    const duckdb = side(usd, ["b", "2.000"], ["a", "1.500000000000"]);
    expect(firstDifference(trino, duckdb)).toBeUndefined();
    expect(firstDifference(trino, duckdb, { ordered: true })).toContain("the same rows in another order from row 1");
  });

  test.each<[string, Side, Side, string]>([
    ["a pico-dollar", side(usd, ["a", "1.000000000001"]), side(usd, ["a", "1.000000000002"]), "(usd)"],
    ["a missing row", side(usd, ["a", "1"]), side(usd, ["a", "1"], ["b", "1"]), 'only in duckdb: team="b"'],
    ["a row too many", side(usd, ["a", "1"], ["a", "1"]), side(usd, ["a", "1"]), "only in trino"],
    ["a null for a value", side(usd, ["a", null]), side(usd, ["a", "0"]), "usd=null"],
    ["another column", side({ team: "text" }), side({ person: "text" }), "columns: trino has team; duckdb has person"],
    ["another type", side({ share: "double" }), side({ share: "decimal" }), "type of share: double on trino, decimal on duckdb"],
    ["a double too far away", side({ n: "double" }, [1]), side({ n: "double" }, [1.00001]), "n: trino 1, duckdb 1.00001"],
    ["a null double", side({ n: "double" }, [null]), side({ n: "double" }, [0]), "n: trino null, duckdb 0"],
    ["another map", side({ m: "map" }, [{ a: "1" }]), side({ m: "map" }, [{ a: "2" }]), "(m)"],
  ])("%s", (_, trino, duckdb, words) => {
    expect(firstDifference(trino, duckdb)).toContain(words);
  });

  test("doubles that were added in another order are the same", () => {
    expect(firstDifference(side({ n: "double" }, [0.1 + 0.2]), side({ n: "double" }, [0.3]))).toBeUndefined();
    expect(firstDifference(side({ n: "double" }, [1e-17]), side({ n: "double" }, [0]))).toBeUndefined();
  });

  test("any rows equal themselves in any order", () => {
    const row = fc.tuple(fc.option(fc.string()), fc.integer(), fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })));
    fc.assert(
      fc.property(fc.array(row), fc.nat(), (rows, turn) => {
        const kinds = { a: "text", b: "count", c: "double" } as const;
        const at = rows.length === 0 ? 0 : turn % rows.length;
        const turned = [...rows.slice(at), ...rows.slice(0, at)];
        expect(firstDifference(side(kinds, ...rows), side(kinds, ...turned))).toBeUndefined();
      }),
    );
  });
});

describe("values of Trino become the values of the product", () => {
  test("times are instants in UTC, decimals stay text, words for doubles become numbers", () => {
    const columns = ["timestamp(3)", "timestamp(6) with time zone", "decimal(38, 12)", "double", "map(varchar, varchar)"];
    const row = ["2026-10-05 14:00:00.000", "2026-10-05 14:00:00.123456 UTC", "1.500000000000", "Infinity", { a: "b" }];
    expect(trinoRows({ columns: columns.map((type) => ({ name: type, type })), rows: [row, row.map(() => null)] })).toEqual([
      ["2026-10-05T14:00:00.000Z", "2026-10-05T14:00:00.123Z", "1.500000000000", Number.POSITIVE_INFINITY, { a: "b" }],
      [null, null, null, null, null],
    ]);
  });

  test.each<[string, Kind]>([
    ["DECIMAL(38,12)", "decimal"],
    ["hugeint", "count"],
    ["timestamp(3)", "instant"],
    ["timestamp with time zone", "zoned instant"],
    ["VARCHAR[]", "list"],
    ["array(varchar)", "list"],
    ["map(varchar,varchar)", "map"],
    ["interval day to second", "other"],
  ])("%s is a %s", (type, kind) => {
    expect(kindOf(type)).toBe(kind);
  });

  test("equal decimals and maps have one spelling", () => {
    expect(canonical("decimal", "-0.500")).toBe(canonical("decimal", "-0.5"));
    expect(canonical("decimal", "0E-12")).toBe(canonical("decimal", "0"));
    expect(canonical("map", { a: "1", b: "2" })).toBe(canonical("map", { b: "2", a: "1" }));
  });
});

describe("the client speaks Trino's protocol", () => {
  let server: Server | undefined;
  afterEach(() => {
    server?.close();
    server = undefined;
  });

  /** Answers each request with the next of the given ones; `%` is the server's own address. */
  async function answering(...answers: readonly (number | object)[]): Promise<{ client: TrinoClient; asked: string[] }> {
    const asked: string[] = [];
    let url = "";
    const listening = createServer((request, response) => {
      let body = "";
      request.on("data", (chunk) => {
        body += String(chunk);
      });
      request.on("end", () => {
        const answer = answers[asked.length] ?? 500;
        asked.push(`${request.method} ${request.url} ${body}`.trim());
        response.statusCode = typeof answer === "number" ? answer : 200;
        response.end(JSON.stringify(answer).replaceAll("%", url));
      });
    });
    server = listening;
    await new Promise<void>((resolve) => listening.listen(0, "127.0.0.1", resolve));
    const address = listening.address();
    url = `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`;
    return { client: new TrinoClient({ url, catalog: "c", schema: "s" }), asked };
  }

  test("it follows every page", async () => {
    const columns = [{ name: "a", type: "integer" }];
    const { client, asked } = await answering(
      { nextUri: "%/1" },
      503,
      { nextUri: "%/2", columns, data: [[1]] },
      { columns, data: [[2]] },
    );
    expect(await client.run("select 1 as a")).toEqual({ columns, rows: [[1], [2]], bytesRead: 0 });
    expect(asked).toEqual(["POST /v1/statement select 1 as a", "GET /1", "GET /1", "GET /2"]);
  });

  test("a failure carries Trino's own words", async () => {
    const { client } = await answering({
      error: { message: "line 3:7: Column 'x' cannot be resolved", errorName: "COLUMN_NOT_FOUND" },
    });
    await expect(client.run("select x")).rejects.toThrow("trino: COLUMN_NOT_FOUND: line 3:7: Column 'x' cannot be resolved");
  });

  test("an answer that is no result is an error", async () => {
    const { client } = await answering(401);
    await expect(client.run("select 1")).rejects.toThrow("trino: the server answers 401 to /v1/statement");
  });
});

describe("what is proved", () => {
  const all = cases({
    first: "2026-10-01",
    last: "2026-10-31",
    filters: { account: "111122223333", team: "search", model: "claude-sonnet-4-6", person: "ann@example.com" },
  });

  test("is every query, with values for all its parameters", () => {
    expect([...new Set(all.map(({ query }) => query))]).toEqual(queryNames().filter((name) => !name.startsWith("duckdb/")));
    for (const { query, params } of all) {
      const { sql, header } = queryFile(query);
      expect(() => compile(query, sql, header, params)).not.toThrow();
    }
  });

  test("over every table, with its partitions last", () => {
    for (const table of tables()) {
      const text = createTable(table, `local:///data/${table.name}`);
      for (const { name, type } of [...table.columns, ...table.partitions]) expect(text).toContain(`"${name}" ${type}`);
      expect(text.includes("partitioned_by")).toBe(table.partitions.length > 0);
    }
  });
});
