import { counted } from "../figures.ts";
import { inDollars, parseUsd } from "../money.ts";
import { PROGRAM } from "../program.ts";
import type { Restatement } from "./bill-versions.ts";

/** What a person is told about restated months: one note a month. The shape is that of a problem in summary.json. */
export interface RestatementNote {
  readonly kind: "note";
  readonly place: string;
  readonly message: string;
  readonly hint: string;
}

/** One sentence a month with the days that changed, the dollars when the month was closed, and the dollars now. */
export function restatementNotes(changed: readonly Restatement[]): RestatementNote[] {
  const months = Map.groupBy(changed, ({ day }) => day.slice(0, 7));
  return [...months].sort().map(([month, days]) => {
    const sum = (amount: (day: Restatement) => string): string =>
      inDollars(days.reduce((total, day) => total + parseUsd(amount(day)), 0n));
    const by = [...new Set(days.map(({ restatedBy }) => restatedBy ?? "a delivery without these days"))].sort().join(", ");
    const count = counted(days.length, "day");
    return {
      kind: "note",
      place: month,
      message: `billing: ${month}: ${count} of this closed month were restated by ${by}: ${sum((day) => day.closedUsd)} when it was closed, ${sum((day) => day.nowUsd)} now`,
      hint: `See the days with ${PROGRAM} reconcile --month ${month}, and what moved in reports/month=${month}/.`,
    };
  });
}
