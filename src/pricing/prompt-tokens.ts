import type { Usage } from "./price-request.ts";

/** The whole prompt, cached or not: what decides the context class (Anthropic pricing page, long context). */
export const promptTokens = (usage: Usage): number =>
  usage.inputTokens + usage.cacheReadTokens + usage.cacheWrite5mTokens + usage.cacheWrite1hTokens + usage.cacheWriteUnsplitTokens;
