import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { queryNames } from "../../src/query/files.ts";

const ROOT = join(import.meta.dirname, "../..");
/** Asked by people, by other queries, or with a test of their own that says where they are shown. */
const ELSEWHERE = ["saved", "views", "duckdb", "dashboards"];

test("every query is asked by the product", () => {
  const code = ["src", "functions"]
    .flatMap((folder) =>
      readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" }).map((name) => join(ROOT, folder, name)),
    )
    .filter((path) => path.endsWith(".ts"))
    .map((path) => readFileSync(path, "utf8"))
    .join("\n");
  const unasked = queryNames().filter((name) => {
    const [folder = "", file = ""] = name.split("/");
    // src/report asks for the tables of a statement by their own names, or by the dimension that they sum by.
    return (
      !ELSEWHERE.includes(folder) &&
      !code.includes(name) &&
      !(folder === "reports" && [file, file.replace(/^by_/, "")].some((own) => code.includes(`"${own}"`)))
    );
  });
  expect(unasked).toEqual([]);
});
