import { count, inner, list, word } from "../peek.ts";
import { lastOf, type ObjectContract, type StreamContract } from "./contract.ts";

const SOURCE = "Titan counts, format notes of 2026-10 (documented and seen); results[] is from memory, not looked up";

/** Titan Text and Titan Embeddings (text and multimodal): no caching; an embedding has no output tokens. */
export const titan: ObjectContract = {
  name: "titan",
  cached: "apart",
  source: SOURCE,
  detect: (body) => body.inputTextTokenCount !== undefined || Array.isArray(body.embedding),
  read(body, notes) {
    const results = list(body.results).map(inner);
    const counts = results.map((result) => count(result.tokenCount, notes)).filter((tokens) => tokens !== null);
    return {
      inputTokens: count(body.inputTextTokenCount, notes),
      outputTokens: counts.length === 0 ? null : counts.reduce((sum, tokens) => sum + tokens, 0),
      stopReason: word(results[0]?.completionReason),
    };
  },
};

/** Streamed Titan Text: `totalOutputTextTokenCount` is cumulative and null until the last chunk. */
export const titanStream: StreamContract = {
  name: "titan-stream",
  cached: "apart",
  source: SOURCE,
  detect: (chunks) => chunks.some((chunk) => chunk.totalOutputTextTokenCount !== undefined),
  read: (chunks, notes) => ({
    inputTokens: lastOf(chunks, (chunk) => count(chunk.inputTextTokenCount, notes)),
    outputTokens: lastOf(chunks, (chunk) => count(chunk.totalOutputTextTokenCount, notes)),
    stopReason: lastOf(chunks, (chunk) => word(chunk.completionReason)),
  }),
};
