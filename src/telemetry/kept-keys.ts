import type { Keeps } from "./item.ts";

/** Resource attributes that become labels without configuration: what AWS's guidance for Claude Code sets. */
const LABELS: readonly string[] = [
  ...["department", "team.id", "team", "cost_center", "deployment.environment.name", "feature"],
  ...["repository", "vcs.repository.name"],
];

/** Ids, names, numbers and enumerations. `tool_parameters` is read for a commit and the first word of a command and then dropped. */
const KEPT: readonly string[] = [
  ...["service.name", "service.version", "cloud.region"],
  ...["event.name", "session.id", "user.id", "user.email", "prompt.id", "app.entrypoint", "app.version", "anthropic.provider"],
  ...["request_id", "model", "input_tokens", "output_tokens", "cache_read_tokens", "cache_creation_tokens"],
  ...["cache_creation_5m_tokens", "cache_creation_1h_tokens", "cost_usd", "cost_usd_micros", "duration_ms", "ttft_ms"],
  ...["speed", "effort", "query_source", "query_source_safe", "agent.name", "agent_id", "attempt", "status_code", "success"],
  ...["tool_use_id", "tool_name", "tool_source", "decision", "source", "permission_mode", "error_type", "tool_parameters"],
  ...["tool_input_size_bytes", "tool_result_size_bytes", "span.type", "type", "language", "start_type"],
  ...["gen_ai.operation.name", "gen_ai.provider.name", "gen_ai.system", "gen_ai.request.model", "gen_ai.response.model"],
  ...["gen_ai.response.id", "gen_ai.conversation.id", "gen_ai.agent.id", "gen_ai.agent.name", "gen_ai.tool.name"],
  ...[
    "gen_ai.tool.call.id",
    "gen_ai.tool.status",
    "gen_ai.token.type",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
  ],
  ...["gen_ai.usage.cache_read.input_tokens", "gen_ai.usage.cache_creation.input_tokens"],
  ...["gen_ai.usage.cache_read_input_tokens", "gen_ai.usage.cache_write_input_tokens", "gen_ai.usage.cache_write.input_tokens"],
  ...["gen_ai.server.time_to_first_token", "aws.request_id", "aws.request.id", "rpc.method", "error.type"],
  ...["http.status_code", "http.response.status_code"],
  ...["llm.model_name", "llm.provider", "llm.token_count.prompt", "llm.token_count.completion", "openinference.span.kind"],
  ...["llm.token_count.prompt_details.cache_read", "llm.token_count.prompt_details.cache_write"],
  ...["ai.operationId", "ai.model.id", "ai.model.provider", "ai.response.id", "ai.usage.inputTokens", "ai.usage.outputTokens"],
  ...["ai.usage.inputTokenDetails.cacheReadTokens", "ai.usage.inputTokenDetails.cacheWriteTokens", "ai.telemetry.functionId"],
];

export interface KeptKeys {
  /** Whether an attribute is read at all. */
  readonly keeps: Keeps;
  /** Whether it becomes a label of its rows. */
  readonly isLabel: Keeps;
}

/** @param more resource attributes that strata.yml names (sources.telemetry_labels): exact names, or `tag.*` for all that begin with `tag.` */
export function keptKeys(more: readonly string[] = []): KeptKeys {
  const exact = new Set([...LABELS, ...more.filter((name) => !name.endsWith(".*"))]);
  const prefixes = ["tag.", ...more.filter((name) => name.endsWith(".*")).map((name) => name.slice(0, -1))];
  const kept = new Set(KEPT);
  const isLabel: Keeps = (key) => exact.has(key) || prefixes.some((prefix) => key.startsWith(prefix));
  return { isLabel, keeps: (key) => kept.has(key) || isLabel(key) };
}
