import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import type { Row } from "../../src/ports.ts";
import { billLine, csv, type Ledger, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const ledger = async (lines: readonly Readonly<Record<string, string>>[], logged: readonly Row[]): Promise<Ledger> => {
  await writeUsage(folder.path, logged);
  return settle(folder.path, writeFile(folder.path, "cur/bill.csv", csv(lines)));
};
const hourOf = (day: string, hour: number): Record<string, string> => ({
  bill_billing_period_start_date: `${day.slice(0, 7)}-01T00:00:00Z`,
  line_item_usage_start_date: `${day}T${String(hour).padStart(2, "0")}:00:00Z`,
  line_item_usage_end_date: `${day}T${String(hour + 1).padStart(2, "0")}:00:00Z`,
});
/** A line of the last day, so that the bill reaches far enough; it is explained by its own usage. */
const END = billLine(hourOf("2026-11-05", 3));
const END_USAGE = usage({ dt: "2026-11-05", hour: 3, input_tokens: 1_000_000, input_cost: "0.06" });
const told = (result: Ledger): string[] =>
  result.charges
    .filter((row) => row["dt"] !== "2026-11-05")
    .map((row) => `${row["dt"]} ${row["status"]} ${row["reason"] ?? row["match_level"]} ${row["billed_tokens"]} ${row["usd"]}`);
const logged = (result: Ledger): string[] =>
  result.logged
    .filter((row) => row["dt"] !== "2026-11-05")
    .map((row) => `${row["dt"]} ${row["status"]} ${row["tokens"]}`)
    .sort();

const late = usage({ hour: 23, input_tokens: 1_000_000, input_cost: "0.06" });

describe("a call that is logged before midnight and billed after it", () => {
  it("is explained by the log of the day before, at the hour that the bill names", async () => {
    const result = await ledger([billLine(hourOf("2026-10-06", 0)), END], [late, END_USAGE]);
    expect(told(result)).toEqual(["2026-10-06 allocated principal:midnight 1000000 0.060000000000"]);
    expect(logged(result)).toEqual(["2026-10-05 billed 1000000"]);
    expect(result.summary).toMatchObject({ logged_not_billed_usd: "0.00", billed_not_logged_usd: "0.00" });
  });

  it("is not looked for in other hours, nor on days that are not next to each other", async () => {
    for (const [line, row] of [
      [hourOf("2026-10-06", 1), late],
      [hourOf("2026-10-06", 0), usage({ ...late, hour: 22 })],
      [hourOf("2026-10-07", 0), late],
    ] as const) {
      const result = await ledger([billLine(line), END], [row, END_USAGE]);
      expect(told(result).map((text) => text.split(" ")[1])).toEqual(["billed_not_logged"]);
      expect(logged(result)).toEqual(["2026-10-05 logged_not_billed 1000000"]);
    }
  });

  it("takes only what its own day leaves over, to the last token and digit", async () => {
    const before = billLine({ ...hourOf("2026-10-05", 23), line_item_usage_amount: "700", line_item_unblended_cost: "0.042" });
    const after = billLine({ ...hourOf("2026-10-06", 0), line_item_usage_amount: "800", line_item_unblended_cost: "0.048" });
    const own = usage({ dt: "2026-10-06", hour: 0, input_tokens: 500_000, input_cost: "0.03" });
    const result = await ledger([before, after, END], [late, own, END_USAGE]);
    expect(told(result)).toEqual([
      "2026-10-05 allocated principal 700000 0.042000000000",
      "2026-10-06 allocated principal 500000 0.030000000000",
      "2026-10-06 allocated principal:midnight 300000 0.018000000000",
    ]);
    expect(logged(result)).toEqual(["2026-10-05 billed 1000000", "2026-10-06 billed 500000"]);
  });

  it("is shared by logged tokens where the bill has days only and no caller", async () => {
    const daily = {
      bill_billing_period_start_date: "2026-10-01T00:00:00Z",
      line_item_usage_start_date: "2026-10-06T00:00:00Z",
      line_item_usage_end_date: "2026-10-07T00:00:00Z",
      line_item_iam_principal: "",
    };
    const others = usage({ hour: 23, input_tokens: 500_000, input_cost: "0.03", team: "blue", person: "bob" });
    const result = await ledger(
      [billLine({ ...daily, line_item_usage_amount: "1500", line_item_unblended_cost: "0.1" }), END],
      [late, others, END_USAGE],
    );
    expect(
      result.charges
        .filter((row) => row["dt"] === "2026-10-06")
        .map((row) => `${row["team"]} ${row["match_level"]} ${row["billed_tokens"]} ${row["usd"]}`),
    ).toEqual([
      "blue account:midnight 500000 0.030000000000",
      "red account:midnight 1000000 0.060000000000",
      // What the line costs beyond its rate is theirs too.
      "blue null 0 0.003333333333",
      "red null 0 0.006666666667",
    ]);
  });

  it("at the end of a month is a step of its own in both months, of opposite sign", async () => {
    const october = usage({ dt: "2026-10-31", hour: 23, input_tokens: 1_000_000, input_cost: "0.05" });
    await ledger(
      [billLine(hourOf("2026-10-05", 5)), billLine(hourOf("2026-11-01", 0)), END],
      [usage({ ...late, hour: 5 }), october, END_USAGE],
    );
    const warehouse = await DuckDbWarehouse.open(folder.path, { threads: 1 });
    const steps = async (month: string) =>
      Object.fromEntries(
        (await warehouse.query("billing/variance", { month })).rows
          .filter((row) => Number(row["amount"]) !== 0)
          .map((row) => [row["step"], Number(row["amount"])]),
      );
    expect(await steps("2026-10")).toEqual({ estimated: 0.11, timing: -0.05, billed: 0.06 });
    expect(await steps("2026-11")).toEqual({ estimated: 0.06, timing: 0.06, billed: 0.12 });
    warehouse.close();
  });
});
