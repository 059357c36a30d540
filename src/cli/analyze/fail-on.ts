import { UsageError } from "../../errors.ts";
import type { Summary } from "../../pipeline/summary-schema.ts";

/** Findings that --fail-on knows, each with what counts as one. */
const FINDINGS: Readonly<Record<string, (summary: Summary) => boolean>> = {
  quarantined: (summary) => summary.quarantined > 0,
  damaged: (summary) => summary.damaged_objects > 0,
  unpriced: (summary) => summary.unpriced > 0,
  unattributed: (summary) => summary.unattributed > 0,
  duplicates: (summary) => summary.duplicates > 0,
  unknown_fields: (summary) => Object.keys(summary.unknown_fields).length > 0,
  gaps: (summary) => summary.completeness.missing_hours > 0,
  incomplete: (summary) => summary.completeness.status === "short",
  residual: (summary) => !isZero(summary.residual_usd),
  unclassified: (summary) => !isZero(summary.unclassified_usd),
  billed_not_logged: (summary) => !isZero(summary.billed_not_logged_usd),
  critical: (summary) => summary.alerts.critical > 0,
  alerts: (summary) => Object.values(summary.alerts).some((count) => count > 0),
};

export const FAIL_ON: readonly string[] = Object.keys(FINDINGS);

/** @throws UsageError for a finding that there is not. */
export function failures(names: readonly string[]): (summary: Summary) => string[] {
  for (const name of names) {
    if (!Object.hasOwn(FINDINGS, name))
      throw new UsageError(`--fail-on: "${name}" is not a finding`, { hint: `Use one of ${FAIL_ON.join(", ")}.` });
  }
  return (summary) => names.filter((name) => FINDINGS[name]?.(summary));
}

const isZero = (usd: string | null): boolean => usd === null || Number(usd) === 0;
