/**
 * The forms in which AWS exports a bill, and how the two older and newer ones say what CUR 2.0 says. Sources: AWS Data Exports User Guide, "FOCUS 1.0
 * with AWS columns", "FOCUS 1.2 with AWS columns" and "Migrating from CUR" (read November 2026). One text serves DuckDB and Athena.
 */

/** Name → type of the columns of a data file, in lower case with underscores. */
export type NamedColumns = ReadonlyMap<string, string>;

/** `lineItem/UsageAccountId` (legacy CSV) → `line_item_usage_account_id`, as the legacy Parquet and CUR 2.0 name it; others in lower case. */
export function columnName(header: string): string {
  const name = header.trim();
  if (!name.includes("/")) return name.toLowerCase();
  return name
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .toLowerCase();
}

/** Names of a header line; of names that are one after spelling, the later ones get a number. */
export function columnNames(headers: readonly string[]): string[] {
  const seen = new Map<string, number>();
  return headers.map((header) => {
    const name = columnName(header);
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}_${times}`;
  });
}

export type BillForm = "cur2" | "legacy" | "focus";

/** FOCUS names its columns without underscores; a legacy report has one column for each tag or product attribute in place of maps. */
export function formOf(columns: NamedColumns): BillForm {
  if (columns.has("billedcost") && columns.has("chargeperiodstart")) return "focus";
  const maps = ["product", "resource_tags", "cost_category", "tags", "discount"];
  return columns.has("line_item_usage_type") && !maps.some((name) => columns.has(name)) ? "legacy" : "cur2";
}

/** Column of CUR 2.0 → columns of FOCUS that say it, the first that is there. What FOCUS has no column for is not here: principal, bill type, tax type. */
const FOCUS: Readonly<Record<string, readonly string[]>> = {
  bill_billing_period_start_date: ["billingperiodstart"],
  bill_invoice_id: ["invoiceid", "x_invoiceid"],
  bill_payer_account_id: ["billingaccountid"],
  cost_category: ["x_costcategories"],
  line_item_currency_code: ["billingcurrency"],
  line_item_legal_entity: ["invoiceissuername"],
  line_item_line_item_description: ["chargedescription"],
  line_item_operation: ["x_operation"],
  line_item_product_code: ["x_servicecode"],
  line_item_resource_id: ["resourceid"],
  line_item_unblended_cost: ["billedcost"],
  line_item_unblended_rate: ["contractedunitprice", "listunitprice"],
  line_item_usage_account_id: ["subaccountid"],
  line_item_usage_account_name: ["subaccountname"],
  line_item_usage_amount: ["pricingquantity", "consumedquantity"],
  line_item_usage_end_date: ["chargeperiodend"],
  line_item_usage_start_date: ["chargeperiodstart"],
  line_item_usage_type: ["x_usagetype", "skumeter"],
  pricing_public_on_demand_cost: ["listcost"],
  pricing_unit: ["pricingunit", "consumedunit"],
  product_product_name: ["servicename"],
  product_region_code: ["regionid"],
  resource_tags: ["tags"],
};

/** What FOCUS calls a column of CUR 2.0; for sentences about columns that are missing. */
export const focusName = (column: string): string => (FOCUS[column] ?? FOCUS_DERIVED[column] ?? [column])[0] ?? column;

const FOCUS_DERIVED: Readonly<Record<string, readonly string[]>> = { line_item_line_item_type: ["chargecategory"] };

const text = (name: string): string => `nullif(trim(cast("${name}" as varchar)), '')`;

/**
 * Expressions over a file of a legacy or FOCUS export that give the columns of CUR 2.0; undefined where the file has them as they are.
 * @param mapType the engine's name for a map of texts
 */
export function translation(
  columns: NamedColumns,
  mapType: string,
): { readonly columns: NamedColumns; readonly expressions: ReadonlyMap<string, string> } | undefined {
  const form = formOf(columns);
  if (form === "cur2") return undefined;
  const expressions = new Map<string, string>();
  const types = new Map<string, string>();
  const say = (name: string, expression: string, type: string): void => {
    expressions.set(name, expression);
    types.set(name, type);
  };
  if (form === "legacy") {
    for (const [name, type] of columns) say(name, `"${name}"`, type);
    const tags = [...columns.keys()].filter((name) => name.startsWith("resource_tags_"));
    if (tags.length > 0) {
      const keys = tags.map((name) => `'${name.slice("resource_tags_".length).replaceAll("'", "''")}'`).join(", ");
      say("resource_tags", `map(array[${keys}], array[${tags.map(text).join(", ")}])`, mapType);
    }
    return { columns: types, expressions };
  }
  for (const [target, sources] of Object.entries(FOCUS)) {
    const there = sources.filter((name) => columns.has(name));
    const [first] = there;
    if (first === undefined) continue;
    const type = columns.get(first) ?? "";
    // One column keeps its type; the first of several that holds something is text.
    if (there.length === 1) say(target, `"${first}"`, type);
    else say(target, `coalesce(${there.map(text).join(", ")})`, mapType.startsWith("MAP") ? "VARCHAR" : "string");
  }
  const plain = mapType.startsWith("MAP") ? "VARCHAR" : "string";
  if (columns.has("chargecategory")) {
    const correction = columns.has("chargeclass") ? `coalesce("chargeclass", '') = 'Correction'` : "false";
    say(
      "line_item_line_item_type",
      `case "chargecategory" when 'Purchase' then 'Fee' when 'Adjustment' then 'Refund' when 'Usage' then case when ${correction} and cast("billedcost" as double) < 0 then 'Refund' else 'Usage' end else "chargecategory" end`,
      plain,
    );
  }
  // Marketplace products have opaque codes; AWS's own begin with its name.
  if (columns.has("x_servicecode"))
    say(
      "bill_billing_entity",
      `case when "x_servicecode" like 'Amazon%' or "x_servicecode" like 'AWS%' then 'AWS' when "x_servicecode" is not null then 'AWS Marketplace' end`,
      plain,
    );
  return { columns: types, expressions };
}
