import type { Call } from "./call.ts";
import { modelFacts } from "./price-facts.ts";

const instant = (millis: number): string => `${new Date(millis).toISOString().slice(0, 19)}Z`;

/** The id under which a call is logged: plain, of a profile, or an application profile's ARN. */
export function loggedModelId(call: Call): string {
  if (call.profile !== null) return call.profile;
  const { id } = modelFacts(call.model);
  return call.routing === "in-region" ? id : `${call.routing === "geo" ? "us" : "global"}.${id}`;
}

/** One record of the invocation log, in the shape that the model's API leaves. */
export function logRecord(call: Call): Readonly<Record<string, unknown>> {
  const head = {
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: instant(call.time),
    accountId: call.account,
    identity: { arn: call.caller.arn },
    region: call.region,
    requestId: call.requestId,
    modelId: loggedModelId(call),
  };
  if (call.failed) return { ...head, operation: "Converse", errorCode: "ThrottlingException" };
  const { tokens } = call;
  const cached = tokens.cacheRead + tokens.cacheWrite5m + tokens.cacheWrite1h > 0;
  const input = {
    inputContentType: "application/json",
    inputTokenCount: tokens.input,
    ...(cached
      ? { cacheReadInputTokenCount: tokens.cacheRead, cacheWriteInputTokenCount: tokens.cacheWrite5m + tokens.cacheWrite1h }
      : {}),
  };
  const output = { outputContentType: "application/json", outputTokenCount: tokens.output };
  if (call.metadataOnly) return { ...head, operation: "InvokeModel", input, output };
  const { operation, body } = bodyOf(call);
  return { ...head, operation, input: { ...input, inputBodyJson: {} }, output: { ...output, outputBodyJson: body } };
}

function bodyOf(call: Call): { readonly operation: string; readonly body: unknown } {
  const facts = modelFacts(call.model);
  if (facts.vendor === "anthropic" && call.time % 2_000 === 0)
    return call.streamed
      ? { operation: "InvokeModelWithResponseStream", body: nativeStream(call) }
      : { operation: "InvokeModel", body: { type: "message", stop_reason: "end_turn", usage: nativeUsage(call) } };
  if (facts.vendor === "meta" && !call.streamed)
    return {
      operation: "InvokeModel",
      body: {
        generation: "…",
        prompt_token_count: call.tokens.input,
        generation_token_count: call.tokens.output,
        stop_reason: "stop",
      },
    };
  if (facts.vendor === "openai" && !call.streamed)
    return {
      operation: "InvokeModel",
      body: {
        object: "chat.completion",
        choices: [{ index: 0, finish_reason: "stop" }],
        usage: {
          prompt_tokens: call.tokens.input,
          completion_tokens: call.tokens.output,
          total_tokens: call.tokens.input + call.tokens.output,
        },
      },
    };
  return { operation: call.streamed ? "ConverseStream" : "Converse", body: converse(call) };
}

function nativeUsage({ tokens }: Call) {
  return {
    input_tokens: tokens.input,
    output_tokens: tokens.output,
    cache_read_input_tokens: tokens.cacheRead,
    cache_creation_input_tokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
    cache_creation: { ephemeral_5m_input_tokens: tokens.cacheWrite5m, ephemeral_1h_input_tokens: tokens.cacheWrite1h },
  };
}

function nativeStream(call: Call): unknown[] {
  return [
    {
      type: "message_start",
      message: { type: "message", role: "assistant", content: [], usage: { ...nativeUsage(call), output_tokens: 1 } },
    },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: call.tokens.output } },
    {
      type: "message_stop",
      "amazon-bedrock-invocationMetrics": {
        inputTokenCount: call.tokens.input,
        outputTokenCount: call.tokens.output,
        invocationLatency: 900,
        firstByteLatency: 200,
      },
    },
  ];
}

function converse({ tokens, loggedTier }: Call) {
  const writes = tokens.cacheWrite5m + tokens.cacheWrite1h;
  const details = [
    { ttl: "5m", inputTokens: tokens.cacheWrite5m },
    { ttl: "1h", inputTokens: tokens.cacheWrite1h },
  ].filter(({ inputTokens }) => inputTokens > 0);
  return {
    output: { message: { role: "assistant", content: [{ text: "…" }] } },
    stopReason: "end_turn",
    metrics: { latencyMs: 850 },
    usage: {
      inputTokens: tokens.input,
      outputTokens: tokens.output,
      totalTokens: tokens.input + tokens.output + tokens.cacheRead + writes,
      ...(tokens.cacheRead + writes > 0 ? { cacheReadInputTokens: tokens.cacheRead, cacheWriteInputTokens: writes } : {}),
      ...(details.length > 0 ? { cacheDetails: details } : {}),
    },
    ...(loggedTier === "on-demand" ? {} : { serviceTier: { type: loggedTier } }),
  };
}
