import type { StrataConfig } from "../config/strata-config.ts";
import type { Row, Warehouse } from "../ports.ts";
import { addDays } from "../time.ts";

/** What a million tokens really cost lately, after discounts. */
export interface LearnedRate {
  readonly account: string;
  readonly region: string;
  readonly model: string;
  readonly tokenType: string;
  /** Null: the bill does not tell in-region from geo, and both cost this. */
  readonly routing: string | null;
  readonly serviceTier: string;
  readonly contextClass: string;
  /** Exact decimals. */
  readonly usdPerMillion: string;
  readonly listUsdPerMillion: string | null;
  readonly tokens: number;
  readonly days: number;
  readonly lastDay: string;
  /** Dearest day's rate over the cheapest day's. */
  readonly spread: number | null;
  readonly confidence: string;
}

/** Rates of the last fully billed days, for every account, region, model, token type, routing and service tier on the bill. */
export async function learnedRates(warehouse: Warehouse, days = 7): Promise<LearnedRate[]> {
  const { rows } = await warehouse.query("billing/effective_rates", { days });
  return rows.filter((row) => row["account_id"] !== null && row["region"] !== null && row["model"] !== null).map(rateOf);
}

const rateOf = (row: Row): LearnedRate => ({
  account: String(row["account_id"]),
  region: String(row["region"]),
  model: String(row["model"]),
  tokenType: String(row["token_type"]),
  routing: row["routing"] === null || row["routing"] === undefined ? null : String(row["routing"]),
  serviceTier: String(row["service_tier"]),
  contextClass: String(row["context_class"]),
  usdPerMillion: String(row["usd_per_million"]),
  listUsdPerMillion: row["list_usd_per_million"] == null ? null : String(row["list_usd_per_million"]),
  tokens: Number(row["tokens"]),
  days: Number(row["billed_days"]),
  lastDay: String(row["last_day"]),
  spread: row["spread"] == null ? null : Number(row["spread"]),
  confidence: String(row["confidence"]),
});

type Override = StrataConfig["prices"]["overrides"][number];
const ROUTINGS = ["in-region", "geo", "global"] as const;
const TIERS = ["on-demand", "flex", "priority"] as const;

/**
 * Learned rates as overrides for the days that are not billed yet. Only rates of high confidence: three days or more that agree within 1 %. A model
 * for which strata.yml has a rate of its own keeps that one, and long-context requests keep the published rates.
 */
export function learnedOverrides(rates: readonly LearnedRate[], own: readonly Override[]): Override[] {
  const usable = withoutAgreed(rates, own).filter(
    ({ confidence, contextClass, usdPerMillion }) =>
      confidence === "high" && contextClass === "standard" && /^\d+(\.\d+)?$/.test(usdPerMillion),
  );
  const groups = Map.groupBy(usable, (rate) =>
    [rate.account, rate.region, rate.model, rate.routing ?? "", rate.serviceTier].join("\n"),
  );
  return [...groups.values()].flatMap((group): Override[] => {
    const [first] = group;
    const service_tier = TIERS.find((tier) => tier === first?.serviceTier);
    if (first === undefined || service_tier === undefined) return [];
    const lastDay =
      group
        .map((rate) => rate.lastDay)
        .sort()
        .at(-1) ?? first.lastDay;
    const routings = ROUTINGS.filter((routing) => (first.routing === null ? routing !== "global" : routing === first.routing));
    return routings.map((routing) => ({
      name: `learned:${lastDay}`,
      model: first.model,
      routing,
      region: first.region,
      account: first.account,
      service_tier,
      from: addDays(lastDay, 1),
      net: true,
      rates: Object.fromEntries(group.map((rate) => [rate.tokenType, rate.usdPerMillion])),
    }));
  });
}

/** What is said of models for which strata.yml has no rate of its own. */
export function withoutAgreed<T extends { readonly model: string }>(learned: readonly T[], own: readonly Override[]): T[] {
  const agreed = new Set(own.map(({ model }) => model));
  return learned.filter(({ model }) => ![...agreed].some((name) => name === model || name.includes(model)));
}

/** The configuration by which calls are estimated: with `prices.learned: use`, days after the last billed one cost what the days before did. */
export async function withLearnedRates(config: StrataConfig, warehouse: Warehouse): Promise<StrataConfig> {
  if (config.prices.learned !== "use") return config;
  const { overrides } = config.prices;
  const learned = learnedOverrides(await learnedRates(warehouse), overrides);
  return { ...config, prices: { ...config.prices, overrides: [...overrides, ...learned] } };
}
