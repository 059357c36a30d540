import { defineConfig } from "vitest/config";

/** One lint takes 4 s on an idle machine and was seen to take 42 on a busy one; packaging takes as long. */
export default defineConfig({
  test: { include: ["test/conformance/**/*.test.ts"], testTimeout: 600_000, hookTimeout: 600_000, pool: "forks" },
});
