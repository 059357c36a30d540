import { type BodyReading, EMPTY_READING, type Figures } from "./body-reading.ts";
import { clientSession } from "./client-session.ts";
import type { Contract } from "./contracts/contract.ts";
import { REQUEST_CONTRACTS, RESPONSE_CONTRACTS, STREAM_CONTRACTS } from "./contracts/index.ts";
import { reconcileCounts } from "./counters.ts";
import { count, inner, isObject, type JsonObject, list, type Notes, word } from "./peek.ts";
import { serviceTierOf } from "./service-tier.ts";

const newNotes = (): Notes => ({ coerced: false, checks: new Set() });

/** Figures of an answer: an object, or the array of chunks of a streamed native answer. Recognised by shape, never by operation or model. */
export function readResponse(body: unknown): BodyReading {
  const notes = newNotes();
  const chunks = Array.isArray(body) ? list(body).filter(isObject) : [inner(body)];
  const figures = Array.isArray(body) ? apply(STREAM_CONTRACTS, chunks, notes) : apply(RESPONSE_CONTRACTS, inner(body), notes);
  return withTrailer(figures, chunks, notes);
}

/** Figures of a request: units that were asked for, the service tier, the latency mode. */
export function readRequest(body: unknown): BodyReading {
  const notes = newNotes();
  const outer = inner(body);
  const request = isObject(outer.modelInput) ? outer.modelInput : outer;
  const figures = apply(REQUEST_CONTRACTS, request, notes);
  return {
    ...EMPTY_READING,
    ...figures,
    ...clientSession(request),
    serviceTier: serviceTierOf(inner(request.serviceTier).type) ?? serviceTierOf(request.service_tier),
    performanceLatency: word(inner(request.performanceConfig).latency),
    checks: [...notes.checks],
    coerced: notes.coerced,
  };
}

function apply<Body>(contracts: readonly Contract<Body>[], body: Body, notes: Notes): Figures {
  const contract = contracts.find((candidate) => candidate.detect(body));
  if (!contract) return {};
  const figures = { ...contract.read(body, notes), contract: contract.name };
  return contract.cached === "inside" ? cachedTakenOut(figures, notes) : figures;
}

function cachedTakenOut(figures: Figures, notes: Notes): Figures {
  const whole = figures.inputTokens ?? null;
  if (whole === null) return figures;
  const cached = (figures.cacheReadTokens ?? 0) + (figures.cacheWriteTokens ?? 0);
  if (cached > whole) notes.checks.add("cache_exceeds_input");
  return { ...figures, inputTokens: Math.max(0, whole - cached), inputWithCachedTokens: whole };
}

/** Bedrock's own additions at the top level of the object or of a chunk, the same for every family; nothing below it counts. */
function withTrailer(figures: Figures, chunks: readonly JsonObject[], notes: Notes): BodyReading {
  const trailer = inner(
    chunks.findLast((chunk) => isObject(chunk["amazon-bedrock-invocationMetrics"]))?.["amazon-bedrock-invocationMetrics"],
  );
  const body = { ...EMPTY_READING, ...figures };
  const counts = reconcileCounts(
    {
      inputTokens: count(trailer.inputTokenCount, notes),
      outputTokens: count(trailer.outputTokenCount, notes),
      cacheReadTokens: count(trailer.cacheReadInputTokenCount, notes),
      cacheWriteTokens: count(trailer.cacheWriteInputTokenCount, notes),
    },
    body,
  );
  if (counts.differ) notes.checks.add("trailer_body_mismatch");
  return {
    ...body,
    inputTokens: counts.inputTokens,
    outputTokens: counts.outputTokens,
    cacheReadTokens: counts.cacheReadTokens,
    cacheWriteTokens: counts.cacheWriteTokens,
    latencyMs: count(trailer.invocationLatency, notes) ?? body.latencyMs,
    timeToFirstTokenMs: count(trailer.firstByteLatency, notes) ?? body.timeToFirstTokenMs,
    guardrailAction: guardrailAction(chunks, body.stopReason),
    checks: [...notes.checks],
    coerced: notes.coerced,
  };
}

/** INTERVENED if any chunk says so. Converse has no field for it and says it with the stop reason. */
function guardrailAction(chunks: readonly JsonObject[], stopReason: string | null): string | null {
  if (stopReason === "guardrail_intervened") return "INTERVENED";
  let action: string | null = null;
  for (const chunk of chunks) {
    const said = word(chunk["amazon-bedrock-guardrailAction"]);
    if (said === "INTERVENED") return said;
    action = said ?? action;
  }
  return action;
}
