/** The engine: observations in, incidents and what to tell about them out. Pure; the same for a live tick, a whole month and a backtest. */
import { type AlertRule, type Family, SCOPES, SEVERITIES, type Tick } from "../config/alert-rule.ts";
import type { AlertsConfig } from "../config/alerts.ts";
import { HOUR_MS } from "../time.ts";
import { judge, type Verdict } from "./judge.ts";
import { advance, type Incident, keyOf } from "./lifecycle.ts";
import type { Notice, Seen, TickSeen } from "./notice.ts";
import type { Observation } from "./observation.ts";
import { Telling } from "./telling.ts";

export interface Replay {
  /** Last state by key; ended incidents whose key was used again are in `ended`. */
  readonly incidents: ReadonlyMap<string, Incident>;
  readonly ended: readonly Incident[];
  readonly notices: readonly Notice[];
}

export interface ReplayInput {
  readonly config: AlertsConfig;
  readonly rules: ReadonlyMap<string, AlertRule>;
  /** IANA zone of quiet hours; UTC unless given. */
  readonly timezone?: string;
  readonly observations: ReadonlyMap<string, readonly Observation[]>;
  /** Rules that were not asked this time: their incidents hear neither news nor silence. */
  readonly notAsked?: ReadonlySet<string>;
  /** Ticks after `from` up to `to`, milliseconds. */
  readonly from: number;
  readonly to: number;
  /** What earlier runs left. */
  readonly incidents?: ReadonlyMap<string, Incident>;
}

/** What happens at one moment. */
const MOMENTARY: ReadonlySet<Family> = new Set<Family>(["news", "restatement"]);

export const TICK_MS: Readonly<Record<Tick, number>> = { "5m": 300_000, "1h": HOUR_MS, "1d": 24 * HOUR_MS };

/** Whether the rule looks at all within a range. */
export const hasTick = (
  { tick }: Pick<AlertRule, "tick">,
  { from, to }: { readonly from: number; readonly to: number },
): boolean => Math.floor(to / TICK_MS[tick]) * TICK_MS[tick] > from;

export function replay(input: ReplayInput): Replay {
  const incidents = new Map(input.incidents ?? []);
  const ended: Incident[] = [];
  const notices: Notice[] = [];
  const rules = [...input.rules].sort(([, a], [, b]) => SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity));
  const seen = new Map(rules.map(([name, rule]) => [name, byTick(name, rule, input.observations.get(name) ?? [])]));
  const step = Math.min(...rules.map(([, rule]) => TICK_MS[rule.tick]));
  for (let tick = Math.floor(input.from / step) * step + step; tick <= input.to; tick += step) {
    const telling = new Telling({ input, incidents, tick });
    for (const [name, rule] of rules) {
      if (tick % TICK_MS[rule.tick] !== 0 || input.notAsked?.has(name)) continue;
      const at = seen.get(name)?.get(tick);
      telling.look(name, rule, at);
      for (const [key, current] of scopesAt(name, at?.scopes, incidents)) {
        const before = incidents.get(key);
        const { incident, notice } = advance(name, rule, before, tick, current);
        if (!incident) incidents.delete(key);
        else if (incident !== before || notice) {
          if (before && before.state === "resolved" && before.since !== incident.since) ended.push(before);
          incidents.set(key, incident);
          telling.heard(key, before, notice);
        }
      }
    }
    // What happened at one moment has no end to tell.
    for (const notice of telling.decide())
      if (!(notice.kind === "resolved" && MOMENTARY.has(input.rules.get(notice.incident.rule)?.family ?? "news")))
        notices.push(notice);
  }
  return { incidents, ended, notices };
}

/** The scopes of a rule that have something to say at a tick, or an incident that must hear that there is nothing; wide before narrow. */
function scopesAt(
  rule: string,
  at: ReadonlyMap<string, Seen> | undefined,
  incidents: ReadonlyMap<string, Incident>,
): [string, Seen | undefined][] {
  const keys = new Map<string, Seen | undefined>(at ?? []);
  for (const [key, incident] of incidents)
    if (incident.rule === rule && incident.state !== "resolved" && !keys.has(key)) keys.set(key, undefined);
  const width = (key: string): number => SCOPES.findIndex((scope) => key.startsWith(`${rule}|${scope}|`));
  return [...keys].sort(
    ([a, left], [b, right]) => width(a) - width(b) || amount(right) - amount(left) || (a < b ? -1 : a > b ? 1 : 0),
  );
}

const amount = (seen: Seen | undefined): number => seen?.judgement.intensity ?? 0;

const WEIGHT: Readonly<Record<Verdict, number>> = { breach: 3, between: 2, clear: 1, silent: 0 };

function byTick(name: string, rule: AlertRule, observations: readonly Observation[]): Map<number, TickSeen> {
  const ticks = new Map<number, TickSeen>();
  for (const observation of observations) {
    const tick = Math.ceil(observation.tick / TICK_MS[rule.tick]) * TICK_MS[rule.tick];
    const at = ticks.get(tick) ?? { scopes: new Map<string, Seen>(), all: [] };
    ticks.set(tick, at);
    at.all.push(observation);
    if (!rule.scopes.includes(observation.scope)) continue;
    const judgement = judge(rule, observation);
    if (judgement.verdict === "silent") continue;
    const key = keyOf(name, observation.scope, observation.name);
    const other = at.scopes.get(key);
    if (!other || heavier({ observation, judgement }, other)) at.scopes.set(key, { observation, judgement });
  }
  return ticks;
}

const heavier = (a: Seen, b: Seen): boolean => {
  const difference = WEIGHT[a.judgement.verdict] - WEIGHT[b.judgement.verdict];
  return difference === 0 ? a.observation.since > b.observation.since : difference > 0;
};
