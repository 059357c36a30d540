import fc from "fast-check";
import { afterAll, vi } from "vitest";

// Properties draw the same values each run, so that a red build speaks of the change. STRATA_SEED=random (or a number) draws others.
const SEED = process.env["STRATA_SEED"] ?? "20261130";
if (SEED !== "random") fc.configureGlobal({ seed: Number(SEED) });

// Before each test file. Files share a process: the next one finds folder, environment and clock as this one did.
const folder = process.cwd();
const environment = { ...process.env };

afterAll(() => {
  process.chdir(folder);
  vi.useRealTimers();
  vi.unstubAllEnvs();
  for (const name of Object.keys(process.env)) if (!(name in environment)) delete process.env[name];
  Object.assign(process.env, environment);
});
