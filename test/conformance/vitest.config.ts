import { defineConfig } from "vitest/config";

export default defineConfig({
  test: { include: ["test/conformance/**/*.test.ts"], testTimeout: 30_000, pool: "forks" },
});
