import type { BodyReading } from "./body-reading.ts";
import { splitCacheWrites } from "./cache-split.ts";
import { type ClientSession, NO_SESSION } from "./client-session.ts";
import { type Counters, reconcileCounts } from "./counters.ts";
import type { LogRecord } from "./log-record.ts";
import { neededSides } from "./side-body.ts";

/** What one invocation used, in the same terms for every model family. */
export interface UsageReading {
  /** Prompt tokens that were neither read from nor written to a cache. Counts nobody states are 0; see `counted`. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** Contained in outputTokens; null when nothing says. */
  readonly thinkingTokens: number | null;
  readonly cacheReadTokens: number;
  readonly cacheWrite5mTokens: number;
  readonly cacheWrite1hTokens: number;
  /** Cache writes whose duration the record does not tell; not contained in the two above. */
  readonly cacheWriteUnsplitTokens: number;
  readonly images: number;
  readonly videoSeconds: number;
  readonly audioSeconds: number;
  /** Rerank queries; not tokens, not part of `counted`. */
  readonly searchUnits: number;
  /** False when neither the record nor its bodies state any token count, image or second: nothing to multiply. */
  readonly counted: boolean;
  /** Contradictions, joined by commas, for example `header_body_mismatch`; null when consistent. The counts above stand nevertheless. */
  readonly check: string | null;
  /** A number was written as text, in the record or in a body. */
  readonly coerced: boolean;
  /** Who called, as Claude Code writes it into its requests. */
  readonly client: ClientSession;
  readonly messageId: string | null;
  readonly stopReason: string | null;
  readonly latencyMs: number | null;
  readonly timeToFirstTokenMs: number | null;
  readonly guardrailAction: string | null;
  /** on-demand, flex, priority, reserved, batch or a tier of AWS's that is newer; null when nothing says. */
  readonly serviceTier: string | null;
  /** standard or optimized; null when nothing says. */
  readonly performanceLatency: string | null;
  /** The model that a prompt router chose. */
  readonly invokedModelId: string | null;
  /** A figure that decides the price is missing here and may be in an off-loaded body; see side-body.ts. */
  readonly needsBody: boolean;
}

/** Joins the record's own counters with the figures of its bodies. The counters have precedence; a contradiction is flagged. */
export function normaliseUsage(record: LogRecord): UsageReading {
  const { input, output } = record;
  const answer = output.body;
  const counts = reconcileCounts(
    {
      inputTokens: input.tokens,
      outputTokens: output.tokens,
      cacheReadTokens: input.cacheReadTokens,
      cacheWriteTokens: input.cacheWriteTokens,
    },
    answer ?? NO_COUNTS,
  );
  const split = splitCacheWrites(counts.cacheWriteTokens, answer);
  const units = unitsOf(record);
  return {
    inputTokens: counts.inputTokens ?? 0,
    outputTokens: counts.outputTokens ?? 0,
    thinkingTokens: answer?.thinkingTokens ?? null,
    cacheReadTokens: counts.cacheReadTokens ?? 0,
    cacheWrite5mTokens: split.cacheWrite5mTokens,
    cacheWrite1hTokens: split.cacheWrite1hTokens,
    cacheWriteUnsplitTokens: split.cacheWriteUnsplitTokens,
    images: units.images ?? 0,
    videoSeconds: units.videoSeconds ?? 0,
    audioSeconds: units.audioSeconds ?? 0,
    searchUnits: units.searchUnits ?? 0,
    counted: statesTokens(counts) || units.images !== null || units.videoSeconds !== null || units.audioSeconds !== null,
    check: checkOf(record, counts.differ, split.mismatch),
    coerced: record.coerced || (input.body?.coerced ?? false) || (answer?.coerced ?? false),
    client: sessionOf(input.body),
    messageId: answer?.messageId ?? null,
    stopReason: answer?.stopReason ?? null,
    latencyMs: answer?.latencyMs ?? null,
    timeToFirstTokenMs: answer?.timeToFirstTokenMs ?? null,
    guardrailAction: answer?.guardrailAction ?? null,
    serviceTier: answer?.serviceTier ?? input.body?.serviceTier ?? null,
    performanceLatency: answer?.performanceLatency ?? record.performanceLatency ?? input.body?.performanceLatency ?? null,
    invokedModelId: answer?.invokedModelId ?? null,
    needsBody: neededSides(record).length > 0,
  };
}

function sessionOf(body: BodyReading | null): ClientSession {
  if (body === null) return NO_SESSION;
  const { sessionId, deviceId, clientVersion, entrypoint } = body;
  return sessionId === null && deviceId === null && clientVersion === null
    ? NO_SESSION
    : { sessionId, deviceId, clientVersion, entrypoint };
}

const statesTokens = ({ inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens }: Counters): boolean =>
  inputTokens !== null || outputTokens !== null || cacheReadTokens !== null || cacheWriteTokens !== null;

function checkOf({ input, output }: LogRecord, differ: boolean, mismatch: boolean): string | null {
  const [asked, answered] = [input.body?.checks ?? NO_CHECKS, output.body?.checks ?? NO_CHECKS];
  // Nearly always; a set for each record takes longer than all else here.
  if (!differ && !mismatch && asked.length === 0 && answered.length === 0) return null;
  const checks = new Set([...asked, ...answered]);
  // The record's own counter is final, however the stream ended.
  if (output.tokens !== null) checks.delete("stream_incomplete");
  if (differ) checks.add("header_body_mismatch");
  if (mismatch) checks.add("cache_split_mismatch");
  return checks.size === 0 ? null : [...checks].sort().join(",");
}

const NO_CHECKS: readonly string[] = [];
const NO_COUNTS = {
  inputTokens: null,
  inputWithCachedTokens: null,
  outputTokens: null,
  cacheReadTokens: null,
  cacheWriteTokens: null,
};

type Units = Pick<BodyReading, "images" | "videoSeconds" | "audioSeconds" | "searchUnits">;

/** Images, seconds and queries: what the answer says was made; else what was asked for, unless the call failed. */
function unitsOf({ input, output, errorCode }: LogRecord): Units {
  const asked = errorCode === null ? input.body : null;
  const made = output.body;
  return {
    images: made?.images ?? asked?.images ?? null,
    videoSeconds: output.videoSeconds ?? made?.videoSeconds ?? asked?.videoSeconds ?? null,
    audioSeconds: made?.audioSeconds ?? null,
    searchUnits: made?.searchUnits ?? asked?.searchUnits ?? null,
  };
}
