/** Sources beside logs, bill and telemetry: their names in strata.yml, on the command line and in the ledger. */
export const FURTHER_SOURCES = ["cloudtrail", "batch", "kiro"] as const;
export type FurtherSource = (typeof FURTHER_SOURCES)[number];
