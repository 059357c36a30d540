import type { Figures } from "../body-reading.ts";
import { count, inner, isObject, type JsonObject, list, measure, type Notes, word } from "../peek.ts";
import { serviceTierOf } from "../service-tier.ts";
import { lastOf, type ObjectContract, type StreamContract } from "./contract.ts";

const CHAT =
  "gpt-oss bodies, format notes of 2026-10 (seen); that prompt_tokens contains cached_tokens is from memory, not looked up";
const RESPONSES =
  "OpenAI OpenAPI description 2.3.0, names and cached tokens as a subset of input (looked up 2026-11); that Bedrock logs this shape is not confirmed";

/** Chat completion, also of Mistral, Qwen, DeepSeek, AI21 and Writer models. `prompt_tokens` contains `cached_tokens`. */
export const openaiChat: ObjectContract = {
  name: "openai-chat",
  cached: "inside",
  source: CHAT,
  detect: (body) => Array.isArray(body.choices),
  read: (body, notes) => ({
    ...chatUsage(inner(body.usage), notes),
    stopReason: finishOf(body),
    serviceTier: serviceTierOf(body.service_tier),
  }),
};

/** Streamed chat completion: usage in the last object, if the caller asked for it. */
export const openaiChatStream: StreamContract = {
  name: "openai-chat-stream",
  cached: "inside",
  source: CHAT,
  detect: (chunks) => chunks.some((chunk) => Array.isArray(chunk.choices)),
  read: (chunks, notes) => ({
    ...chatUsage(inner(lastOf(chunks, (chunk) => (isObject(chunk.usage) ? chunk.usage : null))), notes),
    stopReason: lastOf(chunks, finishOf),
    serviceTier: lastOf(chunks, (chunk) => serviceTierOf(chunk.service_tier)),
  }),
};

/** Responses API. `input_tokens` contains `cached_tokens`. */
export const openaiResponse: ObjectContract = {
  name: "openai-response",
  cached: "inside",
  source: RESPONSES,
  detect: (body) => body.object === "response",
  read: responseFigures,
};

export const openaiResponseStream: StreamContract = {
  name: "openai-response-stream",
  cached: "inside",
  source: RESPONSES,
  detect: (chunks) => chunks.some((chunk) => inner(chunk.response).object === "response"),
  read: (chunks, notes) =>
    responseFigures(inner(lastOf(chunks, (chunk) => (isObject(inner(chunk.response).usage) ? chunk.response : null))), notes),
};

/** The first choice that has ended. Mistral calls the field stop_reason. */
function finishOf(body: JsonObject): string | null {
  for (const choice of list(body.choices).map(inner)) {
    const reason = word(choice.finish_reason) ?? word(choice.stop_reason);
    if (reason !== null) return reason;
  }
  return null;
}

function chatUsage(usage: JsonObject, notes: Notes): Figures {
  const inputTokens = count(usage.prompt_tokens, notes);
  const outputTokens = count(usage.completion_tokens, notes);
  checkTotal(usage.total_tokens, inputTokens, outputTokens, notes);
  return {
    inputTokens,
    outputTokens,
    ...cacheCounts(inner(usage.prompt_tokens_details), notes),
    audioSeconds: measure(usage.prompt_audio_seconds),
  };
}

function responseFigures(body: JsonObject, notes: Notes): Figures {
  const usage = inner(body.usage);
  const inputTokens = count(usage.input_tokens, notes);
  const outputTokens = count(usage.output_tokens, notes);
  checkTotal(usage.total_tokens, inputTokens, outputTokens, notes);
  return {
    inputTokens,
    outputTokens,
    ...cacheCounts(inner(usage.input_tokens_details), notes),
    stopReason: word(inner(body.incomplete_details).reason) ?? word(body.status),
    serviceTier: serviceTierOf(body.service_tier),
  };
}

/** Written tokens stand beside those read, in parsers of both shapes in public repositories (looked up 2026-11); the bill has 30-minute cache writes. */
const cacheCounts = (details: JsonObject, notes: Notes): Pick<Figures, "cacheReadTokens" | "cacheWriteTokens"> => ({
  cacheReadTokens: count(details.cached_tokens, notes),
  cacheWriteTokens: count(details.cache_write_tokens, notes),
});

function checkTotal(value: unknown, input: number | null, output: number | null, notes: Notes): void {
  const total = count(value, notes);
  if (total !== null && total !== (input ?? 0) + (output ?? 0)) notes.checks.add("total_mismatch");
}
