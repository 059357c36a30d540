import type { Figures } from "../body-reading.ts";
import { count, inner, isObject, type JsonObject, list, modelName, type Notes, word } from "../peek.ts";
import { serviceTierOf } from "../service-tier.ts";
import { lastOf, type ObjectContract, type StreamContract } from "./contract.ts";

const SOURCE =
  "botocore 1.43 TokenUsage and CacheDetail, format notes of 2026-10 (documented); Nova's own stream is from memory, not looked up";

/** Converse, the aggregated ConverseStream, and Nova's own format, which is the same with other names for the cache counts. */
export const converse: ObjectContract = {
  name: "converse",
  cached: "apart",
  source: SOURCE,
  detect: (body) => isConverseUsage(body.usage) || (isObject(body.output) && typeof body.stopReason === "string"),
  read: (body, notes) => ({
    ...usageFigures(inner(body.usage), notes),
    ...otherFigures(body, notes),
    stopReason: word(body.stopReason),
  }),
};

/** ConverseStream events one by one, and Nova's own stream. */
export const converseEvents: StreamContract = {
  name: "converse-events",
  cached: "apart",
  source: SOURCE,
  detect: (chunks) => chunks.some((chunk) => isConverseUsage(inner(chunk.metadata).usage) || isObject(chunk.messageStop)),
  read(chunks, notes) {
    const metadata = inner(lastOf(chunks, (chunk) => (isObject(chunk.metadata) ? chunk.metadata : null)));
    return {
      ...usageFigures(inner(metadata.usage), notes),
      ...otherFigures(metadata, notes),
      stopReason: lastOf(chunks, (chunk) => word(inner(chunk.messageStop).stopReason)),
    };
  },
};

const isConverseUsage = (usage: unknown): boolean =>
  isObject(usage) && (usage.inputTokens !== undefined || usage.outputTokens !== undefined || usage.totalTokens !== undefined);

function usageFigures(usage: JsonObject, notes: Notes): Figures {
  const inputTokens = count(usage.inputTokens, notes);
  const outputTokens = count(usage.outputTokens, notes);
  const cacheReadTokens = count(usage.cacheReadInputTokens ?? usage.cacheReadInputTokenCount, notes);
  const cacheWriteTokens = count(usage.cacheWriteInputTokens ?? usage.cacheWriteInputTokenCount, notes);
  checkTotal(
    count(usage.totalTokens, notes),
    (inputTokens ?? 0) + (outputTokens ?? 0),
    (cacheReadTokens ?? 0) + (cacheWriteTokens ?? 0),
    notes,
  );
  return { inputTokens, outputTokens, cacheReadTokens, cacheWriteTokens, ...splitFigures(usage.cacheDetails, notes) };
}

/** Newer totals contain the cached tokens, older ones leave them out (data-sources §1.6): both are right, a third sum is not. */
function checkTotal(total: number | null, plain: number, cached: number, notes: Notes): void {
  if (total !== null && total !== plain && total !== plain + cached) notes.checks.add("total_mismatch");
}

/** A duration other than 5m and 1h has no price of ours: the write then counts as one of unknown duration. */
function splitFigures(details: unknown, notes: Notes): Figures {
  const entries = list(details).map(inner);
  if (entries.length === 0) return {};
  if (entries.some((entry) => entry.ttl !== "5m" && entry.ttl !== "1h")) {
    notes.checks.add("unknown_cache_ttl");
    return {};
  }
  const sum = (ttl: string): number =>
    entries.filter((entry) => entry.ttl === ttl).reduce((total, entry) => total + (count(entry.inputTokens, notes) ?? 0), 0);
  return { cacheWrite5mTokens: sum("5m"), cacheWrite1hTokens: sum("1h") };
}

const otherFigures = (body: JsonObject, notes: Notes): Figures => ({
  latencyMs: count(inner(body.metrics).latencyMs, notes),
  serviceTier: serviceTierOf(inner(body.serviceTier).type),
  performanceLatency: word(inner(body.performanceConfig).latency),
  invokedModelId: modelName(inner(inner(body.trace).promptRouter).invokedModelId),
});
