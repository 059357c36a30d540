import type { StrataConfig } from "../../src/config/strata-config.ts";
import { callResolver } from "../../src/curated/calls.ts";
import type { InvocationRow } from "../../src/curated/invocation-row.ts";
import type { LogRecord } from "../../src/invocation/log-record.ts";
import type { Outcome } from "../../src/invocation/outcome.ts";
import type { UsageReading } from "../../src/invocation/usage.ts";
import { createPricer } from "../../src/pricing/create-pricer.ts";
import { dayOf } from "../../src/time.ts";

/** Where a record was read from. */
export interface RecordSource {
  readonly object: string;
  readonly line: number;
  /** Record within that line, from 1; above 1 only inside arrays and envelopes. */
  readonly part: number;
  /** Milliseconds. */
  readonly deliveredAt: number;
}

export type RowBuilder = (record: LogRecord, usage: UsageReading, outcome: Outcome, source: RecordSource) => InvocationRow;

/**
 * Puts who, what, how much and what it should cost together into one row of invocation_records. Pure for one configuration. This is the
 * straightforward path: nothing is remembered from one record to the next. hour-columns.ts writes the same rows without making them.
 */
export function rowBuilder(config: StrataConfig): RowBuilder {
  const pricer = createPricer(config.prices);
  const resolve = callResolver(config);

  return (record, usage, outcome, source) => {
    const call = resolve({
      day: dayOf(record.timestamp),
      accountId: record.accountId,
      region: record.region,
      inferenceRegion: record.inferenceRegion,
      operation: record.operation,
      modelId: record.modelId,
      principalArn: record.principalArn,
      metadata: record.requestMetadata,
      invokedModelId: usage.invokedModelId,
      servedTier: usage.serviceTier,
    });
    const priced = pricer.price({
      model: call.model,
      region: record.region,
      accountId: record.accountId,
      serviceTier: call.serviceTier,
      eventTime: record.timestamp,
      usage,
      operation: record.operation,
      failed: outcome.status === "error",
    });
    return {
      event_time: record.timestamp,
      ...call.columns,
      request_id: record.requestId,
      input_tokens: usage.inputTokens,
      output_tokens: usage.outputTokens,
      cache_read_tokens: usage.cacheReadTokens,
      cache_write_5m_tokens: usage.cacheWrite5mTokens + usage.cacheWriteUnsplitTokens,
      cache_write_1h_tokens: usage.cacheWrite1hTokens,
      image_count: usage.images,
      audio_seconds: usage.audioSeconds,
      video_seconds: usage.videoSeconds,
      status: outcome.status,
      error_code: outcome.errorCode,
      error_class: outcome.errorClass,
      latency_ms: usage.latencyMs,
      time_to_first_token_ms: usage.timeToFirstTokenMs,
      stop_reason: usage.stopReason,
      tool_names: null,
      session_id: usage.client.sessionId,
      device_id: usage.client.deviceId,
      client_version: usage.client.clientVersion,
      entrypoint: usage.client.entrypoint,
      message_id: usage.messageId,
      thinking_tokens: usage.thinkingTokens,
      guardrail_action: usage.guardrailAction,
      input_cost: priced.inputCost,
      output_cost: priced.outputCost,
      cache_read_cost: priced.cacheReadCost,
      cache_write_cost: priced.cacheWriteCost,
      list_cost: priced.listCost,
      estimated_cost: priced.estimatedCost,
      estimated_cost_high: priced.estimatedCostHigh,
      uncached_cost: priced.uncachedCost,
      price_id: priced.priceId,
      price_status: priced.status,
      price_assumptions: priced.assumptions,
      copy_rank: null,
      usage_check: usage.check,
      coerced: record.coerced || usage.coerced,
      source_object: source.object,
      source_line: source.line,
      source_part: source.part,
      delivered_at: source.deliveredAt,
    };
  };
}
