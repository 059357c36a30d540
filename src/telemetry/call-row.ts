import { parseModelId } from "../model/model-id.ts";
import type { clientCallRecords } from "../tables/client-call-records.ts";
import type { RowOf } from "../tables/column.ts";
import { claimedTokens, isCall, modelOf } from "./conventions.ts";
import type { LogItem, SpanItem } from "./item.ts";
import type { KeptKeys } from "./kept-keys.ts";
import type { Place } from "./place.ts";
import { common } from "./place.ts";
import { Values } from "./values.ts";

export type CallRow = RowOf<typeof clientCallRecords>;

/** A row for an event about a call (`api_request`, `api_error`) or a span that is one; undefined for anything else. */
export function callRow(item: LogItem | SpanItem, place: Place, keys: KeptKeys): CallRow | undefined {
  const values = new Values(item.attributes, item.resource);
  const told = item.kind === "log" ? fromEvent(item, values) : fromSpan(item, values);
  if (told === undefined) return undefined;
  return {
    ...common(item, values, place, keys),
    provider: values.name("anthropic.provider") ?? "bedrock",
    request_id: requestId(values),
    message_id: messageId(values),
    trace_id: item.traceId,
    span_id: item.spanId,
    parent_span_id: null,
    agent_id: values.id("agent_id", "gen_ai.agent.id"),
    agent_name: values.name("agent.name", "gen_ai.agent.name"),
    query_source: values.name("query_source", "query_source_safe", "ai.telemetry.functionId"),
    region: values.id("cloud.region"),
    model_family: familyIn(told.model),
    effort: values.name("effort"),
    speed: values.name("speed"),
    status_code: values.count("status_code", "http.status_code", "http.response.status_code"),
    error_type: values.name("error.type", "error_type"),
    attempt: values.count("attempt"),
    claimed_cache_write_5m_tokens: values.count("cache_creation_5m_tokens"),
    claimed_cache_write_1h_tokens: values.count("cache_creation_1h_tokens"),
    claimed_cost: values.cost(),
    ...told,
  };
}

type Told = Pick<
  CallRow,
  | "signal"
  | "operation"
  | "model"
  | "status"
  | "duration_ms"
  | "time_to_first_token_ms"
  | "claimed_input_tokens"
  | "claimed_output_tokens"
  | "claimed_cache_read_tokens"
  | "claimed_cache_write_tokens"
> &
  Partial<CallRow>;

function fromEvent(item: LogItem, values: Values): Told | undefined {
  const name = eventName(item, values);
  if (name !== "api_request" && name !== "api_error") return undefined;
  return {
    signal: "event",
    operation: name,
    model: values.name("model"),
    status: name === "api_error" ? "error" : "ok",
    duration_ms: values.count("duration_ms"),
    time_to_first_token_ms: values.count("ttft_ms"),
    ...claimedTokens(item.scope.name, values),
  };
}

function fromSpan(item: SpanItem, values: Values): Told | undefined {
  if (!isCall(item, values)) return undefined;
  const took = item.end > item.start ? Number((item.end - item.start) / 1_000_000n) : null;
  const failed = item.failed || values.flag("success") === false || (values.count("http.response.status_code") ?? 0) >= 400;
  return {
    signal: "span",
    operation: values.name("rpc.method", "gen_ai.operation.name", "ai.operationId", "span.type") ?? "call",
    model: modelOf(values),
    status: failed || values.name("error.type") !== null ? "error" : "ok",
    duration_ms: values.count("duration_ms") ?? took,
    time_to_first_token_ms: values.count("ttft_ms", "gen_ai.server.time_to_first_token"),
    parent_span_id: item.parentSpanId,
    ...claimedTokens(item.scope.name, values),
  };
}

/** From an id, a profile's or a bare name; an application profile tells nothing. */
const familyIn = (model: string | null): string | null =>
  model === null ? null : (parseModelId(model.replace(/^arn:[^/]*\//, ""))?.family ?? null);

/** Claude Code's events: the attribute, else the record's own name without its prefix. */
export const eventName = (item: LogItem, values: Values): string | null =>
  item.scope.name === "com.anthropic.claude_code.events" || item.name?.startsWith("claude_code.") === true
    ? (values.name("event.name") ?? item.name?.replace(/^claude_code\./, "") ?? null)
    : null;

const REQUEST_ID = /^(req_[A-Za-z0-9]{8,64}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/i;

/** `gen_ai.response.id` is the request's id for some instrumentations and the message's for others: its form tells. */
function requestId(values: Values): string | null {
  const own = values.id("request_id", "aws.request_id", "aws.request.id");
  if (own !== null) return own;
  const response = values.id("gen_ai.response.id", "ai.response.id");
  return response !== null && REQUEST_ID.test(response) ? response : null;
}

function messageId(values: Values): string | null {
  const response = values.id("gen_ai.response.id", "ai.response.id");
  return response !== null && !REQUEST_ID.test(response) ? response : null;
}
