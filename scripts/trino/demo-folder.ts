import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { StrataError } from "../../src/errors.ts";

const ROOT = join(import.meta.dirname, "..", "..");

/** A twentieth of the invented company, analysed by this very source. */
export function demoFolder(): string {
  const folder = join(ROOT, ".cache", "trino-demo");
  const { status, stderr } = spawnSync(
    process.execPath,
    [join(ROOT, "bin", "strata.js"), "demo", "--scale", "0.05", "--dir", folder, "--json"],
    { encoding: "utf8" },
  );
  // 1 says that a planted case was not found, which other tests judge; the data is there.
  if (status !== 0 && status !== 1) throw new StrataError(`trino: strata demo ended with ${status}: ${stderr.slice(-500)}`);
  return folder;
}
