import type { AlertRule } from "../config/alert-rule.ts";
import { BUDGET_RULES } from "../config/budget-rules.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import type { Warehouse } from "../ports.ts";
import { DAY_MS } from "../time.ts";
import { closePeriods } from "./budget-incidents.ts";
import type { Incident } from "./lifecycle.ts";
import type { Notice } from "./notice.ts";
import type { Observation } from "./observation.ts";
import type { TickRange } from "./observe.ts";
import { hasTick, replay } from "./replay.ts";
import { lateness, observeLate } from "./run-detectors.ts";
import { watchBudgets } from "./watch-budgets.ts";

export interface Judged {
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly ended: readonly Incident[];
  readonly notices: readonly Notice[];
}

export interface JudgedInput {
  readonly warehouse: Warehouse;
  readonly config: StrataConfig;
  /** Whether it is known without asking that a detector has nothing to say of a range. */
  readonly isQuiet?: (query: string, range: TickRange) => Promise<boolean>;
}

/** Asks the detectors what is to say of a range of ticks, and replays it on what is open. */
export async function judged(
  { warehouse, config, isQuiet }: JudgedInput,
  rules: ReadonlyMap<string, AlertRule>,
  range: TickRange,
  notAsked: ReadonlySet<string>,
  before: ReadonlyMap<string, Incident>,
): Promise<Judged> {
  const late = await lateness(warehouse, { from: range.to - DAY_MS, to: range.to });
  const observations = new Map<string, readonly Observation[]>();
  for (const [name, rule] of rules) {
    // Between two of its ticks a rule has nothing to say, and asking costs: most runs are about a few minutes, far from midnight.
    if (notAsked.has(name) || !hasTick(rule, range)) continue;
    const quiet = (await isQuiet?.(rule.query, range)) ?? false;
    observations.set(name, quiet ? [] : await observeLate(warehouse, rule, range, late));
  }
  const ordinary = new Map([...before].filter(([, incident]) => !isBudget(incident)));
  const ticks = { rules, observations, notAsked, ...range };
  const result = replay({ config: config.alerts, timezone: config.timezone, ...ticks, incidents: ordinary });
  const spent = new Map([...before].filter(([, incident]) => isBudget(incident)));
  const budgets = await watchBudgets(warehouse, config, range, spent);
  return {
    incidents: new Map([
      ...result.incidents,
      ...closePeriods(new Map([...spent, ...budgets.incidents]), range.to, config.timezone),
    ]),
    ended: result.ended,
    notices: [...result.notices, ...budgets.notices],
  };
}

/**
 * Rules that wait for the next hour. Ticks of the last two hours are judged again in each run, so what becomes known late is still seen by the run of the next hour or of the
 * one after it.
 */
export function dear(
  isDear: ((query: string) => boolean) | undefined,
  rules: ReadonlyMap<string, AlertRule>,
  judgedTo: number,
  now: number,
): ReadonlySet<string> {
  if (isDear === undefined || hasTick({ tick: "1h" }, { from: judgedTo, to: now })) return new Set();
  return new Set([...rules].flatMap(([name, rule]) => (isDear(rule.query) ? [name] : [])));
}

const isBudget = (incident: Incident): boolean => incident.rule in BUDGET_RULES;
