import type { Row, Warehouse } from "../../ports.ts";
import type { DayRange } from "../per-month.ts";
import type { Repricer } from "../reprice.ts";
import type { UsageSlice } from "../usage-slice.ts";
import type { WhatIf } from "../whatif/what-if.ts";

export const levers = ["model", "cache", "errors", "operation", "context", "routing", "visibility"] as const;
export type Lever = (typeof levers)[number];

/**
 * high: follows from counts and prices alone. medium: rests on an assumption that the traffic supports. low: rests on one that the log
 * can neither support nor deny.
 */
export type Confidence = "high" | "medium" | "low";

/** What a rule computes with. */
export interface RuleContext {
  readonly warehouse: Warehouse;
  readonly range: DayRange;
  readonly prices: Repricer;
  /** Usage of the range, with small and long calls marked by `assumptions`. */
  slices(): Promise<readonly UsageSlice[]>;
  /** Rows of a query over the range. */
  rows(query: string, params?: Readonly<Record<string, number>>): Promise<readonly Row[]>;
}

/** One way to spend less. Anyone can add one: an entry in src/planning/savings/rules.ts and, where it needs its own counts, a query. */
export interface SavingsRule {
  readonly id: string;
  readonly lever: Lever;
  readonly title: string;
  readonly confidence: Confidence;
  /** An exposure is money that has to become visible first; it saves nothing by itself. */
  readonly kind: "saving" | "exposure";
  /** What to do, as one sentence. */
  readonly next: string;
  /** Query whose rows are the evidence; without one the callers are. */
  readonly evidence?: string;
  compute(context: RuleContext): Promise<{ readonly whatIf: WhatIf; readonly evidence?: readonly Row[] }>;
}
