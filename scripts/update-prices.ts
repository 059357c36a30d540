/**
 * Writes src/pricing/base-rates.data.json from the `aws` provider of @pydantic/genai-prices, as exact decimals.
 * Run after the package was updated: node scripts/update-prices.ts
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type ConditionalPrice, findProvider, type ModelInfo, type ModelPrice } from "@pydantic/genai-prices";
import { parseModelId } from "../src/model/model-id.ts";
import type { RateEntryData } from "../src/pricing/rate-entry.ts";

const target = new URL("../src/pricing/base-rates.data.json", import.meta.url);

const kinds: ReadonlyMap<string, string> = new Map([
  ["input_mtok", "input"],
  ["output_mtok", "output"],
  ["cache_read_mtok", "cache_read"],
  ["cache_write_mtok", "cache_write_5m"],
  ["cache_write_1h_mtok", "cache_write_1h"],
]);

/** Kinds that no log record counts: audio tokens of speech models. */
const uncounted: ReadonlySet<string> = new Set(["input_audio_mtok", "output_audio_mtok"]);

/**
 * The package names no region. Claude, GPT, Nova 2 and Palmyra cost the same in every commercial region (as far as the price notes go);
 * Nova 1 is known to differ outside the US; for the rest the figures are those of the US regions.
 */
const usRegions = ["us-east-1", "us-east-2", "us-west-2"];
const everywhere = /^(claude|gpt-\d|nova-2|palmyra)/;
const usOnly = /^nova-(lite|micro|pro|premier)$/;

const day = (constraint: ConditionalPrice["constraint"]): string | undefined =>
  constraint?.type === "start_date" ? constraint.start_date.slice(0, 10) : undefined;

const dayBefore = (date: string): string => new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10);

/** Rates of one context class; class 0 is the base, others begin above a number of tokens. */
function ratesOf(price: ModelPrice, above: number, vendor: string): Record<string, string> {
  const rates: Record<string, string> = {};
  for (const [key, value] of Object.entries(price)) {
    const kind = kinds.get(key);
    if (kind === undefined) {
      if (uncounted.has(key)) continue;
      throw new Error(`update-prices: the package has a rate "${key}" that Strata does not know; add it to the list of kinds`);
    }
    const amount =
      typeof value === "object" ? (above === 0 ? value.base : value.tiers.find((tier) => tier.start === above)?.price) : value;
    // OpenAI models have one cache write, of 30 minutes.
    const name = kind === "cache_write_5m" && vendor === "openai" ? "cache_write" : kind;
    if (amount !== undefined) rates[name] = decimalText(amount);
  }
  return rates;
}

/** A double that was written as a short decimal prints as that decimal. */
function decimalText(amount: number): string {
  const text = String(amount);
  if (!/^\d+(\.\d+)?$/.test(text)) throw new Error(`update-prices: ${text} is not a plain decimal`);
  return text;
}

function entriesOf(model: ModelInfo, globals: ReadonlySet<string>): RateEntryData[] {
  const [, scope, id = ""] = /^(global|regional)?\.?(.+)$/.exec(model.id) ?? [];
  const parsed = parseModelId(id);
  if (!parsed) throw new Error(`update-prices: ${model.id} is of a maker that the model catalog does not know`);
  const dated = Array.isArray(model.prices) ? model.prices : [{ prices: model.prices }];
  // `equals` is a price of the plain id only; "regional" without a global sibling is a price for every routing.
  const exact = "equals" in model.match;
  const routing = scope === "global" ? ["global"] : exact ? ["in-region"] : globals.has(id) ? ["in-region", "geo"] : undefined;
  const regions = everywhere.test(parsed.model) ? undefined : usRegions;
  return dated.flatMap(({ prices, ...condition }, index) => {
    const from = "constraint" in condition ? day(condition.constraint) : undefined;
    if ("constraint" in condition && condition.constraint && from === undefined)
      throw new Error(`update-prices: ${model.id} has a price by time of day, which Strata cannot hold`);
    const next = dated[index + 1];
    const until = next && "constraint" in next ? day(next.constraint) : undefined;
    const starts = Object.values(prices).flatMap((value) =>
      typeof value === "object" ? value.tiers.map((tier) => tier.start) : [],
    );
    return [0, ...new Set(starts)].map((above) => ({
      id: ["base", parsed.model, scope ?? "any", ...(above === 0 ? [] : ["long"]), ...(from ? [from] : [])].join(":"),
      vendor: parsed.vendor,
      model: parsed.model,
      ...(routing && { routing }),
      ...(regions && { regions, ...(usOnly.test(parsed.model) ? {} : { estimate_elsewhere: true }) }),
      ...(above > 0 && { above }),
      ...(from && { from }),
      ...(until && { to: dayBefore(until) }),
      rates: ratesOf(prices, above, parsed.vendor),
    }));
  });
}

/** The text of the data file. */
export function baseRatesText(version: string, checked: string): string {
  const models = findProvider({ providerId: "aws" })?.models;
  if (!models) throw new Error("update-prices: the package has no provider aws");
  const globals = new Set(models.flatMap(({ id }) => (id.startsWith("global.") ? [id.slice("global.".length)] : [])));
  const entries = models.flatMap((model) => entriesOf(model, globals));
  const head = {
    about:
      "Generated by scripts/update-prices.ts; do not edit. USD per million tokens as exact decimals. Entries without routing hold for every routing.",
    source: `@pydantic/genai-prices ${version}, provider aws`,
    checked,
  };
  const lines = entries.map((entry) => `    ${JSON.stringify(entry)}`).join(",\n");
  return `${JSON.stringify(head, null, 2).slice(0, -2)},\n  "entries": [\n${lines}\n  ]\n}\n`;
}

/** Version of the installed package. */
export function installedVersion(): string {
  const text = readFileSync(new URL("../node_modules/@pydantic/genai-prices/package.json", import.meta.url), "utf8");
  const version = /"version": "([^"]+)"/.exec(text)?.[1];
  if (version === undefined) throw new Error("update-prices: the installed package names no version");
  return version;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const text = baseRatesText(installedVersion(), new Date().toISOString().slice(0, 10));
  writeFileSync(target, text);
  console.log(`update-prices: wrote ${text.split("\n").length - 7} entries`);
}
