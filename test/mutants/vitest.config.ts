import { defineConfig } from "vitest/config";

/** The tests that stand for one folder; Stryker runs it inside its copy of the project. */
export default defineConfig({
  test: {
    include: (process.env["STRATA_MUTANTS_TESTS"] ?? "").split(" "),
    testTimeout: 300_000,
    hookTimeout: 300_000,
    env: { NO_COLOR: "1" },
  },
});
