import data from "./catalog.data.json" with { type: "json" };

/** A name in pieces: its words in order, and its numbers in order. */
export interface ModelWords {
  readonly words: readonly string[];
  readonly numbers: readonly string[];
}

const ignored: ReadonlySet<string> = new Set(data.billed.ignored_words);
const sameWord: ReadonlyMap<string, string> = new Map(Object.entries(data.billed.same_words));

/**
 * `Claude4.6Sonnet` → words claude, sonnet and numbers 4, 6. Sizes and revisions (70b, 8x7b, v2) are words, and so is a sign that is no mere
 * separator: Command R+ is not Command R.
 */
export function modelWords(name: string): ModelWords {
  const spaced = name
    .replaceAll("+", " plus ")
    .replace(/(\d)\.0(?!\d)/g, "$1")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/(\d)([A-Z][a-z])/g, "$1 $2")
    .replace(/(?<=[A-Za-z]{2})(?=\d)/g, " ")
    .replace(/([^\sA-Za-z0-9._:,'’®™/-])/g, " $1 ")
    .toLowerCase();
  const pieces = spaced
    .split(/[\s._:,'’®™/-]+/)
    .map((piece) => sameWord.get(piece) ?? piece)
    .filter((piece) => piece !== "" && !ignored.has(piece) && !/^\d{8}$/.test(piece));
  return {
    words: [...new Set(pieces.filter((piece) => !/^\d+$/.test(piece)))],
    numbers: pieces.filter((piece) => /^\d+$/.test(piece)),
  };
}

/** The same for names whose words are the same in another order. */
export const wordsKey = ({ words, numbers }: ModelWords): string => `${[...words].sort().join(" ")}|${numbers.join(".")}`;

/** Letters, digits and what is between two digits: `GPT-5.6 Luna` → `gpt5.6luna`, `claude-3-5-haiku` → `claude3.5haiku`. */
export const squashed = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll("+", "plus")
    .replace(/(?<=\d)[\s._:,/-]+(?=\d)/g, ".")
    .replace(/[\s_:,'’®™/-]+|(?<!\d)\.|\.(?!\d)/g, "");

const makers = new RegExp(`^(?:${data.billed.makers.map((maker) => maker.replaceAll(".", "\\.")).join("|")})[\\s-]+(?=\\S)`, "i");

/** A name without its edition in brackets and without the maker in front of it. */
export const withoutMaker = (name: string): string =>
  name
    .replace(/\([^()]*\)/g, " ")
    .trim()
    .replace(makers, "");
