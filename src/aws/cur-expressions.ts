import { grammar } from "../billing/grammar.ts";
import type { FileColumns } from "./cur-file-columns.ts";

/**
 * Columns of cur_line_items as Athena SQL over the columns that an export has: a column that is not there is null. The local engine has the
 * same list in its own dialect (src/local/cur-columns.ts); a test holds the two together.
 */
export function curExpressions(columns: FileColumns): ReadonlyMap<string, string> {
  const name = (key: string): string => text(columns, key);
  const start = timestamp(columns, "line_item_usage_start_date");
  return new Map([
    ["has_iam_principal", String(columns.has("line_item_iam_principal"))],
    ["line_item_id", name("identity_line_item_id")],
    ["payer_account_id", name("bill_payer_account_id")],
    ["billing_entity", name("bill_billing_entity")],
    ["bill_type", name("bill_bill_type")],
    ["invoice_id", name("bill_invoice_id")],
    ["account_id", name("line_item_usage_account_id")],
    ["account_name", name("line_item_usage_account_name")],
    ["usage_start", start],
    ["usage_end", `coalesce(${timestamp(columns, "line_item_usage_end_date")}, ${start})`],
    ["line_item_type", name("line_item_line_item_type")],
    ["description", name("line_item_line_item_description")],
    ["product_code", name("line_item_product_code")],
    ["product_name", `coalesce(${entry(columns, "product", "product_name")}, ${name("product_product_name")})`],
    ["usage_type", `coalesce(${name("line_item_usage_type")}, ${name("product_usagetype")})`],
    ["operation", `coalesce(${name("line_item_operation")}, ${name("product_operation")})`],
    ["usage_amount", decimal(columns, "line_item_usage_amount")],
    ["pricing_unit", name("pricing_unit")],
    ["currency_code", `coalesce(${name("line_item_currency_code")}, ${name("pricing_currency")}, 'USD')`],
    ["unblended_rate", decimal(columns, "line_item_unblended_rate")],
    ["unblended_cost", decimal(columns, "line_item_unblended_cost")],
    ["net_unblended_cost", decimal(columns, "line_item_net_unblended_cost")],
    ["public_on_demand_cost", decimal(columns, "pricing_public_on_demand_cost")],
    ["resource_id", name("line_item_resource_id")],
    ["iam_principal", name("line_item_iam_principal")],
    ["region", `coalesce(${name("product_region_code")}, ${entry(columns, "product", "region")})`],
    ["tax_type", name("line_item_tax_type")],
    ["product", map(columns, "product")],
    ["resource_tags", map(columns, "resource_tags")],
    ["tags", map(columns, "tags")],
    ["cost_category", map(columns, "cost_category")],
    ["legal_entity", name("line_item_legal_entity")],
  ]);
}

/** A line that says itself that it is Bedrock's, over the columns above. */
export function saysBedrock(): string {
  const { productCodePrefix, productNameContains, resourceIdPattern } = grammar.bedrock;
  const { productName: platform, unit: consumption } = grammar.claudePlatform;
  return `(starts_with(coalesce(product_code, ''), ${quote(productCodePrefix)}) or strpos(coalesce(product_name, ''), ${quote(productNameContains)}) > 0 or strpos(coalesce(product_name, ''), ${quote(platform)}) > 0 or (billing_entity = 'AWS Marketplace' and strpos(coalesce(description, ''), ${quote(consumption)}) > 0) or (billing_entity = 'AWS Marketplace' and regexp_like(coalesce(resource_id, ''), ${quote(resourceIdPattern)})))`;
}

/** A column as text, empty as null. */
const text = (columns: FileColumns, name: string): string =>
  columns.has(name) ? `nullif(trim(cast("${name}" as varchar)), '')` : "cast(null as varchar)";

/** A double is rounded to 12 digits, which is more than a double of this size holds. */
const decimal = (columns: FileColumns, name: string): string =>
  columns.get(name) === "double" ? `try_cast("${name}" as decimal(38,12))` : `try_cast(${text(columns, name)} as decimal(38,12))`;

/** `2026-10-05T14:00:00Z`, `….000Z`, `2026-10-05 14:00:00` and real timestamps; Athena's session is in UTC. */
const timestamp = (columns: FileColumns, name: string): string =>
  columns.get(name) === "timestamp"
    ? `cast("${name}" as timestamp(3))`
    : `try_cast(replace(replace(${text(columns, name)}, 'T', ' '), 'Z', '') as timestamp(3))`;

/** A map column, or JSON text in a cell. */
function map(columns: FileColumns, name: string): string {
  const type = columns.get(name);
  if (type === undefined) return "cast(null as map(varchar,varchar))";
  return type.startsWith("map")
    ? `cast("${name}" as map(varchar,varchar))`
    : `try_cast(try(json_parse(nullif("${name}", ''))) as map(varchar,varchar))`;
}

const entry = (columns: FileColumns, name: string, key: string): string => `element_at(${map(columns, name)}, ${quote(key)})`;

export const quote = (value: string): string => `'${value.replaceAll("'", "''")}'`;
