import type { StrataConfig } from "../config/strata-config.ts";
import { addDays } from "../time.ts";
import { type LearnedOwner, learnedOwners } from "./learned-owners.ts";
import { LAST_DAY } from "./periods.ts";

/** On which days a principal or resource was called. */
export interface CallerDays {
  readonly kind: string;
  readonly id: string;
  readonly days: readonly string[];
}

export interface Relabelled {
  /** The first day for which anything is said anew; undefined when nothing is. */
  readonly from: string | undefined;
  /** Of the days on which somebody called, those for which something else is said of a caller than before. */
  daysOf(callers: readonly CallerDays[]): string[];
}

/**
 * What a newer bill says of days that are long rolled up. Somebody of whom nothing was kept before had what strata.yml says by itself: that is in the
 * records already.
 */
export function relabelled(before: readonly LearnedOwner[], after: readonly LearnedOwner[], config: StrataConfig): Relabelled {
  const [old, now] = [byName(before), byName(after)];
  const unknown = [...now.keys()].filter((name) => !old.has(name) && name.startsWith("principal\n"));
  const principals = unknown.map((name) => name.slice("principal\n".length));
  for (const [name, rows] of byName(learnedOwners(config, { principals, tags: [], prices: [] }))) old.set(name, rows);
  const names = [...now.keys()].filter((name) => textOf(old.get(name)) !== textOf(now.get(name)));
  const differs = (name: string, day: string): boolean => saidOn(old.get(name), day) !== saidOn(now.get(name), day);
  const firsts = names.flatMap((name) =>
    [...(old.get(name) ?? []), ...(now.get(name) ?? [])]
      .flatMap(({ from_day: from, to_day: to }) => [from ?? "", to === null || to === LAST_DAY ? "" : addDays(to, 1)])
      .filter((day) => day !== "" && differs(name, day)),
  );
  const changed = new Set(names);
  return {
    from: firsts.sort()[0],
    daysOf: (callers) => [
      ...new Set(
        callers.flatMap(({ kind, id, days }) => {
          const name = `${kind}\n${id}`;
          return changed.has(name) ? days.filter((day) => differs(name, day)) : [];
        }),
      ),
    ],
  };
}

const byName = (rows: readonly LearnedOwner[]): Map<string, LearnedOwner[]> =>
  Map.groupBy(rows, ({ kind, id }) => `${kind}\n${id}`);

const saidOn = (rows: readonly LearnedOwner[] = [], day: string): string => {
  const row = rows.find(({ from_day: from, to_day: to }) => (from ?? "") <= day && day <= (to ?? ""));
  return row === undefined ? "" : contentOf(row);
};

const textOf = (rows: readonly LearnedOwner[] = []): string =>
  rows.map((row) => `${row.from_day} ${row.to_day} ${contentOf(row)}`).join("\n");

/** What a row says, whatever its days and whatever order its fields were stored in. */
const contentOf = (row: LearnedOwner): string =>
  Object.entries(row)
    .filter(([name, value]) => name !== "from_day" && name !== "to_day" && value !== null && value !== undefined)
    .map(([name, value]) => `${name}=${value}`)
    .sort()
    .join("\n");
