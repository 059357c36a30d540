import { globSync } from "node:fs";

/** What is changed, and the tests that stand for it. */
export interface Area {
  readonly name: string;
  /** One file of it, or undefined for all. */
  readonly only: string | undefined;
  readonly files: readonly string[];
  readonly tests: readonly string[];
}

/** Over views of calls, sessions and bills, by few rows. */
const VIEWS = [
  ...["batch-jobs-view", "bill-views", "counted", "invocations-view"],
  ...["passed-columns", "people-view", "source-views", "telemetry-views"],
];

/** A test by its name, slow, alone or neither. */
const testOf =
  (folder: string) =>
  (name: string): string =>
    `test/${folder}/${name}{,.slow,.alone}.test.ts`;

/**
 * A folder's tests: not every one that reaches it, but the nearest, so that a change costs seconds. Code is asked of tests without DuckDB: what runs before
 * the first test of a file belongs to none, and each change in it would be tried with all of them. SQL has areas of its own.
 */
const TESTS: Record<string, { readonly tests: readonly string[]; readonly without?: readonly string[] }> = {
  "src/billing": {
    tests: [
      ...[
        ...["asked-tables", "bill-versions", "bill-words", "classify-usage", "find-exports", "learned-book", "learned-rates"],
        ...["line-owners", "month-steps", "next-actions", "reconcile-months", "third-witness"],
      ].map(testOf("billing")),
      "test/aws/price-list.test.ts",
    ],
  },
  "src/anomaly": {
    tests: ["test/anomaly", "test/contracts/schemas.test.ts"],
    without: [
      "abuse",
      "all-silent",
      "budget-scopes",
      "calls-5m",
      "commands",
      "config",
      "detectors",
      "docs",
      "enforce-budgets",
      "error-baseline",
      "late-logs",
      "local-time",
      "log-hours",
      "many-scopes",
      "odd-data",
      "quality-rules",
      "sns-refusing",
    ].map(testOf("anomaly")),
  },
  "src/pricing": { tests: ["test/pricing", "test/aws/price-list.test.ts"], without: ["test/pricing/public-prices.test.ts"] },
  "src/attribution": { tests: ["test/attribution", "test/billing/learned-rates.test.ts"] },
  "src/curated": {
    tests: [
      "test/curated",
      ...["crash", "fast-path", "offloaded-sessions", "quarantine", "tool-names"].map(testOf("ingest")),
      "test/aws/inference-profiles.test.ts",
    ],
  },
  "src/invocation": { tests: ["test/invocation"], without: ["test/invocation/fuzz.test.ts"] },
  "src/principal": { tests: ["test/principal"] },
  "src/model": { tests: ["test/model"] },
  // Each of these asks one query of a few rows; those over whole ledgers and companies (levels, midnight, detectors, abuse) would take a minute a change.
  "sql/billing": { tests: ["test/billing/queries"] },
  "sql/anomalies": { tests: ["test/anomaly/queries"] },
  "sql/rollups": { tests: ["counted", "records", "rolled-up", "rolled-up-order"].map(testOf("query")) },
  "sql/views": { tests: [...VIEWS.map(testOf("query")), "test/telemetry/sums{,.slow}.test.ts"] },
  // Shared by queries of all folders: their tests of few rows that ask one which includes a fragment. Those over whole companies (sums, questions, what-if) would take a minute a change.
  "sql/fragments": {
    tests: [
      ...["apart", "bill", "budget", "contributors", "counted-failures", "error-rate", "loop", "silence", "usage", "volume"].map(
        testOf("anomaly/queries"),
      ),
      ...["allocated-charges", "bill-matches", "charge-owners", "charge-parts"].map(testOf("billing/queries")),
      ...["counted", "invocations-view", "log-hours", "people-view", "planning-callers", "report-sums", "saved-sums"].map(
        testOf("query"),
      ),
    ],
  },
  // Prices, names and the words of bills, as data.
  data: { tests: ["test/pricing", "test/model", "test/billing/classify-usage.test.ts"] },
};

export const AREAS: readonly string[] = Object.keys(TESTS);

/** @param name a folder of `AREAS` @param only one of its files, to change that alone @throws Error naming the folders when there is none of that name */
export function areaOf(root: string, name: string, only: string | undefined): Area {
  const known = TESTS[name];
  if (known === undefined) throw new Error(`mutants: ${name} has no tests in test/mutants/areas.ts; known: ${AREAS.join(", ")}`);
  const inside = globSync(name === "data" ? "src/{pricing,model,billing}/*.data.json" : `${name}/**/*.{ts,sql}`, {
    cwd: root,
  }).sort();
  const files = only === undefined ? inside : inside.filter((file) => file === only);
  if (files.length === 0) throw new Error(`mutants: there is no ${only} in ${name}`);
  const found = (tests: readonly string[]): string[] =>
    tests.flatMap((each) => globSync(each.endsWith(".ts") ? each : `${each}/**/*.test.ts`, { cwd: root }));
  const without = new Set(found(known.without ?? []));
  const tests = found(known.tests)
    .filter((each) => !without.has(each))
    .sort();
  return { name, only, files, tests };
}
