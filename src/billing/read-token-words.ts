import { grammar, type Said } from "./grammar.ts";
import type { BilledTokenType } from "./usage-class.ts";
import type { UsageWord } from "./usage-words.ts";

/** What the words after the model's name say of a token line. */
export interface TokenWords {
  readonly tokenType: BilledTokenType;
  readonly said: Said;
}

const LONGEST = Math.max(...[...grammar.tokenWords.keys()].map((words) => words.split(" ").length));

/**
 * Reads words that all have to be known and may each say their thing once.
 * @returns undefined when a word is not known, when two contradict each other, or when they do not name one kind of token
 */
export function readTokenWords(words: readonly UsageWord[]): TokenWords | undefined {
  let said: Said = {};
  for (let at = 0; at < words.length; ) {
    const [length, meaning] = phraseAt(words, at) ?? [];
    if (length === undefined || meaning === undefined || Object.keys(meaning).some((key) => key in said)) return undefined;
    said = { ...said, ...meaning };
    at += length;
  }
  const tokenType = tokenTypeOf(said);
  return tokenType === undefined ? undefined : { tokenType, said };
}

/** Index of the first word from which on every word is part of a known phrase. */
export function tokenWordsFrom(words: readonly UsageWord[]): number {
  let from = words.length;
  for (let at = words.length - 1; at >= 0; at -= 1) {
    const length = phraseAt(words, at)?.[0];
    // A phrase may reach over words that are none by themselves: "cross region global".
    if (length !== undefined && at + length >= from) from = at;
    else if (at < from - LONGEST) break;
  }
  return from;
}

/** The longest phrase that begins here. */
function phraseAt(words: readonly UsageWord[], at: number): readonly [length: number, meaning: Said] | undefined {
  for (let length = Math.min(LONGEST, words.length - at); length > 0; length -= 1) {
    const meaning = grammar.tokenWords.get(
      words
        .slice(at, at + length)
        .map(({ text }) => text)
        .join(" "),
    );
    if (meaning !== undefined) return [length, meaning];
  }
  return undefined;
}

function tokenTypeOf({ direction, noun, cache, ttl }: Said): BilledTokenType | undefined {
  if (cache === undefined) return ttl === undefined ? direction : undefined;
  // "cached" or "cache read" of what comes out is nothing that is sold.
  if (direction === "output" || noun === undefined) return undefined;
  if (cache === "read") return ttl === undefined ? "cache_read" : undefined;
  return ttl === "1h" ? "cache_write_1h" : "cache_write_5m";
}
