/** What rules would have told over history: the same detectors, engine and ticks as live, with other numbers if wished. */
import type { AlertRule, Severity } from "../config/alert-rule.ts";
import { BUDGET_RULES } from "../config/budget-rules.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import { UsageError } from "../errors.ts";
import type { Warehouse } from "../ports.ts";
import { DAY_MS, dayOf, isoOf } from "../time.ts";
import { summaryOf } from "./describe-incident.ts";
import type { Incident } from "./lifecycle.ts";
import type { Observation } from "./observation.ts";
import type { TickRange } from "./observe.ts";
import { replay } from "./replay.ts";
import { lateness, observeLate, rangeOf, runnable } from "./run-detectors.ts";
import { incidentId } from "./silence.ts";
import { watchBudgets } from "./watch-budgets.ts";

/** Numbers of a rule that a backtest may change. */
export type Overrides = Partial<
  Pick<AlertRule, "threshold" | "noise" | "floor" | "min_history" | "hold" | "cool_down" | "recovery" | "clear_for">
>;

/** Something that is known to have happened. */
export interface KnownIncident {
  readonly rule: string;
  readonly scope?: string;
  readonly name?: string | null;
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
}

export interface BacktestInput {
  readonly warehouse: Warehouse;
  readonly config: StrataConfig;
  /** A rule's name, `budget` or `budget_projection` for the config's budgets, or `all` for those and the rules that are enabled. */
  readonly rule: string;
  readonly from?: string;
  readonly to?: string;
  readonly overrides?: Overrides;
  /** Thresholds to try; by default half to double the rule's own. Only for a single rule. */
  readonly sweep?: readonly number[];
  readonly truth?: readonly KnownIncident[];
}

export interface Firing {
  readonly alert_id: string;
  readonly rule: string;
  readonly severity: Severity;
  readonly scope: string;
  readonly scope_name: string | null;
  readonly opened_at: string;
  readonly resolved_at: string | null;
  /** False when it would have been told by another incident. */
  readonly told: boolean;
  readonly summary: string;
}

export interface Score {
  readonly fired: number;
  readonly per_week: number;
  /** Null without known truth, or with nothing to divide by. */
  readonly precision: number | null;
  readonly recall: number | null;
}

export interface Backtest {
  readonly from: string;
  readonly to: string;
  readonly firings: readonly Firing[];
  /** Monday of each week of the range, and how many were told in it. */
  readonly weeks: readonly { readonly week: string; readonly fired: number }[];
  readonly score: Score;
  /** Of the one rule, with what was set; null for all and for budgets. */
  readonly threshold: number | null;
  readonly sweep: readonly (Score & { readonly threshold: number })[];
  readonly notes: readonly string[];
}

/** @throws UsageError when there is no such rule or no data in the range */
export async function backtest(input: BacktestInput): Promise<Backtest> {
  const { warehouse, config } = input;
  const range = await rangeOf(input);
  if (!range)
    throw new UsageError("backtest: there is no usage in that range", {
      hint: "Give --from and --to days for which there are logs.",
    });
  const { rules: enabled, notes } = runnable(config);
  const chosen = choose(input, enabled);
  const late = await lateness(warehouse, range);
  const look = async (rules: ReadonlyMap<string, AlertRule>): Promise<Map<string, readonly Observation[]>> => {
    const seen = new Map<string, readonly Observation[]>();
    for (const [name, rule] of rules) seen.set(name, await observeLate(warehouse, rule, range, late));
    return seen;
  };
  const run = async (rules: ReadonlyMap<string, AlertRule>): Promise<Incident[]> => {
    const { incidents, ended } = replay({
      config: config.alerts,
      timezone: config.timezone,
      rules,
      observations: await look(rules),
      ...range,
    });
    return [...ended, ...incidents.values()].filter(({ openedAt }) => openedAt !== null);
  };
  const budgets = await budgetsOver(input, range);
  const incidents = [...(await run(chosen)), ...budgets].sort(
    (a, b) => (a.openedAt ?? 0) - (b.openedAt ?? 0) || (a.key < b.key ? -1 : 1),
  );
  const sweep: (Score & { threshold: number })[] = [];
  for (const threshold of sweepOf(input, chosen)) {
    const varied = new Map([...chosen].map(([name, rule]) => [name, { ...rule, threshold, by_scope: {} }]));
    sweep.push({ threshold, ...scoreOf(await run(varied), range, input.truth) });
  }
  return {
    from: isoOf(range.from),
    to: isoOf(range.to),
    firings: incidents.map((incident) => firingOf(incident, new Map([...chosen, ...Object.entries(BUDGET_RULES)]))),
    weeks: weeksOf(incidents, range),
    score: scoreOf(incidents, range, input.truth),
    threshold: input.rule === "all" ? null : (chosen.get(input.rule)?.threshold ?? null),
    sweep,
    notes,
  };
}

/** The budgets' incidents, when they are asked for. */
async function budgetsOver({ rule, warehouse, config }: BacktestInput, range: TickRange): Promise<Incident[]> {
  if (rule !== "all" && !Object.hasOwn(BUDGET_RULES, rule)) return [];
  const { incidents } = await watchBudgets(warehouse, config, range);
  return [...incidents.values()].filter((incident) => rule === "all" || incident.rule === rule);
}

function choose(
  { rule: name, config, overrides = {} }: BacktestInput,
  enabled: ReadonlyMap<string, AlertRule>,
): Map<string, AlertRule> {
  if (name === "all") return new Map([...enabled].map(([key, rule]) => [key, { ...rule, ...overrides }]));
  if (Object.hasOwn(BUDGET_RULES, name)) return new Map();
  const rule = Object.hasOwn(config.alerts.rules, name) ? config.alerts.rules[name] : undefined;
  if (!rule) {
    const names = Object.keys(config.alerts.rules).join(", ");
    throw new UsageError(`backtest: there is no rule "${name}"`, {
      hint: `There is: ${names}, ${Object.keys(BUDGET_RULES).join(", ")}; or all.`,
    });
  }
  return new Map([[name, { ...rule, ...overrides }]]);
}

const STEPS = [0.5, 0.75, 1, 1.25, 1.5, 2];

function sweepOf({ rule: name, sweep }: BacktestInput, chosen: ReadonlyMap<string, AlertRule>): readonly number[] {
  if (name === "all") return [];
  const own = chosen.get(name)?.threshold ?? 0;
  return sweep ?? (own === 0 ? [] : STEPS.map((step) => Number((own * step).toPrecision(6))));
}

const firingOf = (incident: Incident, rules: ReadonlyMap<string, AlertRule>): Firing => {
  const rule = rules.get(incident.rule);
  return {
    alert_id: incidentId(incident),
    rule: incident.rule,
    severity: rule?.severity ?? "info",
    scope: incident.scope,
    scope_name: incident.name,
    opened_at: isoOf(incident.openedAt ?? incident.firstBreach),
    resolved_at: incident.resolvedAt === null ? null : isoOf(incident.resolvedAt),
    told: incident.groupedUnder === null && incident.muted === null,
    summary: rule ? summaryOf(rule, incident) : "",
  };
};

const isTold = (incident: Incident): boolean => incident.groupedUnder === null && incident.muted === null;

const mondayOf = (millis: number): string => dayOf(millis - ((new Date(millis).getUTCDay() + 6) % 7) * DAY_MS);

function weeksOf(incidents: readonly Incident[], range: TickRange): { week: string; fired: number }[] {
  const weeks = new Map<string, number>();
  for (let at = range.from; at < range.to; at += DAY_MS) weeks.set(mondayOf(at), 0);
  for (const incident of incidents.filter(isTold)) {
    // A tick at midnight belongs to the day that it ends.
    const week = mondayOf((incident.openedAt ?? incident.firstBreach) - 1);
    weeks.set(week, (weeks.get(week) ?? 0) + 1);
  }
  return [...weeks].map(([week, fired]) => ({ week, fired })).sort((a, b) => (a.week < b.week ? -1 : 1));
}

/** A firing is right when it overlaps something known of its rule and scope; grouped ones find, but are not counted as told. */
export function scoreOf(incidents: readonly Incident[], range: TickRange, truth?: readonly KnownIncident[]): Score {
  const told = incidents.filter(isTold);
  const weeks = (range.to - range.from) / (7 * DAY_MS);
  const hits = (incident: Incident, known: KnownIncident): boolean =>
    incident.rule === known.rule &&
    (known.scope === undefined || known.scope === incident.scope) &&
    (known.name === undefined || known.name === incident.name) &&
    incident.since < known.to &&
    incident.lastBreach > known.from;
  const right = told.filter((incident) => truth?.some((known) => hits(incident, known))).length;
  const found = truth?.filter((known) => incidents.some((incident) => hits(incident, known))).length ?? 0;
  return {
    fired: told.length,
    per_week: weeks === 0 ? 0 : told.length / weeks,
    precision: truth && told.length > 0 ? right / told.length : null,
    recall: truth && truth.length > 0 ? found / truth.length : null,
  };
}

/** The sweep as bars, widest for the most firings: `0.10 ############ 12`. */
export function sweepChart(sweep: Backtest["sweep"], width = 40): string {
  const most = Math.max(1, ...sweep.map(({ fired }) => fired));
  return sweep
    .map(
      ({ threshold, fired }) =>
        `${String(threshold).padStart(8)} ${"#".repeat(Math.round((fired / most) * width)).padEnd(width)} ${fired}`,
    )
    .join("\n");
}
