import type { AlertRule } from "../config/alert-rule.ts";
import { parseDuration } from "../config/duration.ts";
import { counted } from "../figures.ts";
import { DAY_MS, dayOf } from "../time.ts";

/** A rule that has seen too little to judge. */
export interface Learning {
  readonly rule: string;
  /** First day on which it can judge everything, `YYYY-MM-DD`. */
  readonly until: string;
}

/**
 * Rules that cannot judge yet, soonest first.
 * @param first milliseconds: start of the first hour with usage
 * @param now milliseconds
 */
export function learningRules(rules: ReadonlyMap<string, AlertRule>, first: number, now: number): Learning[] {
  const start = Math.floor(first / DAY_MS) * DAY_MS;
  return [...rules]
    .map(([rule, { learns }]) => ({ rule, end: start + (parseDuration(learns) ?? 0) }))
    .filter(({ end }) => end > now)
    .sort((a, b) => a.end - b.end || (a.rule < b.rule ? -1 : 1))
    .map(({ rule, end }) => ({ rule, until: dayOf(end) }));
}

/** `3 rules cannot judge yet, until 2026-06-15: logs_stopped (2026-06-08), …`; undefined with none. */
export function learningText(learning: readonly Learning[]): string | undefined {
  const last = learning.at(-1);
  if (!last) return undefined;
  const names = learning.map(({ rule, until }) => (until === last.until ? rule : `${rule} (${until})`)).join(", ");
  return `${counted(learning.length, "rule")} cannot judge yet, until ${last.until}: ${names}`;
}
