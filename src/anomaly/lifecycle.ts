import type { AlertRule, Scope } from "../config/alert-rule.ts";
import { parseDuration } from "../config/duration.ts";
import type { PicoUsd } from "../money.ts";
import type { Judgement } from "./judge.ts";
import type { Observation } from "./observation.ts";

/** pending: breached, but not for as long as the rule's hold. */
export type IncidentState = "pending" | "open" | "resolved";

/** What a message can be about. */
export const NOTICE_KINDS = ["opened", "escalated", "renotified", "reopened", "resolved"] as const;
export type NoticeKind = (typeof NOTICE_KINDS)[number];

/** The numbers of one tick. */
export interface Reading {
  readonly tick: number;
  /** Start of the period that was looked at; null in a state of before. */
  readonly since: number | null;
  readonly value: number;
  readonly baseline: number | null;
  readonly baselineN: number;
  readonly limit: number | null;
  readonly intensity: number;
  readonly facts: Observation["facts"];
}

/** One rule broken in one scope, from its first bad tick to its end. */
export interface Incident {
  /** rule|scope|name: the one place of the state. */
  readonly key: string;
  readonly rule: string;
  readonly scope: Scope;
  readonly name: string | null;
  readonly team: string | null;
  readonly accountId: string | null;
  readonly state: IncidentState;
  /** Start of the first period that was bad. */
  readonly since: number;
  readonly firstBreach: number;
  readonly lastBreach: number;
  readonly openedAt: number | null;
  readonly escalatedAt: number | null;
  readonly resolvedAt: number | null;
  readonly clearSince: number | null;
  /** Last message that was not about the end. */
  readonly notifiedAt: number | null;
  /** How bad it was when it was last told about. */
  readonly toldIntensity: number;
  readonly latest: Reading;
  readonly worst: Reading;
  /** Dollars of all bad ticks. */
  readonly dollars: PicoUsd;
  /** Id of the incident that explains this one; nothing is sent about it. */
  readonly groupedUnder: string | null;
  /** Tick at which it opened and was not told, because a wider scope seemed about to; it is told one tick later. */
  readonly waitsSince: number | null;
  /** Id under which people heard of this outage first, when a narrower incident told it before this one took over. */
  readonly knownAs: string | null;
  /** Why nothing is sent although it is open. */
  readonly muted: string | null;
}

export interface Step {
  /** Undefined when a pending breach passed. */
  readonly incident: Incident | undefined;
  readonly notice?: NoticeKind;
}

const millis = (text: string): number => parseDuration(text) ?? 0;

export const keyOf = (rule: string, scope: Scope, name: string | null): string => `${rule}|${scope}|${name ?? ""}`;

/** One tick of the life of one incident. `seen` is undefined when the detector had nothing to say about this scope. Pure. */
export function advance(
  name: string,
  rule: AlertRule,
  before: Incident | undefined,
  tick: number,
  seen?: { readonly observation: Observation; readonly judgement: Judgement },
): Step {
  if (before && tick <= before.latest.tick) return { incident: before };
  if (seen?.judgement.verdict === "breach") return breached(name, rule, before, tick, seen);
  if (!before || before.state === "resolved") return { incident: before };
  if (before.state === "pending") return { incident: undefined };
  const latest = seen ? readingOf(tick, seen) : { ...before.latest, tick };
  if (seen?.judgement.verdict === "between") return { incident: { ...before, latest, clearSince: null } };
  const clearSince = before.clearSince ?? tick;
  if (tick - clearSince < millis(rule.clear_for)) return { incident: { ...before, latest, clearSince } };
  return { incident: { ...before, latest, clearSince, state: "resolved", resolvedAt: tick }, notice: "resolved" };
}

function breached(
  name: string,
  rule: AlertRule,
  before: Incident | undefined,
  tick: number,
  seen: { readonly observation: Observation; readonly judgement: Judgement },
): Step {
  const { observation } = seen;
  const latest = readingOf(tick, seen);
  // Late logs of a window that the ended incident covered already are not its return.
  if (before?.state === "resolved" && observation.since < before.lastBreach) return { incident: before };
  const returned = before?.state === "resolved" && tick - (before.resolvedAt ?? tick) < millis(rule.cool_down);
  if (!before || (before.state === "resolved" && !returned)) {
    const fresh = begin(name, observation, latest);
    return millis(rule.hold) === 0 ? open(fresh, tick, "opened") : { incident: fresh };
  }
  const worst = latest.intensity > before.worst.intensity ? latest : before.worst;
  const incident: Incident = {
    ...before,
    latest,
    worst,
    lastBreach: tick,
    clearSince: null,
    dollars: before.dollars + observation.dollars,
    team: before.team === observation.team ? before.team : null,
    accountId: before.accountId === observation.accountId ? before.accountId : null,
  };
  if (returned) return open({ ...incident, resolvedAt: null }, tick, "reopened");
  if (incident.state === "pending")
    return tick - incident.firstBreach >= millis(rule.hold) ? open(incident, tick, "opened") : { incident };
  if (rule.escalate > 0 && latest.intensity >= rule.escalate * incident.toldIntensity)
    return { incident: told({ ...incident, escalatedAt: tick }, tick), notice: "escalated" };
  if (tick - (incident.notifiedAt ?? tick) >= reminderAfter(rule, incident))
    return { incident: told(incident, tick), notice: "renotified" };
  return { incident };
}

/** Each reminder waits as long as it has gone on when it was last told, so that a month of silence is a handful of messages and not sixty. */
const reminderAfter = (rule: AlertRule, { notifiedAt, openedAt }: Incident): number =>
  Math.max(millis(rule.cool_down), (notifiedAt ?? 0) - (openedAt ?? notifiedAt ?? 0));

const open = (incident: Incident, tick: number, notice: NoticeKind): Step => ({
  incident: told({ ...incident, state: "open", openedAt: incident.openedAt ?? tick }, tick),
  notice,
});

const told = (incident: Incident, tick: number): Incident => ({
  ...incident,
  notifiedAt: tick,
  toldIntensity: incident.latest.intensity,
});

const begin = (rule: string, observation: Observation, latest: Reading): Incident => ({
  key: keyOf(rule, observation.scope, observation.name),
  rule,
  scope: observation.scope,
  name: observation.name,
  team: observation.team,
  accountId: observation.accountId,
  state: "pending",
  since: observation.since,
  firstBreach: latest.tick,
  lastBreach: latest.tick,
  openedAt: null,
  escalatedAt: null,
  resolvedAt: null,
  clearSince: null,
  notifiedAt: null,
  toldIntensity: latest.intensity,
  latest,
  worst: latest,
  dollars: observation.dollars,
  groupedUnder: null,
  waitsSince: null,
  knownAs: null,
  muted: null,
});

const readingOf = (tick: number, seen: { observation: Observation; judgement: Judgement }): Reading => ({
  tick,
  since: seen.observation.since,
  value: seen.observation.value,
  baseline: seen.observation.baseline,
  baselineN: seen.observation.baselineN,
  limit: seen.judgement.limit,
  intensity: seen.judgement.intensity,
  facts: seen.observation.facts,
});
