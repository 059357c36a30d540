import { billedModel } from "../model/billed-model.ts";
import { grammar } from "./grammar.ts";
import type { BilledLine, UsageClass } from "./usage-class.ts";

const NOTHING = {
  model: null,
  tokenType: null,
  routing: null,
  serviceTier: null,
  endpoint: null,
  contextClass: null,
  tokensPerUnit: null,
} as const;

/**
 * Reads one bill line into the grammar that log and bill share. Never throws and never guesses: what is not understood is
 * `unclassified`, and `what` names the part that was not.
 */
export function classifyUsage(line: BilledLine): UsageClass {
  const unit = line.unit.trim();
  const type = grammar.lineItemTypes.get(line.lineItemType);
  if (type === undefined) return { ...NOTHING, chargeKind: "unclassified", unit, what: "line item type" };
  if (type.kind === "adjustment") return { ...NOTHING, chargeKind: "adjustment", unit, what: type.what ?? "adjustment" };
  if (type.kind === "fee") return { ...NOTHING, chargeKind: "not_token", unit, what: type.what ?? "fee" };

  const text = usageText(line.usageType);
  const model = modelOf(line, text);
  const other = notToken(line, text, unit);
  if (other) return { ...NOTHING, chargeKind: "not_token", model: model ?? modelOfMedia(other.what, text), unit, ...other };

  // Cache kinds come first in the table: "CacheWrite1hInputTokenCount" contains "InputTokenCount".
  const tokenType = first(grammar.tokenTypes, text)?.tokenType;
  if (tokenType === undefined) return { ...NOTHING, chargeKind: "unclassified", unit, what: "usage type" };
  const tokensPerUnit = tokensIn(line, unit);
  if (tokensPerUnit === null) return { ...NOTHING, chargeKind: "unclassified", model, unit, what: "unit" };
  if (model === null) return { ...NOTHING, chargeKind: "unclassified", unit, what: "model" };
  const words = describedUnit(line.description);
  return {
    chargeKind: "token",
    model,
    tokenType,
    routing: (first(grammar.routing, text) ?? first(grammar.routing, words))?.routing ?? null,
    serviceTier: (first(grammar.serviceTier, text) ?? first(grammar.serviceTier, words))?.serviceTier ?? "on-demand",
    endpoint: (first(grammar.endpoint, text) ?? first(grammar.endpoint, words))?.endpoint ?? "runtime",
    contextClass: grammar.longContext.test(text) ? "long" : "standard",
    unit,
    tokensPerUnit,
    what: grammar.latencyOptimized.test(text) ? "latency-optimized" : "tokens",
  };
}

const first = <T extends { readonly pattern: RegExp }>(rules: readonly T[], text: string): T | undefined =>
  rules.find(({ pattern }) => pattern.test(text));

/** `USE1-MP:USE1_InputTokenCount_Global-Units` → `InputTokenCount_Global`; `USE1-NovaLite-input-tokens` → `NovaLite-input-tokens`. */
function usageText(usageType: string): string {
  return usageType
    .trim()
    .replace(grammar.regionPrefix, "")
    .replace(grammar.marketplacePrefix, "")
    .replace(grammar.marketplaceSuffix, "");
}

function notToken(line: BilledLine, text: string, unit: string): { what: string; serviceTier: string | null } | undefined {
  const named = grammar.notToken.find(({ pattern, unless }) => pattern.test(text) && !unless?.test(text));
  if (named) return { what: named.what, serviceTier: named.serviceTier ?? null };
  const words = grammar.opaqueUnit.test(unit) ? describedUnit(line.description) : unit;
  const measured = first(grammar.notTokenUnits, words);
  return measured ? { what: measured.what, serviceTier: null } : undefined;
}

/** Marketplace lines name the model in the product, lines sold by AWS in the usage type, before the token kind. */
function modelOf(line: BilledLine, text: string): string | null {
  const { productNameContains } = grammar.bedrock;
  if (line.productName.includes(productNameContains)) {
    return billedModel(line.productName) ?? line.productName.replace(productNameContains, "").trim();
  }
  const end = grammar.modelEnd.exec(text);
  if (!end || end.index === 0) return null;
  const name = text.slice(0, end.index);
  // "Nova2.0Sonic-text" is Sonic's text tokens, but "TitanEmbeddingV2-Text" is a model: the shorter name wins where it is one.
  return billedModel(name.replace(grammar.modality, "")) ?? billedModel(name) ?? name;
}

/** `NovaCanvas-T2I-1024-Standard`: media are billed by model and format, without a token kind at which the name would end. */
const modelOfMedia = (what: string, text: string): string | null =>
  what === "image" || what === "video" ? billedModel(text) : null;

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
  return words === "" && grammar.opaqueUnit.test(unit) && line.usageType.includes("MP:") ? grammar.marketplaceUnitTokens : null;
}
