import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { dataDictionary, queryGuide } from "../../scripts/data-dictionary.ts";
import { compile } from "../../src/query/compile.ts";
import { queryFile } from "../../src/query/files.ts";

const doc = (name: string): string => readFileSync(join(import.meta.dirname, "../../docs", name), "utf8");

test("docs/data-dictionary.md is what the column lists say (node scripts/data-dictionary.ts)", () => {
  expect(doc("data-dictionary.md")).toBe(dataDictionary());
});

test("docs/queries.md is what the query headers say (node scripts/data-dictionary.ts)", () => {
  expect(doc("queries.md")).toBe(queryGuide());
});

test("every command in docs/queries.md names a query and parameters that exist", () => {
  const commands = [...doc("queries.md").matchAll(/^npx strata-bedrock query (\w+) (.*)$/gm)];
  expect(commands.length).toBeGreaterThan(4);
  for (const [, name = "", rest = ""] of commands) {
    const { header, sql } = queryFile(`saved/${name}`);
    const params = Object.fromEntries([...rest.matchAll(/--param (\w+)=(\S+)/g)].map((match) => [match[1], match[2] ?? ""]));
    expect(() => compile(name, sql, header, params)).not.toThrow();
  }
});
