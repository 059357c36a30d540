import type { Row } from "../../ports.ts";
import type { DayRange } from "../per-month.ts";
import { count, text, usd } from "../usage-slice.ts";
import { CallerSums, type WhatIf, whatIf } from "../whatif/what-if.ts";

/** A what-if from rows that already hold their dollars (columns who, kind, team, model, calls and `column`). */
export function rowSavings(
  title: string,
  range: DayRange,
  assumptions: readonly string[],
  rows: readonly Row[],
  column = "saving",
): WhatIf {
  const sums = new CallerSums();
  for (const row of rows) {
    const amount = usd(row[column]);
    const kind = row.kind === "person" ? "person" : "service";
    const saving = column === "saving" ? amount : 0n;
    sums.add({
      who: text(row.who),
      kind,
      team: text(row.team),
      model: text(row.model),
      calls: count(row.calls),
      before: amount,
      after: amount - saving,
      saving,
    });
  }
  const callers = sums.callers();
  return whatIf({ title, range, assumptions, callers, stored: callers.reduce((sum, { before }) => sum + before, 0n) });
}
