/**
 * FOCUS 1.2 rows (FinOps-Open-Cost-and-Usage-Spec, version 1.2; columns read in the specification, October 2026). ServiceProviderName and
 * HostProviderName are carried as well, because 1.3 asks for them in place of ProviderName and PublisherName.
 */
import { formatUsd } from "../money.ts";
import type { Row } from "../ports.ts";
import { addDays } from "../time.ts";
import type { ReportTable } from "./csv.ts";
import type { Period } from "./period.ts";
import { count, text, usd } from "./rows.ts";

interface FocusInput {
  readonly row: Row;
  readonly period: Period;
  readonly payer: string;
  readonly organisation: string;
}
type Kind = ReportTable["columns"][number]["kind"];

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

function description(row: Row): string {
  const parts = [text(row, "model"), METERS[text(row, "token_type")] ?? "", text(row, "routing")].filter(Boolean);
  return parts.length > 0
    ? parts.join(", ")
    : [text(row, "line_item_type"), text(row, "usage_type"), text(row, "reason")].filter(Boolean).join(", ");
}

const tokens = (row: Row): string => (count(row, "billed_tokens") > 0 ? String(count(row, "billed_tokens")) : "");
/** Tokens in millions, exactly. */
const millions = (row: Row): string => (tokens(row) === "" ? "" : formatUsd(BigInt(count(row, "billed_tokens")) * 1_000_000n));
const instant = (day: string): string => `${day}T00:00:00Z`;
const money =
  (column: string) =>
  ({ row }: FocusInput): string =>
    formatUsd(usd(row, column));

const COLUMNS: readonly (readonly [name: string, kind: Kind, (input: FocusInput) => string])[] = [
  ["BilledCost", "usd", money("billed_cost")],
  ["BillingAccountId", "text", ({ payer, row }) => payer || text(row, "account_id")],
  ["BillingAccountName", "text", ({ organisation }) => organisation],
  ["BillingCurrency", "text", () => "USD"],
  ["BillingPeriodStart", "text", ({ period }) => instant(period.from)],
  ["BillingPeriodEnd", "text", ({ period }) => instant(addDays(period.to, 1))],
  ["ChargeCategory", "text", ({ row }) => category(row)],
  ["ChargeClass", "text", () => ""],
  ["ChargeDescription", "text", ({ row }) => description(row)],
  ["ChargeFrequency", "text", ({ row }) => (category(row) === "Usage" ? "Usage-Based" : "One-Time")],
  ["ChargePeriodStart", "text", ({ row }) => instant(text(row, "dt"))],
  ["ChargePeriodEnd", "text", ({ row }) => instant(addDays(text(row, "dt"), 1))],
  ["ConsumedQuantity", "count", ({ row }) => tokens(row)],
  ["ConsumedUnit", "text", ({ row }) => (tokens(row) === "" ? "" : "Tokens")],
  ["ContractedCost", "usd", money("billed_cost")],
  ["EffectiveCost", "usd", money("effective_cost")],
  ["InvoiceIssuerName", "text", () => "AWS"],
  ["ListCost", "usd", money("list_cost")],
  ["PricingCategory", "text", ({ row }) => (category(row) === "Usage" ? "Standard" : "")],
  ["PricingQuantity", "text", ({ row }) => millions(row)],
  ["PricingUnit", "text", ({ row }) => (tokens(row) === "" ? "" : "1000000 Tokens")],
  ["ProviderName", "text", () => "AWS"],
  ["PublisherName", "text", ({ row }) => text(row, "vendor") || "AWS"],
  ["ServiceProviderName", "text", () => "AWS"],
  ["HostProviderName", "text", () => "AWS"],
  ["RegionId", "text", ({ row }) => text(row, "region")],
  ["ServiceCategory", "text", () => "AI and Machine Learning"],
  ["ServiceSubcategory", "text", () => "Generative AI"],
  ["ServiceName", "text", () => "Amazon Bedrock"],
  ["SkuMeter", "text", ({ row }) => METERS[text(row, "token_type")] ?? ""],
  ["SubAccountId", "text", ({ row }) => text(row, "account_id")],
  ["x_Model", "text", ({ row }) => text(row, "model")],
  ["x_Routing", "text", ({ row }) => text(row, "routing")],
  ["x_ServiceTier", "text", ({ row }) => text(row, "service_tier")],
  ["x_Team", "text", ({ row }) => text(row, "team", "unattributed")],
  ["x_CostCenter", "text", ({ row }) => text(row, "cost_center")],
  ["x_Status", "text", ({ row }) => text(row, "status")],
];

/** One FOCUS row for each row of `reports/focus`; their BilledCost sums to the bill. No row carries a person. */
export const focusTable = (rows: readonly Row[], about: Omit<FocusInput, "row">): ReportTable => ({
  name: "focus",
  title: "FOCUS 1.2 rows",
  columns: COLUMNS.map(([name, kind]) => ({ name, kind })),
  rows: rows.map((row) => COLUMNS.map(([, , read]) => read({ ...about, row }))),
});
