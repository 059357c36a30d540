/**
 * FOCUS 1.2 rows (FinOps-Open-Cost-and-Usage-Spec, version 1.2; columns read in the specification, October 2026). ServiceProviderName and
 * HostProviderName are carried as well, because 1.3 and later ask for them in place of ProviderName and PublisherName.
 */
import { formatUsd } from "../money.ts";
import type { Row } from "../ports.ts";
import type { SqlType } from "../tables/column.ts";
import { addDays } from "../time.ts";
import type { ReportTable } from "./csv.ts";
import { type Period, periodOf } from "./period.ts";
import { count, text, usd } from "./rows.ts";

export interface FocusInput {
  readonly row: Row;
  readonly period: Period;
  readonly payer: string;
  readonly organisation: string;
}

const METERS: Readonly<Record<string, string>> = {
  input: "Input Tokens",
  output: "Output Tokens",
  cache_read: "Cache Read Tokens",
  cache_write_5m: "Cache Write Tokens (5 minutes)",
  cache_write_1h: "Cache Write Tokens (1 hour)",
};

/** ChargeCategory by line item type; FOCUS has Usage, Purchase, Tax, Credit and Adjustment. */
function category(row: Row): string {
  const kind = `${text(row, "line_item_type")} ${text(row, "reason")}`.toLowerCase();
  if (text(row, "status") !== "adjustment") return kind.includes("fee") ? "Purchase" : "Usage";
  if (kind.includes("tax")) return "Tax";
  return kind.includes("credit") ? "Credit" : "Adjustment";
}

/** How the price came about: tokens at list, capacity bought ahead, or a tier that trades price for time. */
function pricing(row: Row): string {
  if (category(row) !== "Usage") return "";
  const tier = text(row, "service_tier");
  if (tier === "reserved" || tier === "provisioned") return "Committed";
  return tier === "flex" || tier === "batch" ? "Dynamic" : "Standard";
}

function description(row: Row): string {
  const parts = [text(row, "model"), METERS[text(row, "token_type")] ?? "", text(row, "routing")].filter(Boolean);
  return parts.length > 0
    ? parts.join(", ")
    : [text(row, "line_item_type"), text(row, "usage_type"), text(row, "reason")].filter(Boolean).join(", ") || "Amazon Bedrock";
}

interface Quantity {
  readonly consumed: string;
  readonly consumedUnit: string;
  readonly priced: string;
  readonly pricingUnit: string;
}
const NONE: Quantity = { consumed: "", consumedUnit: "", priced: "", pricingUnit: "" };

/**
 * Usage and purchases need a quantity in FOCUS. Tokens are priced by the million; a difference in price has no quantity of its own, which is zero
 * tokens; other charges have what was billed, or are one charge where the bill names no single unit. Tax, credits and adjustments have none.
 */
function quantityOf(row: Row): Quantity {
  const kind = category(row);
  if (kind !== "Usage" && kind !== "Purchase") return NONE;
  if (text(row, "token_type") !== "") {
    const tokens = count(row, "billed_tokens");
    return {
      consumed: String(tokens),
      consumedUnit: "Tokens",
      priced: formatUsd(BigInt(tokens) * 1_000_000n),
      pricingUnit: "1000000 Tokens",
    };
  }
  const unit = unitOf(text(row, "unit"));
  const known = text(row, "quantity") !== "" && unit !== "";
  const [amount, of] = known ? [formatUsd(usd(row, "quantity")), unit] : ["1.00", "Charges"];
  return kind === "Usage"
    ? { consumed: amount, consumedUnit: of, priced: amount, pricingUnit: of }
    : { ...NONE, priced: amount, pricingUnit: of };
}

/**
 * Who sells and invoices: AWS, or AWS Marketplace. FOCUS wants BilledCost to be zero where another than the provider is paid, but the dollars of
 * Marketplace lines are on this very bill, so both are the bill's own billing entity. The seller of record is not among its staged columns.
 */
const seller = (row: Row): string => text(row, "billing_entity") || "AWS";

const WORDS: Readonly<Record<string, string>> = { Hrs: "Hours", "GB-Mo": "GB-Months" };
/** The bill's unit in the unit format of FOCUS, with the same quantity: `1K TextUnits` → `1000 Text Units`. */
function unitOf(billed: string): string {
  const [, digits = "", thousands = "", word = ""] = /^(\d+)?([KM])?\s*(.*)$/.exec(billed) ?? [];
  const size = digits === "" ? "" : `${digits}${thousands === "K" ? "000" : thousands === "M" ? "000000" : ""}`;
  const unit = Object.hasOwn(WORDS, word) ? WORDS[word] : word.replace(/([a-z])([A-Z])/g, "$1 $2");
  return [size === "1" ? "" : size, unit].filter(Boolean).join(" ");
}

/** A statement has many lines and few billing periods. */
const periods = new Map<string, Period>();

/** The line's own, which a page over other days than a month does not tell. */
const billingPeriod = ({ row, period }: FocusInput): { readonly from: string; readonly to: string } => {
  const month = text(row, "period");
  if (month === "") return period;
  const known = periods.get(month) ?? periodOf(month);
  periods.set(month, known);
  return known;
};

const instant = (day: string): string => `${day}T00:00:00Z`;
const money =
  (column: string) =>
  ({ row }: FocusInput): string =>
    formatUsd(usd(row, column));

/** Name, type in Parquet, content; text in CSV. Empty text is null. */
const COLUMNS: readonly (readonly [name: string, type: SqlType, (input: FocusInput) => string])[] = [
  ["BilledCost", "decimal(38,12)", money("billed_cost")],
  ["BillingAccountId", "varchar", ({ payer, row }) => text(row, "payer_account_id") || payer || text(row, "account_id")],
  ["BillingAccountName", "varchar", ({ organisation }) => organisation],
  ["BillingCurrency", "varchar", () => "USD"],
  ["BillingPeriodStart", "timestamp", (input) => instant(billingPeriod(input).from)],
  ["BillingPeriodEnd", "timestamp", (input) => instant(addDays(billingPeriod(input).to, 1))],
  ["ChargeCategory", "varchar", ({ row }) => category(row)],
  ["ChargeClass", "varchar", (input) => (text(input.row, "dt") < billingPeriod(input).from ? "Correction" : "")],
  ["ChargeDescription", "varchar", ({ row }) => description(row)],
  ["ChargeFrequency", "varchar", ({ row }) => (category(row) === "Usage" ? "Usage-Based" : "One-Time")],
  ["ChargePeriodStart", "timestamp", ({ row }) => instant(text(row, "dt"))],
  ["ChargePeriodEnd", "timestamp", ({ row }) => instant(addDays(text(row, "dt"), 1))],
  ["ConsumedQuantity", "decimal(38,12)", ({ row }) => quantityOf(row).consumed],
  ["ConsumedUnit", "varchar", ({ row }) => quantityOf(row).consumedUnit],
  ["ContractedCost", "decimal(38,12)", money("billed_cost")],
  ["EffectiveCost", "decimal(38,12)", money("effective_cost")],
  // Null while the period is open: there is no invoice yet.
  ["InvoiceId", "varchar", ({ row }) => text(row, "invoice_id")],
  ["InvoiceIssuerName", "varchar", ({ row }) => seller(row)],
  ["ListCost", "decimal(38,12)", money("list_cost")],
  ["PricingCategory", "varchar", ({ row }) => pricing(row)],
  ["PricingQuantity", "decimal(38,12)", ({ row }) => quantityOf(row).priced],
  ["PricingUnit", "varchar", ({ row }) => quantityOf(row).pricingUnit],
  ["ProviderName", "varchar", ({ row }) => seller(row)],
  ["PublisherName", "varchar", ({ row }) => text(row, "vendor") || "AWS"],
  ["ServiceProviderName", "varchar", ({ row }) => seller(row)],
  ["HostProviderName", "varchar", () => "AWS"],
  ["RegionId", "varchar", ({ row }) => text(row, "region")],
  ["ServiceCategory", "varchar", () => "AI and Machine Learning"],
  ["ServiceSubcategory", "varchar", () => "Generative AI"],
  ["ServiceName", "varchar", () => "Amazon Bedrock"],
  ["SkuMeter", "varchar", ({ row }) => METERS[text(row, "token_type")] ?? ""],
  ["SubAccountId", "varchar", ({ row }) => text(row, "account_id")],
  ["SubAccountName", "varchar", ({ row }) => text(row, "account_name")],
  ["x_Model", "varchar", ({ row }) => text(row, "model")],
  ["x_Routing", "varchar", ({ row }) => text(row, "routing")],
  ["x_ServiceTier", "varchar", ({ row }) => text(row, "service_tier")],
  ["x_Team", "varchar", ({ row }) => text(row, "team", "unattributed")],
  ["x_CostCenter", "varchar", ({ row }) => text(row, "cost_center")],
  ["x_Status", "varchar", ({ row }) => text(row, "status")],
];

/** Columns and their types, in order. */
export const FOCUS_COLUMNS = COLUMNS.map(([name, type]) => ({ name, type }));

/** One FOCUS row for each row of `reports/focus`; their BilledCost sums to the bill. No row carries a person. */
export const focusTable = (rows: readonly Row[], about: Omit<FocusInput, "row">): ReportTable => ({
  name: "focus",
  title: "FOCUS 1.2 rows",
  columns: COLUMNS.map(([name, type]) => ({ name, kind: type === "decimal(38,12)" ? "usd" : "text" })),
  rows: rows.map((row) => COLUMNS.map(([, , read]) => read({ ...about, row }))),
});
