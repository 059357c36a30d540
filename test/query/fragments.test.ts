import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { queryFile, queryNames, sqlFolder } from "../../src/query/files.ts";
import { withFragments } from "../../src/query/fragments.ts";

const FILES: Readonly<Record<string, string>> = {
  of_team:
    "-- Of a team\n-- Rows of one team.\n-- @param team varchar=null Only this team\nand (:team is null\n  or {of}.team = :team)\n",
  level: "-- Level\n-- One of many.\nl{level} as (select * from l{before} where {takes})\n",
};
const put = (text: string): string => withFragments("saved/x", text, (name) => FILES[name]);

describe("a fragment", () => {
  it("gives a query its text, with the line's arguments and the line's indentation", () => {
    expect(put("-- Title\nselect 1\nfrom usage u\nwhere u.n > 0\n  -- @include of_team of=u\norder by 1")).toBe(
      "-- Title\nselect 1\nfrom usage u\nwhere u.n > 0\n  and (:team is null\n    or u.team = :team)\norder by 1",
    );
  });

  it("gives a header its parameters and columns, and none of its text", () => {
    expect(put("-- Title\n-- Purpose.\n-- @include of_team\n-- @reads usage\nselect 1")).toBe(
      "-- Title\n-- Purpose.\n-- @param team varchar=null Only this team\n-- @reads usage\nselect 1",
    );
  });

  it("stands as often as it is named; a value may hold = and the signs of SQL", () => {
    expect(
      put(
        "with\n-- @include level level=1 | before=0 | takes=a = 'x' || 'y'\n-- @include level level=2 | before=1 | takes=b >= 2",
      ),
    ).toBe("with\nl1 as (select * from l0 where a = 'x' || 'y')\nl2 as (select * from l1 where b >= 2)");
  });

  it.each([
    ["with\n-- @include nowhere", "query: sql/saved/x.sql line 2: there is no fragment nowhere"],
    ["with\n-- @include of_team", "query: sql/saved/x.sql line 2: of_team needs of"],
    ["with\n-- @include of_team of=u | off=v", "query: sql/saved/x.sql line 2: of_team takes no off"],
  ])("says where an include cannot be followed: %s", (text, message) => {
    expect(() => put(text)).toThrow(message);
  });
});

describe("the fragments of this release", () => {
  const folder = join(sqlFolder(), "fragments");
  const fragments = readdirSync(folder).map((file) => file.slice(0, -".sql".length));
  const written = queryNames().map((name) => ({ name, text: readFileSync(join(sqlFolder(), `${name}.sql`), "utf8") }));

  it.each(fragments)(
    "%s is a title and a purpose, is used twice or in a query of over 300 lines, and includes no other",
    (fragment) => {
      const text = readFileSync(join(folder, `${fragment}.sql`), "utf8");
      expect(text).toMatch(/^-- [A-Z].*\n-- [A-Z]/);
      expect(text).not.toContain("@include");
      const places = written.flatMap(({ name, text: query }) =>
        (query.match(new RegExp(`^ *-- @include ${fragment}\\b`, "gm")) ?? []).map(() => name),
      );
      expect(places.length).toBeGreaterThan(0);
      if (places.length === 1) expect(queryFile(places[0] ?? "").sql.split("\n").length).toBeGreaterThan(300);
    },
  );

  it("are no queries themselves, and leave no include and no place unfilled in any", () => {
    expect(queryNames().filter((name) => name.startsWith("fragments"))).toEqual([]);
    expect(() => queryFile("fragments/report_filter")).toThrow("there is no query");
    for (const name of queryNames()) expect(queryFile(name).sql.match(/@include|\{[a-z_]+\}/), name).toBeNull();
  });

  // Amazon QuickSight's template reads these files as they stand (infra/quicksight.cjs).
  it("stand in no query of a dashboard", () => {
    expect(written.filter(({ name, text }) => name.startsWith("dashboards/") && text.includes("@include"))).toEqual([]);
  });
});
