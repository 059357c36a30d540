import { afterAll, vi } from "vitest";

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
