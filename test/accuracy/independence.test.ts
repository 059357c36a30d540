import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";

const folder = join(import.meta.dirname, "../../bench/accuracy/bill");

it.each(readdirSync(folder))("bench/accuracy/bill/%s takes nothing from the product, so that its bills prove it", (name) => {
  const imports = [...readFileSync(join(folder, name), "utf8").matchAll(/from "([^"]+)"/g)].map(([, from = ""]) => from);
  expect(imports.filter((from) => !from.startsWith("./") && !from.startsWith("node:") && from !== "@duckdb/node-api")).toEqual(
    [],
  );
});
