import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
  "line_owners",
  "learned_owners",
  "attribution_sources",
  "bill_versions",
  "bill_witnesses",
  "service_counts",
  "cost-explorer",
  "charge_groups",
  "bill_matches",
  "midnight_matches",
  "charge_parts",
  "usage_claims",
  "adjustment_claims",
  "logged_charges",
  "principals",
  "budgets",
  "hourly_usage",
  "allocated_charges",
  "client_call_records",
  "client_tool_records",
  "client_points",
  "telemetry_objects",
  "traced_calls",
  "alerts",
  "alerts.jsonl",
  "current",
  "reports",
  "summary.json",
] as const;
const MARKER = ".strata";

/**
 * Makes an empty data folder, taking out what an earlier analysis wrote. What a closed month was stays: bill_versions and its published statement,
 * so that a later change of it is a restatement and no silent one.
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
  for (const entry of entries) {
    // Answers of Cost Explorer were paid for and say themselves how old they are.
    if (entry === "bill_versions" || entry === "cost-explorer") continue;
    if (entry === "reports") removeOpenReports(join(full, entry));
    else rmSync(join(full, entry), { recursive: true, force: true });
  }
  mkdirSync(full, { recursive: true });
  writeFileSync(join(full, MARKER), "Written by strata analyze. The next run with this --out replaces everything here.\n");
  return full;
}

/** Statements of closed months are never overwritten; the others are of the run before. */
function removeOpenReports(reports: string): void {
  for (const month of readdirSync(reports)) {
    if (!isClosed(join(reports, month))) rmSync(join(reports, month), { recursive: true, force: true });
  }
}

function isClosed(folder: string): boolean {
  try {
    const manifest: unknown = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8"));
    return typeof manifest === "object" && manifest !== null && "status" in manifest && manifest.status !== "provisional";
  } catch {
    return false;
  }
}
