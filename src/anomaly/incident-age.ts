import type { AlertRule } from "../config/alert-rule.ts";
import { DAY_MS } from "../time.ts";
import type { IncidentRecord } from "./incident-record.ts";
import type { Incident } from "./lifecycle.ts";

/** Ended incidents are forgotten after this; budgets of the month before must still be known. */
const FORGET_MS = 45 * DAY_MS;

/** Whether nothing of an incident has to be written again. */
export const same = (a: Incident, b: Incident): boolean =>
  a === b ||
  (a.state === b.state &&
    a.latest.tick === b.latest.tick &&
    a.groupedUnder === b.groupedUnder &&
    a.waitsSince === b.waitsSince &&
    a.knownAs === b.knownAs);

/** Ended long ago, or of a rule that is no more. What still waits to be sent is never forgotten. */
export const isOld = ({ incident, outbox }: IncidentRecord, rules: ReadonlyMap<string, AlertRule>, now: number): boolean => {
  if (outbox.some(({ status }) => status === "claimed" || status === "failed")) return false;
  if (incident === null) return false;
  const end = incident.resolvedAt ?? (rules.has(incident.rule) ? now : incident.lastBreach);
  return now - end > FORGET_MS;
};
