import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { billCase, type CaseInput, runCase } from "./run-case.ts";

vi.setConfig({ testTimeout: 300_000 });

const STATUSES = "select status, sum(billed_cost) from allocated_charges group by 1 order by 1";

/** The case with another text in its bill. */
function billOf(change: (text: string) => string): CaseInput {
  const input = billCase("monthly-export");
  const folder = mkdtempSync(join(tmpdir(), "strata-case-cur-"));
  writeFileSync(join(folder, "export.csv"), change(readFileSync(join(input.cur?.[0] ?? "", "export.csv"), "utf8")));
  return { ...input, cur: [folder] };
}

describe("a monthly export", () => {
  it("is reconciled by month, and said to be monthly", async () => {
    const { dollars, summary } = await runCase(billCase("monthly-export"));
    expect(await dollars(STATUSES)).toEqual({ allocated: "33.00" });
    expect(await dollars("select status, sum(estimated_cost) from logged_charges group by 1")).toEqual({ billed: "33.00" });
    expect(summary.problems.map(({ kind, message }) => [kind, message])).toEqual([
      [
        "note",
        "billing: 2026-10: the export of payer 999900001111 is monthly (each of its 1 usage line(s) is of a whole month): log and bill are compared by month, and no day has a billed figure of its own",
      ],
    ]);
    expect(summary.alerts.data).toBe(0);
  });

  it("of a running month waits for what it does not hold yet", async () => {
    const { dollars } = await runCase(
      billOf((text) => text.replace(",33,0.0033,", ",16.5,0.0033,").replace(",10000,", ",5000,")),
    );
    expect(await dollars(STATUSES)).toEqual({ allocated: "16.50" });
    expect(await dollars("select status, sum(estimated_cost) from logged_charges group by 1 order by 1")).toEqual({
      billed: "16.50",
      not_yet_billed: "16.50",
    });
  });

  it("says what is missing once it is invoiced", async () => {
    const { dollars } = await runCase(
      billOf((text) =>
        text
          .replace(",33,0.0033,", ",16.5,0.0033,")
          .replace(",10000,", ",5000,")
          .replace("2026-10-01T00:00:00Z,,", "2026-10-01T00:00:00Z,INV-10,"),
      ),
    );
    expect(await dollars("select status, sum(estimated_cost) from logged_charges group by 1 order by 1")).toEqual({
      billed: "16.50",
      logged_not_billed: "16.50",
    });
  });
});
