import { globSync, readdirSync } from "node:fs";
import { extname, join } from "node:path";

/** What is changed, and the tests that stand for it. */
export interface Area {
  readonly name: string;
  /** One file of it, or undefined for all. */
  readonly only: string | undefined;
  readonly files: readonly string[];
  readonly tests: readonly string[];
}

/**
 * A folder's tests beside those of the folder of its own name. Not every test that reaches it: the nearest ones, so that a change costs seconds.
 * `without` are tests that take long and see the same through more of the product.
 */
const TESTS: Record<string, { readonly tests: readonly string[]; readonly without?: readonly string[] }> = {
  "src/billing": { tests: ["test/billing"], without: [] },
  "src/anomaly": { tests: ["test/anomaly", "test/functions/enforce.test.ts"] },
  "src/pricing": { tests: ["test/pricing"] },
  "src/attribution": { tests: ["test/attribution"] },
  "src/curated": { tests: ["test/curated", "test/ingest"] },
  "src/invocation": { tests: ["test/invocation", "test/ingest/two-paths.test.ts"] },
  "src/principal": { tests: ["test/principal"] },
  "src/model": { tests: ["test/model"] },
  "sql/billing": { tests: ["test/billing"] },
  "sql/anomalies": { tests: ["test/anomaly"] },
  "sql/views": { tests: ["test/saved", "test/anomaly"] },
};

export const AREAS: readonly string[] = Object.keys(TESTS);

/** @param name a folder of `AREAS` @param only one of its files, to change that alone @throws Error naming the folders when there is none of that name */
export function areaOf(root: string, name: string, only: string | undefined): Area {
  const known = TESTS[name];
  if (known === undefined) throw new Error(`mutants: ${name} has no tests in test/mutants/areas.ts; known: ${AREAS.join(", ")}`);
  const inside = readdirSync(join(root, name), { recursive: true, encoding: "utf8" })
    .map((file) => `${name}/${file}`)
    .filter((file) => [".ts", ".sql"].includes(extname(file)) || file.endsWith(".data.json"))
    .sort();
  const files = only === undefined ? inside : inside.filter((file) => file === only);
  if (files.length === 0) throw new Error(`mutants: there is no ${only} in ${name}`);
  const tests = known.tests
    .flatMap((each) => globSync(each.endsWith(".ts") ? each : `${each}/**/*.test.ts`, { cwd: root }))
    .filter((each) => !known.without?.includes(each))
    .sort();
  return { name, only, files, tests };
}
