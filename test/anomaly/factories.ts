import type { Judgement } from "../../src/anomaly/judge.ts";
import type { Incident, Reading } from "../../src/anomaly/lifecycle.ts";
import type { Observation } from "../../src/anomaly/observation.ts";
import type { AlertRule } from "../../src/config/alert-rule.ts";
import { ALERT_RULES } from "../../src/config/alert-rules.ts";
import { type AlertsConfig, alertsConfig } from "../../src/config/alerts.ts";

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;
export const USD = 1_000_000_000_000n;
/** A Monday. */
export const START = Date.UTC(2026, 5, 1);

export const alerts = (given: unknown = {}): AlertsConfig => alertsConfig.parse(given);

export const rule = (changes: Partial<AlertRule> = {}): AlertRule => ({ ...ALERT_RULES.error_rate, ...changes });

export const observation = (changes: Partial<Observation> = {}): Observation => ({
  tick: START,
  since: START - 15 * MINUTE,
  scope: "organisation",
  name: null,
  value: 0.3,
  baseline: null,
  baselineN: 0,
  spread: null,
  floor: 100,
  sustained: true,
  dollars: 1_000_000_000_000n,
  team: null,
  accountId: null,
  facts: { calls: 100, failed: 30, throttling: 0, client: 1, server: 29, model: 0 },
  ...changes,
});

export const breach = (
  intensity = 3,
  changes: Partial<Observation> = {},
): { observation: Observation; judgement: Judgement } => ({
  observation: observation(changes),
  judgement: { verdict: "breach", limit: 0.1, intensity },
});

export const quiet = (verdict: "clear" | "between" = "clear"): { observation: Observation; judgement: Judgement } => ({
  observation: observation({ value: 0.01 }),
  judgement: { verdict, limit: 0.1, intensity: 0.1 },
});

const reading: Reading = {
  tick: START,
  since: START - 15 * MINUTE,
  value: 0.3,
  baseline: null,
  baselineN: 0,
  limit: 0.1,
  intensity: 3,
  facts: observation().facts,
};

export const incident = (changes: Partial<Incident> = {}): Incident => ({
  key: "error_rate|organisation|",
  rule: "error_rate",
  scope: "organisation",
  name: null,
  team: null,
  accountId: null,
  state: "open",
  since: START - 15 * MINUTE,
  firstBreach: START,
  lastBreach: START,
  openedAt: START,
  escalatedAt: null,
  resolvedAt: null,
  clearSince: null,
  notifiedAt: START,
  toldIntensity: 3,
  latest: reading,
  worst: reading,
  dollars: 1_000_000_000_000n,
  groupedUnder: null,
  waitsSince: null,
  knownAs: null,
  muted: null,
  ...changes,
});
