import type { AttributionConfig } from "../config/attribution.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { formatUsd, parseUsd } from "../money.ts";
import type { Row, Warehouse } from "../ports.ts";
import { type Restatement, rememberVersions } from "./bill-versions.ts";
import { type DimensionWriter, writeDimensions } from "./dimensions.ts";
import { askedAnew, type MonthAnswers } from "./month-answers.ts";
import { reconcileMonths } from "./reconcile-months.ts";
import { usageOfMonths } from "./usage-of-months.ts";

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
  /** Milliseconds that are left for it; without end unless given. */
  readonly timeLeft?: () => number;
  /** Where asking about all of history is dear; everything is asked unless given. */
  readonly history?: History;
}

interface History {
  readonly answers: MonthAnswers;
  /** First day of the log whose callers the table `principals` may not hold yet. */
  readonly callersFrom: string;
  /** First day of what is summed up in the summary. */
  readonly summaryFrom: string;
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
  /** Months that were reconciled anew, YYYY-MM, newest first: those that changed since the last time, and those that hang on them. */
  readonly months: readonly string[];
  /** Months that still wait: the time was not enough, or a step of them failed. */
  readonly waiting: readonly string[];
  /** Why steps failed. They kept no others from being done, and are tried again the next time. */
  readonly failures: readonly unknown[];
  /** Days of closed months whose billed dollars are no longer what they were when the month was closed, by this delivery or an earlier one. */
  readonly closedChanged: readonly Restatement[];
  readonly summary: BillSummary;
}

/**
 * Brings the staged bill and hourly_usage together: classifies the words on the bill, gives every principal its one normal form, and replaces
 * the tables from charge_groups to logged_charges for the months that changed, as far as the time goes. Running it again gives the same tables, and
 * writes none. What closed days were billed at is remembered in bill_versions.
 */
export async function reconcile(options: ReconcileOptions): Promise<Reconciliation> {
  const { warehouse, dimensions, attribution, lagHours, toleranceUsd, quantityTolerance = "0.001" } = options;
  const { timeLeft = () => Number.POSITIVE_INFINITY, billing, history } = options;
  const answers = history?.answers ?? askedAnew(warehouse);
  const { usageTypes } = await writeDimensions({
    warehouse,
    dimensions,
    attribution,
    answers,
    ...(billing ? { billing } : {}),
    ...(history ? { callersFrom: history.callersFrom } : {}),
  });
  const ends = (await warehouse.query("billing/bill_ends", { lag_hours: lagHours })).rows;
  await dimensions.write("bill_ends", ends);
  const profiles = (await warehouse.query("billing/profile_models")).rows;
  await dimensions.write("profile_models", profiles);
  const months = await reconcileMonths({
    warehouse,
    dimensions,
    limits: { toleranceUsd, quantityTolerance },
    usage: () => usageOfMonths(answers, { ends, profiles, usageTypes }),
    timeLeft,
  });
  const closedChanged = await rememberVersions(warehouse, dimensions, options.noticedAt);
  return {
    months: months.done,
    waiting: months.waiting,
    failures: months.failures,
    closedChanged,
    summary: await billSummary(warehouse, history && { from: history.summaryFrom }),
  };
}

export async function billSummary(
  warehouse: Warehouse,
  range?: { readonly from: string; readonly to?: string },
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

/** 12 fixed decimals → no trailing zeros, at least two decimals. */
const plainDecimal = (text: string): string => formatUsd(parseUsd(text));
