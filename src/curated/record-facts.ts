import type { Outcome } from "../invocation/outcome.ts";
import type { UsageReading } from "../invocation/usage.ts";
import type { Priced } from "../pricing/price-request.ts";
import type { QuickPrice } from "../pricing/quick-price.ts";
import type { Call } from "./calls.ts";

/** One record, ready to be stored: the call it belongs to and what is its own. */
export interface RecordFacts {
  readonly call: Call;
  /** Milliseconds. */
  readonly eventTime: number;
  /** UTF-8, from `start` to `end` of `bytes`; good until the next record is read. */
  readonly requestId: { readonly bytes: Uint8Array; readonly start: number; readonly end: number };
  readonly usage: UsageReading;
  readonly outcome: Outcome;
  /** Good until the next record is priced. */
  readonly priced: Priced | QuickPrice;
  readonly coerced: boolean;
  /** Only where strata.yml asks for them. */
  readonly toolNames: string | null;
  readonly line: number;
  readonly part: number;
}

/** The object that records are read from. */
export interface SourceObject {
  readonly key: string;
  /** Milliseconds. */
  readonly deliveredAt: number;
}
