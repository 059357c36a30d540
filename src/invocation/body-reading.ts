import { type ClientSession, NO_SESSION } from "./client-session.ts";

/** All that is ever taken from a body: numbers and words of a fixed form. Null means that the body does not say. */
export interface BodyReading extends ClientSession {
  /** The contract that recognised the body's shape, for example `anthropic-stream`; null when none did. */
  readonly contract: string | null;
  /** Prompt tokens that were neither read from nor written to a cache. */
  readonly inputTokens: number | null;
  /** The body's own input count where it contains the cached tokens; null where the convention keeps them apart. */
  readonly inputWithCachedTokens: number | null;
  readonly outputTokens: number | null;
  /** Of them, what was thought and not said. */
  readonly thinkingTokens: number | null;
  readonly cacheReadTokens: number | null;
  readonly cacheWriteTokens: number | null;
  readonly cacheWrite5mTokens: number | null;
  readonly cacheWrite1hTokens: number | null;
  readonly images: number | null;
  readonly videoSeconds: number | null;
  readonly audioSeconds: number | null;
  /** Rerank queries as billed: one for each 100 documents. */
  readonly searchUnits: number | null;
  /** The model's own id of the answer. */
  readonly messageId: string | null;
  readonly stopReason: string | null;
  readonly latencyMs: number | null;
  readonly timeToFirstTokenMs: number | null;
  readonly guardrailAction: string | null;
  readonly serviceTier: string | null;
  readonly performanceLatency: string | null;
  readonly invokedModelId: string | null;
  /** What the body contradicts itself in, for example `total_mismatch`. */
  readonly checks: readonly string[];
  /** A count was written as text. */
  readonly coerced: boolean;
}

export const EMPTY_READING: BodyReading = {
  ...NO_SESSION,
  contract: null,
  inputTokens: null,
  inputWithCachedTokens: null,
  outputTokens: null,
  thinkingTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
  cacheWrite5mTokens: null,
  cacheWrite1hTokens: null,
  images: null,
  videoSeconds: null,
  audioSeconds: null,
  searchUnits: null,
  messageId: null,
  stopReason: null,
  latencyMs: null,
  timeToFirstTokenMs: null,
  guardrailAction: null,
  serviceTier: null,
  performanceLatency: null,
  invokedModelId: null,
  checks: [],
  coerced: false,
};

/** A reading under construction; contracts fill what their shape says. */
export type Figures = { -readonly [Key in keyof BodyReading]?: BodyReading[Key] };
