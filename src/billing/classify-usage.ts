import { billedModel, isKnownModel, knownModelWithin, modelOfMedia } from "../model/billed-model.ts";
import { type LoggedNames, NO_LOGGED_NAMES } from "../model/logged-names.ts";
import { grammar } from "./grammar.ts";
import { readTokenWords, type TokenWords, tokenWordsFrom } from "./read-token-words.ts";
import type { BilledLine, UsageClass } from "./usage-class.ts";
import { type UsageWord, usageWords } from "./usage-words.ts";

const NOTHING = {
  model: null,
  modelBy: null,
  tokenType: null,
  routing: null,
  serviceTier: null,
  endpoint: null,
  contextClass: null,
  modality: null,
  tokensPerUnit: null,
} as const;

/** A model and how it was found. */
type Named = Pick<UsageClass, "model" | "modelBy">;

/**
 * Reads one bill line into the grammar that log and bill share. Never throws and never guesses: a line with a word that is not known is
 * `unclassified`, and `what` names the part that was not understood.
 * @param logged names of the log, which may make a name on the bill known
 */
export function classifyUsage(line: BilledLine, logged: LoggedNames = NO_LOGGED_NAMES): UsageClass {
  const unit = line.unit.trim();
  const type = grammar.lineItemTypes.get(line.lineItemType);
  if (type === undefined) return { ...NOTHING, chargeKind: "unclassified", unit, what: "line item type" };
  if (type.kind === "adjustment") return { ...NOTHING, chargeKind: "adjustment", unit, what: type.what ?? "adjustment" };
  if (type.kind === "fee") return { ...NOTHING, chargeKind: "not_token", unit, what: type.what ?? "fee" };

  const { productName: platform, unit: consumption, what } = grammar.claudePlatform;
  if (line.productName.includes(platform) || `${line.description}\n${unit}\n${line.usageType}`.includes(consumption))
    return { ...NOTHING, chargeKind: "not_token", unit, what };

  const text = usageText(line.usageType);
  const words = usageWords(text);
  const other = notToken(line, words, unit);
  if (other) return { ...NOTHING, chargeKind: "not_token", unit, ...other, ...whoseUnit(line, text, words, other.what) };

  const read = fromMarketplace(line.usageType) ? marketplaceLine(line, words) : lineByAws(line, text, words);
  if (read === undefined) return { ...NOTHING, chargeKind: "unclassified", unit, what: "usage type" };
  const named = nameOf(read.name, logged);
  const tokensPerUnit = tokensIn(line, unit);
  if (tokensPerUnit === null) return { ...NOTHING, chargeKind: "unclassified", ...named, unit, what: "unit" };
  if (named.model === null) return { ...NOTHING, chargeKind: "unclassified", unit, what: "model" };
  const { said } = read;
  return {
    chargeKind: "token",
    ...named,
    tokenType: read.tokenType,
    routing: said.routing ?? first(grammar.describedRouting, describedUnit(line.description))?.routing ?? null,
    serviceTier: said.tier ?? "on-demand",
    endpoint: said.tier === "batch" ? "batch" : (said.endpoint ?? "runtime"),
    contextClass: said.context ?? "standard",
    modality: said.modality ?? null,
    unit,
    tokensPerUnit,
    what: said.latency === undefined ? "tokens" : "latency-optimized",
  };
}

const first = <T extends { readonly pattern: RegExp }>(rules: readonly T[], text: string): T | undefined =>
  rules.find(({ pattern }) => pattern.test(text));

const fromMarketplace = (usageType: string): boolean => grammar.marketplacePrefix.test(withoutRegion(usageType));

const withoutRegion = (usageType: string): string => usageType.trim().replace(grammar.regionPrefix, "");

/** `USE1-MP:USE1_InputTokenCount_Global-Units` → `InputTokenCount_Global`; `USE1-NovaLite-input-tokens` → `NovaLite-input-tokens`. */
const usageText = (usageType: string): string =>
  withoutRegion(usageType).replace(grammar.marketplacePrefix, "").replace(grammar.marketplaceSuffix, "");

function notToken(
  line: BilledLine,
  words: readonly UsageWord[],
  unit: string,
): { what: string; serviceTier: string | null } | undefined {
  const product = grammar.productCodes.get(line.productCode);
  if (product !== undefined) return { what: product, serviceTier: null };
  const text = words.map((word) => word.text).join(" ");
  const named = grammar.notToken.find(({ pattern, unless }) => pattern.test(text) && !unless?.test(text));
  if (named) return { what: named.what, serviceTier: named.serviceTier ?? null };
  const measured = first(grammar.notTokenUnits, grammar.opaqueUnit.test(unit) ? describedUnit(line.description) : unit);
  return measured ? { what: measured.what, serviceTier: null } : undefined;
}

/** Media are billed by model and format, and custom models under the name of their base, without a kind of token at which the name would end. */
function whoseUnit(line: BilledLine, text: string, words: readonly UsageWord[], what: string): Named {
  const end = words.find(({ text: word }) => word === "input" || word === "output" || word === "cache")?.at ?? text.length;
  const model =
    productModel(line) ?? (what === "image" || what === "video" ? modelOfMedia(text) : billedModel(text.slice(0, end)));
  return { model, modelBy: model === null ? null : "catalog" };
}

/** What a token line says, and the name that it gives its model. */
type Read = TokenWords & { readonly name: string };

/** Marketplace lines name the model in the product; every word of the usage type is about the tokens. */
function marketplaceLine(line: BilledLine, words: readonly UsageWord[]): Read | undefined {
  const read = readTokenWords(words);
  if (read?.said.noun === undefined) return undefined;
  return { ...read, name: productName(line) ?? "" };
}

/** Lines sold by AWS name the model before the token words. */
function lineByAws(line: BilledLine, text: string, words: readonly UsageWord[]): Read | undefined {
  const from = tokenWordsFrom(words);
  const readings = words.slice(from).flatMap(({ at }, index) => {
    const read = readTokenWords(words.slice(from + index));
    const name = text.slice(0, at).replace(/[-_]$/, "");
    return read === undefined || name.endsWith("-mantle") ? [] : [{ ...read, name }];
  });
  // "TitanEmbeddingV2-Text" is a model, but "Nova2.0Sonic-text" is Sonic's text tokens: the longer name counts where it is one.
  const known = readings.findLast(({ name }) => isKnownModel(name));
  const read = known ?? readings[0];
  if (read === undefined) return undefined;
  // Words of a token line that stand in what would be the model's name are not understood there.
  const inName = usageWords(read.name).map((word) => word.text);
  if (known === undefined && (!NAME.test(read.name) || inName.some((word) => NOT_IN_NAMES.has(word)))) return undefined;
  return { ...read, name: read.name === "" ? (productName(line) ?? "") : read.name };
}

const NAME = /^(?:[A-Za-z0-9][A-Za-z0-9.-]*(?::\d+)?)?$/;
const NOT_IN_NAMES: ReadonlySet<string> = new Set(["input", "output", "token", "tokens", "cache", "cached", "mantle", "count"]);

function productName(line: BilledLine): string | undefined {
  const { productNameContains } = grammar.bedrock;
  return line.productName.includes(productNameContains) ? line.productName.replace(productNameContains, "").trim() : undefined;
}

const productModel = (line: BilledLine): string | null => billedModel(productName(line) ?? "");

/** The model behind a name: one of the catalog, one that the log names, or the bill's spelling where it is wholly unknown. */
function nameOf(name: string, logged: LoggedNames): Named {
  const model = billedModel(name);
  if (model !== null && (isKnownModel(name) || logged.has(model))) return { model, modelBy: "catalog" };
  const same = logged.find(name);
  if (same !== undefined) return { model: same, modelBy: "log" };
  // A known model with a word more may be that model, sold in a way that nobody has described yet.
  if (name === "" || knownModelWithin(name)) return { model: null, modelBy: null };
  return { model: model ?? name, modelBy: "bill" };
}

/** Third `|`-part of the description: what a Marketplace "Unit" really is, for example `Million Input Tokens Global`. */
const describedUnit = (description: string): string => description.split("|")[2]?.trim() ?? "";

function tokensIn(line: BilledLine, unit: string): number | null {
  const plain = first(grammar.units, unit);
  if (plain) return plain.tokens;
  if (unit !== "" && !grammar.opaqueUnit.test(unit)) return null;
  const words = describedUnit(line.description);
  const described = first(grammar.describedUnits, words);
  if (described) return described.tokens;
  // Marketplace units are millions of tokens; a description that says something else must not be read as that.
  return words === "" && grammar.opaqueUnit.test(unit) && fromMarketplace(line.usageType) ? grammar.marketplaceUnitTokens : null;
}
