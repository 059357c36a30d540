import { parseModelId } from "./model-id.ts";
import { type ModelWords, modelWords, squashed, withoutMaker, wordsKey } from "./model-words.ts";

/** Models of the log, to be found by what the bill calls them. */
export interface LoggedNames {
  has(model: string): boolean;
  /** The one logged model that goes by this name; undefined when there is none, or more than one. */
  find(billedName: string): string | undefined;
}

export const NO_LOGGED_NAMES: LoggedNames = { has: () => false, find: () => undefined };

/** @param models as in `hourly_usage.model` */
export function loggedNames(models: Iterable<string>): LoggedNames {
  const all = new Set(models);
  const names = [...all].flatMap((model) => goesBy(model).map((name) => ({ model, name, words: modelWords(name) })));
  const bySquash = Map.groupBy(names, ({ name }) => squashed(name));
  const byWords = Map.groupBy(names, ({ words }) => wordsKey(words));
  return {
    has: (model) => all.has(model),
    find: (billedName) => {
      const [name = ""] = goesBy(billedName);
      const words = modelWords(name);
      if (words.words.length === 0) return undefined;
      return (
        only(bySquash.get(squashed(name))) ??
        only(byWords.get(wordsKey(words))) ??
        only(names.filter((one) => isPartOf(one.words, words) || isPartOf(words, one.words)))
      );
    },
  };
}

/** Words for a model that is not final; the look behind keeps the search linear in their number. */
const ENDS = /(?<![-\s](?:preview|beta|latest|v1))(?:[-\s](?:preview|beta|latest|v1))+$/i;

/** A name without maker, edition, revision and the words for a model that is not final; where the maker is known to nobody, also with it. */
function goesBy(name: string): string[] {
  const plain = withoutMaker(name);
  const known = parseModelId(plain)?.model;
  const [, maker, rest] = /^(?:[a-z][a-z-]*\.)?([a-z][a-z0-9-]*)\.([a-z].*)$/.exec(plain) ?? [];
  const bare = (known ?? rest ?? plain).replace(/-v\d+:\d+$|:\d+$/, "").replace(ENDS, "");
  return known === undefined && maker !== undefined ? [bare, `${maker} ${bare}`] : [bare];
}

/** The same version and brand, and every word: the bill mostly leaves words out (`-instruct-2607`). */
const isPartOf = (part: ModelWords, whole: ModelWords): boolean =>
  part.words.length > 1 &&
  part.words[0] === whole.words[0] &&
  part.words.every((word) => whole.words.includes(word)) &&
  part.numbers.length > 0 &&
  part.numbers.every((number, at) => whole.numbers[at] === number) &&
  whole.numbers.slice(part.numbers.length).every((number) => /^\d{4}$/.test(number));

/** The one model that they all are. */
function only(found: readonly { readonly model: string }[] | undefined): string | undefined {
  const models = new Set(found?.map(({ model }) => model));
  return models.size === 1 ? [...models][0] : undefined;
}
