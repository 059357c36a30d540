/** What a billed line is about, as far as its own words say. */
export type ChargeKind = "token" | "not_token" | "adjustment" | "unclassified";
export type BilledTokenType = "input" | "output" | "cache_read" | "cache_write_5m" | "cache_write_1h";
export type BilledEndpoint = "runtime" | "mantle" | "batch";

/** The fields of a bill line that its class follows from. Missing ones are empty text. */
export interface BilledLine {
  readonly productCode: string;
  readonly productName: string;
  readonly usageType: string;
  readonly operation: string;
  readonly unit: string;
  readonly description: string;
  readonly billingEntity: string;
  readonly lineItemType: string;
}

export interface UsageClass {
  readonly chargeKind: ChargeKind;
  /** Canonical model, or the bill's own spelling when it is not known; null where a line has none. */
  readonly model: string | null;
  /** catalog: known; log: a name of the log that reads the same; bill: known to nobody, spelled as billed. Null without a model. */
  readonly modelBy: "catalog" | "log" | "bill" | null;
  readonly tokenType: BilledTokenType | null;
  /** global or geo when the line says so; null: in-region or geo, the bill does not tell them apart. */
  readonly routing: "global" | "geo" | null;
  readonly serviceTier: string | null;
  readonly endpoint: BilledEndpoint | null;
  readonly contextClass: "standard" | "long" | null;
  /** What the tokens are of, where the line says so. */
  readonly modality: "text" | "speech" | "image" | "video" | null;
  readonly unit: string;
  /** Tokens in one unit of line_item_usage_amount: 1, 1000 or 1000000; null for what is not tokens. */
  readonly tokensPerUnit: number | null;
  /** tokens, guardrail, provisioned, storage, image, credit, tax …; for unclassified lines what was not understood. */
  readonly what: string;
}
