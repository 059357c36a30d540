import { REQUIRED_COLUMNS } from "../tables/cur-required-columns.ts";

/** Columns of CUR 2.0 that Strata reads and what is lost without each (reference: AWS Data Exports, CUR 2.0 columns; checked 2026-11). */
export interface NeededColumn {
  readonly name: string;
  /** What an export without it cannot do; null where it is no export of use at all. */
  readonly lost: string | null;
}

const useful = (lost: string, ...names: string[]): NeededColumn[] => names.map((name) => ({ name, lost }));

export const PRINCIPAL_COLUMN = "line_item_iam_principal";

export const NEEDED_COLUMNS: readonly NeededColumn[] = [
  ...REQUIRED_COLUMNS.map((name) => ({ name, lost: null })),
  ...useful("principals on the bill", PRINCIPAL_COLUMN),
  ...useful("quantities and rates", "line_item_usage_amount", "line_item_unblended_rate", "pricing_unit"),
  ...useful("models of Marketplace products (Claude)", "product", "line_item_line_item_description", "bill_billing_entity"),
  ...useful("application inference profiles", "line_item_resource_id"),
  ...useful("teams from tags", "tags", "resource_tags"),
  ...useful("whether a month is closed", "bill_invoice_id", "bill_bill_type", "bill_billing_period_start_date"),
  ...useful(
    "which line is which",
    "identity_line_item_id",
    "line_item_operation",
    "line_item_usage_end_date",
    "line_item_currency_code",
  ),
  ...useful("names of accounts", "bill_payer_account_id", "line_item_usage_account_name"),
  ...useful("discounts", "line_item_net_unblended_cost", "pricing_public_on_demand_cost"),
  ...useful("regions, taxes and cost categories", "product_region_code", "line_item_tax_type", "cost_category"),
];

/** Names in the select list of an export's query; null for `*`. */
export function selectedColumns(query: string): ReadonlySet<string> | null {
  const list = /^\s*select\s([\s\S]*?)\sfrom\s/i.exec(query)?.[1] ?? "";
  if (list.trim() === "*") return null;
  return new Set(
    list.split(",").map((item) => {
      const name = /(?<![\w./-])([\w./-]+)"?$/.exec(item.trim())?.[1] ?? "";
      return name.toLowerCase();
    }),
  );
}
