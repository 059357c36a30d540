/** Columns of an export without which cur_line_items cannot be filled: a file that lacks one is no CUR 2.0 export. */
export const REQUIRED_COLUMNS = [
  "line_item_usage_account_id",
  "line_item_usage_start_date",
  "line_item_line_item_type",
  "line_item_product_code",
  "line_item_usage_type",
  "line_item_unblended_cost",
] as const;
