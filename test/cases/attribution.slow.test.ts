import { describe, expect, it } from "vitest";
import { billCase, runCase } from "./run-case.ts";

const BY_TEAM = "select team, sum(billed_cost) from allocated_charges group by team order by team";

describe("a billed line is attributed by what stands on it", () => {
  it("by a rule about its account, call or no call", async () => {
    const result = await runCase(billCase("account-rule", "strata.yml"));
    expect(await result.dollars(BY_TEAM)).toEqual({ one: "32.00", two: "744.00" });
  });

  it("a discount follows the lines that it names, and no other seller's", async () => {
    const result = await runCase(billCase("discount-no-principal", "strata.yml"));
    expect(await result.dollars(BY_TEAM)).toEqual({ claude: "33.00", nova: "20.00" });
  });

  it("one session with several tag sets is split over them, and marked so", async () => {
    const result = await runCase(billCase("session-tags"));
    expect(await result.dollars(BY_TEAM)).toEqual({ payments: "13.20", search: "19.80" });
    expect(
      await result.rows(
        "select team, feature, attribution_source, is_split, cast(sum(logged_tokens) as bigint) as tokens from allocated_charges group by all order by team",
      ),
    ).toEqual([
      { team: "payments", feature: "payments-api", attribution_source: "principal_tag", is_split: true, tokens: 4_000_000 },
      { team: "search", feature: "search-api", attribution_source: "principal_tag", is_split: true, tokens: 6_000_000 },
    ]);
  });

  it("the tag of an application inference profile names the team of its calls, and its lines their model and price", async () => {
    const result = await runCase(billCase("profiles-on-bill"));
    expect(await result.dollars(BY_TEAM)).toEqual({ checkout: "13.20" });
    expect(result.summary.unpriced).toBe(0);
    expect(
      await result.rows(
        "select model, team, attribution_source, price_status, cast(estimated_cost as varchar) as usd from invocations order by request_id",
      ),
    ).toEqual(
      [
        ["claude-opus-4-8", "8.250000000000"],
        ["claude-sonnet-5", "3.300000000000"],
        ["claude-haiku-4-5", "1.650000000000"],
      ].map(([model, usd]) => ({ model, team: "checkout", attribution_source: "resource_tag", price_status: "priced", usd })),
    );
  });
});
