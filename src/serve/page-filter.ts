import { UsageError } from "../errors.ts";
import { foldAddress } from "../fold-address.ts";
import type { Warehouse } from "../ports.ts";
import { FILTERS, type MonthFilter } from "../report/load-month.ts";
import { type Period, periodBetween, periodOf } from "../report/period.ts";
import { text } from "../report/rows.ts";
import { DAY_MS, parseDay } from "../time.ts";
import type { Choices } from "./choices.ts";

/** What a page can be narrowed by, each with several values: any of them will do. */
export const PAGE_FILTERS = [...FILTERS, "tag"] as const;
export type PageFilterName = (typeof PAGE_FILTERS)[number];

/** What the address of a page asks for. */
export interface PageFilter {
  readonly period: Period;
  /** As the address has it: people by the names that the privacy mode shows. */
  readonly shown: { readonly [Name in PageFilterName]?: readonly string[] };
  /** As the data has it, but for tags. */
  readonly only: MonthFilter;
  readonly narrowed: boolean;
}

/** More days than that make a chart that nobody can read, and a query that takes long. */
const MOST_DAYS = 366;
/** More names than that are no choice that anybody made by hand. */
const MOST_VALUES = 200;

/** `from` and `to` of an address; without them, the last month with usage. @throws UsageError for a day that is none, and for too many */
export function askedPeriod(query: URLSearchParams, { lastDay }: Pick<Choices, "lastDay">): Period {
  const month = periodOf((lastDay ?? "1970-01-01").slice(0, 7));
  const [from, to] = [query.get("from") || month.from, query.get("to") || month.to];
  // Counted before they are listed: from the year 100 to 9999 there are three million.
  const days = ((parseDay(to) ?? Number.NaN) - (parseDay(from) ?? Number.NaN)) / DAY_MS + 1;
  if (days > MOST_DAYS)
    throw new UsageError(`serve: ${from} to ${to} are ${days} days`, { hint: `Choose at most ${MOST_DAYS} days.` });
  return periodBetween(from, to);
}

/**
 * Reads days and filters of an address.
 * @throws UsageError for a day that is none, or a name that has no usage
 */
export function pageFilter(query: URLSearchParams, choices: Choices): PageFilter {
  const period = askedPeriod(query, choices);
  const shown: { [Name in PageFilterName]?: readonly string[] } = {};
  for (const name of PAGE_FILTERS) {
    const values = valuesOf(query, name);
    for (const value of values) if (!isKnown(name, value, choices)) throw unknown(name, value);
    if (values.length > 0) shown[name] = values;
  }
  const { tag: _, person, ...named } = shown;
  const persons = person?.map((alias) => choices.person.get(alias) ?? alias);
  return {
    period,
    shown,
    only: persons ? { ...named, person: persons } : named,
    narrowed: Object.keys(shown).length > 0,
  };
}

/** The values of one filter in an address, each once. @throws UsageError for more than anybody chose by hand */
export function valuesOf(query: URLSearchParams, name: string): readonly string[] {
  const given = query.getAll(name).filter(Boolean);
  const values = [...new Set(name === "person" ? given.map(foldAddress) : given)];
  if (values.length > MOST_VALUES)
    throw new UsageError(`serve: ${values.length} values for ${spelled(name)}`, { hint: `Choose at most ${MOST_VALUES}.` });
  return values;
}

const isKnown = (name: PageFilterName, value: string, { person, names }: Choices): boolean =>
  name === "person" ? person.has(value) : (names.get(name)?.includes(value) ?? false);

const spelled = (name: string): string => name.replace("_", " ");

const unknown = (name: string, value: string): UsageError =>
  new UsageError(`serve: there is no usage of the ${spelled(name)} "${value}"`, {
    hint: "Choose one from the list, or leave it empty.",
  });

/** Stands for the carriers of a tag that nobody carries in these days: an empty list would be everybody. */
const NOBODY = ["(nobody)"];

/** The filter as the queries take it: tags are on the bill, so they narrow by the principals and resources that carry them there. */
export async function monthFilter(warehouse: Warehouse, { period: { from, to }, shown, only }: PageFilter): Promise<MonthFilter> {
  if (!shown.tag) return only;
  const { rows } = await warehouse.query("reports/tag_carriers", { from, to, tag: shown.tag });
  return { ...only, carrier: rows.length === 0 ? NOBODY : rows.map((row) => text(row, "carrier")) };
}

/** The address that asks for the same: empty filters are left out. */
export function queryOf({ period, shown }: Pick<PageFilter, "period" | "shown">): string {
  const query = new URLSearchParams({ from: period.from, to: period.to });
  for (const name of PAGE_FILTERS) for (const value of shown[name] ?? []) query.append(name, value);
  return query.toString();
}
