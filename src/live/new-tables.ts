import { jsonOf } from "../json-of.ts";
import { markWholeDays } from "../pipeline/stale-hours.ts";
import type { UsageTable } from "../pipeline/usage-tables.ts";
import type { ObjectStore } from "../ports.ts";

/** How each table of sums was made when its days were last marked. */
const MADE = "state/summed-tables.json";

/**
 * Tables of sums that a new release or a changed strata.yml brings (`calls_5m`, `metadata_usage`), or makes otherwise: the days that alert rules and budgets look back on are
 * marked, and summed up as any other late hours are. Marked first and remembered then, so that a run that is cut off forgets none.
 * @param daysOf the days of a table that are to be there, `YYYY-MM-DD`
 */
export async function markNewTables(
  store: ObjectStore,
  tables: readonly UsageTable[],
  daysOf: (table: string) => readonly string[],
): Promise<void> {
  const before: Readonly<Record<string, unknown>> = Object(jsonOf((await store.readAll(MADE))?.bytes));
  const now = Object.fromEntries(tables.map(({ name, query, params }) => [name, JSON.stringify([query, params])]));
  const changed = tables.filter(({ name }) => before[name] !== now[name]);
  if (changed.length === 0) return;
  await markWholeDays(store, "new-table", [...new Set(changed.flatMap(({ name }) => daysOf(name)))].sort());
  await store.write(MADE, `${JSON.stringify(now, null, 1)}\n`);
}

/** Whether a run has been here before. */
export const wasSummed = async (store: ObjectStore): Promise<boolean> => (await store.readAll(MADE)) !== undefined;
