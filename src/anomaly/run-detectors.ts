import { together } from "../bounded-work.ts";
import type { AlertRule } from "../config/alert-rule.ts";
import { BUDGET_RULES } from "../config/budget-rules.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import type { QueryParams, Warehouse } from "../ports.ts";
import { DAY_MS, HOUR_MS, isoOf, parseDay, parseInstant } from "../time.ts";
import { type Alert, alertOf } from "./alert.ts";
import { closePeriods } from "./budget-incidents.ts";
import { contributorsOf, NO_CONTRIBUTORS } from "./contributors.ts";
import { type Learning, learningRules } from "./learning.ts";
import type { Incident } from "./lifecycle.ts";
import type { Notice } from "./notice.ts";
import type { Observation } from "./observation.ts";
import { missingTables, observe, type TickRange } from "./observe.ts";
import { replay } from "./replay.ts";
import { watchBudgets } from "./watch-budgets.ts";
import { markEarly } from "./window-figures.ts";

export interface DetectorRun {
  readonly warehouse: Warehouse;
  readonly config: StrataConfig;
  /** First and last day, `YYYY-MM-DD`; all days with data unless given. */
  readonly from?: string;
  readonly to?: string;
  /** Milliseconds, the end of the data unless given: nothing later is looked at. What lies behind the last hour with data is never judged: a folder that ends is not an outage. */
  readonly now?: number;
}

export interface DetectorResult {
  readonly alerts: readonly Alert[];
  readonly notices: readonly Notice[];
  readonly incidents: readonly Incident[];
  /** Rules that had seen too little at the end of the range. */
  readonly learning: readonly Learning[];
  /** What could not be judged, each as a sentence. */
  readonly notes: readonly string[];
}

/** Every enabled rule over the whole range at its natural ticks, as if it had run live. @returns alerts in the order in which they opened */
export async function runDetectors(run: DetectorRun): Promise<Alert[]> {
  return [...(await detectOver(run)).alerts];
}

export async function detectOver(run: DetectorRun): Promise<DetectorResult> {
  const { warehouse, config } = run;
  const range = await rangeOf(run);
  if (!range)
    return {
      alerts: [],
      notices: [],
      incidents: [],
      learning: [],
      notes: ["alerts: there is no usage in that range, so nothing was judged."],
    };
  const { rules, notes } = runnable(config);
  const late = await lateness(warehouse, range);
  const observations = new Map<string, readonly Observation[]>(
    await together([...rules].map(async ([name, rule]) => [name, await observeLate(warehouse, rule, range, late)] as const)),
  );
  const judged = replay({ config: config.alerts, timezone: config.timezone, rules, observations, ...range });
  const budgets = await watchBudgets(warehouse, config, range);
  const closed = closePeriods(budgets.incidents, range.to, config.timezone);
  const incidents = [...judged.ended, ...judged.incidents.values(), ...closed.values()].filter(
    ({ openedAt }) => openedAt !== null,
  );
  const notices = [...judged.notices, ...budgets.notices].sort((a, b) => a.tick - b.tick);
  const table = new Map<string, AlertRule>([...rules, ...Object.entries(BUDGET_RULES)]);
  const alerts = await together(
    incidents.map(async (incident) => {
      const rule = table.get(incident.rule);
      if (!rule) return [];
      const told = notices.filter(
        ({ incident: other }) =>
          other.key === incident.key &&
          other.firstBreach === incident.firstBreach &&
          other.groupedUnder === null &&
          other.muted === null,
      );
      const contributors =
        incident.groupedUnder === null ? await contributorsOf(warehouse, rule, incident, incident.lastBreach) : NO_CONTRIBUTORS;
      return [alertOf(rule, incident, contributors, told.length)];
    }),
  );
  return {
    alerts: alerts.flat().sort(inOrder),
    notices,
    incidents,
    learning: learningRules(rules, range.first, range.to),
    notes: [...range.notes, ...notes],
  };
}

/** By time, then those that were told before those that they explain. */
function inOrder(a: Alert, b: Alert): number {
  const of = (alert: Alert): string => `${alert.opened_at} ${alert.grouped_under === null ? 0 : 1} ${alert.alert_id}`;
  return of(a) < of(b) ? -1 : 1;
}

/** Rules that are enabled and whose tables exist here. */
export function runnable(config: StrataConfig): {
  readonly rules: ReadonlyMap<string, AlertRule>;
  readonly notes: readonly string[];
} {
  const rules = new Map<string, AlertRule>();
  const notes: string[] = [];
  for (const [name, rule] of Object.entries(config.alerts.rules)) {
    if (!rule.enabled) continue;
    const missing = missingTables(rule);
    if (missing.length > 0) notes.push(`alerts: ${name} cannot run: there is no table ${missing.join(", ")}.`);
    else rules.set(name, withExpectation(config, rule));
  }
  return { rules, notes };
}

/** A month has about 200 busy hours and 20 workdays; one principal may take half of a day. */
const SHARES_OF_MONTH: Readonly<Record<string, number>> = {
  "organisation hour": 1 / 200,
  "organisation day": 1 / 20,
  "principal day": 1 / 40,
};
/** A ceiling below this is noise. */
const LEAST_CEILING_USD = 20;

/** Until there is history, ceilings stand at what somebody expects: the month that was named, or the organisation's budget. */
function withExpectation({ alerts, budgets }: StrataConfig, rule: AlertRule): AlertRule {
  if (rule.query !== "anomalies/spend_ceiling") return rule;
  const budget = budgets.find(({ scope, period }) => scope === "organisation" && period === "month");
  const month = alerts.expected_month_usd ?? (budget && Number(budget.limit_usd));
  const share = SHARES_OF_MONTH[`${rule.params["of"]} ${rule.params["period"]}`];
  if (month === undefined || share === undefined) return rule;
  const usual = month * share;
  return {
    ...rule,
    floor: Math.max(LEAST_CEILING_USD, usual * (1 + rule.threshold)),
    params: { ...rule.params, usual_usd: usual },
  };
}

/** The ticks that data exists for, and what was left out of them. */
export interface DataRange extends TickRange {
  /** Start of the first hour with usage, whatever the range. */
  readonly first: number;
  readonly notes: readonly string[];
}

export async function rangeOf({
  warehouse,
  from,
  to,
  now = Number.POSITIVE_INFINITY,
  since,
}: Pick<DetectorRun, "warehouse" | "from" | "to" | "now"> & {
  /** First day, `YYYY-MM-DD`, that is looked at; what was before it is no data then. */
  readonly since?: string;
}): Promise<DataRange | undefined> {
  const [row] = (await warehouse.query("anomalies/data_range", since === undefined ? {} : { from: since })).rows;
  const first = parseInstant(String(row?.first_hour ?? ""));
  const last = parseInstant(String(row?.last_hour ?? ""));
  if (first === undefined || last === undefined) return undefined;
  const start = Math.max(Math.floor(first / DAY_MS) * DAY_MS, from === undefined ? 0 : (parseDay(from) ?? 0));
  const end = Math.min(last + HOUR_MS, now, to === undefined ? now : (parseDay(to) ?? now) + DAY_MS);
  if (end <= start) return undefined;
  const strays = Number(row?.stray_calls ?? 0);
  const notes =
    strays === 0
      ? []
      : [
          `alerts: ${strays} calls more than a month away from all others (such as ${String(row?.stray_hour).slice(0, 13)}h) were not judged: a clock was probably wrong.`,
        ];
  return { from: start, to: end, first, notes };
}

export interface Lateness {
  /** Minutes after which a window's logs are due. */
  readonly minutes: number;
  readonly params: QueryParams;
}

/** How late logs arrive here; delivery times that are a copy's are not used. */
export async function lateness(warehouse: Warehouse, range: TickRange): Promise<Lateness> {
  const [row] = (await warehouse.query("anomalies/lateness", { from: isoOf(range.from), to: isoOf(range.to) })).rows;
  const usable = Number(row?.copied ?? 1) < 0.5;
  const p99 = usable ? Number(row?.p99_minutes ?? 0) : 0;
  const minutes = Math.min(30, Math.max(0, Math.ceil(p99 / 5) * 5));
  return { minutes, params: { trust_delivery: usable, early_share: usable ? Number(row?.early_share ?? 0) : 0 } };
}

/** A rule's observations of a range, given how late logs come; what rests on a part of them says so. */
export async function observeLate(
  warehouse: Warehouse,
  given: AlertRule,
  range: TickRange,
  late: Lateness,
): Promise<readonly Observation[]> {
  const rule = withLateness(given, late);
  const earlyShare = Number(late.params["early_share"] ?? 0);
  return markEarly(rule, await observe(warehouse, rule, range, late.params), { minutes: late.minutes, earlyShare });
}

/** A window is judged when its logs are due: the rule's own wait, or longer where logs are seen to arrive later. */
function withLateness(rule: AlertRule, late: Lateness): AlertRule {
  const own = rule.params["late_minutes"];
  return own === undefined ? rule : { ...rule, params: { ...rule.params, late_minutes: Math.max(Number(own), late.minutes) } };
}
