import { defineConfig } from "vitest/config";

// What the tests compare is plain text, wherever they run; Node warns where both of these are set.
delete process.env["FORCE_COLOR"];

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/long/**", "test/conformance/**", "node_modules/**"],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    pool: "forks",
    maxWorkers: "100%",
    env: { NO_COLOR: "1" },
  },
});
