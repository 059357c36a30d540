import { StrataError } from "../../errors.ts";
import type { Routing } from "../../model/identity.ts";
import { type Decimal, divideHalfEven, type PicoUsd } from "../../money.ts";
import type { ModelChoice } from "../model-choice.ts";
import type { Repricer } from "../reprice.ts";
import { edgeBelow, promptOf, type Tokens } from "../usage-slice.ts";
import { shareOf } from "../whatif/what-if.ts";
import { type UseProfile, type UseTier, useTiers } from "./defaults.ts";

/** Where planned calls run and what they cost there. */
export interface Place {
  readonly prices: Repricer;
  readonly region: string;
  readonly routing: Routing;
  readonly accountId: string;
  /** Day whose prices count. */
  readonly day: string;
}

/** Calls that go to another, usually cheaper, model. */
export interface SecondModel {
  readonly model: ModelChoice;
  readonly share: Decimal;
}

export interface PlanInput {
  readonly place: Place;
  readonly model: ModelChoice;
  readonly second?: SecondModel | undefined;
  readonly profiles: Readonly<Record<UseTier, UseProfile>>;
  readonly developers: Readonly<Record<UseTier, number>>;
  /** Share of prompt tokens read from the cache; as the profiles say unless given. */
  readonly cacheHit?: Decimal | undefined;
}

/** One tier of use. */
export interface TierCost {
  readonly tier: UseTier;
  readonly developers: number;
  readonly perActiveDay: PicoUsd;
  readonly perDeveloper: PicoUsd;
  readonly total: PicoUsd;
  readonly tokensPerMonth: Tokens;
  readonly cacheHit: number;
}

export interface PlanCost {
  readonly tiers: readonly TierCost[];
  readonly perMonth: PicoUsd;
  /** Mean over all developers; 0 without any. */
  readonly perDeveloper: PicoUsd;
}

/** @throws StrataError when a rate of a model is unknown in that place */
export function planCost(input: PlanInput): PlanCost {
  const tiers = useTiers.map((tier): TierCost => {
    const profile = input.profiles[tier];
    const perCall = input.cacheHit === undefined ? profile.tokensPerCall : withCacheHit(profile.tokensPerCall, input.cacheHit);
    const callsPerMonth = profile.callsPerDay * profile.activeDays;
    const perDeveloper = costOf(input, perCall, callsPerMonth);
    const developers = input.developers[tier];
    return {
      tier,
      developers,
      perActiveDay: costOf(input, perCall, profile.callsPerDay),
      perDeveloper,
      total: perDeveloper * BigInt(developers),
      tokensPerMonth: times(perCall, callsPerMonth),
      cacheHit: hitRate(perCall),
    };
  });
  const perMonth = tiers.reduce((sum, { total }) => sum + total, 0n);
  const heads = tiers.reduce((sum, { developers }) => sum + developers, 0);
  return { tiers, perMonth, perDeveloper: heads === 0 ? 0n : divideHalfEven(perMonth, BigInt(heads)) };
}

function costOf(input: PlanInput, perCall: Tokens, calls: number): PicoUsd {
  const main = priceOf(input.place, input.model, perCall, calls);
  const { second } = input;
  if (second === undefined) return main;
  // Shares are of calls alike: main × (1 − s) + second × s, rounded once on the difference.
  return main - shareOf(main - priceOf(input.place, second.model, perCall, calls), second.share);
}

function priceOf({ prices, ...place }: Place, { vendor, model }: ModelChoice, perCall: Tokens, calls: number): PicoUsd {
  const { cost } = prices.priceUncachedIfNeeded({
    ...place,
    vendor,
    model,
    serviceTier: "on-demand",
    above: edgeBelow(promptOf(perCall)),
    chargedCalls: Math.ceil(calls),
    tokens: times(perCall, calls),
    images: 0,
    videoSeconds: 0,
    audioSeconds: 0,
  });
  if (cost === null)
    throw new StrataError(`plan: no price is known for ${model}, ${place.routing}, in ${place.region} on ${place.day}`, {
      hint: "Try another --routing or --region, or add the rates to prices.overrides of strata.yml and give it to --config.",
    });
  return cost;
}

const times = (tokens: Tokens, calls: number): Tokens => ({
  input: Math.round(tokens.input * calls),
  output: Math.round(tokens.output * calls),
  cacheRead: Math.round(tokens.cacheRead * calls),
  cacheWrite5m: Math.round(tokens.cacheWrite5m * calls),
  cacheWrite1h: Math.round(tokens.cacheWrite1h * calls),
});

/** Share of the prompt that is read from the cache. */
export const hitRate = (tokens: Tokens): number => (promptOf(tokens) === 0 ? 0 : tokens.cacheRead / promptOf(tokens));

/**
 * The same prompt at another cache-hit rate. What is not read is written or fresh in the proportion it was; at 0 nothing is cached, so
 * nothing is written either.
 */
export function withCacheHit(tokens: Tokens, rate: Decimal): Tokens {
  const prompt = promptOf(tokens);
  if (rate.units === 0n) return { ...tokens, input: prompt, cacheRead: 0, cacheWrite5m: 0, cacheWrite1h: 0 };
  const cacheRead = Number(shareOf(BigInt(Math.round(prompt)), rate));
  const rest = prompt - cacheRead;
  const missed = prompt - tokens.cacheRead;
  const part = (count: number): number => (missed === 0 ? 0 : Math.round((rest * count) / missed));
  const [cacheWrite5m, cacheWrite1h] = [part(tokens.cacheWrite5m), part(tokens.cacheWrite1h)];
  return { ...tokens, cacheRead, cacheWrite5m, cacheWrite1h, input: rest - cacheWrite5m - cacheWrite1h };
}
