import type { QueryParams, Warehouse } from "../ports.ts";

/** `from` and `to` of a query that were not given cover all days there are. */
export async function defaultDates(
  warehouse: Warehouse,
  params: readonly string[],
  given: ReadonlySet<string>,
): Promise<QueryParams> {
  const missing = ["from", "to"].filter((name) => params.includes(name) && !given.has(name));
  if (missing.length === 0) return {};
  const { from, to } = await coveredDays(warehouse);
  return Object.fromEntries(missing.map((name) => [name, (name === "from" ? from : to) ?? "1970-01-01"]));
}

/** First and last day with usage; null where there is none. */
export async function coveredDays(warehouse: Warehouse): Promise<{ readonly from: string | null; readonly to: string | null }> {
  const [range] = (await warehouse.query("rollups/covered_days")).rows;
  const day = (value: unknown): string | null => (value === null || value === undefined ? null : String(value));
  return { from: day(range?.["first_day"]), to: day(range?.["last_day"]) };
}
