import { columns, type Table } from "./column.ts";

/** Product codes of public cost dashboards (CUDOS, 2026). */
export const KIRO_PRODUCT_CODES = ["Kiro", "AmazonQ"] as const;

/** Stands beside cur_line_items: these lines are no part of what ties to the Bedrock bill. */
export const kiroBillLines = {
  name: "kiro_bill_lines",
  meaning:
    "Lines of Kiro and Amazon Q of the CUR 2.0 export, one billing period a partition. Read the view kiro_charges instead.",
  format: "parquet",
  partitions: columns([["period", "varchar", "Billing period, YYYY-MM."]]),
  columns: columns([
    ["cur_version", "varchar", "Export and delivery that the line comes from."],
    ["line_item_id", "varchar", "identity_line_item_id."],
    ["payer_account_id", "varchar", "Account that pays."],
    ["account_id", "varchar", "Account that used the service."],
    ["usage_start", "timestamp", "Start of the line's hour or day, UTC."],
    ["usage_end", "timestamp", "End of the line's hour or day, exclusive, UTC."],
    ["line_item_type", "varchar", "Usage, Credit, Tax and so on."],
    ["product_code", "varchar", "Kiro or AmazonQ."],
    ["usage_type", "varchar", "Usage type as billed."],
    ["operation", "varchar", "Operation as billed."],
    ["usage_amount", "decimal(38,12)", "Quantity in pricing units."],
    ["pricing_unit", "varchar", "What a unit is, as billed."],
    ["currency_code", "varchar", "Currency of the cost."],
    ["unblended_cost", "decimal(38,12)", "Billed amount of the line."],
    ["resource_id", "varchar", "ARN of the user in the identity store, or another resource."],
  ]),
} as const satisfies Table;
