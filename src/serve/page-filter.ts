import { UsageError } from "../errors.ts";
import type { MonthFilter } from "../report/load-month.ts";
import { type Period, periodBetween, periodOf } from "../report/period.ts";
import { DAY_MS, parseDay } from "../time.ts";
import type { Choices } from "./choices.ts";

/** What the address of a page asks for. */
export interface PageFilter {
  readonly period: Period;
  /** As the address has it: a person by the name that the privacy mode shows. */
  readonly shown: MonthFilter;
  /** As the data has it. */
  readonly only: MonthFilter;
  readonly narrowed: boolean;
}

export const FILTERS = ["team", "account", "model", "person"] as const;
/** More days than that make a chart that nobody can read, and a query that takes long. */
const MOST_DAYS = 366;

/**
 * Reads `from`, `to`, `team`, `account`, `model` and `person` of an address; without days, the last month with usage.
 * @throws UsageError for a day that is none, or a name that has no usage
 */
export function pageFilter(query: URLSearchParams, choices: Choices): PageFilter {
  const month = periodOf((choices.lastDay ?? "1970-01-01").slice(0, 7));
  const [from, to] = [query.get("from") || month.from, query.get("to") || month.to];
  // Counted before they are listed: from the year 100 to 9999 there are three million.
  const days = ((parseDay(to) ?? Number.NaN) - (parseDay(from) ?? Number.NaN)) / DAY_MS + 1;
  if (days > MOST_DAYS)
    throw new UsageError(`serve: ${from} to ${to} are ${days} days`, { hint: `Choose at most ${MOST_DAYS} days.` });
  const period = periodBetween(from, to);
  const asked = (name: (typeof FILTERS)[number]): string | undefined => query.get(name) || undefined;
  const known = (name: "team" | "account" | "model"): string | undefined => {
    const value = asked(name);
    if (value !== undefined && !choices[name].includes(value)) throw unknown(name, value);
    return value;
  };
  const shown = { team: known("team"), account: known("account"), model: known("model"), person: asked("person") };
  const person = shown.person === undefined ? undefined : choices.person.get(shown.person);
  if (shown.person !== undefined && person === undefined) throw unknown("person", shown.person);
  return { period, shown, only: { ...shown, person }, narrowed: Object.values(shown).some((value) => value !== undefined) };
}

const unknown = (name: string, value: string): UsageError =>
  new UsageError(`serve: there is no usage of the ${name} "${value}"`, { hint: "Choose one from the list, or leave it empty." });

/** The address that asks for the same: empty filters are left out. */
export function queryOf({ period, shown }: Pick<PageFilter, "period" | "shown">): string {
  const query = new URLSearchParams({ from: period.from, to: period.to });
  for (const name of FILTERS) if (shown[name] !== undefined) query.set(name, shown[name]);
  return query.toString();
}
