import type { PicoUsd } from "../money.ts";
import type { MonthData } from "./month-data.ts";

export interface BillStep {
  readonly name: string;
  readonly amount: PicoUsd;
  /** A level, not a change. */
  readonly total: boolean;
}

/** From the estimate to the bill: the changes between the first and the last step sum to their difference. Empty without a bill. */
export function billSteps({ bill, totals }: Pick<MonthData, "bill" | "totals">): BillStep[] {
  if (!bill) return [];
  const part = (status: string): PicoUsd => bill.byStatus.get(status) ?? 0n;
  return [
    { name: "Estimated", amount: totals.estimated, total: true },
    { name: "Price and timing", amount: part("allocated") - totals.estimated, total: false },
    { name: "Not logged", amount: part("billed_not_logged"), total: false },
    { name: "Not tokens", amount: part("not_token_based"), total: false },
    { name: "Adjustments", amount: part("adjustment"), total: false },
    { name: "Unclassified", amount: part("unclassified"), total: false },
    { name: "Residual", amount: part("residual"), total: false },
    { name: "Billed", amount: bill.total, total: true },
  ];
}
