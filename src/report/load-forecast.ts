import { dailySpendByScope } from "../planning/forecast/daily-spend.ts";
import { lastCompleteDay } from "../planning/forecast/last-complete-day.ts";
import { forecastMonth, HISTORY_DAYS, type MonthForecast } from "../planning/forecast/month-end.ts";
import type { Warehouse } from "../ports.ts";
import { addDays } from "../time.ts";
import { isMonth, type Period } from "./period.ts";
import { count, text } from "./rows.ts";

/** Fewer complete days say nothing that is worth a line. */
const LEAST_DAYS = 3;

/** Where an unfinished month ends; undefined when it is over, not a whole month, or when too little is known. */
export async function loadForecast(warehouse: Warehouse, period: Period): Promise<MonthForecast | undefined> {
  if (!isMonth(period)) return undefined;
  const [covered] = (await warehouse.query("rollups/covered_days", { from: period.from })).rows;
  const last = covered === undefined ? "" : text(covered, "last_day");
  if (last < period.from || last > period.to) return undefined;
  const range = { from: addDays(period.from, -HISTORY_DAYS), to: period.to, scope: "organisation" };
  const { rows } = await warehouse.query("planning/daily_spend", range);
  const asOf = lastCompleteDay(rows.map((row) => ({ day: text(row, "dt"), lastHour: count(row, "last_hour") })));
  const days = dailySpendByScope(rows).get(null) ?? [];
  if (asOf === undefined || asOf >= period.to || days.filter(({ day }) => day <= asOf).length < LEAST_DAYS) return undefined;
  return forecastMonth(days, period.month, asOf);
}
