import type { QueryParams, Warehouse } from "../ports.ts";

/** What a query is asked with where nothing was given: `from` and `to` cover all days there are, `timezone` is that of strata.yml. */
export async function defaultValues(
  warehouse: Warehouse,
  params: readonly string[],
  given: ReadonlySet<string>,
  timezone = "UTC",
): Promise<QueryParams> {
  const isMissing = (name: string): boolean => params.includes(name) && !given.has(name);
  const zone: QueryParams = isMissing("timezone") ? { timezone } : {};
  const missing = ["from", "to"].filter(isMissing);
  if (missing.length === 0) return zone;
  const { from, to } = await coveredDays(warehouse);
  return { ...zone, ...Object.fromEntries(missing.map((name) => [name, (name === "from" ? from : to) ?? "1970-01-01"])) };
}

/** First and last day with usage; null where there is none. */
export async function coveredDays(warehouse: Warehouse): Promise<{ readonly from: string | null; readonly to: string | null }> {
  const [range] = (await warehouse.query("rollups/covered_days")).rows;
  const day = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
  return { from: day(range?.["first_day"]), to: day(range?.["last_day"]) };
}
