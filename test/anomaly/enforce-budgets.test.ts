import { describe, expect, it } from "vitest";
import { decide, STALE_MS } from "../../examples/enforce-budgets.ts";
import type { BudgetStanding, BudgetStatusFile } from "../../src/anomaly/budget-status.ts";

const NOW = Date.UTC(2026, 9, 26, 12);
const standing = (changes: Partial<BudgetStanding>): BudgetStanding => ({
  scope: "person",
  name: "ann@example.com",
  period: "day",
  period_start: "2026-10-26",
  resets_at: "2026-10-27T00:00:00.000Z",
  used_usd: "12.00",
  claimed_usd: "0.00",
  guessed_usd: "0.00",
  guessed_share: 0,
  limit_usd: "10.00",
  remaining_usd: "-2.00",
  share: 1.2,
  projected_usd: null,
  state: "reject",
  ...changes,
});
const file = (...standings: BudgetStanding[]): BudgetStatusFile => ({
  schema_version: 1,
  generated_at: new Date(NOW).toISOString(),
  data_until: null,
  thresholds: { warn: 0.8, throttle: 0.9, reject: 1 },
  standings,
});
const ann = { person: "ann@example.com", team: "core", account: "111122223333" };

describe("the example gateway", () => {
  it("rejects who is over a budget, and says until when", () =>
    expect(decide(file(standing({})), ann, NOW)).toEqual({
      action: "reject",
      reason: "person ann@example.com used $12.00 of $10.00 this day",
      until: "2026-10-27T00:00:00.000Z",
    }));

  it("lets the strictest budget decide", () => {
    const team = standing({ scope: "team", name: "core", period: "month", state: "throttle" });
    expect(decide(file(standing({ state: "warn" }), team), ann, NOW).action).toBe("throttle");
  });

  it.each([
    ["is somebody else's", file(standing({ name: "bob@example.com" })), NOW],
    ["is of a day that is over", file(standing({})), NOW + 13 * 3_600_000],
    ["is too old", { ...file(standing({})), generated_at: new Date(NOW - STALE_MS - 1).toISOString() }, NOW],
  ])("allows when the standing %s", (_, status, now) => expect(decide(status, ann, now).action).toBe("allow"));
});
