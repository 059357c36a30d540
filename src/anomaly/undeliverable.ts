import type { AlertRule } from "../config/alert-rule.ts";
import type { OutboxEntry } from "./incident-record.ts";
import type { Incident, Reading } from "./lifecycle.ts";
import type { Notice } from "./replay.ts";

const NAME = "alert_undeliverable";

const RULE: AlertRule = {
  title: "Alert could not be sent",
  query: "anomalies/data_range",
  tick: "5m",
  enabled: true,
  severity: "data",
  family: "quality",
  scopes: ["organisation"],
  measure: "calls",
  compare: "above",
  threshold: 0,
  noise: 0,
  floor: 0,
  min_history: 0,
  hold: "0m",
  cool_down: "1d",
  recovery: 0,
  clear_for: "0m",
  escalate: 0,
  params: {},
  by_scope: {},
};

/** The data alert about a message that was given up; undefined when that message was such an alert itself. */
export function undeliverableIncident(entry: OutboxEntry, now: number): (Notice & { readonly rule: AlertRule }) | undefined {
  if (entry.message.attributes["rule"] === NAME) return undefined;
  const latest: Reading = {
    tick: now,
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
    muted: null,
  };
  return { kind: "opened", tick: now, incident, rule: RULE };
}
