import { type Attribution, attributor, type Caller } from "../attribution/attribute.ts";
import type { StrataConfig } from "../config/strata-config.ts";
import type { LogRecord } from "../invocation/log-record.ts";
import type { Outcome } from "../invocation/outcome.ts";
import type { UsageReading } from "../invocation/usage.ts";
import { resolveModel } from "../model/resolve-model.ts";
import { createPricer } from "../pricing/create-pricer.ts";
import { parsePrincipal } from "../principal/parse-principal.ts";
import type { InvocationRow } from "./hour-buffers.ts";

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

/** Attributions kept ready; callers with request metadata can be many, so there is an end. */
const KEEP = 50_000;

/** Puts who, what, how much and what it should cost together into one row of invocation_records. Pure for one configuration. */
export function rowBuilder(config: StrataConfig): RowBuilder {
  const pricer = createPricer(config.prices);
  const attribute = kept(attributor(config.attribution));
  const inferenceProfiles = new Map(Object.entries(config.models.inference_profiles));
  const trustSessionNames = config.attribution.trust_session_names;

  return (record, usage, outcome, source) => {
    const model = resolveModel(record.modelId, {
      region: record.region,
      inferenceRegion: record.inferenceRegion ?? undefined,
      invokedModelId: usage.invokedModelId ?? undefined,
      inferenceProfiles,
      tiers: config.models.tiers,
    });
    const principal = parsePrincipal(record.principalArn ?? undefined, { trustSessionNames });
    const serviceTier = serviceTierOf(model.serving, usage.serviceTier);
    const priced = pricer.price({
      model,
      region: record.region,
      accountId: record.accountId,
      serviceTier,
      eventTime: record.timestamp,
      usage,
      operation: record.operation,
      failed: outcome.status === "error",
    });
    const metadata = record.requestMetadata.size === 0 ? null : record.requestMetadata;
    const payer = attribute({
      principalArn: principal.arn,
      principalName: principal.name,
      sessionName: principal.sessionName,
      person: principal.person,
      accountId: record.accountId,
      inferenceProfile: model.profile,
      metadata,
      tags: null,
    });
    return {
      event_time: record.timestamp,
      account_id: record.accountId,
      region: record.region,
      inference_region: record.inferenceRegion,
      routing: model.routing,
      request_id: record.requestId,
      operation: record.operation,
      model_id: record.modelId,
      inference_profile: model.profile,
      vendor: model.vendor,
      model_family: model.family,
      model: model.model,
      model_tier: model.tier,
      service_tier: serviceTier,
      principal_arn: principal.arn,
      principal_type: principal.type,
      principal_name: principal.name,
      session_name: principal.sessionName,
      person: payer.person,
      team: payer.team,
      cost_center: payer.costCenter,
      environment: payer.environment,
      feature: payer.feature,
      attribution_source: payer.source,
      request_metadata: metadata,
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
      usage_check: usage.check,
      coerced: record.coerced || usage.coerced,
      source_object: source.object,
      source_line: source.line,
      source_part: source.part,
      delivered_at: source.deliveredAt,
    };
  };
}

/** What the body says was served; the log's header never says. The API calls on-demand "default" (Bedrock User Guide, "Service tiers"). */
function serviceTierOf(serving: string, served: string | null): string {
  if (serving === "provisioned") return "provisioned";
  if (serving === "imported" || serving === "custom") return "imported";
  return served === null || served === "default" || served === "auto" ? "on-demand" : served;
}

/** The same caller gets the same answer; most records come from callers that were seen a moment ago. */
function kept(attribute: (caller: Caller) => Attribution): (caller: Caller) => Attribution {
  const answers = new Map<string, Attribution>();
  return (caller) => {
    const labels = caller.metadata === null ? "" : JSON.stringify([...caller.metadata]);
    const key = `${caller.principalArn}\n${caller.accountId}\n${caller.inferenceProfile}\n${labels}`;
    let answer = answers.get(key);
    if (answer === undefined) {
      answer = attribute(caller);
      if (answers.size >= KEEP) answers.clear();
      answers.set(key, answer);
    }
    return answer;
  };
}
