import type { Row } from "../ports.ts";
import { lastDayOf } from "../time.ts";
import type { MonthAnswers } from "./month-answers.ts";
import type { UsageMonth } from "./month-steps.ts";

/** What reconciliation has just written of what the view usage_to_match joins; the normal form of a principal follows from its name. */
interface UsageJoins {
  readonly ends: readonly Row[];
  readonly profiles: readonly Row[];
  readonly usageTypes: readonly Row[];
}

/** Every month of the log, with a fingerprint of all that reconciliation reads of it. */
export async function usageOfMonths(answers: MonthAnswers, { ends, profiles, usageTypes }: UsageJoins): Promise<UsageMonth[]> {
  const whole = JSON.stringify([profiles, sellers(usageTypes)]);
  const rows = await answers.rows({
    query: "billing/usage_months",
    tables: ["hourly_usage"],
    also: (month) => `${whole}\n${JSON.stringify(ends.map((end) => within(month, end)))}`,
  });
  return rows.map((row) => ({
    month: String(row["month"]),
    toReconcile: row["to_reconcile"] === true,
    fingerprint: String(row["fingerprint"]),
  }));
}

/** Who sells the tokens of each model: it decides which end of the bill counts for its calls. */
const sellers = (usageTypes: readonly Row[]): string[] =>
  [
    ...new Set(
      usageTypes.filter((row) => row["charge_kind"] === "token").map((row) => `${row["model"]} ${row["billing_entity"]}`),
    ),
  ].sort();

/** An end of the bill as far as hours of a month see it: before, at, or after one of them. */
function within(month: string, end: Row): Row {
  const [first, last] = [`${month}-01`, `${lastDayOf(month)} 23:59:59`];
  const cut = (name: string): string | null => {
    const at = end[name];
    if (at === null || at === undefined) return null;
    return String(at) <= first ? first : String(at) > last ? "later" : String(at);
  };
  const { account_id = null, seller = null } = end;
  return { account_id, seller, first_day: cut("first_day"), own_end: cut("own_end"), late_from: cut("late_from") };
}
