import type { Figures } from "../body-reading.ts";
import { count, inner, isObject, type JsonObject, messageName, type Notes, word } from "../peek.ts";
import { serviceTierOf } from "../service-tier.ts";
import { lastOf, type ObjectContract, type StreamContract } from "./contract.ts";

const SOURCE = "Anthropic Messages API and Bedrock prompt caching, format notes of 2026-10 (documented and seen)";

/** Messages API answer. `input_tokens` is what was neither read from nor written to the cache. */
export const anthropicMessage: ObjectContract = {
  name: "anthropic-message",
  cached: "apart",
  source: SOURCE,
  detect: (body) => body.type === "message",
  read: (body, notes) => ({
    ...promptFigures(inner(body.usage), notes),
    outputTokens: count(inner(body.usage).output_tokens, notes),
    thinkingTokens: thinking(inner(body.usage), notes),
    messageId: messageName(body.id),
    stopReason: word(body.stop_reason),
    serviceTier: serviceTierOf(inner(body.usage).service_tier),
  }),
};

/**
 * Streamed Messages answer: prompt figures in message_start, where the output count is provisional; final ones, cumulative, in the last
 * message_delta. Without one the stream was cut, and how much was written is not known.
 */
export const anthropicStream: StreamContract = {
  name: "anthropic-stream",
  cached: "apart",
  source: SOURCE,
  detect: (chunks) => chunks.some((chunk) => chunk.type === "message_start"),
  read(chunks, notes) {
    const message = inner(chunks.find((chunk) => chunk.type === "message_start")?.message);
    const opening = inner(message.usage);
    const final = inner(lastOf(chunks, (chunk) => (isDelta(chunk) && isObject(chunk.usage) ? chunk.usage : null)));
    const outputTokens = count(final.output_tokens, notes);
    if (outputTokens === null) notes.checks.add("stream_incomplete");
    return {
      ...promptFigures(opening, notes),
      ...present(promptFigures(final, notes)),
      outputTokens,
      thinkingTokens: thinking(final, notes),
      messageId: messageName(message.id),
      stopReason: lastOf(chunks, (chunk) => (isDelta(chunk) ? word(inner(chunk.delta).stop_reason) : null)),
      serviceTier: serviceTierOf(opening.service_tier),
    };
  },
};

/** Text Completions answer of Claude 2: no counts in the body. */
export const anthropicText: ObjectContract = {
  name: "anthropic-text",
  cached: "apart",
  source: "Anthropic Text Completions API (from memory, not looked up)",
  detect: (body) => typeof body.completion === "string",
  read: (body) => ({ stopReason: word(body.stop_reason) }),
};

const isDelta = (chunk: JsonObject): boolean => chunk.type === "message_delta";

function promptFigures(usage: JsonObject, notes: Notes): Figures {
  const split = inner(usage.cache_creation);
  return {
    inputTokens: count(usage.input_tokens, notes),
    cacheReadTokens: count(usage.cache_read_input_tokens, notes),
    cacheWriteTokens: count(usage.cache_creation_input_tokens, notes),
    cacheWrite5mTokens: count(split.ephemeral_5m_input_tokens, notes),
    cacheWrite1hTokens: count(split.ephemeral_1h_input_tokens, notes),
  };
}

/** Extended thinking; contained in output_tokens. */
const thinking = (usage: JsonObject, notes: Notes): number | null =>
  count(inner(usage.output_tokens_details).thinking_tokens, notes);

/** Drops what is null, so that it does not hide an earlier figure. */
const present = (figures: Figures): Figures => Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== null));
