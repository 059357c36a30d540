import { learningRules, learningText } from "../anomaly/learning.ts";
import { rangeOf, runnable } from "../anomaly/run-detectors.ts";
import { parseDuration } from "../config/duration.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import type { Warehouse } from "../ports.ts";
import { addDays, DAY_MS, parseInstant } from "../time.ts";
import { budgetLines } from "./budget-lines.ts";
import { chargeback } from "./chargeback.ts";
import type { PageInput } from "./html/page-input.ts";
import { labelledTables } from "./labelled.ts";
import { loadBeside } from "./load-beside.ts";
import { type CallAnswers, wantsSavings } from "./load-calls.ts";
import { loadForecast } from "./load-forecast.ts";
import { loadSavings } from "./load-savings.ts";
import { loadWork } from "./load-work.ts";
import type { MonthData } from "./month-data.ts";
import { withPeople, workFor } from "./people.ts";
import { isMonth } from "./period.ts";
import { reportTables } from "./report-tables.ts";
import { ratio } from "./rows.ts";

export interface PageChoice {
  /** False when the month is narrowed to some of its calls: then no budget, forecast or saving can be judged by it. */
  readonly whole?: boolean;
  /** What reads single calls (savings, errors by kind) is still missing, and said to come. */
  readonly quick?: boolean;
  /** What single calls say, where it is known already. */
  readonly calls?: CallAnswers;
  /** False where no source tells of batch jobs: then nothing looks for them. */
  readonly jobs?: boolean;
}

/** Everything that a page or workbook of a month shows, under the privacy mode of the configuration. */
export async function pageInput(
  warehouse: Warehouse,
  loaded: MonthData,
  config: StrataConfig,
  { whole = true, quick = false, jobs = true, calls }: PageChoice = {},
): Promise<Omit<PageInput, "status">> {
  const month = whole && isMonth(loaded.period);
  const projection = month ? await loadForecast(warehouse, loaded.period) : undefined;
  const factor = projection ? ratio(projection.expected, loaded.totals.estimated) : 1;
  const allBudgets = month ? budgetLines(loaded, config.budgets, Math.max(factor, 1)) : [];
  const data = withPeople(loaded, config.report);
  const budgets = config.report.people === "names" ? allBudgets : allBudgets.filter((line) => line.scope !== "person");
  const charged = chargeback(data, config.report.shared);
  const wanted = whole && wantsSavings(loaded, config);
  const savings = calls ? calls.savings : wanted && !quick ? await loadSavings(warehouse, loaded, config) : undefined;
  const work = whole && !quick ? workFor(await loadWork(warehouse, loaded.period), config.report) : undefined;
  const pending = new Set<"savings" | "errors">(quick ? [...(wanted ? ["savings" as const] : []), "errors"] : []);
  const beside = month
    ? await loadBeside(warehouse, loaded.period, config.report, { hasBill: loaded.bill !== undefined, jobs })
    : undefined;
  const labelled = month ? await labelledTables(warehouse, loaded.period, config.report, loaded.bill !== undefined) : [];
  const tables = [...reportTables(data, charged, config.report.people !== "none"), ...labelled];
  const learning = month ? await learningUntil(warehouse, config, `${loaded.period.to}T23:59:59Z`) : undefined;
  return { data, budgets, charged, projection, savings, work, beside, pending, learning, config: config.report, tables };
}

/** Days before a rule began to learn that are looked at: a longer gap makes what was before it another time (sql/anomalies/data_range.sql). */
const BEFORE_DAYS = 32;

/** Which alert rules could not judge yet when the data, or the month, ended. */
async function learningUntil(warehouse: Warehouse, config: StrataConfig, end: string): Promise<string | undefined> {
  const { rules } = runnable(config);
  // What every rule has learned by then is not looked up again in all of history.
  const longest = Math.max(0, ...[...rules.values()].map(({ learns }) => parseDuration(learns) ?? 0)) / DAY_MS;
  const range = await rangeOf({ warehouse, since: addDays(end.slice(0, 10), -Math.ceil(longest) - BEFORE_DAYS) });
  if (!range) return undefined;
  return learningText(learningRules(rules, range.first, Math.min(range.to, parseInstant(end) ?? range.to)));
}
