/** Grouping: which open incident already tells what a new one would tell, so that one outage is one page. Pure. */
import { type AlertRule, SCOPES, type Severity } from "../config/alert-rule.ts";
import { formatUsd } from "../money.ts";
import type { Incident } from "./lifecycle.ts";

/** How urgent: a louder incident is never hidden behind a quieter one. */
const LOUDNESS: Readonly<Record<Severity, number>> = { critical: 4, budget: 3, warning: 2, data: 1, info: 0 };

const width = (incident: Incident): number => SCOPES.indexOf(incident.scope);

/** What the two have in common is told by one of them: failed calls for errors, dollars above the usual otherwise. */
function amountOf(incident: Incident, rule: AlertRule): number {
  return rule.family === "errors" ? Number(incident.worst.facts["failed"] ?? 0) : Number(formatUsd(incident.dollars));
}

const overlap = (a: Incident, b: Incident): boolean => a.since < b.latest.tick && b.since < a.lastBreach;

/** Whether the one scope can hold the calls of the other. */
function related(a: Incident, b: Incident): boolean {
  if (a.scope === "organisation" || b.scope === "organisation") return true;
  if (a.scope === b.scope) return a.name === b.name;
  if (a.team !== null && b.team !== null) return a.team === b.team;
  if (a.accountId !== null && b.accountId !== null) return a.accountId === b.accountId;
  return false;
}

/** Of `open`, the incident that explains `fresh`; undefined when `fresh` is news. */
export function explainedBy(
  fresh: Incident,
  open: Iterable<Incident>,
  rules: ReadonlyMap<string, AlertRule>,
): Incident | undefined {
  const rule = rules.get(fresh.rule);
  if (!rule) return undefined;
  const candidates = [...open].filter((other) => {
    const theirs = rules.get(other.rule);
    if (!theirs || other.key === fresh.key || other.openedAt === null || other.groupedUnder !== null) return false;
    if (theirs.family !== rule.family || LOUDNESS[theirs.severity] < LOUDNESS[rule.severity] || !overlap(other, fresh))
      return false;
    return other.rule === fresh.rule ? sameRule(fresh, other, rule) : otherRule(fresh, other, rule, theirs);
  });
  return candidates.sort((a, b) => width(a) - width(b) || a.since - b.since || (a.key < b.key ? -1 : 1))[0];
}

/**
 * One rule sees the same calls in several dimensions. Another value of the same dimension is another matter (two models failing),
 * another dimension is the same matter as long as it is not much larger.
 */
function sameRule(fresh: Incident, other: Incident, rule: AlertRule): boolean {
  if (other.scope === fresh.scope) return false;
  return amountOf(fresh, rule) <= 2 * amountOf(other, rule);
}

/** Another rule explains it when its scope holds this one, or when it accounts for half of the dollars. */
function otherRule(fresh: Incident, other: Incident, rule: AlertRule, theirs: AlertRule): boolean {
  if (!related(fresh, other)) return false;
  return width(other) <= width(fresh) || amountOf(other, theirs) * 2 >= amountOf(fresh, rule);
}
