import type { Warehouse } from "../ports.ts";
import { addDays, daysBetween } from "../time.ts";
import type { Period } from "./period.ts";
import { text } from "./rows.ts";

/** Habits are looked for so many days before and after the period: eight weeks, for the hours in which records are expected, too (sql/fragments/expected_hours.sql). */
const AROUND = 56;
/** A day is expected to have calls when a third of its kind have: less, and a weekly job would make every other day a missing one. */
const USUAL = 1 / 3;
/** Of fewer days of a kind nothing is known. */
const ENOUGH = 3;

/** Weekdays are one kind, Saturdays and Sundays the other. */
const kindOf = (day: string): "weekday" | "weekend" =>
  [0, 6].includes(new Date(`${day}T00:00:00Z`).getUTCDay()) ? "weekend" : "weekday";

/** The days whose habits say what a period lacks. */
export const daysAround = ({ from, to }: Pick<Period, "from" | "to">): { readonly from: string; readonly to: string } => ({
  from: addDays(from, -AROUND),
  to: addDays(to, AROUND),
});

/** The days of a period without a single call, between the first day and the last of which anything is known, of a kind on which calls are usual. */
export async function missingDays(warehouse: Warehouse, period: Period, billedUntil: string | undefined): Promise<string[]> {
  const { rows } = await warehouse.query("reports/days_with_calls", daysAround(period));
  return unusualSilence(
    rows.map((row) => text(row, "dt").slice(0, 10)),
    period,
    billedUntil,
  );
}

/** @param logged days with calls, in order @param billedUntil last day of the period's bill */
export function unusualSilence(
  logged: readonly string[],
  { from, to }: Pick<Period, "from" | "to">,
  billedUntil: string | undefined,
): string[] {
  const [first] = logged;
  const last = [...logged.slice(-1), ...(billedUntil ? [billedUntil] : [])].sort().at(-1);
  if (first === undefined || last === undefined) return [];
  const seen = new Set(logged);
  const known = daysBetween(first, last);
  const usual = (kind: string): boolean => {
    const days = known.filter((day) => kindOf(day) === kind);
    return days.length >= ENOUGH && days.filter((day) => seen.has(day)).length >= days.length * USUAL;
  };
  const expected = new Set(["weekday", "weekend"].filter(usual));
  return known.filter((day) => day >= from && day <= to && !seen.has(day) && expected.has(kindOf(day)));
}
