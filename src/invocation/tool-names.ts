import { inner, isObject, type JsonObject, list } from "./peek.ts";

/** Names that Bedrock takes for a tool (ToolSpecification.name), and what other vendors add to it. Anything else could be text and is not kept. */
const NAME = /^[\w.:-]{1,128}$/;

/**
 * The tools that an answer calls, each once, in order of the alphabet, separated by commas; null for none. Of the call only its name is read,
 * never what is handed to the tool. Shapes: Anthropic Messages and its stream, Converse and its stream (Nova's too), OpenAI chat completions
 * and their stream (data-sources §1.5).
 */
export function toolNamesOf(body: unknown): string | null {
  const parts = Array.isArray(body) ? list(body).filter(isObject) : [inner(body)];
  const names = new Set(parts.flatMap(namesIn).filter((name) => typeof name === "string" && NAME.test(name)));
  return names.size === 0 ? null : [...names].sort().join(",");
}

function namesIn(part: JsonObject): unknown[] {
  return [
    ...blocksOf(part).flatMap((block) => [isToolUse(block.type) ? block.name : undefined, inner(block.toolUse).name]),
    inner(inner(inner(part.contentBlockStart).start).toolUse).name,
    ...list(part.choices)
      .map(inner)
      .flatMap((choice) => [...list(inner(choice.message).tool_calls), ...list(inner(choice.delta).tool_calls)])
      .map((call) => inner(inner(call).function).name),
  ];
}

const blocksOf = (part: JsonObject): JsonObject[] =>
  [...list(part.content), part.content_block, ...list(inner(inner(part.output).message).content)].map(inner);

/** Tools of the caller and of the vendor. */
const isToolUse = (type: unknown): boolean => type === "tool_use" || type === "server_tool_use";
