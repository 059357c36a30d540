import { defineConfig } from "vitest/config";
import { SkippedReporter } from "./test/skipped-reporter.ts";

// What the tests compare is plain text, wherever they run; Node warns where both of these are set.
delete process.env["FORCE_COLOR"];

// Limits are an order above the usual time, for machines that do something else besides.
export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/long/**", "test/conformance/**", "node_modules/**"],
    testTimeout: 300_000,
    hookTimeout: 300_000,
    pool: "forks",
    maxWorkers: "100%",
    env: { NO_COLOR: "1" },
    reporters: ["default", new SkippedReporter()],
  },
});
