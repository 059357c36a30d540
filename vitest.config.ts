import { configDefaults, defineConfig } from "vitest/config";
import { SkippedReporter } from "./test/skipped-reporter.ts";

// What the tests compare is plain text, wherever they run; Node warns where both of these are set.
delete process.env["FORCE_COLOR"];

const all = { include: ["test/**/*.test.ts"], exclude: [...configDefaults.exclude, "test/long/**", "test/conformance/**"] };
const SLOW = "test/**/*.slow.test.ts";
const ALONE = "test/**/*.alone.test.ts";

/**
 * A test's name says how it runs. `npm test` runs what is quick, many files in one process (loading the product for each took longer than the tests), and
 * what has to be `.alone` because it replaces modules. `npm run test:slow` runs the `.slow` ones, after `npm test` in CI: whole companies, the stack
 * packaged in every variant, thousands of inputs.
 *
 * Limits are an order above the usual time, for machines that do something else besides.
 */
export default defineConfig({
  test: {
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: "forks",
    maxWorkers: "100%",
    env: { NO_COLOR: "1" },
    setupFiles: ["test/setup.ts"],
    reporters: ["default", new SkippedReporter()],
    projects: [
      { extends: true, test: { name: "quick", ...all, exclude: [...all.exclude, SLOW, ALONE], isolate: false } },
      { extends: true, test: { name: "alone", ...all, include: [ALONE] } },
      { extends: true, test: { name: "slow", ...all, include: [SLOW] } },
    ],
  },
});
