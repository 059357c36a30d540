/**
 * The only seams between the product and the world. Adapters: src/local (folders, DuckDB, a printed feed) and src/aws.
 */
import type { Readable } from "node:stream";

export interface ObjectInfo {
  /** Key inside the store, `/`-separated, never encoded. */
  readonly key: string;
  readonly size: number;
  /** Milliseconds. */
  readonly lastModified: number;
  readonly etag?: string;
  readonly version?: string;
  /** It was looked into and holds invocation logs, although its name does not say so. */
  readonly holdsLogs?: boolean;
}

/** What a conditional write asks for: create only, or replace exactly this version. */
export interface WriteCondition {
  readonly ifAbsent?: boolean;
  readonly ifEtag?: string;
}

/** What a conditional removal asks for. */
export interface RemoveCondition {
  readonly ifEtag: string;
}

/** One bucket, or one folder. */
export interface ObjectStore {
  /** For messages: `s3://bucket` or the folder. */
  readonly name: string;
  list(prefix?: string): AsyncIterable<ObjectInfo>;
  /** @throws ObjectNotFound */
  read(key: string, version?: string): Promise<{ readonly body: Readable; readonly info: ObjectInfo }>;
  /** The whole object, or undefined when there is none. `disposable`: nobody else uses the bytes, so their memory may be freed. */
  readAll(key: string): Promise<{ readonly bytes: Uint8Array; readonly etag: string; readonly disposable?: boolean } | undefined>;
  /** Readers see the old object or the new one. @throws WriteConflict when the condition does not hold. */
  write(key: string, bytes: Uint8Array | string, condition?: WriteCondition): Promise<{ readonly etag: string }>;
  /** Nothing happens where there is no such object. @param condition remove exactly this version; throws WriteConflict when it is another one */
  remove(key: string, condition?: RemoveCondition): Promise<void>;
  /** A link that lets anyone who has it read the object for so many seconds; only stores that can give one have this. */
  presign?(key: string, seconds: number): Promise<string>;
}

/** DECIMAL → string, BIGINT → number (checked), DATE → `YYYY-MM-DD`, TIMESTAMP → ISO 8601 with Z, MAP → object. */
export type SqlValue = string | number | boolean | null | readonly SqlValue[] | { readonly [key: string]: SqlValue };
export type Row = Readonly<Record<string, SqlValue>>;

export interface QueryResult {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly rows: readonly Row[];
}

/** One value of a parameter; a list is for those of the type array(varchar). */
export type QueryValue = string | number | boolean | null | readonly string[];

/** Values by parameter name; the query's header says the types. */
export type QueryParams = Readonly<Record<string, QueryValue>>;

/** DuckDB or Athena. Queries are named by their file under sql/, for example `rollups/hourly_usage`. */
export interface Warehouse {
  query(name: string, params?: QueryParams): Promise<QueryResult>;
  /** Text that a person typed. Reads only. */
  adhoc(text: string): Promise<QueryResult>;
  /**
   * Runs a query that takes `from` and `to` (days, included) and yields a column `dt`, and makes its rows the content of those days of a table.
   * Days without rows become empty. Readers see the old rows or the new ones of a day, never a mixture.
   * @returns how many rows the days hold now.
   */
  replaceDays(
    table: string,
    name: string,
    range: { readonly from: string; readonly to: string },
    params?: QueryParams,
  ): Promise<number>;
}

/** Where alerts go: SNS topics, or a printed feed. One call is one message. */
export interface AlertSink {
  publish(message: {
    readonly severity: string;
    readonly subject: string;
    readonly body: string;
    readonly attributes: Readonly<Record<string, string>>;
  }): Promise<void>;
}

/** Where a message ends that nobody took: an SQS dead-letter queue. */
export interface DeadLetters {
  /** @param letter JSON of at most 256 KB */
  keep(letter: string): Promise<void>;
}

/** Denials on IAM principals by one policy of ours. Both changes may be repeated. */
export interface PolicyApi {
  /** ARNs of the roles and users that are denied now, without paths. */
  denied(): Promise<readonly string[]>;
  deny(principal: string): Promise<void>;
  release(principal: string): Promise<void>;
}

/** The only source of "now". */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
}

/** What Bedrock itself counted in one hour and region. */
export interface ServiceCount {
  /** Start of the hour, ISO 8601. */
  readonly hour: string;
  /** Calls that it accepted; throttled ones are not among them. */
  readonly invocations: number;
  readonly throttled: number;
  /** Deliveries of the invocation log that failed. */
  readonly undelivered: number;
}

/** The other side of completeness: what the service says that it did, to hold against what was logged. */
export interface ServiceCounts {
  /** One count for every hour. @param from and to: milliseconds, whole hours, `to` excluded */
  hours(region: string, from: number, to: number): Promise<readonly ServiceCount[]>;
}

/** AWS's own account of what was spent: Cost Explorer. Each request costs money, so answers are cached. */
export interface BillingApi {
  /** Requests that were paid for since it was made. */
  readonly calls: number;
  /** Pico-dollars that they cost. */
  readonly cost: bigint;
  /** Unblended Bedrock charges by day and service, without credits, refunds and tax. `to` is included; `usd` is exact decimal text. */
  charges(
    from: string,
    to: string,
  ): Promise<readonly { readonly dt: string; readonly service: string; readonly usd: string; readonly estimated: boolean }[]>;
  /** From today to the end of the month, with an interval; undefined when there is too little history. */
  forecast(
    services: readonly string[],
  ): Promise<{ readonly usd: string; readonly low: string; readonly high: string } | undefined>;
}
