import { divideHalfEven, type PicoUsd } from "../money.ts";
import type { Caller } from "./call.ts";
import type { Routing, TokenType } from "./rates.ts";

export type LineType = "Usage" | "EdpDiscount" | "Tax" | "Credit";

/** One line of the bill before it is spelled as CUR columns. */
export interface BillLine {
  readonly type: LineType;
  readonly start: number;
  readonly end: number;
  readonly accountId: string;
  readonly region: string;
  readonly principal: Caller | undefined;
  readonly billingEntity: "AWS" | "AWS Marketplace";
  readonly productCode: string;
  readonly serviceCode: string;
  readonly productName: string;
  readonly usageType: string;
  readonly operation: string;
  readonly unit: string;
  /** Exact decimal text. */
  readonly quantity: string;
  /** Pico-dollars per unit; undefined where there is no rate. */
  readonly rate: bigint | undefined;
  /** Pico-dollars, rounded to 10 decimals as AWS writes them. */
  readonly amount: PicoUsd;
  readonly description: string;
  readonly resourceId: string;
  readonly resourceTags: Readonly<Record<string, string>>;
  readonly taxType: string;
  /** The private agreement takes its share of this line. */
  readonly discounted: boolean;
  /** What a token line counts; undefined for all others. */
  readonly tokens: { readonly model: string; readonly routing: Routing; readonly type: TokenType } | undefined;
}

/** Ten decimals of a dollar, half to even. */
const PICO_STEP = 100n;
export const roundBilled = (amount: bigint): PicoUsd => divideHalfEven(amount, PICO_STEP) * PICO_STEP;
