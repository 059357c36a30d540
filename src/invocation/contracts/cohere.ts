import type { Figures } from "../body-reading.ts";
import { count, inner, isObject, type JsonObject, list, type Notes, word } from "../peek.ts";
import { lastOf, type ObjectContract, type StreamContract } from "./contract.ts";

const SOURCE = "Cohere usage schema, billed_units (looked up 2026-11); that Bedrock passes it on is not confirmed";

/** Command and Embed. Counts are there only where the answer carries Cohere's `meta.billed_units`; no caching. */
export const cohere: ObjectContract = {
  name: "cohere",
  cached: "apart",
  source: SOURCE,
  detect: (body) =>
    isObject(inner(body.meta).billed_units) ||
    Array.isArray(body.generations) ||
    typeof body.finish_reason === "string" ||
    isEmbedding(body),
  read: (body, notes) => ({
    ...billed(body, notes),
    stopReason: word(body.finish_reason) ?? word(inner(list(body.generations)[0]).finish_reason),
  }),
};

/** Streamed: the last event, `is_finished`, repeats the whole answer. */
export const cohereStream: StreamContract = {
  name: "cohere-stream",
  cached: "apart",
  source: SOURCE,
  detect: (chunks) => chunks.some((chunk) => chunk.is_finished !== undefined || chunk.event_type === "stream-end"),
  read: (chunks, notes) => ({
    ...billed(inner(lastOf(chunks, (chunk) => (isObject(chunk.response) ? chunk.response : null))), notes),
    stopReason: lastOf(chunks, (chunk) => word(chunk.finish_reason)),
  }),
};

const isEmbedding = (body: JsonObject): boolean => body.embeddings !== undefined || typeof body.response_type === "string";

function billed(body: JsonObject, notes: Notes): Figures {
  const units = inner(inner(body.meta).billed_units);
  return {
    inputTokens: count(units.input_tokens, notes),
    outputTokens: count(units.output_tokens, notes),
    searchUnits: count(units.search_units, notes),
  };
}
