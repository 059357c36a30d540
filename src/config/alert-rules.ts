/**
 * The rule table: how the observations of each detector are judged. strata.yml changes any number of it under `alerts.rules.<name>`;
 * a rule of one's own is a SQL file under sql/anomalies and an entry there. The reasons for the numbers are in docs/alerts.md.
 */

export const SEVERITIES = ["info", "warning", "critical", "budget", "data"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** From wide to narrow: an incident of a wider scope explains those of the scopes after it. */
export const SCOPES = ["organisation", "account", "source", "team", "model", "principal", "person"] as const;
export type Scope = (typeof SCOPES)[number];

/** How often a rule looks. Ticks are aligned to UTC. */
export const TICKS = ["5m", "1h", "1d"] as const;
export type Tick = (typeof TICKS)[number];

/** above: value > threshold. ratio: value > baseline × (1 + threshold). drop: value < baseline × (1 − threshold). */
export const COMPARISONS = ["above", "ratio", "drop"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** Incidents of one family explain each other; a quality problem never hides an outage. */
export const FAMILIES = ["errors", "volume", "quality", "news"] as const;
export type Family = (typeof FAMILIES)[number];

/** What a value counts; tells how it is written. */
export const MEASURES = ["usd", "tokens", "share", "calls"] as const;
export type Measure = (typeof MEASURES)[number];

export interface ScopeNumbers {
  readonly threshold?: number;
  readonly floor?: number;
  readonly noise?: number;
}

export interface AlertRule {
  /** What is wrong, as it begins the subject of a message. */
  readonly title: string;
  /** File under sql/ that yields the observations. */
  readonly query: string;
  readonly tick: Tick;
  readonly enabled: boolean;
  readonly severity: Severity;
  readonly family: Family;
  readonly scopes: readonly Scope[];
  readonly measure: Measure;
  readonly compare: Comparison;
  readonly threshold: number;
  /** With `ratio` and `drop`: the value is also this many spreads of the history away from the baseline. */
  readonly noise: number;
  /** The observation's floor figure (dollars or calls, as the query says) must reach this. */
  readonly floor: number;
  /** Observations of the past that the baseline must rest on; with fewer the rule stays silent and says so. */
  readonly min_history: number;
  /** Breached for this long before it opens. */
  readonly hold: string;
  /** Time between two messages about an open incident, and in which a return of a resolved one is the same incident. */
  readonly cool_down: string;
  /** Over when the value is back at this (a share of the threshold). */
  readonly recovery: number;
  /** Back for this long before it is resolved. */
  readonly clear_for: string;
  /** Escalated when the breach is this many times the one that opened it. 0: never. */
  readonly escalate: number;
  /** Parameters of the query beyond the range. */
  readonly params: Readonly<Record<string, string | number | boolean>>;
  /** Numbers that differ for one scope. */
  readonly by_scope: Readonly<Partial<Record<Scope, ScopeNumbers>>>;
}

const COMMON = {
  enabled: true,
  noise: 0,
  floor: 0,
  min_history: 0,
  hold: "0m",
  cool_down: "1d",
  recovery: 0.5,
  clear_for: "0m",
  escalate: 2,
  params: {},
  by_scope: {},
} as const;

/** Defaults by rule name. Checked in November 2026 against a generated month of 500 people. */
export const ALERT_RULES = {
  spend_daily: {
    ...COMMON,
    title: "Daily spend above its baseline",
    query: "anomalies/spend_daily",
    tick: "1d",
    severity: "info",
    family: "volume",
    scopes: ["organisation", "account", "team", "model", "person"],
    measure: "usd",
    compare: "ratio",
    threshold: 0.2,
    noise: 4,
    floor: 50,
    min_history: 2,
    params: { weeks: 8 },
    by_scope: { model: { threshold: 0.5, noise: 5 }, person: { threshold: 1, noise: 8, floor: 100 } },
  },
  // Before the rules that it explains: a loop is why a team's tokens rise.
  runaway_loop: {
    ...COMMON,
    title: "One principal calls in a loop",
    query: "anomalies/runaway_loop",
    tick: "1h",
    severity: "warning",
    family: "volume",
    scopes: ["principal"],
    measure: "calls",
    compare: "ratio",
    threshold: 2,
    floor: 120,
    min_history: 24,
    cool_down: "6h",
    clear_for: "2h",
    params: { growth: 1.2 },
  },
  tokens_hourly: {
    ...COMMON,
    title: "Hourly tokens above their usual peak",
    query: "anomalies/tokens_hourly",
    tick: "1h",
    severity: "warning",
    family: "volume",
    scopes: ["organisation", "account", "team", "model"],
    measure: "tokens",
    compare: "ratio",
    threshold: 0.5,
    noise: 2,
    floor: 10,
    min_history: 10,
    cool_down: "6h",
    clear_for: "1h",
    params: { weeks: 4, method: "seasonal" },
  },
  error_rate: {
    ...COMMON,
    title: "Error rate above its limit",
    query: "anomalies/error_rate",
    tick: "5m",
    severity: "critical",
    family: "errors",
    scopes: ["organisation", "account", "team", "model"],
    measure: "share",
    compare: "above",
    threshold: 0.1,
    floor: 10,
    cool_down: "2h",
    clear_for: "30m",
    params: { late_minutes: 5, evidence: 12 },
  },
  cache_collapse: {
    ...COMMON,
    title: "Prompt cache hardly hit any more",
    query: "anomalies/cache_collapse",
    tick: "1d",
    severity: "info",
    family: "volume",
    scopes: ["organisation", "team", "model"],
    measure: "share",
    compare: "drop",
    threshold: 0.5,
    noise: 4,
    floor: 20,
    min_history: 5,
  },
  premium_routine: {
    ...COMMON,
    title: "Premium model on routine work",
    query: "anomalies/premium_routine",
    tick: "1d",
    enabled: false,
    severity: "info",
    family: "news",
    scopes: ["team", "principal"],
    measure: "share",
    compare: "above",
    threshold: 0.5,
    floor: 50,
    cool_down: "7d",
    params: { output_limit: 200, prompt_limit: 2000 },
  },
  first_seen_model: {
    ...COMMON,
    title: "First call of a model",
    query: "anomalies/first_seen_model",
    tick: "1h",
    severity: "info",
    family: "news",
    scopes: ["model"],
    measure: "calls",
    compare: "above",
    threshold: 0,
    min_history: 7,
    clear_for: "1d",
    escalate: 0,
  },
  first_seen_principal: {
    ...COMMON,
    title: "First call of a principal",
    query: "anomalies/first_seen_principal",
    tick: "1h",
    enabled: false,
    severity: "info",
    family: "news",
    scopes: ["principal"],
    measure: "calls",
    compare: "above",
    threshold: 0,
    min_history: 7,
    clear_for: "1d",
    escalate: 0,
  },
  unusual_principal: {
    ...COMMON,
    title: "Principal at an unusual hour or in a new region",
    query: "anomalies/unusual_principal",
    tick: "1h",
    enabled: false,
    severity: "info",
    family: "news",
    scopes: ["principal"],
    measure: "calls",
    compare: "above",
    threshold: 20,
    floor: 5,
    min_history: 7,
    clear_for: "12h",
  },
  logs_stopped: {
    ...COMMON,
    title: "Logs stopped arriving",
    query: "anomalies/logs_stopped",
    tick: "1h",
    severity: "data",
    family: "quality",
    scopes: ["source"],
    measure: "calls",
    compare: "above",
    threshold: 30,
    recovery: 0,
    min_history: 5,
    cool_down: "12h",
    escalate: 0,
  },
  completeness: {
    ...COMMON,
    title: "Fewer records than Bedrock counted",
    query: "anomalies/completeness",
    tick: "1h",
    severity: "data",
    family: "quality",
    scopes: ["source"],
    measure: "share",
    compare: "above",
    threshold: 0.02,
    floor: 50,
    hold: "2h",
    cool_down: "12h",
  },
  unreadable_logs: {
    ...COMMON,
    title: "Logs that cannot be read",
    query: "anomalies/unreadable_logs",
    tick: "1d",
    severity: "data",
    family: "quality",
    scopes: ["organisation", "account"],
    measure: "share",
    compare: "above",
    threshold: 0.005,
    floor: 20,
  },
  unpriced: {
    ...COMMON,
    title: "Calls without a known price",
    query: "anomalies/unpriced",
    tick: "1h",
    severity: "data",
    family: "quality",
    scopes: ["model"],
    measure: "calls",
    compare: "above",
    threshold: 0,
    cool_down: "7d",
    clear_for: "7d",
    escalate: 0,
  },
  unattributed: {
    ...COMMON,
    title: "Spend without a team",
    query: "anomalies/unattributed",
    tick: "1d",
    severity: "data",
    family: "quality",
    scopes: ["organisation"],
    measure: "share",
    compare: "above",
    threshold: 0.05,
    floor: 10,
    cool_down: "7d",
    clear_for: "2d",
  },
  billed_not_logged: {
    ...COMMON,
    title: "Billed but never logged",
    query: "anomalies/billed_not_logged",
    tick: "1d",
    severity: "data",
    family: "quality",
    scopes: ["organisation"],
    measure: "usd",
    compare: "above",
    threshold: 10,
    cool_down: "7d",
    clear_for: "2d",
    escalate: 4,
  },
  residual: {
    ...COMMON,
    title: "Bill not fully explained",
    query: "anomalies/residual",
    tick: "1d",
    severity: "data",
    family: "quality",
    scopes: ["organisation"],
    measure: "share",
    compare: "above",
    threshold: 0.01,
    floor: 10,
    cool_down: "7d",
    clear_for: "2d",
  },
} as const satisfies Readonly<Record<string, AlertRule>>;

/** What budget incidents are called; their limits are in `budgets`, so they are not rules that strata.yml can change. */
export const BUDGET_RULES = {
  budget: {
    ...COMMON,
    title: "Budget used",
    query: "anomalies/budget_usage",
    tick: "1h",
    severity: "budget",
    family: "news",
    scopes: ["organisation", "account", "team", "person"],
    measure: "share",
    compare: "above",
    threshold: 1,
  },
  budget_projection: {
    ...COMMON,
    title: "Month projected above its budget",
    query: "anomalies/daily_spend",
    tick: "1d",
    severity: "budget",
    family: "news",
    scopes: ["organisation", "account", "team", "person"],
    measure: "share",
    compare: "above",
    threshold: 1,
  },
} as const satisfies Readonly<Record<string, AlertRule>>;
