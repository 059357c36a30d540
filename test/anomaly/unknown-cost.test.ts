import { expect, test } from "vitest";
import { leastDollars, unknownCost, unpricedFacts } from "../../src/anomaly/unknown-cost.ts";

const alert = (rule: string, dollars: string, unpriced = 0) => ({
  rule,
  dollars,
  facts: Object.fromEntries(unpricedFacts(unpriced)),
});

test.each([
  [alert("tokens_hourly", "0.00", 12), "unknown: 12 calls have no price; add one to prices in strata.yml", "at least $0.00"],
  [alert("first_seen_model", "0", 1), "unknown: 1 call has no price; add one to prices in strata.yml", "at least $0.00"],
  // A part of it is known: that is a lower bound and no unknown.
  [alert("spend_daily", "12.5", 3), undefined, "at least $12.50"],
  [alert("spend_daily", "12.5"), undefined, "$12.50"],
  // Calls that failed before anything ran cost nothing, and that is known.
  [alert("error_rate", "0.00"), undefined, "$0.00"],
  // Whatever the dollars of such a rule are.
  [alert("logs_stopped", "3.00"), "unknown: what was not logged has no price", "$3.00"],
  [alert("unpriced", "0.00"), "unknown: the model has no price; add one to prices in strata.yml", "$0.00"],
])("%o costs what is known of it", (given, unknown, least) => {
  expect(unknownCost(given)).toBe(unknown);
  expect(leastDollars(given)).toBe(least);
});

test("no call without a price is no fact", () => {
  expect(unpricedFacts(0)).toEqual([]);
  expect(unpricedFacts(undefined)).toEqual([]);
});
