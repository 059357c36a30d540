import { glob } from "../glob.ts";
import type { Routing } from "../model/identity.ts";
import { type Decimal, multiply, parseDecimal } from "../money.ts";
import { baseRates, type ListedRates, ownRates, type RateEntry, type RateRule, rateRules } from "./rate-entry.ts";
import { type RateKind, rateKinds } from "./rates.ts";

/** Where a price is asked for. */
export interface RateQuery {
  readonly vendor: string | null;
  readonly model: string;
  readonly routing: Routing | null;
  /** Calling region. */
  readonly region: string;
  readonly serviceTier: string;
  /** `YYYY-MM-DD` */
  readonly day: string;
}

/** A rate with where it comes from. */
export interface ListRate {
  readonly rate: Decimal;
  readonly entry: RateEntry;
  /** Rules that made it out of the entry's own figure. */
  readonly rules: readonly RateRule[];
  /** It rests on an assumption, so that a call priced with it is `estimated`. */
  readonly estimate: boolean;
}

/** Published rates of one context class: of requests with more prompt tokens than `above`. */
export interface ContextRates {
  readonly above: number;
  readonly rates: ReadonlyMap<RateKind, ListRate>;
}

const byModel = new Map<string, RateEntry[]>();
for (const entry of [...ownRates, ...baseRates]) {
  const entries = byModel.get(entry.model);
  if (entries) entries.push(entry);
  else byModel.set(entry.model, [entry]);
}

const rules = rateRules.map((rule) => {
  const models = rule.models.map(glob);
  const except = rule.except.map(glob);
  return {
    rule,
    applies: (query: RateQuery) =>
      (rule.vendor === null || rule.vendor === query.vendor) &&
      models.some((matches) => matches(query.model)) &&
      !except.some((matches) => matches(query.model)),
  };
});

const NOTHING_LISTED: ListedRates = new Map();

/** Models that have a rate, sorted. */
export const pricedModels = (listed: ListedRates = NOTHING_LISTED): string[] =>
  [...new Set([...byModel.keys(), ...listed.keys()])].sort();

/** Entries of a model: those of the AWS Price List, then own ones, then the base. */
export const entriesOf = (model: string, listed: ListedRates = NOTHING_LISTED): readonly RateEntry[] => [
  ...(listed.get(model) ?? []),
  ...(byModel.get(model) ?? []),
];

/**
 * The published rates in force, by context class, the standard one first. Empty when nothing is known: then the call is unpriced.
 * The AWS Price List comes before own entries and these before the base, narrower regions before wider ones, entries before rules.
 */
export function listRates(query: RateQuery, listed: ListedRates = NOTHING_LISTED): ContextRates[] {
  const entries = entriesOf(query.model, listed);
  const classes = [...new Set(entries.map((entry) => entry.above))].sort((a, b) => a - b);
  return classes
    .map((above) => ({ above, rates: withKindRules(query, classRates(query, entries, above)) }))
    .filter(({ rates }) => rates.size > 0);
}

function classRates(query: RateQuery, entries: readonly RateEntry[], above: number): Map<RateKind, ListRate> {
  const rates = entryRates(query, entries, above);
  if (rates.size > 0) return rates;
  for (const { rule, applies } of rules) {
    if (!applies(query)) continue;
    const { makes } = rule;
    if ("routing" in makes && query.routing !== null && makes.routing.includes(query.routing)) {
      const from = classRates({ ...query, routing: "global" }, entries, above);
      if (from.size > 0) return times(from, rule, rateKinds);
    }
    if ("serviceTier" in makes && makes.serviceTier === query.serviceTier) {
      const from = withKindRules(query, classRates({ ...query, serviceTier: "on-demand" }, entries, above));
      if (from.size > 0) return times(from, rule, makes.kinds);
    }
  }
  return rates;
}

/** Per kind, the first entry that knows it. */
function entryRates(query: RateQuery, entries: readonly RateEntry[], above: number): Map<RateKind, ListRate> {
  const rates = new Map<RateKind, ListRate>();
  const ranked = entries
    .map((entry) => ({ entry, fit: entry.above === above && inForce(entry, query) ? regionFit(entry, query.region) : 0 }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => rank(b) - rank(a) || (b.entry.from ?? "").localeCompare(a.entry.from ?? ""));
  for (const { entry, fit } of ranked) {
    for (const [kind, rate] of entry.rates) {
      if (!rates.has(kind)) rates.set(kind, { rate, entry, rules: [], estimate: entry.estimate || fit === ELSEWHERE });
    }
  }
  return rates;
}

/** A figure of the right region, even the base's, comes before an own one that is only carried over from elsewhere. */
const rank = ({ entry, fit }: { entry: RateEntry; fit: number }): number =>
  (fit === ELSEWHERE ? 0 : 10) + { aws: 20, own: 5, base: 0 }[entry.origin] + fit;

const inForce = (entry: RateEntry, query: RateQuery): boolean =>
  entry.vendor === query.vendor &&
  entry.serviceTier === query.serviceTier &&
  (entry.routing === null || (query.routing !== null && entry.routing.includes(query.routing))) &&
  (entry.from === null || entry.from <= query.day) &&
  (entry.to === null || query.day <= entry.to);

const ELSEWHERE = 1;

/** 0: does not hold there; 1: carried over from another region; 2: holds everywhere; 3 and 4: holds there by pattern or by name. */
function regionFit(entry: RateEntry, region: string): number {
  if (entry.regions?.includes(region)) return 4;
  if (entry.regions?.some((pattern) => pattern.includes("*") && glob(pattern)(region))) return 3;
  // GovCloud and China have price lists of their own.
  if (/^(us-gov|us-iso|cn)/.test(region)) return 0;
  return entry.regions === null ? 2 : entry.estimateElsewhere ? ELSEWHERE : 0;
}

function times(rates: ReadonlyMap<RateKind, ListRate>, rule: RateRule, kinds: readonly RateKind[]): Map<RateKind, ListRate> {
  const factor = parseDecimal(rule.times ?? "1");
  const made = new Map<RateKind, ListRate>();
  for (const kind of kinds) {
    const known = rates.get(kind);
    if (known)
      made.set(kind, {
        ...known,
        rate: multiply(known.rate, factor),
        rules: [...known.rules, rule],
        estimate: known.estimate || rule.estimate,
      });
  }
  return made;
}

/** Adds the kinds that follow from others, for example 1-hour cache writes from input. What the cache costs in other tiers is not known. */
function withKindRules(query: RateQuery, rates: Map<RateKind, ListRate>): Map<RateKind, ListRate> {
  if (query.serviceTier !== "on-demand") return rates;
  for (const { rule, applies } of rules) {
    const { makes } = rule;
    if (!("kind" in makes) || rates.has(makes.kind) || (makes.needs !== null && !rates.has(makes.needs)) || !applies(query))
      continue;
    const of = rates.get(makes.of ?? "input");
    if (!of) continue;
    const rate = rule.value === null ? multiply(of.rate, parseDecimal(rule.times ?? "1")) : parseDecimal(rule.value);
    rates.set(makes.kind, { rate, entry: of.entry, rules: [...of.rules, rule], estimate: of.estimate || rule.estimate });
  }
  return rates;
}
