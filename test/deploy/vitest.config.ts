import { defineConfig } from "vitest/config";

/** Minutes, not seconds: an emulator, a real Trino and every function run on the same machine. */
export default defineConfig({
  test: {
    include: ["test/deploy/**/*.deploy.ts"],
    testTimeout: 30 * 60_000,
    hookTimeout: 30 * 60_000,
    pool: "forks",
    // Two packages made at once take each other's files away.
    fileParallelism: false,
    bail: 1,
    reporters: ["verbose"],
    env: { NO_COLOR: "1" },
  },
});
