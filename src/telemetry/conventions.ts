import type { SpanItem } from "./item.ts";
import data from "./scopes.data.json" with { type: "json" };
import type { Values } from "./values.ts";

const scopes = new Map(data.scopes.map((entry) => [entry.scope, entry]));
const PROVIDERS: ReadonlySet<string> = new Set(["aws.bedrock", "aws_bedrock", "amazon-bedrock", "bedrock", "mantle", "aws"]);
/** Spans that sum up or surround calls. */
const NO_CALL: ReadonlySet<string> = new Set([
  ...["invoke_agent", "invoke_workflow", "create_agent", "execute_tool", "execute_event_loop_cycle", "retrieval", "plan"],
]);
const BEDROCK_MODEL =
  /^(arn:aws[a-z-]*:(bedrock|sagemaker):|([a-z-]{2,8}\.)?(anthropic|amazon|meta|mistral|cohere|ai21|openai|deepseek|qwen|stability|writer|twelvelabs|luma)\.)/;

/** Whether a span is a call of a model on Bedrock, and no parent that sums up calls. */
export function isCall({ scope }: SpanItem, values: Values): boolean {
  const operation = values.name("gen_ai.operation.name");
  if (operation !== null && NO_CALL.has(operation)) return false;
  if (scope.name === "com.anthropic.claude_code.tracing") return values.name("span.type") === "llm_request";
  const model = modelOf(values);
  if (model === null) return false;
  const kind = values.name("openinference.span.kind");
  if (kind !== null && kind !== "LLM" && kind !== "EMBEDDING") return false;
  if (scopes.get(scope.name)?.bedrock === true) return true;
  const provider = values.name("gen_ai.provider.name", "gen_ai.system", "ai.model.provider", "llm.provider");
  return (provider !== null && PROVIDERS.has(provider)) || BEDROCK_MODEL.test(model);
}

export const modelOf = (values: Values): string | null =>
  values.name("gen_ai.request.model", "model", "llm.model_name", "ai.model.id", "gen_ai.response.model");

export interface ClaimedTokens {
  readonly claimed_input_tokens: number | null;
  readonly claimed_output_tokens: number | null;
  readonly claimed_cache_read_tokens: number | null;
  readonly claimed_cache_write_tokens: number | null;
}

/** What a span says of tokens, input without the cache. Which of the two meanings its input has, the scope decides. */
export function claimedTokens(scope: string, values: Values): ClaimedTokens {
  const own = scope.startsWith("com.anthropic.claude_code");
  const read = own
    ? values.count("cache_read_tokens")
    : values.count(
        "gen_ai.usage.cache_read.input_tokens",
        "gen_ai.usage.cache_read_input_tokens",
        "llm.token_count.prompt_details.cache_read",
        "ai.usage.inputTokenDetails.cacheReadTokens",
      );
  const written = own
    ? values.count("cache_creation_tokens")
    : values.count(
        "gen_ai.usage.cache_creation.input_tokens",
        "gen_ai.usage.cache_write.input_tokens",
        "gen_ai.usage.cache_write_input_tokens",
        "llm.token_count.prompt_details.cache_write",
        "ai.usage.inputTokenDetails.cacheWriteTokens",
      );
  const sent = own
    ? values.count("input_tokens")
    : values.count("gen_ai.usage.input_tokens", "llm.token_count.prompt", "ai.usage.inputTokens");
  const output = own
    ? values.count("output_tokens")
    : values.count("gen_ai.usage.output_tokens", "llm.token_count.completion", "ai.usage.outputTokens");
  const cached = (read ?? 0) + (written ?? 0);
  const included = (scopes.get(scope)?.input ?? "with_cache") === "with_cache" && sent !== null && sent >= cached;
  return {
    claimed_input_tokens: sent !== null && included ? sent - cached : sent,
    claimed_output_tokens: output,
    claimed_cache_read_tokens: read,
    claimed_cache_write_tokens: written,
  };
}
