import { count, inner, isObject, type JsonObject } from "../peek.ts";
import { lastOf, type StreamContract } from "./contract.ts";

const usageEvent = (chunk: JsonObject): JsonObject | null => {
  const event = inner(chunk.event).usageEvent ?? chunk.usageEvent;
  return isObject(event) ? event : null;
};

/**
 * Nova Sonic: the last usageEvent holds the totals of the session. Speech and text tokens have different prices and become one sum
 * here, which is flagged.
 */
export const novaSonic: StreamContract = {
  name: "nova-sonic",
  cached: "apart",
  source:
    "Nova User Guide, output events: usageEvent with running totals (looked up 2026-11); field names are from memory and that sessions are logged is not confirmed",
  detect: (chunks) => chunks.some((chunk) => usageEvent(chunk) !== null),
  read(chunks, notes) {
    const usage = inner(lastOf(chunks, usageEvent));
    const total = inner(inner(usage.details).total);
    const speech = (count(inner(total.input).speechTokens, notes) ?? 0) + (count(inner(total.output).speechTokens, notes) ?? 0);
    if (speech > 0) notes.checks.add("speech_tokens");
    return { inputTokens: count(usage.totalInputTokens, notes), outputTokens: count(usage.totalOutputTokens, notes) };
  },
};
