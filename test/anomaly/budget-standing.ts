import type { BudgetStanding } from "../../src/anomaly/budget-status.ts";

/** A team that has used 120 of its 100 dollars. */
export const standing = (changes: Partial<BudgetStanding> = {}): BudgetStanding => ({
  scope: "team",
  name: "core",
  period: "month",
  period_start: "2026-10-01",
  resets_at: "2026-11-01T00:00:00.000Z",
  used_usd: "120.00",
  claimed_usd: "0.00",
  guessed_usd: "0.00",
  guessed_share: 0,
  limit_usd: "100.00",
  remaining_usd: "-20.00",
  share: 1.2,
  projected_usd: null,
  state: "reject",
  ...changes,
});
