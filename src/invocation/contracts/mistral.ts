import { inner, list, word } from "../peek.ts";
import { lastOf, type ObjectContract, type StreamContract } from "./contract.ts";

const SOURCE = "Mistral AI text completion on Bedrock (from memory, not looked up)";

/** Mistral's text completion has no counts in the body; its chat format is the one in openai.ts. */
export const mistralText: ObjectContract = {
  name: "mistral-text",
  cached: "apart",
  source: SOURCE,
  detect: (body) => Array.isArray(body.outputs),
  read: (body) => ({ stopReason: word(inner(list(body.outputs)[0]).stop_reason) }),
};

export const mistralTextStream: StreamContract = {
  name: "mistral-text-stream",
  cached: "apart",
  source: SOURCE,
  detect: (chunks) => chunks.some((chunk) => Array.isArray(chunk.outputs)),
  read: (chunks) => ({ stopReason: lastOf(chunks, (chunk) => word(inner(list(chunk.outputs)[0]).stop_reason)) }),
};
