import type { Routing } from "../model/identity.ts";
import base from "./base-rates.data.json" with { type: "json" };
import own from "./own-rates.data.json" with { type: "json" };
import { type RateKind, type Rates, type RateTexts, rateKinds, readRates } from "./rates.ts";

/** One dated line of the rate table. */
export interface RateEntry {
  readonly id: string;
  /** aws: the AWS Price List, as it was read; own and base: the packaged table. */
  readonly origin: "base" | "own" | "aws";
  readonly vendor: string;
  readonly model: string;
  /** Null: the same price whatever the routing. */
  readonly routing: readonly Routing[] | null;
  /** Calling regions, `*` allowed; null: every region of the commercial partition. */
  readonly regions: readonly string[] | null;
  /** Outside `regions` the figure stands as an estimate (commercial partition only). */
  readonly estimateElsewhere: boolean;
  readonly serviceTier: string;
  /** Holds for requests of more prompt tokens (cache included) than this; 0 is the standard context. */
  readonly above: number;
  /** First day; null: as far back as calls go. */
  readonly from: string | null;
  /** Last day; null: still in force. */
  readonly to: string | null;
  readonly rates: Rates;
  /** The figure rests on one weak source: calls are `estimated`. */
  readonly estimate: boolean;
  readonly source: string;
  /** Day on which somebody looked. */
  readonly checked: string;
  readonly note: string | null;
  /** Why this differs from the base; written down where it does. */
  readonly reason: string | null;
}

/** A rate that follows from another: `times` × `of`, or `value`. */
export interface RateRule {
  readonly id: string;
  /** Globs on the model; `except` takes out. */
  readonly models: readonly string[];
  readonly except: readonly string[];
  readonly vendor: string | null;
  /** What the rule makes: a service tier out of on-demand, a routing out of global, or a kind of rate. */
  readonly makes: RuleTarget;
  readonly times: string | null;
  readonly value: string | null;
  readonly estimate: boolean;
  readonly source: string;
  readonly checked: string;
  readonly note: string | null;
}

type RuleTarget =
  | { readonly serviceTier: string; readonly kinds: readonly RateKind[] }
  | { readonly routing: readonly Routing[] }
  | { readonly kind: RateKind; readonly of: RateKind | null; readonly needs: RateKind | null };

/** An entry as it stands in the data files; what is left out has its usual meaning. */
export interface RateEntryData {
  readonly id: string;
  readonly vendor: string;
  readonly model: string;
  readonly routing?: readonly string[];
  readonly regions?: readonly string[];
  readonly estimate_elsewhere?: boolean;
  readonly service_tier?: string;
  readonly above?: number;
  readonly from?: string;
  readonly to?: string;
  readonly rates: { readonly [kind: string]: string | undefined };
  readonly estimate?: boolean;
  readonly source?: string;
  readonly checked?: string;
  readonly note?: string;
  readonly reason?: string;
}

interface RuleData {
  readonly id: string;
  readonly models: readonly string[];
  readonly except?: readonly string[];
  readonly vendor?: string;
  readonly service_tier?: string;
  readonly routing?: readonly string[];
  readonly kind?: string;
  readonly of?: string;
  readonly needs?: string;
  readonly kinds?: readonly string[];
  readonly times?: string;
  readonly value?: string;
  readonly estimate?: boolean;
  readonly source: string;
  readonly checked: string;
  readonly note?: string;
}

const routings: readonly Routing[] = ["in-region", "geo", "global"];

/** @throws RangeError naming the entry, so that a slip in a data file cannot pass as an unknown price. */
function readEntry(data: RateEntryData, origin: RateEntry["origin"], defaults: { source: string; checked: string }): RateEntry {
  return {
    id: data.id,
    origin,
    vendor: data.vendor,
    model: data.model,
    routing: data.routing?.map((name) => member(routings, name, data.id)) ?? null,
    regions: data.regions ?? null,
    estimateElsewhere: data.estimate_elsewhere ?? false,
    serviceTier: data.service_tier ?? "on-demand",
    above: data.above ?? 0,
    from: data.from ?? null,
    to: data.to ?? null,
    rates: readRates(ratesOf(data.rates, data.id)),
    estimate: data.estimate ?? false,
    source: data.source ?? defaults.source,
    checked: data.checked ?? defaults.checked,
    note: data.note ?? null,
    reason: data.reason ?? null,
  };
}

function ratesOf(rates: RateEntryData["rates"], id: string): RateTexts {
  const unknown = Object.keys(rates).find((kind) => !rateKinds.some((known) => known === kind));
  if (unknown !== undefined) throw new RangeError(`pricing: entry ${id} has a rate "${unknown}", which is not a kind of rate`);
  return rates;
}

function readRule(data: RuleData): RateRule {
  const kind = (name: string) => member(rateKinds, name, data.id);
  return {
    id: data.id,
    models: data.models,
    except: data.except ?? [],
    vendor: data.vendor ?? null,
    makes: data.service_tier
      ? { serviceTier: data.service_tier, kinds: (data.kinds ?? []).map(kind) }
      : data.routing
        ? { routing: data.routing.map((name) => member(routings, name, data.id)) }
        : { kind: kind(data.kind ?? ""), of: data.of ? kind(data.of) : null, needs: data.needs ? kind(data.needs) : null },
    times: data.times ?? null,
    value: data.value ?? null,
    estimate: data.estimate ?? false,
    source: data.source,
    checked: data.checked,
    note: data.note ?? null,
  };
}

function member<T extends string>(known: readonly T[], name: string, id: string): T {
  const found = known.find((one) => one === name);
  if (found === undefined) throw new RangeError(`pricing: entry ${id} has "${name}", which is none of ${known.join(", ")}`);
  return found;
}

const ownEntries: readonly RateEntryData[] = own.entries;
const ownRules: readonly RuleData[] = own.rules;
const baseEntries: readonly RateEntryData[] = base.entries;

export const baseRates: readonly RateEntry[] = baseEntries.map((entry) => readEntry(entry, "base", base));
export const ownRates: readonly RateEntry[] = ownEntries.map((entry) => readEntry(entry, "own", own));
export const rateRules: readonly RateRule[] = ownRules.map(readRule);

/** Entries that were read from the AWS Price List, by model. */
export type ListedRates = ReadonlyMap<string, readonly RateEntry[]>;

export const listedRates = (entries: readonly RateEntryData[]): ListedRates =>
  Map.groupBy(
    entries.map((entry) => readEntry(entry, "aws", { source: "AWS Price List", checked: entry.checked ?? "" })),
    ({ model }) => model,
  );
