import { DAY_MS, dayOf } from "../time.ts";
import { compileDiscounts } from "./discounts.ts";
import { explainPrice, type PriceExplanation } from "./explain-price.ts";
import { pricedModels } from "./list-rates.ts";
import { compileOverrides } from "./overrides.ts";
import { FREE, NOT_TOKEN_PRICED, priceCall, UNCOUNTED, UNPRICED } from "./price-call.ts";
import { type PriceBook, type PriceClass, priceList } from "./price-list.ts";
import type { Priced, PriceRequest, Usage } from "./price-request.ts";
import type { PricesConfig } from "./prices-config.ts";
import { promptTokens } from "./prompt-tokens.ts";
import { type QuickPrice, quickPricer } from "./quick-price.ts";
import { listedRates } from "./rate-entry.ts";

/** What calls have in common that are priced alike on the same day. */
export type CallKind = Omit<PriceRequest, "eventTime" | "usage" | "failed">;

export type KindPricer = (eventTime: number, usage: Usage, failed: boolean) => Priced | QuickPrice;

export interface Pricer {
  /** Never throws; what cannot be known is a status and null. */
  price(request: PriceRequest): Priced;
  /**
   * The same for many calls of one kind: what is the same for all of them is looked up once a day. A QuickPrice is good until the next call
   * is priced.
   */
  pricerOf(kind: CallKind): KindPricer;
  /**
   * Every rate of a model on a day, with its source and what made it.
   * @param modelId a model id, profile id or name; a profile id limits the answer to its routing
   * @param at milliseconds since 1970
   */
  explain(modelId: string, region: string, at: number, account?: string): PriceExplanation;
  /** Models that have a rate, sorted. */
  models(): readonly string[];
}

/** Price lists that are kept ready: models × regions × accounts of some days. Keys come from data, so there is an end. */
const KEEP = 20_000;

const paidByTime: ReadonlySet<string> = new Set(["reserved", "provisioned", "imported"]);

/** @throws ConfigError when overrides or discounts contradict each other, naming both. */
export function createPricer(config: PricesConfig): Pricer {
  const book: PriceBook = {
    overrides: compileOverrides(config.overrides),
    discounts: compileDiscounts(config.discounts),
    listed: listedRates(config.listed ?? []),
  };
  const kept = new Map<string, readonly PriceClass[]>();

  const classesFor = (request: PriceRequest): readonly PriceClass[] => {
    const { model } = request;
    const key = `${model.routing}|${request.region}|${request.serviceTier}|${request.accountId}|${Math.floor(request.eventTime / DAY_MS)}|${model.vendor}|${model.model}`;
    let classes = kept.get(key);
    if (classes === undefined) {
      const query = {
        vendor: model.vendor,
        model: model.model,
        routing: model.routing,
        region: request.region,
        serviceTier: request.serviceTier,
        day: dayOf(request.eventTime),
      };
      classes = priceList(query, request.accountId, book);
      if (kept.size >= KEEP) kept.clear();
      kept.set(key, classes);
    }
    return classes;
  };

  const pricerOf = (kind: CallKind): KindPricer => {
    if (kind.model.serving !== "on-demand" || paidByTime.has(kind.serviceTier)) return () => NOT_TOKEN_PRICED;
    let day = Number.NaN;
    let classes: readonly PriceClass[] = [];
    let quick: ReturnType<typeof quickPricer> = () => undefined;
    return (eventTime, usage, failed) => {
      const nothing = isNothing(usage);
      // A call that failed before anything ran is not billed; one that was blocked counts explicit zeros.
      if (nothing && failed) return FREE;
      const today = Math.floor(eventTime / DAY_MS);
      if (today !== day) {
        classes = classesFor({ ...kind, eventTime, usage, failed });
        const [only] = classes;
        quick = only === undefined || classes.length > 1 ? () => undefined : quickPricer(only);
        day = today;
      }
      const plain = !nothing && usage.performanceLatency !== "optimized";
      return (plain ? quick(usage, failed) : undefined) ?? priceBy(classes, usage, nothing, failed);
    };
  };

  const price = (request: PriceRequest): Priced => {
    if (request.model.serving !== "on-demand" || paidByTime.has(request.serviceTier)) return NOT_TOKEN_PRICED;
    const { usage } = request;
    const nothing = isNothing(usage);
    if (nothing && request.failed) return FREE;
    return priceBy(classesFor(request), usage, nothing, request.failed);
  };

  const priceBy = (classes: readonly PriceClass[], usage: Usage, nothing: boolean, failed: boolean): Priced => {
    // Latency-optimized inference costs more than the rates of the list; see unpriced.data.json.
    if (usage.performanceLatency === "optimized" && !nothing) return UNPRICED;
    const chosen = classFor(classes, usage);
    if (nothing && chosen?.net.rates.request == null) return usage.counted ? { ...FREE, priceId: chosen?.id ?? null } : UNCOUNTED;
    return chosen === undefined ? UNPRICED : priceCall(chosen, usage, failed);
  };

  return {
    price,
    pricerOf,
    models: () => pricedModels(book.listed),
    explain: (modelId, region, at, account) => explainPrice(modelId, region, dayOf(at), account ?? "", book),
  };
}

const isNothing = (usage: Usage): boolean =>
  usage.inputTokens === 0 &&
  usage.outputTokens === 0 &&
  usage.cacheReadTokens === 0 &&
  usage.cacheWrite5mTokens === 0 &&
  usage.cacheWrite1hTokens === 0 &&
  usage.cacheWriteUnsplitTokens === 0 &&
  usage.images === 0 &&
  usage.videoSeconds === 0 &&
  usage.audioSeconds === 0;

/** The dearest class whose threshold the request exceeds; the whole request is charged at it. */
function classFor(classes: readonly PriceClass[], usage: Usage): PriceClass | undefined {
  if (classes.length < 2) return classes[0];
  const prompt = promptTokens(usage);
  return classes.findLast(({ above }) => prompt > above || above === 0);
}
