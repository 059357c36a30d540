import type { AlertRule } from "../config/alert-rule.ts";
import type { Observation } from "./observation.ts";

/** breach: beyond the limit. between: not beyond it, but not back either. clear: back. silent: too little history or below the floor. */
export type Verdict = "breach" | "between" | "clear" | "silent";

export interface Judgement {
  readonly verdict: Verdict;
  /** The value at which the breach begins; null when there is no baseline. */
  readonly limit: number | null;
  /** 1 at the limit; how many times as bad. 0 when silent. */
  readonly intensity: number;
}

const SILENT: Judgement = { verdict: "silent", limit: null, intensity: 0 };

/** Judges one observation by its rule. Pure. */
export function judge(rule: AlertRule, seen: Observation): Judgement {
  const own = rule.by_scope[seen.scope];
  const threshold = own?.threshold ?? rule.threshold;
  const noise = own?.noise ?? rule.noise;
  const bounds = boundsOf(rule, seen, threshold, noise);
  if (!bounds) return SILENT;
  const { limit, back, beyond } = bounds;
  const past = (bound: number): boolean => (rule.compare === "drop" ? seen.value < bound : seen.value > bound);
  const intensity = beyond(seen.value);
  if (!past(limit)) return { verdict: past(back) ? "between" : "clear", limit, intensity };
  if (seen.floor < (own?.floor ?? rule.floor)) return { verdict: "silent", limit, intensity };
  return { verdict: seen.sustained ? "breach" : "between", limit, intensity };
}

interface Bounds {
  readonly limit: number;
  readonly back: number;
  readonly beyond: (value: number) => number;
}

function boundsOf(rule: AlertRule, seen: Observation, threshold: number, noise: number): Bounds | undefined {
  if (rule.compare === "above") {
    const beyond = (value: number): number => (threshold === 0 ? value : value / threshold);
    return { limit: threshold, back: threshold * rule.recovery, beyond };
  }
  const { baseline } = seen;
  if (baseline === null || seen.baselineN < rule.min_history) return undefined;
  const margin = Math.max(baseline * threshold, noise * (seen.spread ?? 0));
  const sign = rule.compare === "drop" ? -1 : 1;
  // With an all-zero history any value is infinitely far away: count it in values instead, the floor decides.
  const beyond = (value: number): number => (margin === 0 ? Math.abs(value - baseline) : (sign * (value - baseline)) / margin);
  return { limit: baseline + sign * margin, back: baseline + sign * margin * rule.recovery, beyond };
}
