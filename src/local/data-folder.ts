import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { UsageError } from "../errors.ts";

/** Everything that an analysis writes. */
const OWN = [
  "invocation_records",
  "quarantine",
  "ingested_objects",
  "cur_line_items",
  "usage_types",
  "principal_keys",
  "charge_groups",
  "bill_matches",
  "logged_charges",
  "principals",
  "budgets",
  "hourly_usage",
  "allocated_charges",
  "alerts",
  "alerts.jsonl",
  "current",
  "reports",
  "summary.json",
] as const;
const MARKER = ".strata";

/**
 * Makes an empty data folder, taking out what an earlier analysis wrote.
 * @throws UsageError for a folder that holds something else: it is never touched.
 */
export function prepareDataFolder(folder: string): string {
  const full = resolve(folder);
  const entries = existsSync(full) ? readdirSync(full) : [];
  const foreign = entries.filter((entry) => entry !== MARKER && !(OWN as readonly string[]).includes(entry));
  if (foreign.length > 0 || (entries.length > 0 && !entries.includes(MARKER))) {
    throw new UsageError(
      `output: ${folder} holds files that strata did not write${foreign.length > 0 ? ` (${foreign.slice(0, 3).join(", ")})` : ""}`,
      {
        hint: "Give an empty or new folder to --out.",
      },
    );
  }
  for (const entry of entries) rmSync(join(full, entry), { recursive: true, force: true });
  mkdirSync(full, { recursive: true });
  writeFileSync(join(full, MARKER), "Written by strata analyze. The next run with this --out replaces everything here.\n");
  return full;
}
