import { formatUsd, parseUsd } from "../money.ts";
import type { QueryParams, Row, Warehouse } from "../ports.ts";
import { principalKey, roleKey } from "../principal/principal-key.ts";
import { classifyUsage } from "./classify-usage.ts";

/** Replaces a small dimension table; the next query sees the new rows. */
export interface DimensionWriter {
  write(table: string, rows: readonly Row[]): Promise<void>;
}

export interface ReconcileOptions {
  readonly warehouse: Warehouse;
  readonly dimensions: DimensionWriter;
  readonly lagHours: number;
  readonly toleranceUsd: string;
  /** Days to redo; all that bill and log reach over unless given. */
  readonly range?: { readonly from: string; readonly to: string };
}

/** The billed amount, its six parts and the logged side, as exact decimal strings. */
export interface BillSummary {
  readonly billed_usd: string;
  readonly allocated_usd: string;
  readonly billed_not_logged_usd: string;
  readonly not_token_based_usd: string;
  readonly adjustments_usd: string;
  readonly unclassified_usd: string;
  readonly residual_usd: string;
  readonly not_yet_billed_usd: string;
  readonly logged_not_billed_usd: string;
}

export interface Reconciliation {
  /** Days that were reconciled; undefined when there is no bill. */
  readonly range: { readonly from: string; readonly to: string } | undefined;
  readonly summary: BillSummary;
}

/**
 * Brings the staged bill and hourly_usage together: classifies the words on the bill, gives every principal its one normal form, and replaces
 * charge_groups, bill_matches, allocated_charges and logged_charges for the days concerned. Running it again gives the same tables.
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const { warehouse } = options;
  await writeDimensions(options);
  const range = options.range ?? (await reconciledDays(warehouse));
  if (range !== undefined) {
    const limits: QueryParams = { lag_hours: options.lagHours, tolerance_usd: options.toleranceUsd };
    await warehouse.replaceDays("charge_groups", "billing/charge_groups", range, limits);
    await warehouse.replaceDays("bill_matches", "billing/bill_matches", range);
    await warehouse.replaceDays("allocated_charges", "billing/allocated_charges", range);
    await warehouse.replaceDays("logged_charges", "billing/logged_charges", range);
  }
  return { range, summary: await billSummary(warehouse) };
}

/** Classifies the staged bill and writes the dimensions that the view billed_charges joins. Enough to read tags before the log is rolled up. */
export async function writeDimensions({
  warehouse,
  dimensions,
}: Pick<ReconcileOptions, "warehouse" | "dimensions">): Promise<void> {
  const words = await warehouse.query("billing/usage_words");
  await dimensions.write("usage_types", words.rows.map(classified));
  const arns = await warehouse.query("billing/principal_arns");
  await dimensions.write("principal_keys", arns.rows.map(keyed));
}

export async function billSummary(
  warehouse: Warehouse,
  range?: { readonly from: string; readonly to: string },
): Promise<BillSummary> {
  const { rows } = await warehouse.query("billing/summary", range ?? {});
  const row: Row = rows[0] ?? {};
  const usd = (name: string): string => plainDecimal(String(row[name] ?? "0"));
  return {
    billed_usd: usd("billed_usd"),
    allocated_usd: usd("allocated_usd"),
    billed_not_logged_usd: usd("billed_not_logged_usd"),
    not_token_based_usd: usd("not_token_based_usd"),
    adjustments_usd: usd("adjustments_usd"),
    unclassified_usd: usd("unclassified_usd"),
    residual_usd: usd("residual_usd"),
    not_yet_billed_usd: usd("not_yet_billed_usd"),
    logged_not_billed_usd: usd("logged_not_billed_usd"),
  };
}

async function reconciledDays(warehouse: Warehouse): Promise<{ from: string; to: string } | undefined> {
  const { rows } = await warehouse.query("billing/range");
  const from = rows[0]?.["first_day"];
  const to = rows[0]?.["last_day"];
  return typeof from === "string" && typeof to === "string" ? { from, to } : undefined;
}

function classified(row: Row): Row {
  const text = (name: string): string => String(row[name] ?? "");
  const found = classifyUsage({
    productCode: text("product_code"),
    productName: text("product_name"),
    usageType: text("usage_type"),
    operation: text("operation"),
    unit: text("pricing_unit"),
    description: text("description"),
    billingEntity: text("billing_entity"),
    lineItemType: text("line_item_type"),
  });
  return {
    ...row,
    charge_kind: found.chargeKind,
    model: found.model,
    token_type: found.tokenType,
    routing: found.routing,
    service_tier: found.serviceTier,
    endpoint: found.endpoint,
    context_class: found.contextClass,
    tokens_per_unit: found.tokensPerUnit,
    what: found.what,
  };
}

function keyed(row: Row): Row {
  const arn = String(row["principal_arn"]);
  return { principal_arn: arn, principal_key: principalKey(arn), role_key: roleKey(arn) };
}

/** 12 fixed decimals → no trailing zeros, at least two decimals. */
const plainDecimal = (text: string): string => formatUsd(parseUsd(text));
