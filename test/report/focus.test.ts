import { parquetReadObjects } from "hyparquet";
import { describe, expect, test } from "vitest";
import { parseUsd } from "../../src/money.ts";
import { FOCUS_COLUMNS, focusTable } from "../../src/report/focus.ts";
import { focusParquet } from "../../src/report/focus-parquet.ts";
import { periodOf } from "../../src/report/period.ts";

const BASE = {
  dt: "2026-10-05",
  account_id: "111122223333",
  region: "us-east-1",
  billed_cost: "1.00",
  effective_cost: "0.90",
  list_cost: "1.10",
};
const CHARGES = {
  tokens: {
    ...BASE,
    status: "allocated",
    token_type: "input",
    model: "claude-opus-4-6",
    vendor: "anthropic",
    billed_tokens: 1_234_567,
    billing_entity: "AWS Marketplace",
    team: "platform",
  },
  "price difference": { ...BASE, status: "residual", reason: "price", token_type: "output", billed_tokens: 0 },
  hours: {
    ...BASE,
    status: "not_token_based",
    line_item_type: "Usage",
    usage_type: "USE1-Provisioned",
    quantity: "744.000000000000",
    unit: "Hrs",
    service_tier: "provisioned",
    billing_entity: "AWS",
  },
  "text units": { ...BASE, status: "not_token_based", line_item_type: "Usage", quantity: "1.5", unit: "1K TextUnits" },
  "unknown unit": { ...BASE, status: "unclassified", line_item_type: "Usage", usage_type: "new" },
  fee: { ...BASE, status: "not_token_based", line_item_type: "Fee" },
  credit: { ...BASE, status: "adjustment", reason: "credit", billed_cost: "-5.00" },
  tax: { ...BASE, status: "adjustment", reason: "tax", line_item_type: "Tax" },
} as const;
const table = focusTable(Object.values(CHARGES), { period: periodOf("2026-10"), payer: "999900001111", organisation: "Example" });
const rows = table.rows.map((row) => Object.fromEntries(row.map((cell, index) => [table.columns[index]?.name, cell])));
const rowOf = (name: keyof typeof CHARGES) => rows[Object.keys(CHARGES).indexOf(name)] ?? {};

describe("FOCUS rows", () => {
  test.each([
    ["tokens", "Usage", "1.234567", "1000000 Tokens", "1234567", "Tokens"],
    ["price difference", "Usage", "0.00", "1000000 Tokens", "0", "Tokens"],
    ["hours", "Usage", "744.00", "Hours", "744.00", "Hours"],
    ["text units", "Usage", "1.50", "1000 Text Units", "1.50", "1000 Text Units"],
    ["unknown unit", "Usage", "1.00", "Charges", "1.00", "Charges"],
    ["fee", "Purchase", "1.00", "Charges", "", ""],
    ["credit", "Credit", "", "", "", ""],
    ["tax", "Tax", "", "", "", ""],
  ] as const)("%s are %s with quantity and unit", (name, category, quantity, unit, consumed, consumedUnit) =>
    expect(rowOf(name)).toMatchObject({
      ChargeCategory: category,
      PricingQuantity: quantity,
      PricingUnit: unit,
      ConsumedQuantity: consumed,
      ConsumedUnit: consumedUnit,
    }),
  );

  test("say who sells and invoices", () => {
    expect(rowOf("tokens")).toMatchObject({
      InvoiceIssuerName: "AWS Marketplace",
      ServiceProviderName: "AWS Marketplace",
      HostProviderName: "AWS",
      PublisherName: "anthropic",
    });
    expect(rowOf("hours")).toMatchObject({ InvoiceIssuerName: "AWS", ProviderName: "AWS", PricingCategory: "Committed" });
  });

  // Column rules of FOCUS 1.2 that hold for every row; scripts/check-focus.ts runs the FinOps Foundation's own validator.
  test("keep the rules that FOCUS has for every row", () => {
    const never =
      "BilledCost BillingAccountId BillingAccountName BillingCurrency BillingPeriodStart BillingPeriodEnd ChargeCategory ChargeDescription ChargePeriodStart ChargePeriodEnd ContractedCost EffectiveCost InvoiceIssuerName ListCost ProviderName PublisherName ServiceCategory ServiceName";
    for (const row of rows) {
      for (const name of never.split(" ")) expect(row[name], name).not.toBe("");
      expect(row["PricingQuantity"] === "").toBe(row["PricingUnit"] === "");
      expect(row["ConsumedQuantity"] === "").toBe(row["ConsumedUnit"] === "");
      if (row["ChargeCategory"] === "Usage" || row["ChargeCategory"] === "Purchase") expect(row["PricingQuantity"]).not.toBe("");
      expect(row["PricingCategory"] !== "").toBe(row["ChargeCategory"] === "Usage");
    }
  });

  test("are the same in Parquet, with types", async () => {
    const bytes = focusParquet(table);
    expect(Buffer.from(focusParquet(table)).equals(Buffer.from(bytes))).toBe(true);
    const file = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const read = await parquetReadObjects({ file: file as ArrayBuffer });
    expect(read).toHaveLength(rows.length);
    expect(Object.keys(read[0] ?? {})).toEqual(FOCUS_COLUMNS.map(({ name }) => name));
    for (const [index, row] of read.entries()) {
      expect(row["ChargeClass"]).toBeNull();
      expect(row["ChargePeriodStart"]).toEqual(new Date("2026-10-05T00:00:00Z"));
      expect(parseUsd(String(row["BilledCost"]))).toBe(parseUsd(rows[index]?.["BilledCost"] ?? ""));
    }
  });
});
