import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface Resource {
  readonly Type: string;
  readonly Properties: Record<string, unknown>;
}

/** The resources that a module of infra/ puts into the stack for a strata.yml. */
export function infraResources(module: string, yaml: string): Record<string, Resource> {
  const folder = mkdtempSync(join(tmpdir(), "strata-infra-"));
  writeFileSync(join(folder, "strata.yml"), yaml);
  const before = process.env["STRATA_CONFIG"];
  process.env["STRATA_CONFIG"] = join(folder, "strata.yml");
  try {
    const require = createRequire(import.meta.url);
    // They remember the configuration.
    for (const path of Object.keys(require.cache)) if (/[\\/]infra[\\/]/.test(path)) delete require.cache[path];
    return require(`../../infra/${module}`)().Resources ?? {};
  } finally {
    if (before === undefined) delete process.env["STRATA_CONFIG"];
    else process.env["STRATA_CONFIG"] = before;
    rmSync(folder, { recursive: true });
  }
}
