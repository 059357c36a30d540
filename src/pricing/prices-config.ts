import type { Routing } from "../model/identity.ts";
import type { RateEntryData } from "./rate-entry.ts";
import type { RateTexts } from "./rates.ts";

/** The section `prices` of strata.yml. Days are `YYYY-MM-DD`, both included. */
export interface PricesConfig {
  readonly overrides: readonly PriceOverride[];
  readonly discounts: readonly PriceDiscount[];
  /** What the AWS Price List said, with its days; see src/config/listed-prices.ts. */
  readonly listed?: readonly RateEntryData[] | undefined;
}

/** Rates of one's own contract, in place of the published ones. Discounts still apply unless `net`. */
export interface PriceOverride {
  readonly name?: string | undefined;
  /** Model name or any id of it. */
  readonly model: string;
  readonly routing?: Routing | undefined;
  readonly region?: string | undefined;
  readonly account?: string | undefined;
  readonly service_tier?: string | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly net?: boolean | undefined;
  readonly rates: RateTexts;
}

/** Percent off, for example an Enterprise Discount Program. Discounts multiply in order. */
export interface PriceDiscount {
  readonly name: string;
  readonly percent: string;
  readonly models?: readonly string[] | undefined;
  readonly vendors?: readonly string[] | undefined;
  readonly accounts?: readonly string[] | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}
