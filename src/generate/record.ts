import { bodiesOf } from "./bodies.ts";
import { instant } from "./calendar.ts";
import type { Call, Shape } from "./call.ts";

const OPERATIONS: Readonly<Record<Shape, string>> = {
  "anthropic-stream": "InvokeModelWithResponseStream",
  anthropic: "InvokeModel",
  converse: "Converse",
  "converse-stream": "ConverseStream",
  "titan-embed": "InvokeModel",
  llama: "InvokeModel",
  openai: "InvokeModel",
  "openai-stream": "InvokeModelWithResponseStream",
  "unknown-vendor": "InvokeModel",
};

/** Where the bodies of an offloaded call lie, as `s3://…` without `_input.json.gz`. */
export type BodyPlace = (call: Call, requestId: string) => string;

/** One line of the invocation log, without the line end. */
export function recordLine(call: Call, requestId: string, place: BodyPlace): string {
  const { target, caller, outcome } = call;
  const head = {
    timestamp: instant(call.time),
    accountId: target.accountId,
  };
  const identity = { identity: { arn: caller.arn } };
  const schema = { schemaType: "ModelInvocationLog", schemaVersion: "1.0" };
  const what = {
    region: target.region,
    requestId,
    operation: OPERATIONS[target.shape],
    modelId: target.modelId,
    ...(target.metadata ? { requestMetadata: target.metadata } : {}),
    ...(outcome.kind === "failed" ? failure(call, outcome.code) : exchange(call, requestId, place)),
  };
  const served = outcome.kind === "failed" ? undefined : servedBy(call);
  const routed = served === undefined ? {} : { inferenceRegion: served };
  // Two key orders exist in the wild; newer captures begin with the time and end with the schema.
  return JSON.stringify(
    target.shape === "anthropic-stream" || target.shape === "anthropic"
      ? { ...head, ...what, ...identity, ...routed, ...schema }
      : { ...schema, ...head, ...identity, ...what, ...routed },
  );
}

/** A routed call names the region that served it only when that is another one. */
function servedBy(call: Call): string | undefined {
  const { serves, region } = call.target;
  const served = serves[Math.floor(call.time / 1000) % Math.max(1, serves.length)];
  return served === region ? undefined : served;
}

/** Throttled and unavailable calls leave neither input nor output; a refused request leaves its input and zero counts. */
function failure(call: Call, code: string): Record<string, unknown> {
  if (code !== "ValidationException") return { errorCode: code };
  return {
    errorCode: code,
    input: {
      inputContentType: "application/json",
      inputBodyJson: call.target.bodies ? bodiesOf(call).request : undefined,
      inputTokenCount: 0,
    },
    output: { outputContentType: "application/json", outputTokenCount: 0 },
  };
}

function exchange(call: Call, requestId: string, place: BodyPlace): Record<string, unknown> {
  const { target, tokens, oddity } = call;
  const offloaded = oddity === "offloaded";
  const bodies = target.bodies && !offloaded ? bodiesOf(call) : undefined;
  const prefix = offloaded ? place(call, requestId) : "";
  const cached = target.shape.startsWith("anthropic") || target.shape.startsWith("converse");
  return {
    input: {
      inputContentType: "application/json",
      ...(bodies ? { inputBodyJson: bodies.request } : {}),
      ...(offloaded ? { inputBodyS3Path: `${prefix}_input.json.gz` } : {}),
      inputTokenCount: oddity === "text-count" ? String(tokens.input) : tokens.input,
      ...(cached && oddity !== "no-cache-header"
        ? { cacheReadInputTokenCount: tokens.cacheRead, cacheWriteInputTokenCount: tokens.cacheWrite5m + tokens.cacheWrite1h }
        : {}),
    },
    output: {
      outputContentType: "application/json",
      ...(bodies ? { outputBodyJson: bodies.response } : {}),
      ...(offloaded ? { outputBodyS3Path: `${prefix}_output.json.gz` } : {}),
      ...(target.shape === "titan-embed" ? {} : { outputTokenCount: tokens.output }),
    },
  };
}
