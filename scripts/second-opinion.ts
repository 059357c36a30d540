import catalog from "../src/model/catalog.data.json" with { type: "json" };
import { parseModelId } from "../src/model/model-id.ts";
import type { RateEntryData } from "../src/pricing/rate-entry.ts";
import litellm from "./price-sources/litellm.json" with { type: "json" };

/** What LiteLLM says of one model, in one place. */
export interface SecondPrice {
  /** As in its table. */
  readonly key: string;
  readonly vendor: string;
  readonly model: string;
  readonly routing: readonly string[];
  readonly regions: readonly string[] | null;
  readonly above: number;
  readonly rates: Readonly<Record<string, string>>;
}

const US = ["us-east-1", "us-east-2", "us-west-2"];
/** Calling regions behind the prefix of a profile id. */
const places: ReadonlyMap<string, readonly string[]> = new Map([
  ["us", US],
  ["eu", ["eu-*"]],
  ["apac", ["ap-*"]],
  ["jp", ["ap-northeast-1", "ap-northeast-3"]],
  ["au", ["ap-southeast-2", "ap-southeast-4"]],
  ["in", ["ap-south-1", "ap-south-2"]],
  ["us-gov", ["us-gov-east-1", "us-gov-west-1"]],
]);

const kinds: ReadonlyMap<string, string> = new Map([
  ["input_cost_per_token", "input"],
  ["output_cost_per_token", "output"],
  ["cache_read_input_token_cost", "cache_read"],
  ["cache_creation_input_token_cost", "cache_write_5m"],
  ["cache_creation_input_token_cost_above_1hr", "cache_write_1h"],
]);
/** Names that it writes in a way of its own are none of Bedrock's. */
const known: ReadonlySet<string> = new Set(catalog.models);
const oneWrite: ReadonlySet<string> = new Set(["openai", "moonshotai", "zai"]);

/** Every price of tokens that LiteLLM has for Bedrock's own endpoint. */
export function secondPrices(): SecondPrice[] {
  return Object.entries(litellm.models).flatMap(([key, fields]) => {
    // Through the mantle endpoint a model costs what it costs in its region.
    const [, mantle, region, id = ""] = /^(?:bedrock(_mantle)?\/)?(?:([a-z]{2}(?:-[a-z]+)+-\d)\/)?([^/]+)$/.exec(key) ?? [];
    const parsed = parseModelId(id);
    if (!parsed || parsed.routing === null || !known.has(parsed.model)) return [];
    const prefix = parsed.profile === null ? undefined : id.slice(0, id.indexOf("."));
    const regions = region !== undefined ? [region] : prefix === "global" ? null : (places.get(prefix ?? "us") ?? null);
    if (regions === null && prefix !== "global") return [];
    const { vendor, model } = parsed;
    const alone = mantle === undefined && (region !== undefined || !(`us.${id}` in litellm.models));
    const routing =
      prefix === "global" ? ["global"] : prefix !== undefined ? ["geo"] : alone ? ["in-region", "geo"] : ["in-region"];
    return byContext(fields, vendor).map(({ above, rates }) => ({ key, vendor, model, routing, regions, above, rates }));
  });
}

/** `input_cost_per_token_above_272k_tokens`: what is after the kind is the context, or a service tier, which rules make. */
function byContext(
  fields: Readonly<Record<string, unknown>>,
  vendor: string,
): { above: number; rates: Record<string, string> }[] {
  const classes = new Map<number, Record<string, string>>();
  for (const [field, value] of Object.entries(fields)) {
    const [, name = "", thousands] = /^(.*?)(?:_above_(\d+)k_tokens)?$/.exec(field) ?? [];
    const kind = kinds.get(name);
    if (kind === undefined || typeof value !== "string") continue;
    const above = Number(thousands ?? 0) * 1000;
    const write = oneWrite.has(vendor) && kind === "cache_write_5m" ? "cache_write" : kind;
    classes.set(above, { ...classes.get(above), [write]: value });
  }
  return [...classes].map(([above, rates]) => ({ above, rates }));
}

/**
 * What LiteLLM knows and the first table lacks: whole models, contexts, and regions in which a model costs something else. One source: estimates.
 * Where both have a price for the same calls the first stands; a test asks for a reason of each difference.
 */
export function secondOpinion(first: readonly RateEntryData[]): RateEntryData[] {
  const entries = secondPrices().flatMap(({ key, vendor, model, routing, regions, above, rates }) => {
    const others = first.filter((entry) => entry.vendor === vendor && entry.model === model && (entry.above ?? 0) === above);
    const here = others.filter((entry) => entry.routing === undefined || routing.some((one) => entry.routing?.includes(one)));
    const abroad = regions !== null && !regions.every((region) => US.includes(region));
    // The plain ids of newer Claude models stand for the global price there; a global price says nothing of one region.
    if (!abroad && (here.length > 0 || (model.startsWith("claude-") && others.length > 0))) return [];
    if (abroad && here.some((entry) => entry.regions === undefined && same(entry.rates, rates)) && !isGov(regions)) return [];
    const place = regions === null ? "global" : regions.every((region) => US.includes(region)) ? "us" : regions.join("+");
    return [
      {
        id: [
          "second",
          model,
          ...(regions === null ? ["global"] : [routing.join("+"), place]),
          ...(above > 0 ? ["long"] : []),
        ].join(":"),
        vendor,
        model,
        routing: [...routing],
        ...(regions && { regions: [...regions] }),
        ...(regions && !abroad && { estimate_elsewhere: true }),
        ...(above > 0 && { above }),
        rates,
        estimate: true,
        source: `${litellm.source}, ${key}; single source`,
        checked: litellm.checked,
      },
    ];
  });
  return [...Map.groupBy(entries, ({ id }) => id).values()].flatMap((alike) => alike.slice(0, 1));
}

const isGov = (regions: readonly string[]): boolean => regions.some((region) => region.startsWith("us-gov"));

const same = (one: RateEntryData["rates"], other: Readonly<Record<string, string>>): boolean =>
  Object.entries(other).every(([kind, rate]) => one[kind] === undefined || one[kind] === rate);
