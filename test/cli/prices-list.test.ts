import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { priceTable } from "../../src/cli/prices/price-table.ts";
import { createPricer } from "../../src/pricing/create-pricer.ts";
import { runStrata } from "../pipeline/run-strata.ts";

const pricer = createPricer({ overrides: [], discounts: [] });

describe("strata prices without a model", () => {
  it("is a table by model, routing and kind, of one maker and for one region", () => {
    const { rows } = priceTable(pricer, { region: "eu-west-1", at: "2026-11-01", vendor: "amazon" });
    expect(new Set(rows.map((row) => row["vendor"]))).toEqual(new Set(["amazon"]));
    expect(rows.find((row) => row["model"] === "nova-2-lite" && String(row["routing"]).includes("geo"))).toMatchObject({
      input: "~0.429",
      output: "~3.597",
      cache_read: "~0.10725",
      source: "packaged",
    });
  });

  it("has every model with a token price and says since when", () => {
    const { rows } = priceTable(pricer, { region: "us-east-1", at: "2026-11-01" });
    expect(new Set(rows.map((row) => row["model"])).size).toBeGreaterThan(90);
    expect(rows.find((row) => row["model"] === "gpt-5.6-luna" && String(row["routing"]).includes("geo"))?.["since"]).toBe(
      "2026-07-30",
    );
    expect(rows.filter((row) => row["input"] === "" && row["output"] === "")).toEqual([]);
  });
});

describe("strata prices diff", () => {
  it("says what changed between two days", async () => {
    const { stdout: out } = await runStrata(["prices", "diff", "2026-09-30", "2026-10-01", "--format", "json"]);
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({
        model: "claude-sonnet-5-5",
        routing: "global",
        kind: "cache_read",
        "2026-09-30": "0.2",
        "2026-10-01": "0.1",
      }),
    );
  });

  it("compares two sources, and names what is missing", async () => {
    const folder = mkdtempSync(join(tmpdir(), "strata-diff-"));
    writeFileSync(join(folder, "strata.yml"), "prices:\n  overrides:\n    - model: nova-pro\n      rates: { input: 0.5 }\n");
    const config = join(folder, "strata.yml");
    const { stdout: out } = await runStrata(["prices", "diff", "packaged", "agreed", "--config", config, "--format", "csv"]);
    expect(out).toContain("nova-pro,in-region,on-demand,0,input,0.8,0.5");
    const refused = await runStrata(["prices", "diff", "packaged", "list", "--config", config]);
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain("there is no price list to compare with");
    expect((await runStrata(["prices", "diff", "packaged", "last-week"])).stderr).toContain(
      '"last-week" is neither a day nor a source',
    );
  });
});
