import { parseModelArn } from "../model/arn.ts";
import type { Routing } from "../model/identity.ts";
import { parseModelId } from "../model/model-id.ts";
import { entriesOf, pricedModels } from "./list-rates.ts";
import { type EffectiveRate, type PriceBook, priceList } from "./price-list.ts";
import { formatRate, type RateKind, rateKinds, unitOf } from "./rates.ts";
import { type Unpriced, unpricedOf } from "./unpriced.ts";

/** One rate of a model with everything that made it. */
interface PriceExplanationRow {
  readonly routing: Routing;
  readonly serviceTier: string;
  /** Prompt tokens above which this context class applies; 0 is the standard one. */
  readonly above: number;
  readonly kind: RateKind;
  /** Exact decimal USD; null when only an override knows one. */
  readonly listRate: string | null;
  /** After override and discounts. */
  readonly rate: string;
  /** What the rate is for, for example `1M tokens`. */
  readonly unit: string;
  /** Calls priced with it are `estimated`. */
  readonly estimate: boolean;
  /** Where it comes from: the entry's id. */
  readonly entry: string;
  readonly origin: "base" | "own" | "aws" | "override";
  readonly source: string;
  /** Day on which somebody looked; null for an override. */
  readonly checked: string | null;
  readonly validFrom: string | null;
  readonly validTo: string | null;
  /** In words: why this rate and not another. */
  readonly why: string;
  readonly discounts: readonly string[];
}

export interface PriceExplanation {
  readonly model: string;
  readonly vendor: string | null;
  readonly family: string | null;
  readonly region: string;
  readonly day: string;
  readonly rows: readonly PriceExplanationRow[];
  /** What of it has no rate, and why. */
  readonly unpriced: readonly Unpriced[];
  /** For a model without a price in force: what the models of its family cost, if any has a price. */
  readonly familyRange: readonly FamilyRange[];
  /** For a name that is not known: names that look like it. */
  readonly similar: readonly string[];
}

/** Least and most that a family's models cost. */
export interface FamilyRange {
  readonly kind: RateKind;
  readonly low: string;
  readonly high: string;
  readonly unit: string;
  readonly models: readonly string[];
}

const routings: readonly Routing[] = ["in-region", "geo", "global"];
const serviceTiers: readonly string[] = ["on-demand", "batch", "flex", "priority"];

/** Every rate of a model on a day (`YYYY-MM-DD`) for calls from a region. A profile id limits the answer to its routing. */
export function explainPrice(modelId: string, region: string, day: string, account: string, book: PriceBook): PriceExplanation {
  const inArn = parseModelArn(modelId)?.id ?? "";
  const id = parseModelId(inArn) ? inArn : modelId;
  const parsed = parseModelId(id);
  const entries = entriesOf(parsed?.model ?? id, book.listed);
  const model = parsed?.model ?? id;
  // A bare name says its maker by its first letters only; the rates know it better.
  const vendor = (parsed?.routing === null ? entries[0]?.vendor : undefined) ?? parsed?.vendor ?? entries[0]?.vendor ?? null;
  const wanted = parsed?.profile == null ? routings : routings.filter((routing) => routing === parsed.routing);
  const rows = wanted.flatMap((routing) =>
    serviceTiers.flatMap((serviceTier) =>
      priceList({ vendor, model, routing, region, serviceTier, day }, account, book).flatMap(({ above, effective }) =>
        [...effective].map(([kind, rate]) => row(routing, serviceTier, above, kind, rate)),
      ),
    ),
  );
  const family = parsed?.family ?? null;
  return {
    model,
    vendor,
    family,
    region,
    day,
    rows,
    unpriced:
      rows.length === 0
        ? []
        : unpricedOf(
            model,
            serviceTiers.filter((tier) => !rows.some((one) => one.serviceTier === tier)),
          ),
    familyRange: rows.length > 0 || family === null ? [] : estimateRange(family, region, day),
    similar: entries.length > 0 ? [] : similarTo(model),
  };
}

function row(
  routing: Routing,
  serviceTier: string,
  above: number,
  kind: RateKind,
  effective: EffectiveRate,
): PriceExplanationRow {
  const { list, override, discounts, estimate, rate } = effective;
  const rules = list?.rules ?? [];
  return {
    routing,
    serviceTier,
    above,
    kind,
    listRate: list === null ? null : formatRate(list.rate),
    rate: formatRate(rate),
    unit: unitOf(kind),
    estimate,
    entry: override?.id ?? [list?.entry.id, ...rules.map((rule) => rule.id)].join("+"),
    origin: override ? "override" : (list?.entry.origin ?? "own"),
    source: override
      ? `strata.yml ${override.path}`
      : [...new Set([list?.entry.source, ...rules.map((rule) => rule.source)])].join("; "),
    checked: override ? null : (list?.entry.checked ?? null),
    validFrom: override?.from ?? list?.entry.from ?? null,
    validTo: override?.to ?? list?.entry.to ?? null,
    why: why(effective),
    discounts: discounts.map((discount) => `${discount.name} ${discount.percent} %`),
  };
}

function why({ list, override, estimate }: EffectiveRate): string {
  if (override) return `your rate (${override.id})${override.net ? ", net of discounts" : ""}`;
  if (!list) return "";
  const { entry, rules } = list;
  const parts = [
    entry.reason ??
      entry.note ??
      { aws: "AWS Price List", own: "own table, which comes before the base", base: "base table" }[entry.origin],
    ...rules.map((rule) => rule.note ?? rule.id),
  ];
  if (estimate && rules.every((rule) => !rule.estimate)) parts.push("calls priced with it are marked estimated");
  return parts.map((part) => part.replace(/\.$/, "")).join("; ");
}

/** What the models of a family cost on a day, for calls from a region: a range for a model that has no price itself. */
export function estimateRange(family: string, region: string, day: string): FamilyRange[] {
  const ranges = new Map<RateKind, { low: EffectiveRate; high: EffectiveRate; models: Set<string> }>();
  for (const model of pricedModels()) {
    const vendor = entriesOf(model)[0]?.vendor;
    if (vendor === undefined || parseModelId(`${vendor}.${model}`)?.family !== family) continue;
    for (const routing of routings) {
      const [standard] = priceList({ vendor, model, routing, region, serviceTier: "on-demand", day }, "", {
        overrides: [],
        discounts: [],
        listed: new Map(),
      });
      for (const [kind, rate] of standard?.effective ?? []) {
        const range = ranges.get(kind);
        if (!range) ranges.set(kind, { low: rate, high: rate, models: new Set([model]) });
        else {
          if (less(rate, range.low)) range.low = rate;
          if (less(range.high, rate)) range.high = rate;
          range.models.add(model);
        }
      }
    }
  }
  return rateKinds.flatMap((kind) => {
    const range = ranges.get(kind);
    return range
      ? [
          {
            kind,
            low: formatRate(range.low.rate),
            high: formatRate(range.high.rate),
            unit: unitOf(kind),
            models: [...range.models],
          },
        ]
      : [];
  });
}

const less = (a: EffectiveRate, b: EffectiveRate): boolean =>
  a.rate.units * 10n ** BigInt(b.rate.scale) < b.rate.units * 10n ** BigInt(a.rate.scale);

/** Names that share the most pieces with what was asked for, a word among them: a number or a version alone is no likeness. */
function similarTo(name: string): string[] {
  const pieces = new Set(name.toLowerCase().split(/[^a-z0-9]+/));
  return pricedModels()
    .map((model) => ({ model, shared: model.split("-").filter((piece) => pieces.has(piece)) }))
    .filter(({ shared }) => shared.some((piece) => /[a-z]{2}/.test(piece)))
    .sort((a, b) => b.shared.length - a.shared.length || a.model.localeCompare(b.model))
    .slice(0, 5)
    .map(({ model }) => model);
}
