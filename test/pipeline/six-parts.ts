import { parseUsd } from "../../src/money.ts";
import type { Summary } from "../../src/pipeline/summary-schema.ts";

type Parts = Pick<
  Summary,
  "allocated_usd" | "billed_not_logged_usd" | "not_token_based_usd" | "adjustments_usd" | "unclassified_usd" | "residual_usd"
>;

/** The six parts of the bill together, in pico-dollars. @throws where one is missing */
export function sixParts(summary: Parts): bigint {
  const { allocated_usd, billed_not_logged_usd, not_token_based_usd, adjustments_usd, unclassified_usd, residual_usd } = summary;
  const parts = [allocated_usd, billed_not_logged_usd, not_token_based_usd, adjustments_usd, unclassified_usd, residual_usd];
  return parts.reduce((sum, part) => sum + parseUsd(part ?? "missing"), 0n);
}
