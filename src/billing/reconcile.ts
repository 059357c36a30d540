import type { AttributionConfig } from "../config/attribution.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { formatUsd, parseUsd } from "../money.ts";
import type { Row, Warehouse } from "../ports.ts";
import { type Restatement, rememberVersions } from "./bill-versions.ts";
import { type DimensionWriter, writeDimensions } from "./dimensions.ts";

export { type DimensionWriter, writeDimensions };

export interface ReconcileOptions {
  readonly warehouse: Warehouse;
  readonly dimensions: DimensionWriter;
  /** Who pays for a line by what stands on it. */
  readonly attribution: AttributionConfig;
  /** Hours after which a logged call is expected on the bill. */
  readonly lagHours: number;
  /** Difference of a line to quantity times rate that counts as rounding; decimal dollars. */
  readonly toleranceUsd: string;
  /** Share of a group's tokens up to which billed minus logged is a difference in counting and no missing log. Default 0.001. */
  readonly quantityTolerance?: string;
  /** Currencies and linked accounts of strata.yml. */
  readonly billing?: Pick<StrataConfig["billing"], "exchange_rates" | "linked_accounts">;
  /** When a change of a closed month is noticed, milliseconds. */
  readonly noticedAt: number;
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

export interface RestatedDay {
  readonly day: string;
  readonly beforeUsd: string;
  readonly afterUsd: string;
  /** Delivery that was reconciled before, and the one that is now; null when a delivery has nothing for the day. */
  readonly beforeVersion: string | null;
  readonly afterVersion: string | null;
}

export interface Reconciliation {
  /** Days that were reconciled; undefined when there is no bill. */
  readonly range: { readonly from: string; readonly to: string } | undefined;
  /** Days whose billed dollars differ from the last reconciliation because a newer delivery says so. */
  readonly restated: readonly RestatedDay[];
  /** Days of closed months whose billed dollars are no longer what they were when the month was closed, by this delivery or an earlier one. */
  readonly closedChanged: readonly Restatement[];
  readonly summary: BillSummary;
}

/**
 * Brings the staged bill and hourly_usage together: classifies the words on the bill, gives every principal its one normal form, and replaces
 * the tables from charge_groups to logged_charges for all days that bill and log reach over. Running it again gives the same tables. What closed days were billed at is remembered in bill_versions.
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const { warehouse, dimensions, attribution } = options;
  await writeDimensions({ warehouse, dimensions, attribution, ...(options.billing ? { billing: options.billing } : {}) });
  const range = await reconciledDays(warehouse);
  const restated = await restatedDays(warehouse);
  if (range !== undefined) {
    const limits = { lag_hours: options.lagHours, tolerance_usd: options.toleranceUsd };
    const { quantityTolerance = "0.001" } = options;
    await warehouse.replaceDays("charge_groups", "billing/charge_groups", range, limits);
    await warehouse.replaceDays("bill_matches", "billing/bill_matches", range);
    await warehouse.replaceDays("midnight_matches", "billing/midnight_matches", range);
    await warehouse.replaceDays("charge_parts", "billing/charge_parts", range, { quantity_tolerance: quantityTolerance });
    await warehouse.replaceDays("usage_claims", "billing/usage_claims", range);
    await warehouse.replaceDays("adjustment_claims", "billing/adjustment_claims", range);
    await warehouse.replaceDays("allocated_charges", "billing/allocated_charges", range);
    await warehouse.replaceDays("logged_charges", "billing/logged_charges", range);
  }
  const closedChanged = await rememberVersions(warehouse, dimensions, options.noticedAt);
  return { range, restated, closedChanged, summary: await billSummary(warehouse) };
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

async function restatedDays(warehouse: Warehouse): Promise<RestatedDay[]> {
  const { rows } = await warehouse.query("billing/status_by_day");
  const text = (row: Row, name: string): string | null =>
    row[name] === null || row[name] === undefined ? null : String(row[name]);
  return rows
    .filter((row) => row["status"] === "restated")
    .map((row) => ({
      day: String(row["dt"]),
      beforeUsd: plainDecimal(text(row, "reconciled_cost") ?? "0"),
      afterUsd: plainDecimal(text(row, "billed_cost") ?? "0"),
      beforeVersion: text(row, "reconciled_version"),
      afterVersion: text(row, "cur_version"),
    }));
}

async function reconciledDays(warehouse: Warehouse): Promise<{ from: string; to: string } | undefined> {
  const { rows } = await warehouse.query("billing/range");
  const from = rows[0]?.["first_day"];
  const to = rows[0]?.["last_day"];
  return typeof from === "string" && typeof to === "string" ? { from, to } : undefined;
}

/** 12 fixed decimals → no trailing zeros, at least two decimals. */
const plainDecimal = (text: string): string => formatUsd(parseUsd(text));
