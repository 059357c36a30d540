import { UsageError } from "../errors.ts";
import { FILTERS, type MonthFilter } from "../report/load-month.ts";
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

/** More days than that make a chart that nobody can read, and a query that takes long. */
const MOST_DAYS = 366;

/**
 * Reads `from`, `to` and the filters of an address; without days, the last month with usage.
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
  const shown: { [Name in (typeof FILTERS)[number]]?: string } = {};
  for (const name of FILTERS) {
    const value = query.get(name);
    if (!value) continue;
    const known = name === "person" ? choices.person.has(value) : choices.names.get(name)?.includes(value);
    if (!known) throw unknown(name, value);
    shown[name] = value;
  }
  const person = shown.person === undefined ? undefined : choices.person.get(shown.person);
  return {
    period,
    shown,
    only: { ...shown, ...(person === undefined ? {} : { person }) },
    narrowed: Object.keys(shown).length > 0,
  };
}

const unknown = (name: string, value: string): UsageError =>
  new UsageError(`serve: there is no usage of the ${name.replace("_", " ")} "${value}"`, {
    hint: "Choose one from the list, or leave it empty.",
  });

/** The address that asks for the same: empty filters are left out. */
export function queryOf({ period, shown }: Pick<PageFilter, "period" | "shown">): string {
  const query = new URLSearchParams({ from: period.from, to: period.to });
  for (const name of FILTERS) if (shown[name] !== undefined) query.set(name, shown[name]);
  return query.toString();
}
