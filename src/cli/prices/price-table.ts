import type { QueryResult, Row } from "../../ports.ts";
import type { Pricer } from "../../pricing/create-pricer.ts";
import type { PriceExplanation } from "../../pricing/explain-price.ts";
import type { RateKind } from "../../pricing/rates.ts";
import { parseDay } from "../../time.ts";

export interface PriceTableFilter {
  readonly region: string;
  /** `YYYY-MM-DD` */
  readonly at: string;
  readonly vendor?: string | undefined;
  readonly account?: string | undefined;
}

type Explained = PriceExplanation["rows"][number];

const COLUMNS = [
  "model",
  "vendor",
  "routing",
  "input",
  "output",
  "cache_read",
  "cache_write",
  "write_1h",
  "since",
  "source",
] as const;
const SOURCES = { aws: "AWS Price List", base: "packaged", own: "packaged", override: "agreed" } as const;

/** What each model costs on demand in the standard context, USD per million tokens; routings that cost the same are one line. */
export function priceTable(pricer: Pricer, { region, at, vendor, account }: PriceTableFilter): QueryResult {
  const day = parseDay(at) ?? 0;
  const rows = pricer.models().flatMap((model) => {
    const explanation = pricer.explain(model, region, day, account);
    if (vendor !== undefined && explanation.vendor !== vendor) return [];
    const standard = explanation.rows.filter(
      ({ serviceTier, above, unit }) => serviceTier === "on-demand" && above === 0 && unit === "1M tokens",
    );
    return sameLines(Map.groupBy(standard, ({ routing }) => routing)).map(({ routings, rates }) =>
      line(explanation, routings, rates),
    );
  });
  return { columns: COLUMNS.map((name) => ({ name, type: "varchar" })), rows };
}

function sameLines(byRouting: ReadonlyMap<string, readonly Explained[]>): { routings: string; rates: readonly Explained[] }[] {
  const text = (rates: readonly Explained[]): string =>
    JSON.stringify(rates.map(({ kind, rate, origin, estimate }) => [kind, rate, origin, estimate]));
  return [...Map.groupBy(byRouting, ([, rates]) => text(rates)).values()].map((same) => ({
    routings: same.map(([routing]) => routing).join(", "),
    rates: same[0]?.[1] ?? [],
  }));
}

function line({ model, vendor }: PriceExplanation, routing: string, rates: readonly Explained[]): Row {
  const of = (...kinds: readonly RateKind[]): Explained | undefined => rates.find(({ kind }) => kinds.includes(kind));
  // A tilde marks a rate that rests on one source or on an assumption.
  const cell = (rate: Explained | undefined): string => (rate === undefined ? "" : `${rate.estimate ? "~" : ""}${rate.rate}`);
  const since = rates
    .flatMap(({ validFrom }) => (validFrom === null ? [] : [validFrom]))
    .sort()
    .at(-1);
  return {
    model,
    vendor: vendor ?? "",
    routing,
    input: cell(of("input")),
    output: cell(of("output")),
    cache_read: cell(of("cache_read")),
    cache_write: cell(of("cache_write_5m", "cache_write")),
    write_1h: cell(of("cache_write_1h")),
    since: since ?? "",
    source: [...new Set(rates.map(({ origin }) => SOURCES[origin]))].join(", "),
  };
}
