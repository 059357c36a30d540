import data from "./catalog.data.json" with { type: "json" };
import { parseModelId } from "./model-id.ts";

/** A name in pieces: its words in order, and its numbers in order. */
interface Pieces {
  readonly words: readonly string[];
  readonly numbers: readonly string[];
}

const ignored: ReadonlySet<string> = new Set(data.billed.ignored_words);
const sameWord: ReadonlyMap<string, string> = new Map(Object.entries(data.billed.same_words));
const aliases: ReadonlyMap<string, string> = new Map(Object.entries(data.billed.aliases));
const newNames: ReadonlyMap<string, string> = new Map(Object.entries(data.billed.new_names));
const afterName = new RegExp(data.billed.after_name);
const byKey: ReadonlyMap<string, string> = new Map(data.models.map((model) => [keyOf(piecesOf(model)), model]));
const bySquashed: ReadonlyMap<string, string> = new Map(data.models.map((model) => [squash(model), model]));

/**
 * The canonical model (as in `ModelIdentity.model`) behind a name on the bill: a Marketplace product name
 * (`Claude Sonnet 4.6 (Amazon Bedrock Edition)`), the model part of a usage type (`Claude4.6Sonnet`, `Nova2.0Lite`) or a model id.
 * @returns null when the name is not known and cannot be derived.
 */
export function billedModel(name: string): string | null {
  const plain = name
    .replace(/\([^)]*\)/g, " ")
    .replace(afterName, "")
    .trim();
  const squashed = squash(plain);
  // Brands in camel case (`MiniMax M2`) come apart below; without any separator they match.
  const known = aliases.get(squashed) ?? bySquashed.get(squashed);
  if (known !== undefined) return known;
  const dotted = /^[a-z0-9-]+\.[a-z]/.test(plain) ? parseModelId(plain) : undefined;
  const pieces = piecesOf(dotted?.model ?? plain);
  return byKey.get(keyOf(pieces)) ?? dotted?.model ?? derived(pieces);
}

function squash(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, "");
}

/** A model that is newer than the catalog, of a family whose names are regular. */
function derived({ words, numbers }: Pieces): string | null {
  const [first = "", ...rest] = words;
  const template = newNames.get(first);
  if (template === undefined || rest.length === 0) return null;
  return template
    .replace("{words}", rest.join("-"))
    .replace("{numbers-}", numbers.join("-"))
    .replace("{numbers.}", numbers.join("."))
    .replace(/-{2,}/g, "-")
    .replace(/-$/, "");
}

/** `Claude4.6Sonnet` → words claude, sonnet and numbers 4, 6. Sizes and revisions (70b, 8x7b, v2) are words. */
function piecesOf(name: string): Pieces {
  const spaced = name
    .replace(/(\d)\.0(?!\d)/g, "$1")
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .replace(/(\d)([A-Z][a-z])/g, "$1 $2")
    .replace(/([A-Za-z]{2,})(\d)/g, "$1 $2")
    .toLowerCase();
  const pieces = spaced
    .split(/[^a-z0-9]+/)
    .map((piece) => sameWord.get(piece) ?? piece)
    .filter((piece) => piece !== "" && !ignored.has(piece) && !/^\d{8}$/.test(piece));
  return {
    words: [...new Set(pieces.filter((piece) => !/^\d+$/.test(piece)))],
    numbers: pieces.filter((piece) => /^\d+$/.test(piece)),
  };
}

function keyOf({ words, numbers }: Pieces): string {
  return `${[...words].sort().join(" ")}|${numbers.join(".")}`;
}
