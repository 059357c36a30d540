import type { BodyReading } from "./body-reading.ts";

/** One side of a record: its counters, and the figures read from its body. The body itself is not kept. */
export interface InputSide {
  readonly contentType: string | null;
  readonly tokens: number | null;
  readonly cacheReadTokens: number | null;
  /** 5-minute and 1-hour writes together. */
  readonly cacheWriteTokens: number | null;
  readonly bodyS3Path: string | null;
  /** Null when the record holds no body on this side. */
  readonly body: BodyReading | null;
}

export interface OutputSide {
  readonly contentType: string | null;
  readonly tokens: number | null;
  readonly videoSeconds: number | null;
  readonly bodyS3Path: string | null;
  readonly body: BodyReading | null;
  /** Tools that the answer calls, separated by commas; null for none, and where the body was not looked into for them. */
  readonly toolNames: string | null;
}

/** A model invocation log record (data-sources §1.1, §1.2) without prompt and completion. Absent and null fields are null. */
export interface LogRecord {
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** 12 digits. */
  readonly accountId: string;
  readonly region: string;
  readonly requestId: string;
  readonly operation: string;
  /** As logged: a model id, a profile id or an ARN. */
  readonly modelId: string;
  readonly principalArn: string | null;
  readonly requestMetadata: ReadonlyMap<string, string>;
  readonly errorCode: string | null;
  readonly status: string | null;
  readonly inferenceRegion: string | null;
  /** performanceConfig.latency: standard or optimized. */
  readonly performanceLatency: string | null;
  readonly schemaVersion: string | null;
  readonly input: InputSide;
  readonly output: OutputSide;
  /** A count was written as text, or a metadata value as a number or boolean. */
  readonly coerced: boolean;
  /** Paths of fields nobody knows yet, for example `input.newCounter`. */
  readonly unknownFields: readonly string[];
}
