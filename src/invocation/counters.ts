/** The four counts that the record, the stream trailer and the body each may state; null where one says nothing. */
export interface Counters {
  readonly inputTokens: number | null;
  readonly outputTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
}

export interface ReconciledCounts extends Counters {
  /** Both state a count and they are not the same. */
  readonly differ: boolean;
}

/** Count by count: `first` where it says something, `second` otherwise. */
export function reconcileCounts(
  first: Counters,
  second: Counters & { readonly inputWithCachedTokens: number | null },
): ReconciledCounts {
  // A counter that equals a prompt count with cached tokens inside, without cache counters beside it, is that same count.
  const whole =
    first.cacheReadTokens === null && first.cacheWriteTokens === null && first.inputTokens === second.inputWithCachedTokens;
  const inputTokens = whole ? second.inputTokens : first.inputTokens;
  return {
    inputTokens: inputTokens ?? second.inputTokens,
    outputTokens: first.outputTokens ?? second.outputTokens,
    cacheReadTokens: first.cacheReadTokens ?? second.cacheReadTokens,
    cacheWriteTokens: first.cacheWriteTokens ?? second.cacheWriteTokens,
    differ:
      differs(inputTokens, second.inputTokens) ||
      differs(first.outputTokens, second.outputTokens) ||
      differs(first.cacheReadTokens, second.cacheReadTokens) ||
      differs(first.cacheWriteTokens, second.cacheWriteTokens),
  };
}

const differs = (left: number | null, right: number | null): boolean => left !== null && right !== null && left !== right;
