/** What one OTLP message holds, in the few words that are needed: the same from JSON and from protobuf. */

/** Kept attributes by name. A whole number that does not fit a double is left out. */
export type Attributes = ReadonlyMap<string, string | number | boolean>;

export interface Scope {
  readonly name: string;
  readonly version: string | null;
}

interface Origin {
  readonly resource: Attributes;
  readonly scope: Scope;
}

/** Times are nanoseconds since 1970; 0n where the client sent none. */
export interface LogItem extends Origin {
  readonly kind: "log";
  readonly time: bigint;
  readonly observed: bigint;
  /** `event_name` of the record, else its body where that is one short word. */
  readonly name: string | null;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly attributes: Attributes;
}

export interface SpanItem extends Origin {
  readonly kind: "span";
  readonly start: bigint;
  readonly end: bigint;
  readonly name: string;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly parentSpanId: string | null;
  /** The span's status code is ERROR. */
  readonly failed: boolean;
  readonly attributes: Attributes;
}

export interface PointItem extends Origin {
  readonly kind: "point";
  readonly metric: string;
  /** Histograms count with their sum. */
  readonly type: "sum" | "gauge" | "histogram";
  readonly temporality: "delta" | "cumulative" | null;
  readonly start: bigint;
  readonly time: bigint;
  /** Decimal text as it was sent: a double or a 64-bit integer. */
  readonly value: string;
  readonly attributes: Attributes;
  /** SHA-256 of every attribute, kept or not, and of the resource's: two points of one series agree in it. */
  readonly series: string;
}

export type TelemetryItem = LogItem | SpanItem | PointItem;

/** Which attributes may stay, by exact name; everything else is dropped unread. */
export type Keeps = (key: string) => boolean;
