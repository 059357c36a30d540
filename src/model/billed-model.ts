import data from "./catalog.data.json" with { type: "json" };
import { parseModelId } from "./model-id.ts";
import { type ModelWords, modelWords, squashed, withoutMaker, wordsKey } from "./model-words.ts";

const aliases: ReadonlyMap<string, string> = new Map(Object.entries(data.billed.aliases));
const newNames: ReadonlyMap<string, string> = new Map(Object.entries(data.billed.new_names));
const mediaFormat = new RegExp(data.billed.media_format);
const known: readonly ModelWords[] = data.models.map(modelWords);
const byKey: ReadonlyMap<string, string> = new Map(data.models.map((model) => [wordsKey(modelWords(model)), model]));
const bySquashed: ReadonlyMap<string, string> = new Map(data.models.map((model) => [squashed(model), model]));

/**
 * The canonical model (as in `ModelIdentity.model`) behind a name on the bill: a Marketplace product name
 * (`Claude Sonnet 4.6 (Amazon Bedrock Edition)`), the model part of a usage type (`Claude4.6Sonnet`, `Nova2.0Lite`) or a model id.
 * @returns null when the name is not known and cannot be derived.
 */
export function billedModel(name: string): string | null {
  const plain = withoutMaker(name);
  return catalogModel(name) ?? dottedModel(plain) ?? derived(modelWords(plain));
}

/** Whether a name on the bill is that of a model in the catalog. */
export const isKnownModel = (name: string): boolean => catalogModel(name) !== null;

/** The model of a line about media, whose usage type is a model and a format: `NovaCanvas-T2I-1024-Standard`. */
export const modelOfMedia = (usageType: string): string | null => billedModel(usageType.replace(mediaFormat, ""));

/** Whether a name is that of a known model with a word more. What a newer version or another size is called does not count. */
export function knownModelWithin(name: string): boolean {
  const plain = withoutMaker(name);
  const { words, numbers } = modelWords(plain);
  const parts = plain.split(/[-_\s]+/);
  const withoutOne = parts.some((part, at) => {
    const rest = parts.toSpliced(at, 1).join("-");
    // A brand alone ("Claude", which was one product once) is part of every name of its models.
    return !SIZE_OR_VERSION.test(part.toLowerCase()) && /[A-Z0-9-]/.test(rest.slice(1)) && catalogModel(rest) !== null;
  });
  return (
    withoutOne ||
    known.some(
      (model) =>
        model.words.length > 0 &&
        model.words.every((word) => words.includes(word)) &&
        model.numbers.every((number) => numbers.includes(number)) &&
        words.some((word) => !model.words.includes(word) && !SIZE_OR_VERSION.test(word)),
    )
  );
}

const SIZE_OR_VERSION = /^(?:v\d+|[a-z]?\d+(?:x\d+)?[bmk]?)$/;

function catalogModel(name: string): string | null {
  const plain = withoutMaker(name);
  // With its maker first: Amazon's Rerank is not Cohere's. Brands in camel case (`MiniMax M2`) come apart below; without any separator they match.
  const direct =
    aliases.get(squashed(name.replace(/\([^()]*\)/g, " "))) ?? aliases.get(squashed(plain)) ?? bySquashed.get(squashed(plain));
  if (direct !== undefined) return direct;
  const id = dottedModel(plain);
  if (id !== null && bySquashed.has(squashed(id))) return bySquashed.get(squashed(id)) ?? null;
  return byKey.get(wordsKey(modelWords(id ?? plain))) ?? null;
}

/** `openai.gpt-oss-120b`: a model id. */
const dottedModel = (plain: string): string | null =>
  /^[a-z0-9-]+\.[a-z]/.test(plain) ? (parseModelId(plain)?.model ?? null) : null;

/** A model that is newer than the catalog, of a family whose names are regular: one word beside the family's, and its version. */
function derived({ words, numbers }: ModelWords): string | null {
  const [family = "", word, ...more] = words;
  const template = newNames.get(family);
  if (template === undefined || word === undefined || more.length > 0 || !/^[a-z]+$/.test(word)) return null;
  return template
    .replace("{word}", word)
    .replace("{numbers-}", numbers.join("-"))
    .replace("{numbers.}", numbers.join("."))
    .replace(/-{2,}/g, "-")
    .replace(/-$/, "");
}
