import { count, word } from "../peek.ts";
import { lastOf, type ObjectContract, type StreamContract } from "./contract.ts";

const SOURCE = "Meta Llama response, format notes of 2026-10 (documented); the stream's chunks are from memory, not looked up";

/** Llama's own format: no caching. */
export const llama: ObjectContract = {
  name: "llama",
  cached: "apart",
  source: SOURCE,
  detect: (body) => body.prompt_token_count !== undefined || body.generation_token_count !== undefined,
  read: (body, notes) => ({
    inputTokens: count(body.prompt_token_count, notes),
    outputTokens: count(body.generation_token_count, notes),
    stopReason: word(body.stop_reason),
  }),
};

/** Streamed: the prompt count is in the first chunk, null in the others; the generation count is cumulative. */
export const llamaStream: StreamContract = {
  name: "llama-stream",
  cached: "apart",
  source: SOURCE,
  detect: (chunks) => chunks.some((chunk) => chunk.generation_token_count !== undefined),
  read: (chunks, notes) => ({
    inputTokens: lastOf(chunks, (chunk) => count(chunk.prompt_token_count, notes)),
    outputTokens: lastOf(chunks, (chunk) => count(chunk.generation_token_count, notes)),
    stopReason: lastOf(chunks, (chunk) => word(chunk.stop_reason)),
  }),
};
