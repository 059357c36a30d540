import type { PicoUsd } from "../money.ts";
import type { Measures, Priced } from "./measures.ts";
import type { Period } from "./period.ts";
import { ratio } from "./rows.ts";

/** Dimensions that have a CSV file of their own; each sums to the month's totals. */
export const DIMENSIONS = [
  "team",
  "cost_center",
  "account",
  "model",
  "person",
  "day",
  "service_tier",
  "feature",
  "environment",
] as const;
export type Dimension = (typeof DIMENSIONS)[number];

/** One line of a dimension: what was logged under that name and what was billed under it. */
export interface DimensionRow {
  readonly name: string;
  /** Further columns of the usage query, for example cost_center or active_days. */
  readonly labels: Readonly<Record<string, string>>;
  readonly usage: Measures;
  readonly billed: PicoUsd;
}

export interface TokenTypeRow {
  readonly name: string;
  readonly tokens: number;
  readonly tokens1h: number;
  readonly estimated: PicoUsd;
  readonly billed: PicoUsd;
}

export interface Totals extends Measures {
  readonly principals: number;
  readonly teams: number;
  readonly accounts: number;
  readonly models: number;
  readonly firstDay: string | undefined;
  readonly lastDay: string | undefined;
  readonly unattributed: number;
  readonly unattributedCost: PicoUsd;
  readonly priceEstimated: number;
  /** Of the estimate, what rests on a guess. */
  readonly guessed: PicoUsd;
  readonly estimatedHigh: PicoUsd;
}

export const CHARGE_STATUSES = [
  "allocated",
  "billed_not_logged",
  "not_token_based",
  "adjustment",
  "unclassified",
  "residual",
] as const;

export interface ReconciliationLine {
  readonly status: string;
  readonly reason: string;
  /** YYYY-MM of the usage where it is another month than the bill's; empty otherwise. */
  readonly corrects: string;
  readonly lines: number;
  readonly billedTokens: number;
  readonly loggedTokens: number;
  readonly billed: PicoUsd;
  readonly net: PicoUsd;
  readonly list: PicoUsd;
}

/** What the export says of the invoice behind some lines; empty where it does not. */
export interface InvoiceLine {
  readonly payer: string;
  readonly invoice: string;
  readonly billType: string;
  readonly seller: string;
  readonly legalEntity: string;
  /** ISO 4217. */
  readonly currency: string;
  /** In that currency, in millionths of millionths. */
  readonly invoiced: bigint;
  /** YYYY-MM */
  readonly period: string;
  readonly lines: number;
  readonly billed: PicoUsd;
}

/** The bill behind a month; undefined in `MonthData` when no export covers it. */
export interface Bill {
  readonly total: PicoUsd;
  readonly byStatus: ReadonlyMap<string, PicoUsd>;
  readonly lines: readonly ReconciliationLine[];
  /** Parts of the bill could not be read. */
  readonly incomplete: boolean;
  /** Of all calls, whatever the month is narrowed to. */
  readonly invoices: readonly InvoiceLine[];
  /** Months of the usage, the bill's own and those that it corrects. */
  readonly usageMonths: readonly { readonly month: string; readonly billed: PicoUsd }[];
  /** Dollars that belong to no team, by what they are. */
  readonly shared: readonly { readonly team: string; readonly kind: string; readonly billed: PicoUsd }[];
  /** Tax, credits, discounts and refunds, by the team that they are charged to. */
  readonly adjustments: readonly { readonly team: string; readonly kind: string; readonly billed: PicoUsd }[];
  readonly versions: readonly string[];
  readonly firstDay: string;
  readonly lastDay: string;
}

/** Part of the charges, before credits, discounts and tax, that logged calls explain. */
export const allocatedShare = (bill: Bill): number =>
  ratio(bill.byStatus.get("allocated") ?? 0n, bill.total - (bill.byStatus.get("adjustment") ?? 0n));

export interface Mover {
  readonly dimension: string;
  readonly name: string;
  readonly before: PicoUsd;
  readonly now: PicoUsd;
  readonly change: PicoUsd;
}

export interface ErrorLine {
  readonly errorClass: string;
  readonly errorCode: string;
  readonly model: string;
  readonly callers: number;
  readonly lostTokens: number;
  /** The failed calls. */
  readonly failed: Priced;
}

export interface LogGap {
  readonly account: string;
  readonly region: string;
  readonly from: string;
  readonly to: string;
  readonly hours: number;
}

/** What the records of a month say of themselves. */
export interface RecordQuality {
  readonly records: number;
  /** Deliveries beyond the first of a call. */
  readonly duplicates: number;
  /** Records with a count written as text. */
  readonly coerced: number;
  /** Records whose counts contradict each other. */
  readonly contradictions: number;
  /** Log objects that they came from. */
  readonly objects: number;
}

export interface DataQuality extends RecordQuality {
  readonly damagedObjects: number;
  readonly quarantine: readonly { readonly reason: string; readonly lines: number; readonly objects: number }[];
  readonly unpriced: readonly {
    readonly model: string;
    readonly calls: number;
    readonly tokens: number;
    readonly teams: number;
  }[];
  readonly unattributed: readonly {
    readonly principal: string;
    readonly account: string;
    readonly usage: Priced;
  }[];
  readonly gaps: readonly LogGap[];
  /** Days of the period without a single call, though days of their kind have some. */
  readonly missingDays: readonly string[];
}

/** An alert as the statement shows it. */
export interface AlertLine {
  readonly tier: string;
  readonly rule: string;
  readonly title: string;
  readonly scope: string;
  readonly name: string;
  /** ISO 8601. */
  readonly openedAt: string;
  /** ISO 8601; undefined while it is open. */
  readonly resolvedAt: string | undefined;
  readonly message: string;
}

/** What a month's sums say; beside them stands what single calls say (load-calls.ts). */
export interface MonthSums extends Omit<MonthData, "errors" | "callsAsOf" | "quality"> {
  readonly quality: Omit<DataQuality, keyof RecordQuality>;
}

/** Everything the statement of one month is made from. */
export interface MonthData {
  readonly organisation: string;
  readonly period: Period;
  readonly totals: Totals;
  /** The comparable stretch of the month before. */
  readonly previous: Totals;
  readonly previousRange: { readonly from: string; readonly to: string };
  readonly by: Readonly<Record<Dimension, readonly DimensionRow[]>>;
  readonly tokenTypes: readonly TokenTypeRow[];
  readonly dayTiers: readonly {
    readonly day: string;
    readonly tier: string;
    readonly calls: number;
    readonly estimated: PicoUsd;
  }[];
  /** A stretch of a few days by UTC hour; undefined for longer ones. */
  readonly hours:
    | readonly {
        readonly day: string;
        readonly hour: number;
        readonly tier: string;
        readonly calls: number;
        readonly errors: number;
        readonly estimated: PicoUsd;
      }[]
    | undefined;
  /** What each team calls, the dearest model of a team first. */
  readonly teamModels: readonly {
    readonly team: string;
    readonly model: string;
    readonly usage: Priced;
  }[];
  readonly movers: readonly Mover[];
  readonly errors: readonly ErrorLine[];
  /**
   * The day on which single calls were asked about (errors by kind, what records say of themselves, savings), YYYY-MM-DD, where that may have been
   * before the sums beside them were; undefined where all is of one date.
   */
  readonly callsAsOf?: string | undefined;
  readonly quality: DataQuality;
  readonly bill: Bill | undefined;
  /** Lines of the bill in a currency without a rate: they are in no figure. */
  readonly unconverted: readonly {
    readonly currency: string;
    readonly period: string;
    readonly lines: number;
    readonly amount: bigint;
  }[];
  /** Dollars by what named the team, of all calls and charges. */
  readonly sources: readonly {
    readonly basis: string;
    readonly source: string;
    readonly team: string;
    readonly amount: PicoUsd;
  }[];
  /** Estimated dollars by what named the person. */
  readonly personSources: readonly { readonly source: string; readonly person: string; readonly amount: PicoUsd }[];
  readonly alerts: readonly AlertLine[];
}
