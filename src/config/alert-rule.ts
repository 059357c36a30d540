/** What a rule is made of. The rules themselves: abuse-rules.ts, usage-rules.ts, news-rules.ts, quality-rules.ts and budget-rules.ts. */

export const SEVERITIES = ["info", "warning", "critical", "budget", "data"] as const;
export type Severity = (typeof SEVERITIES)[number];

/** From wide to narrow: an incident of a wider scope explains those of the scopes after it. */
export const SCOPES = [
  "organisation",
  "account",
  "source",
  "team",
  "model",
  "principal",
  "person",
  // Of budgets only.
  "cost_center",
  "environment",
  "feature",
  "role",
  "metadata",
] as const;
export type Scope = (typeof SCOPES)[number];

/** How often a rule looks. Ticks are aligned to UTC. */
export const TICKS = ["5m", "1h", "1d"] as const;
export type Tick = (typeof TICKS)[number];

/** above: value > threshold. ratio: value > baseline × (1 + threshold). drop: value < baseline × (1 − threshold). */
export const COMPARISONS = ["above", "ratio", "drop"] as const;
export type Comparison = (typeof COMPARISONS)[number];

/** What an incident is about: another rule explains it only within errors, volume or abuse; nothing hides what happened to the bill itself. */
export const FAMILIES = [
  "errors",
  "throttling",
  "volume",
  "abuse",
  "quality",
  "news",
  "restatement",
  "witnesses",
  "wording",
] as const;
export type Family = (typeof FAMILIES)[number];

/** What a value counts; tells how it is written. */
export const MEASURES = ["usd", "tokens", "share", "calls", "points"] as const;
export type Measure = (typeof MEASURES)[number];

export interface ScopeNumbers {
  readonly threshold?: number;
  readonly floor?: number;
  readonly noise?: number;
}

export interface AlertRule {
  /** What is wrong, as it begins the subject of a message. */
  readonly title: string;
  /** Address of what to do about it; empty for none. */
  readonly runbook: string;
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
  /** Time from the first log until it can judge everywhere; until then it says so. */
  readonly learns: string;
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

/** What most rules have. */
export const COMMON_RULE = {
  enabled: true,
  runbook: "",
  noise: 0,
  floor: 0,
  min_history: 0,
  learns: "0m",
  hold: "0m",
  cool_down: "1d",
  recovery: 0.5,
  clear_for: "0m",
  escalate: 2,
  params: {},
  by_scope: {},
} as const;
