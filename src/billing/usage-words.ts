/** A word of a usage type and where it begins. */
export interface UsageWord {
  readonly text: string;
  readonly at: number;
}

/**
 * The words of a usage type in lower case, whichever way they are joined: `InputTokenCount_Global` → input, token, count, global;
 * `NovaLite-input-tokens` → nova, lite, input, tokens; `CacheWrite1hInputTokenCount` → cache, write1h … is split before its number.
 */
export function usageWords(text: string): UsageWord[] {
  return [...text.matchAll(WORD)].map((match) => ({ text: match[0].toLowerCase(), at: match.index }));
}

/** A run of capitals, a capitalised word, lower case, or a number with the letters that follow it; anything else is a word by itself. */
const WORD = /\d+(?:[a-z]+|[A-Z]+(?![a-z]))?|[A-Z]+\d+[A-Z](?![a-z])|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[^\sA-Za-z0-9._:/-]+/g;
