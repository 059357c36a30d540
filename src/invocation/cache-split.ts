import type { BodyReading } from "./body-reading.ts";

export interface CacheSplit {
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  /** Written to a cache of unknown duration: in neither of the two others. */
  readonly cacheWriteUnsplitTokens: number;
  readonly mismatch: boolean;
}

/**
 * Divides the cache-write total by duration. Only a body knows the split, because the record's own counter holds both together. Where
 * the parts do not add up to the total, the total stands: 1-hour tokens as stated up to the total, the rest 5-minute.
 */
export function splitCacheWrites(total: number | null, body: BodyReading | null): CacheSplit {
  const fiveMinutes = body?.cacheWrite5mTokens ?? null;
  const oneHour = body?.cacheWrite1hTokens ?? null;
  const stated = fiveMinutes === null && oneHour === null ? null : (fiveMinutes ?? 0) + (oneHour ?? 0);
  const written = total ?? stated ?? 0;
  if (stated === null) return { cacheWrite5mTokens: 0, cacheWrite1hTokens: 0, cacheWriteUnsplitTokens: written, mismatch: false };
  const cacheWrite1hTokens = Math.min(oneHour ?? 0, written);
  return {
    cacheWrite5mTokens: written - cacheWrite1hTokens,
    cacheWrite1hTokens,
    cacheWriteUnsplitTokens: 0,
    mismatch: stated !== written,
  };
}
