import type { Tokens } from "../usage-slice.ts";

/** How much somebody uses an agent. */
export const useTiers = ["light", "moderate", "heavy"] as const;
export type UseTier = (typeof useTiers)[number];

/** Behaviour of one developer. */
export interface UseProfile {
  readonly activeDays: number;
  readonly callsPerDay: number;
  readonly tokensPerCall: Tokens;
}

/**
 * Strata's own assumptions, set so that at Sonnet 4.6 global list price the default mix lands on what Anthropic publishes for Claude Code in
 * companies: about 13 USD per developer and active day, 150 to 250 a month, below 30 a day for nine of ten
 * (code.claude.com/docs/en/costs, read 2026-11-22). The split into calls and tokens is ours; docs/planning.md says so.
 */
export const defaultProfiles: Readonly<Record<UseTier, UseProfile>> = {
  light: {
    activeDays: 10,
    callsPerDay: 100,
    tokensPerCall: { input: 400, output: 450, cacheRead: 28_000, cacheWrite5m: 2_000, cacheWrite1h: 0 },
  },
  moderate: {
    activeDays: 16,
    callsPerDay: 320,
    tokensPerCall: { input: 300, output: 550, cacheRead: 52_000, cacheWrite5m: 2_300, cacheWrite1h: 0 },
  },
  heavy: {
    activeDays: 20,
    callsPerDay: 700,
    tokensPerCall: { input: 250, output: 650, cacheRead: 85_000, cacheWrite5m: 2_800, cacheWrite1h: 0 },
  },
};

/** Of ten developers three try, five work with it, two live in it. Ours. */
export const DEFAULT_MIX: Readonly<Record<UseTier, string>> = { light: "0.3", moderate: "0.5", heavy: "0.2" };

/**
 * Tokens per minute that Anthropic suggested per Claude Code user by size of the organisation (docs.anthropic.com/en/docs/claude-code/costs,
 * as of March 2026, read 2026-11-22): the more people, the fewer at once. Lower and upper figure; the quota is shared.
 */
export const suggestedTpm: readonly { readonly upTo: number; readonly low: number; readonly high: number }[] = [
  { upTo: 5, low: 200_000, high: 300_000 },
  { upTo: 20, low: 100_000, high: 150_000 },
  { upTo: 50, low: 50_000, high: 75_000 },
  { upTo: 100, low: 25_000, high: 35_000 },
  { upTo: 500, low: 15_000, high: 20_000 },
  { upTo: Number.POSITIVE_INFINITY, low: 10_000, high: 15_000 },
];

/**
 * What one completion token takes from a Bedrock quota; cache reads take nothing (Bedrock User Guide, "How tokens are counted in Amazon
 * Bedrock", read 2026-11-22: 5 for Anthropic models from Claude 3.7 on, 1 for others; re:Post, TPM and RPM quota monitoring dashboard).
 */
export const burndownOf = (model: string): number =>
  /^claude-/.test(model) && !/^claude-(2|instant|3-(haiku|sonnet|opus|5))/.test(model) ? 5 : 1;

/** Budgets get this much more than is expected. Ours. */
export const HEADROOM = { units: 12n, scale: 1 } as const;
