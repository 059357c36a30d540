import type { Answer } from "./answer.ts";

/**
 * What doctor and init may ask of an account. Reads only: no method changes anything, and none throws. Adapter: src/aws/account-view.ts.
 * `null` inside an answer means that the account has no such thing.
 */
export interface AccountView {
  /** Region of the stack. */
  readonly region: string;
  identity(): Promise<Answer<Identity>>;
  logging(region: string): Promise<Answer<LoggingTarget | null>>;
  profiles(region: string): Promise<Answer<readonly InferenceProfile[]>>;
  bucket(name: string): Promise<BucketFacts>;
  /** A KMS key by id, ARN or alias, as a bucket of that region names it. */
  key(id: string, region: string): Promise<Answer<KeyFacts>>;
  /** Accounts whose logs lie below a prefix. */
  logAccounts(place: Place): Promise<Answer<readonly string[]>>;
  /** When Bedrock last wrote a log object of that account and region, milliseconds; null when not in the last two days. */
  lastDelivery(place: Place, account: string, region: string): Promise<Answer<number | null>>;
  exports(): Promise<Answer<readonly BillExport[]>>;
  costTags(): Promise<Answer<readonly CostTag[]>>;
  concurrency(): Promise<Answer<Concurrency>>;
  /** Status of a CloudFormation stack, for example UPDATE_COMPLETE. */
  stackStatus(name: string): Promise<Answer<string | null>>;
  workgroup(name: string): Promise<Answer<Workgroup | null>>;
  /** The table of records of a database. */
  catalog(database: string): Promise<Answer<Catalog | null>>;
  /**
   * Whether new tables are open to what IAM allows (IAMAllowedPrincipals), or Lake Formation governs them: as the database says, or the database
   * `default` where it is not there; null where neither is.
   */
  newTables(database: string): Promise<Answer<"open" | "governed" | null>>;
  /** Whether a bucket that can be seen belongs to an account. */
  ownedBy(bucket: string, account: string): Promise<Answer<boolean>>;
  /** Whether there is a bucket of that name that these credentials may see. */
  bucketExists(name: string): Promise<Answer<boolean>>;
  /** Messages that wait in a queue. */
  waiting(queue: string): Promise<Answer<number | null>>;
  /** Confirmed subscriptions and those that wait for their confirmation. */
  subscriptions(topic: string): Promise<Answer<Subscriptions | null>>;
  /** Start of the last five minutes in which a function ran, milliseconds, and how many of the runs of the last day failed; null when it never ran. */
  lastRun(functionName: string): Promise<Answer<FunctionRuns | null>>;
  /** Start of the newest hour with events, or when the newest alert was written, milliseconds; null when there is none of late. */
  lastWritten(bucket: string, kind: "events" | "alerts"): Promise<Answer<number | null>>;
}

/** `s3://bucket/prefix`, taken apart; the prefix is empty or ends with a slash. */
export interface Place {
  readonly bucket: string;
  readonly prefix: string;
}

export interface Identity {
  readonly account: string;
  readonly arn: string;
}

/** The parts of Bedrock's LoggingConfig (API reference), in its own spelling, so that a command can repeat it. */
export interface LoggingTarget {
  readonly s3Config?: S3Target;
  readonly cloudWatchConfig?: {
    readonly logGroupName: string;
    readonly roleArn: string;
    readonly largeDataDeliveryS3Config?: S3Target;
  };
  readonly textDataDeliveryEnabled?: boolean;
  readonly imageDataDeliveryEnabled?: boolean;
  readonly embeddingDataDeliveryEnabled?: boolean;
  readonly videoDataDeliveryEnabled?: boolean;
  readonly audioDataDeliveryEnabled?: boolean;
}

export interface S3Target {
  readonly bucketName: string;
  readonly keyPrefix?: string;
}

export interface InferenceProfile {
  readonly arn: string;
  readonly id: string;
  readonly name: string;
  readonly type: "SYSTEM_DEFINED" | "APPLICATION";
  readonly modelArns: readonly string[];
  /** Of application profiles. */
  readonly tags: Readonly<Record<string, string>>;
}

export interface BucketFacts {
  readonly bucket: string;
  readonly region: Answer<string>;
  readonly notifications: Answer<Notifications>;
  readonly encryption: Answer<Encryption>;
  readonly policy: Answer<PolicyDocument | null>;
}

/** A bucket's notifications, in S3's own spelling, so that a command can repeat all that are there. */
export interface Notifications {
  readonly TopicConfigurations?: readonly object[];
  readonly QueueConfigurations?: readonly { readonly QueueArn?: string | undefined }[];
  readonly LambdaFunctionConfigurations?: readonly object[];
  readonly EventBridgeConfiguration?: object;
}

export interface Encryption {
  /** AES256, aws:kms or aws:kms:dsse. */
  readonly algorithm: string;
  /** ARN or id of the customer's key; null for a key that AWS manages. */
  readonly key: string | null;
}

export interface KeyFacts {
  /** The key's own ARN, also where an alias was asked about. */
  readonly arn: string;
  /** Enabled, Disabled, PendingDeletion and so on (KMS: KeyState). */
  readonly state: string;
  readonly policy: Answer<PolicyDocument | null>;
}

export interface PolicyDocument {
  readonly Version?: string;
  readonly Statement: readonly Statement[];
  readonly [key: string]: unknown;
}

export interface Statement {
  readonly Effect?: unknown;
  readonly Principal?: unknown;
  readonly Action?: unknown;
  readonly [key: string]: unknown;
}

export interface BillExport {
  readonly arn: string;
  readonly name: string;
  /** `SELECT … FROM COST_AND_USAGE_REPORT`. */
  readonly query: string;
  /** Properties of COST_AND_USAGE_REPORT, for example TIME_GRANULARITY. */
  readonly properties: Readonly<Record<string, string>>;
  readonly bucket: string;
  readonly prefix: string;
  readonly region: string;
  readonly format: string;
  readonly overwrite: string;
  readonly healthy: boolean;
  /** Why it is not healthy. */
  readonly reason: string | null;
  /** Milliseconds. */
  readonly refreshedAt: number | null;
}

export interface CostTag {
  readonly key: string;
  readonly active: boolean;
}

export interface Concurrency {
  readonly limit: number;
  readonly unreserved: number;
}

export interface Workgroup {
  readonly enabled: boolean;
  readonly engine: string;
  readonly output: string | null;
}

export interface Catalog {
  /** Where the records lie: `s3://bucket/…`. */
  readonly location: string;
  /** Catalog version of the release that made the table; null when Strata did not make it. */
  readonly version: number | null;
  /** Catalog version of this release. */
  readonly current: number;
}

export interface Subscriptions {
  readonly confirmed: number;
  readonly pending: number;
}

export interface FunctionRuns {
  /** Milliseconds. */
  readonly last: number;
  readonly runs: number;
  readonly failed: number;
}
