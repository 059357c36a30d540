import { defineConfig } from "vitest/config";

/** Minutes, not seconds: an emulator, a real Trino and every function run on the same machine. */
export default defineConfig({
  test: {
    include: ["test/deploy/**/*.deploy.ts"],
    testTimeout: 30 * 60_000,
    hookTimeout: 30 * 60_000,
    pool: "forks",
    // Each file has an account of its own, and waits for single queries most of the time.
    maxWorkers: 2,
    bail: 1,
    reporters: ["verbose"],
    env: { NO_COLOR: "1" },
  },
});
