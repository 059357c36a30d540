import { formatUsd } from "../money.ts";
import type { BillLine } from "./bill-line.ts";
import { instant } from "./calendar.ts";
import { accounts, payerAccount } from "./company.ts";

export type CurType = "string" | "double" | "timestamp" | "map<string,string>" | "map<string,double>";
/** Text for strings; exact decimal text for doubles; milliseconds for timestamps; undefined is an empty cell. */
export type CurCell = string | number | undefined | Readonly<Record<string, string>>;

export interface CurContext {
  readonly monthStart: number;
  readonly monthEnd: number;
  /** Unique inside one delivery only. */
  readonly lineId: (index: number) => string;
}

export interface CurColumn {
  readonly name: string;
  readonly type: CurType;
  readonly cell: (line: BillLine, index: number, context: CurContext) => CurCell;
}

const accountNames: ReadonlyMap<string, string> = new Map(Object.values(accounts).map(({ id, name }) => [id, name]));
const seller = "Amazon Web Services, Inc.";
const isUsage = (line: BillLine): boolean => line.type === "Usage";

const text = (name: string, cell: (line: BillLine, index: number, context: CurContext) => string): CurColumn => ({
  name,
  type: "string",
  cell: (line, index, context) => cell(line, index, context) || undefined,
});
const double = (name: string, cell: (line: BillLine) => string | undefined): CurColumn => ({ name, type: "double", cell });
const timestamp = (name: string, cell: (line: BillLine, context: CurContext) => number): CurColumn => ({
  name,
  type: "timestamp",
  cell: (line, _, context) => cell(line, context),
});
const map = (
  name: string,
  cell: (line: BillLine) => Readonly<Record<string, string>>,
  type: CurType = "map<string,string>",
): CurColumn => ({ name, type, cell });

/** `"1.3596"`, `"1.5"`, `"3"`: as short as AWS writes amounts. */
const usd = (pico: bigint): string => formatUsd(pico).replace(/\.?0+$/, "");
const NONE = {};

/** Keys of a map under a class prefix, as `tags` has them. */
const prefixed = (prefix: string, tags: Readonly<Record<string, string>>): [string, string][] =>
  Object.entries(tags).map(([key, value]) => [`${prefix}${key}`, value]);

/** The columns of a CUR 2.0 export with resources and IAM principals, in the order in which AWS writes them (alphabetical). */
export const curColumns: readonly CurColumn[] = [
  text("bill_bill_type", () => "Anniversary"),
  text("bill_billing_entity", (line) => line.billingEntity),
  timestamp("bill_billing_period_end_date", (_, context) => context.monthEnd),
  timestamp("bill_billing_period_start_date", (_, context) => context.monthStart),
  text("bill_invoice_id", () => ""),
  text("bill_invoicing_entity", () => seller),
  text("bill_payer_account_id", () => payerAccount),
  text("bill_payer_account_name", () => "example-payer"),
  map("cost_category", () => NONE),
  map("discount", () => NONE, "map<string,double>"),
  double("discount_bundled_discount", () => undefined),
  double("discount_total_discount", () => undefined),
  text("identity_line_item_id", (_, index, context) => context.lineId(index)),
  text("identity_time_interval", (line) => `${instant(line.start)}/${instant(line.end)}`),
  text("line_item_currency_code", () => "USD"),
  text("line_item_iam_principal", (line) => line.principal?.arn ?? ""),
  text("line_item_legal_entity", () => seller),
  text("line_item_line_item_description", (line) => line.description),
  text("line_item_line_item_type", (line) => line.type),
  double("line_item_net_unblended_cost", (line) => usd(line.amount)),
  text("line_item_operation", (line) => line.operation),
  text("line_item_product_code", (line) => line.productCode),
  text("line_item_resource_id", (line) => line.resourceId),
  text("line_item_tax_type", (line) => line.taxType),
  double("line_item_unblended_cost", (line) => usd(line.amount)),
  text("line_item_unblended_rate", (line) => (line.rate === undefined ? "" : usd(line.rate))),
  text("line_item_usage_account_id", (line) => line.accountId),
  text("line_item_usage_account_name", (line) => accountNames.get(line.accountId) ?? ""),
  double("line_item_usage_amount", (line) => line.quantity),
  timestamp("line_item_usage_end_date", (line) => line.end),
  timestamp("line_item_usage_start_date", (line) => line.start),
  text("line_item_usage_type", (line) => line.usageType),
  text("line_item_user_identifier", () => ""),
  text("pricing_currency", () => "USD"),
  double("pricing_public_on_demand_cost", (line) => (isUsage(line) ? usd(line.amount) : undefined)),
  text("pricing_public_on_demand_rate", (line) => (line.rate === undefined ? "" : usd(line.rate))),
  text("pricing_term", (line) => (isUsage(line) ? "OnDemand" : "")),
  text("pricing_unit", (line) => line.unit),
  map("product", (line) => (line.productName === "" ? NONE : { product_name: line.productName, region: line.region })),
  text("product_region_code", (line) => line.region),
  text("product_servicecode", (line) => line.serviceCode),
  map("resource_tags", (line) => Object.fromEntries(prefixed("user_", line.resourceTags))),
  map("tags", (line) =>
    Object.fromEntries([
      ...prefixed("iamPrincipal/", line.principal?.tags ?? NONE),
      ...prefixed("resourceTags/", line.resourceTags),
    ]),
  ),
];
