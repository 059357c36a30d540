/**
 * Numbers that the savings rules assume. Ours unless a source is named; checked 2026-11-22. They are printed with every finding that uses them.
 */
export const assumptions = {
  /** A call this small on a premium model is taken for routine work. */
  routine: { promptTokens: 16_000, outputTokens: 400 },
  /** Prompts are cut to this many tokens; Claude Code's own compaction starts far later, near the model's limit. */
  trimTo: 100_000,
  /** Smallest prompt that is cached: 1,024 to 4,096 tokens by model (Bedrock User Guide, prompt caching). The largest, to be safe. */
  leastCachedPrompt: 4_096,
  /** Callers with fewer calls are not looked at for caching. */
  leastCalls: 20,
  /** Hours that a session may usually take. */
  sessionHours: 10,
  /** A batch job takes at least 100 records (Bedrock service quotas, default). */
  leastBatchRecords: 100,
  /** Most calls of a day fall into this many hours: a job, not a service. */
  jobHours: 4,
} as const;

/** Which family does the routine work of which: one tier down at the same maker. `to` is a family or a model name. */
export const stepsDown: readonly { readonly vendor: string; readonly from: RegExp; readonly to: string }[] = [
  { vendor: "anthropic", from: /^claude-(fable|mythos)-/, to: "sonnet" },
  { vendor: "anthropic", from: /^claude-(3-)?opus/, to: "sonnet" },
  { vendor: "anthropic", from: /^claude-(3-|3-[57]-)?sonnet/, to: "haiku" },
  { vendor: "amazon", from: /^nova-premier/, to: "nova-pro" },
  { vendor: "amazon", from: /^nova-pro/, to: "nova-lite" },
];
