import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

it("holds for 100,000 damaged lines and 2,000 damaged objects", { timeout: 3_600_000 }, () => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["node_modules/vitest/vitest.mjs", "run", "test/ingest/fuzz.slow.test.ts"],
    {
      encoding: "utf8",
      env: { ...process.env, STRATA_FUZZ_LINES: "100000", STRATA_FUZZ_OBJECTS: "2000" },
    },
  );
  expect(status, `${stdout}\n${stderr}`).toBe(0);
});
