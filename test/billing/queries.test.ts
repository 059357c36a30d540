import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DuckDbWarehouse } from "../../src/local/duckdb.ts";
import { formatUsd, parseUsd } from "../../src/money.ts";
import type { Row } from "../../src/ports.ts";
import { billLine, csv, settle, temporaryFolder, usage, writeFile, writeUsage } from "./ledger.ts";

/**
 * Five days of Nova Lite input at $0.06 a million, estimated at $0.05 by a stale price; an EDP discount of 10 % on one day; output that nobody logged;
 * the first two days are invoiced; the fifth is not complete.
 */
const folder = temporaryFolder();
let warehouse: DuckDbWarehouse;
beforeAll(async () => {
  const day = (n: number): string => `2026-10-0${n}`;
  const at = (n: number) => ({
    line_item_usage_start_date: `${day(n)}T14:00:00Z`,
    line_item_usage_end_date: `${day(n)}T15:00:00Z`,
  });
  const bill = [
    ...[1, 2, 3, 4, 5].map((n) =>
      billLine({
        ...at(n),
        bill_invoice_id: n < 3 ? "INV-1" : "",
        tags: `{"iamPrincipal/team": "${n < 5 ? "red" : "blue"}", "user_x": "y"}`,
      }),
    ),
    billLine({
      ...at(3),
      line_item_usage_type: "USE1-NovaLite-output-tokens",
      line_item_unblended_cost: "0.5",
      line_item_unblended_rate: "0.0005",
    }),
    billLine({
      ...at(4),
      line_item_line_item_type: "EdpDiscount",
      line_item_unblended_cost: "-0.006",
      line_item_iam_principal: "",
      tags: "",
    }),
    billLine({
      ...at(4),
      line_item_line_item_type: "Tax",
      line_item_usage_type: "",
      line_item_unblended_cost: "0.01",
      line_item_iam_principal: "",
    }),
  ];
  const logged = [
    ...[1, 2, 3, 4, 5].map((n) => usage({ dt: day(n), input_tokens: 1_000_000, input_cost: "0.05" })),
    usage({ dt: day(5), hour: 20, input_tokens: 10, input_cost: "0.002" }),
    usage({ dt: day(6), hour: 1, input_tokens: 10, input_cost: "0.001" }),
  ];
  await writeUsage(`${folder.path}/data`, logged);
  writeFile(folder.path, "cur/bill.csv", csv(bill));
  await settle(`${folder.path}/data`, `${folder.path}/cur`);
  warehouse = await DuckDbWarehouse.open(`${folder.path}/data`, { threads: 1 });
});
afterAll(() => {
  warehouse.close();
  folder.remove();
});

const rows = async (name: string, params = {}): Promise<readonly Row[]> =>
  (await warehouse.query(`billing/${name}`, params)).rows;

describe("billing/variance", () => {
  it("goes from the estimate to the bill in steps that sum", async () => {
    const steps = await rows("variance", { month: "2026-10" });
    const amounts = Object.fromEntries(steps.map((row) => [String(row["step"]), formatUsd(parseUsd(String(row["amount"])))]));
    expect(amounts).toEqual({
      estimated: "0.253",
      not_yet_billed: "-0.003",
      logged_not_billed: "0.00",
      timing: "0.00",
      price: "0.05",
      routing: "0.00",
      cache: "0.00",
      tier: "0.00",
      quantity: "0.00",
      missing_logs: "0.50",
      not_token_based: "0.00",
      discounts: "-0.006",
      taxes_and_credits: "0.01",
      unclassified: "0.00",
      unknown: "0.00",
      billed: "0.804",
    });
  });
});

describe("billing/effective_rates", () => {
  it("learns the rate of the last complete days, after discounts", async () => {
    const learned = await rows("effective_rates", { days: 4 });
    expect(learned).toMatchObject([
      // (4 × 0.06 − 0.006) / 4,000,000: the fifth day is not complete.
      {
        model: "nova-lite",
        token_type: "input",
        tokens: 4_000_000,
        usd_per_million: "0.058500000000",
        billed_days: 4,
        last_day: "2026-10-04",
        confidence: "low",
      },
      { model: "nova-lite", token_type: "output", usd_per_million: "0.500000000000", billed_days: 1, confidence: "low" },
    ]);
  });

  it("is not sure of a rate that moved by a tenth", async () => {
    const [input] = await rows("effective_rates", { days: 4 });
    expect(input?.["confidence"]).toBe("low");
    expect(Number(input?.["spread"])).toBeCloseTo(0.06 / 0.054, 9);
  });
});

describe("billing/status_by_day", () => {
  it("tells final, billed and provisional days", async () => {
    const days = await rows("status_by_day");
    expect(days.map((row) => [row["dt"], row["status"]])).toEqual([
      ["2026-10-01", "final"],
      ["2026-10-02", "final"],
      ["2026-10-03", "billed"],
      ["2026-10-04", "billed"],
      ["2026-10-05", "provisional"],
      ["2026-10-06", "provisional"],
    ]);
  });
});

describe("billing/tags_by_day", () => {
  it("gives each principal and resource its tags from the day on from which they are so", async () => {
    expect(await rows("tags_by_day")).toMatchInlineSnapshot(`
      [
        {
          "first_day": "2026-10-01",
          "id": "arn:aws:iam::111122223333:user/ann",
          "kind": "principal",
          "tag_sets": "iamPrincipal/teamred",
        },
        {
          "first_day": "2026-10-03",
          "id": "arn:aws:iam::111122223333:user/ann",
          "kind": "principal",
          "tag_sets": "iamPrincipal/teamred",
        },
        {
          "first_day": "2026-10-04",
          "id": "arn:aws:iam::111122223333:user/ann",
          "kind": "principal",
          "tag_sets": "iamPrincipal/teamred",
        },
        {
          "first_day": "2026-10-05",
          "id": "arn:aws:iam::111122223333:user/ann",
          "kind": "principal",
          "tag_sets": "iamPrincipal/teamblue",
        },
      ]
    `);
  });
});
