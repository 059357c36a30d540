import { grammar } from "../billing/grammar.ts";
import { identifier, quote } from "./duckdb-tables.ts";

/** Name → DuckDB type of the columns of one data file. */
export type FileColumns = ReadonlyMap<string, string>;

const text = (columns: FileColumns, name: string): string =>
  columns.has(name) ? `nullif(trim(cast(${identifier(name)} as varchar)), '')` : "cast(null as varchar)";

/** Text is read as it stands; a double by its shortest decimal text, so 0.1 is 0.1 and not 0.1000000000000000055. */
const decimal = (columns: FileColumns, name: string): string => `try_cast(${text(columns, name)} as decimal(38,12))`;

/** `2026-10-05T14:00:00Z`, `….000Z`, `2026-10-05 14:00:00` and real timestamps; the session is in UTC. */
const timestamp = (columns: FileColumns, name: string): string =>
  columns.get(name) === "TIMESTAMP" ? identifier(name) : `try_cast(${text(columns, name)} as timestamp)`;

/** A MAP column, a struct, or JSON text in a cell. */
function map(columns: FileColumns, name: string): string {
  const type = columns.get(name);
  if (type === undefined) return "cast(null as map(varchar, varchar))";
  if (type.startsWith("MAP")) return `cast(${identifier(name)} as map(varchar, varchar))`;
  const json = type === "VARCHAR" ? `try_cast(nullif(${identifier(name)}, '') as json)` : `to_json(${identifier(name)})`;
  return `try_cast(${json} as map(varchar, varchar))`;
}

const firstOf = (...expressions: string[]): string => `coalesce(${expressions.join(", ")})`;
const mapped = (columns: FileColumns, name: string, key: string): string =>
  `map_extract_value(${map(columns, name)}, ${quote(key)})`;

/** `name → expression` for every column of cur_line_items and for what the import needs to judge a line. */
export function lineExpressions(columns: FileColumns): ReadonlyMap<string, string> {
  const name = (key: string): string => text(columns, key);
  const period = `strftime(${timestamp(columns, "bill_billing_period_start_date")}, '%Y-%m')`;
  return new Map([
    ["has_iam_principal", String(columns.has("line_item_iam_principal"))],
    ["line_item_id", name("identity_line_item_id")],
    ["payer_account_id", name("bill_payer_account_id")],
    ["billing_entity", name("bill_billing_entity")],
    ["bill_type", name("bill_bill_type")],
    ["invoice_id", name("bill_invoice_id")],
    ["account_id", name("line_item_usage_account_id")],
    ["account_name", name("line_item_usage_account_name")],
    ["usage_start", timestamp(columns, "line_item_usage_start_date")],
    ["usage_end", firstOf(timestamp(columns, "line_item_usage_end_date"), timestamp(columns, "line_item_usage_start_date"))],
    ["line_item_type", name("line_item_line_item_type")],
    ["description", name("line_item_line_item_description")],
    ["product_code", name("line_item_product_code")],
    ["product_name", firstOf(mapped(columns, "product", "product_name"), name("product_product_name"))],
    ["usage_type", firstOf(name("line_item_usage_type"), name("product_usagetype"))],
    ["operation", firstOf(name("line_item_operation"), name("product_operation"))],
    ["usage_amount", decimal(columns, "line_item_usage_amount")],
    ["pricing_unit", name("pricing_unit")],
    ["currency_code", firstOf(name("line_item_currency_code"), name("pricing_currency"), "'USD'")],
    ["unblended_rate", decimal(columns, "line_item_unblended_rate")],
    ["unblended_cost", decimal(columns, "line_item_unblended_cost")],
    ["net_unblended_cost", decimal(columns, "line_item_net_unblended_cost")],
    ["public_on_demand_cost", decimal(columns, "pricing_public_on_demand_cost")],
    ["resource_id", name("line_item_resource_id")],
    ["iam_principal", name("line_item_iam_principal")],
    ["region", firstOf(name("product_region_code"), mapped(columns, "product", "region"))],
    ["tax_type", name("line_item_tax_type")],
    ["product", map(columns, "product")],
    ["resource_tags", map(columns, "resource_tags")],
    ["tags", map(columns, "tags")],
    ["cost_category", map(columns, "cost_category")],
    ["legal_entity", name("line_item_legal_entity")],
    ["period", period],
    ["cost_text", name("line_item_unblended_cost")],
    ["amount_text", name("line_item_usage_amount")],
    ["start_text", name("line_item_usage_start_date")],
  ]);
}

/** A line that says itself that it is Bedrock's: product code family, Marketplace edition, or a Bedrock resource sold by Marketplace; and Claude Platform on AWS, its neighbour. */
export function saysBedrock(): string {
  const { productCodePrefix, productNameContains, resourceIdPattern } = grammar.bedrock;
  const { productName: platform, unit: consumption } = grammar.claudePlatform;
  return `(coalesce(product_code, '') like ${quote(`${productCodePrefix}%`)}
    or contains(coalesce(product_name, ''), ${quote(productNameContains)})
    or contains(coalesce(product_name, ''), ${quote(platform)})
    or (billing_entity = 'AWS Marketplace' and contains(coalesce(description, ''), ${quote(consumption)}))
    or (billing_entity = 'AWS Marketplace' and regexp_matches(coalesce(resource_id, ''), ${quote(resourceIdPattern)})))`;
}
