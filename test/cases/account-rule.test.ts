import { describe, expect, it } from "vitest";
import { billCase, runCase } from "./run-case.ts";

describe("a bill of two accounts", () => {
  it("sums to the invoice whoever is charged", async () => {
    const result = await runCase(billCase("account-rule", "strata.yml"));
    expect(await result.dollars("select 'billed', sum(billed_cost) from allocated_charges")).toEqual({ billed: "776.00" });
  });
});
