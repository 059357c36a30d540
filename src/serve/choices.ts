import type { StrataConfig } from "../config/strata-config.ts";
import type { Warehouse } from "../ports.ts";
import { FILTERS } from "../report/load-month.ts";
import { aliasOf } from "../report/people.ts";
import { text } from "../report/rows.ts";

/** What a page can be narrowed to. `person` maps the name that the privacy mode shows to the one in the data. */
export interface Choices {
  /** First and last day with usage; undefined when there is none. */
  readonly firstDay: string | undefined;
  readonly lastDay: string | undefined;
  /** By filter; what nothing has is empty. */
  readonly names: ReadonlyMap<string, readonly string[]>;
  readonly person: ReadonlyMap<string, string>;
}

export async function loadChoices(warehouse: Warehouse, config: StrataConfig): Promise<Choices> {
  const { rows } = await warehouse.query("reports/filter_choices");
  const [covered = {}] = (await warehouse.query("rollups/covered_days")).rows;
  const of = (dimension: string): string[] =>
    rows.filter((row) => text(row, "dimension") === dimension && row["name"] !== null).map((row) => text(row, "name"));
  const alias = aliasOf(config.report);
  // A tag may hold anything, a person's address too: where people are not shown, only what strata.yml names is.
  const { people, by_tag: shownKeys } = config.report;
  const tags = (await warehouse.query("reports/tag_choices")).rows
    .map((row) => text(row, "tag"))
    .filter((tag) => people === "names" || shownKeys.some((key) => tag.startsWith(`${key}=`)));
  const persons = config.report.people === "none" ? [] : of("person").map((name) => [alias(name, "person"), name] as const);
  return {
    firstDay: text(covered, "first_day") || undefined,
    lastDay: text(covered, "last_day") || undefined,
    names: new Map([
      ...FILTERS.filter((name) => name !== "person").map((name) => [name, of(name)] as const),
      ["tag", tags.sort()],
    ]),
    person: new Map(persons.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}
