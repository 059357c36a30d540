import type { BillFinding } from "./finding.ts";

export interface ImportedPeriod {
  /** YYYY-MM */
  readonly period: string;
  /** Export and delivery; several joined by " + " when payers have an export each. */
  readonly version: string;
  /** Bedrock lines. */
  readonly lines: number;
  /** Sum of the lines in US dollars, exact decimal. */
  readonly billedUsd: string;
  /** Whether any line could carry the caller's identity. */
  readonly hasIamPrincipal: boolean;
  /** Whether every usage line carries an invoice: the month is closed. */
  readonly invoiced: boolean;
  /** Last hour or day that the bill covers, ISO 8601. */
  readonly coveredTo: string;
}

/** What staging a bill gave. */
export interface BillImport {
  readonly periods: readonly ImportedPeriod[];
  readonly findings: readonly BillFinding[];
}
