import { describe, expect, it } from "vitest";
import { compile } from "../../src/query/compile.ts";
import { queryFile, queryNames } from "../../src/query/files.ts";
import { parseHeader } from "../../src/query/header.ts";

const sql = `-- Title
-- Purpose in a sentence.
-- @param team varchar Team
-- @param from date=2026-10-01 First day
-- @param most integer=null Rows
-- @column n bigint Calls
-- @reads hourly_usage, invocations
select ':team' as "a:team", b -- :team
from t /* :team */
where team = :team and dt >= :from and (:most is null or n < :most) and other = :team`;
const header = parseHeader("saved/x", sql);

describe("a query", () => {
  it("tells title, purpose, parameters, columns and what it reads in its header", () => {
    expect(header).toEqual({
      title: "Title",
      purpose: "Purpose in a sentence.",
      params: [
        { name: "team", type: "varchar", fallback: undefined, meaning: "Team" },
        { name: "from", type: "date", fallback: "2026-10-01", meaning: "First day" },
        { name: "most", type: "integer", fallback: "null", meaning: "Rows" },
      ],
      columns: [{ name: "n", type: "bigint", meaning: "Calls" }],
      reads: ["hourly_usage", "invocations"],
    });
  });

  it("has its parameters replaced by literals outside of strings, names and comments", () => {
    const text = compile("saved/x", sql, header, { team: "o'hara; drop table t; :from ?" });
    expect(text.split("\n").slice(-3)).toEqual([
      `select ':team' as "a:team", b -- :team`,
      "from t /* :team */",
      "where team = 'o''hara; drop table t; :from ?' and dt >= date '2026-10-01' and (cast(null as integer) is null or n < cast(null as integer)) and other = 'o''hara; drop table t; :from ?'",
    ]);
  });

  it.each([
    [{}, "query: saved/x needs the parameter team (varchar: Team)"],
    [{ team: "a", tema: "b" }, 'query: saved/x has no parameter "tema"'],
    [{ team: "a", from: "yesterday" }, 'query: saved/x: from="yesterday" is not a date'],
    [{ team: "a", most: "1; drop table t" }, 'query: saved/x: most="1; drop table t" is not a integer'],
  ])("refuses %j", (params, message) => {
    expect(() => compile("saved/x", sql, header, params)).toThrow(message);
  });

  it("names the line of a malformed header", () => {
    expect(() => parseHeader("saved/x", "-- T\n-- P\n-- @param broken\nselect 1")).toThrow(
      'query: sql/saved/x.sql line 3 is not a header line: "@param broken"',
    );
  });

  it("is found by name, and a wrong name lists the near ones", () => {
    expect(() => queryFile("rollups/hourly_usages")).toThrow('query: there is no query "rollups/hourly_usages"');
    expect(() => queryFile("../package")).toThrow("there is no query");
  });
});

describe("every file under sql/", () => {
  it.each(queryNames())("%s declares the parameters it uses", (name) => {
    const file = queryFile(name);
    const used = new Set(
      [...file.sql.replace(/'[^']*'|--[^\n]*/g, "").matchAll(/(?<![\w:]):([a-z_]\w*)/g)].map((match) => match[1] ?? ""),
    );
    if (name.startsWith("duckdb/")) return;
    expect([...used].sort()).toEqual(file.header.params.map((param) => param.name).sort());
  });
});
