import { describe, expect, test } from "vitest";
import { dollars, pricer, request } from "./factories.ts";

const entry = (over = {}) => ({
  id: "aws:nova-lite",
  vendor: "amazon",
  model: "nova-lite",
  regions: ["us-east-1"],
  rates: { input: "0.05", output: "0.2" },
  checked: "2026-10-01",
  ...over,
});
const input = (listed: ReturnType<typeof entry>[], day = "2026-10-05"): string | null | undefined =>
  dollars(pricer({ listed }).price(request("amazon.nova-lite-v1:0", { inputTokens: 1_000_000 }, { day }))).estimatedCost;

describe("entries of the AWS Price List", () => {
  test("come before the packaged ones, on their days, both ends included", () => {
    const listed = [entry({ from: "2026-10-04", to: "2026-10-06" })];
    expect(["03", "04", "06", "07"].map((day) => input(listed, `2026-10-${day}`))).toEqual(["0.06", "0.05", "0.05", "0.06"]);
  });

  test("of two that are in force the later one counts", () => {
    const listed = [entry({ from: "2026-10-01" }), entry({ from: "2026-10-03", rates: { input: "0.04" } })];
    expect(input(listed)).toBe("0.04");
    expect(input(listed.toReversed())).toBe("0.04");
    expect(input(listed, "2026-10-02")).toBe("0.05");
  });

  test("a slip in one is named, and is no unknown price", () => {
    expect(() => pricer({ listed: [entry({ rates: { inptu: "1" } })] })).toThrow(
      'pricing: entry aws:nova-lite has a rate "inptu", which is not a kind of rate',
    );
    expect(() => pricer({ listed: [entry({ routing: ["regional"] })] })).toThrow(
      'pricing: entry aws:nova-lite has "regional", which is none of in-region, geo, global',
    );
  });
});
