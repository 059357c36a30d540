/** Something about the bill that a person should know. `error`: dollars were left out or may be wrong; `note`: handled, said. */
export interface BillFinding {
  readonly code:
    | "half_written_delivery"
    | "unreadable_manifest"
    | "overlapping_exports"
    | "older_execution"
    | "unlisted_file"
    | "empty_part"
    | "missing_column"
    | "missing_optional_column"
    | "damaged_part"
    | "kept_closed_month"
    | "older_snapshot"
    | "mixed_columns"
    | "duplicate_line"
    | "conflicting_line"
    | "other_currency"
    | "bad_number"
    | "bad_timestamp"
    | "no_iam_principal"
    | "no_bedrock_lines"
    | "unclassified_lines"
    | "negative_lines"
    | "monthly_lines"
    | "unreadable_file"
    | "witnesses_disagree";
  readonly severity: "error" | "note";
  /** File, export or period. */
  readonly place: string;
  /** One sentence with the value that is wrong. */
  readonly message: string;
  /** What to do. */
  readonly hint: string;
}

/** A finding whose message begins with the unit and the place. */
export const billFinding = (
  code: BillFinding["code"],
  severity: BillFinding["severity"],
  place: string,
  text: string,
  hint: string,
): BillFinding => ({ code, severity, place, message: `billing: ${place}: ${text}`, hint });

/** A newer delivery of a closed month is damaged, so that the last whole one stays. */
export const keptClosedMonth = (period: string, payer: string, version: string): BillFinding =>
  billFinding(
    "kept_closed_month",
    "error",
    period,
    `the newest delivery is damaged, and the month is closed: what ${version} says of payer ${payer} stays`,
    "Copy the damaged files again, or wait for the next delivery; a whole one replaces what stays.",
  );
