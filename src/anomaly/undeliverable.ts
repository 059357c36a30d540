import { type AlertRule, COMMON_RULE } from "../config/alert-rule.ts";
import type { OutboxEntry } from "./incident-record.ts";
import type { Incident, Reading } from "./lifecycle.ts";
import type { Notice } from "./notice.ts";

const NAME = "alert_undeliverable";

const RULE: AlertRule = {
  ...COMMON_RULE,
  title: "Alert could not be sent",
  query: "anomalies/data_range",
  tick: "5m",
  severity: "data",
  family: "quality",
  scopes: ["organisation"],
  measure: "calls",
  compare: "above",
  threshold: 0,
  escalate: 0,
};

/** The data alert about a message that was given up; undefined when that message was such an alert itself. */
export function undeliverableIncident(entry: OutboxEntry, now: number): (Notice & { readonly rule: AlertRule }) | undefined {
  if (entry.message.attributes["rule"] === NAME) return undefined;
  const latest: Reading = {
    tick: now,
    since: null,
    value: entry.attempts,
    baseline: null,
    baselineN: 0,
    limit: null,
    intensity: 1,
    facts: {
      message: entry.id,
      topic: entry.message.severity,
      subject: entry.message.subject,
      error: entry.lastError ?? "unknown",
    },
  };
  const incident: Incident = {
    key: `${NAME}|organisation|${entry.id}`,
    rule: NAME,
    scope: "organisation",
    name: null,
    team: null,
    accountId: null,
    state: "open",
    since: entry.tick,
    firstBreach: now,
    lastBreach: now,
    openedAt: now,
    escalatedAt: null,
    resolvedAt: null,
    clearSince: null,
    notifiedAt: now,
    toldIntensity: 1,
    latest,
    worst: latest,
    dollars: 0n,
    groupedUnder: null,
    waitsSince: null,
    knownAs: null,
    muted: null,
  };
  return { kind: "opened", tick: now, incident, rule: RULE };
}
