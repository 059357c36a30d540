import type { ModelIdentity } from "../../src/model/identity.ts";
import { resolveModel } from "../../src/model/resolve-model.ts";
import { formatUsd } from "../../src/money.ts";
import { createPricer, type Pricer } from "../../src/pricing/create-pricer.ts";
import type { Priced, PriceRequest, Usage } from "../../src/pricing/price-request.ts";
import type { PricesConfig } from "../../src/pricing/prices-config.ts";

const NO_USAGE: Usage = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  cacheWriteUnsplitTokens: 0,
  images: 0,
  videoSeconds: 0,
  audioSeconds: 0,
  counted: true,
};

export const usage = (over: Partial<Usage> = {}): Usage => ({ ...NO_USAGE, ...over });

export const modelOf = (id: string, region = "us-east-1"): ModelIdentity =>
  resolveModel(id, { region, inferenceProfiles: new Map(), tiers: { premium: [], standard: [], fast: [] } });

/** A call on 2026-10-05 from us-east-1 unless said otherwise. */
export function request(id: string, used: Partial<Usage>, over: Partial<PriceRequest> & { day?: string } = {}): PriceRequest {
  const { day = "2026-10-05", ...rest } = over;
  return {
    model: modelOf(id),
    region: "us-east-1",
    accountId: "111122223333",
    serviceTier: "on-demand",
    eventTime: Date.parse(`${day}T12:00:00Z`),
    usage: usage(used),
    operation: "InvokeModel",
    failed: false,
    ...rest,
  };
}

export const pricer = (config: Partial<PricesConfig> = {}): Pricer => createPricer({ overrides: [], discounts: [], ...config });

/** Money as exact decimal text. */
export const dollars = (priced: Priced): Record<string, string | null> =>
  Object.fromEntries(Object.entries(priced).map(([key, value]) => [key, typeof value === "bigint" ? formatUsd(value) : value]));

const MILLION = 1_000_000;

/** What a million of each kind costs, as text; null when unpriced. Asked for one kind at a time, so that long context does not mix in. */
export function perMillion(
  id: string,
  over: Partial<PriceRequest> & { day?: string } = {},
  tokens = 1_000,
): Record<string, string | null> {
  const one = (used: Partial<Usage>, factor: number): string | null => {
    const { estimatedCost } = pricer().price(request(id, used, over));
    return estimatedCost === null ? null : formatUsd(estimatedCost * BigInt(factor)).replace(/\.?0+$/, "");
  };
  const factor = MILLION / tokens;
  return {
    input: one({ inputTokens: tokens }, factor),
    output: one({ outputTokens: tokens }, factor),
    read: one({ cacheReadTokens: tokens }, factor),
    write5m: one({ cacheWrite5mTokens: tokens }, factor),
    write1h: one({ cacheWrite1hTokens: tokens }, factor),
  };
}
