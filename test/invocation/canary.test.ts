import { gzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { type ReadItem, reading } from "../../src/invocation/read-invocations.ts";
import { withBody } from "../../src/invocation/side-body.ts";
import { itemsOf, parsed, rawLine } from "./support.ts";

const CANARY = "CANARY_prompt_text";
const text = `${CANARY} with more words`;

/** Maps and undefined values included: whatever a consumer could write down. */
const everything = (value: unknown): string => JSON.stringify(value, (_, inner) => (inner instanceof Map ? [...inner] : inner));

const message = {
  role: "user",
  content: [{ type: "text", text }, { text }, { type: "tool_result", content: text, input: { query: text } }],
};
const converseAnswer = {
  output: { message },
  stopReason: text,
  usage: { inputTokens: 1, outputTokens: 1, note: text, cacheDetails: [{ ttl: text, inputTokens: 1 }] },
  metrics: { latencyMs: text },
  serviceTier: { type: text },
  performanceConfig: { latency: text },
  trace: { guardrail: { outputAssessments: text }, promptRouter: { invokedModelId: text } },
};
const stream = [
  { type: "message_start", message: { content: [text], usage: { input_tokens: 1, service_tier: text } } },
  { type: "content_block_start", content_block: { type: "tool_use", name: text, input: { a: text } } },
  { type: "content_block_delta", delta: { type: "text_delta", text }, "amazon-bedrock-guardrailAction": text },
  { type: "message_delta", delta: { stop_reason: text }, usage: { output_tokens: text } },
  { type: "message_stop", "amazon-bedrock-invocationMetrics": { inputTokenCount: text } },
  text,
];

const BODIES: readonly (readonly [string, unknown, unknown])[] = [
  [
    "Converse",
    { messages: [message], system: [{ text }], toolConfig: { tools: [text] }, requestMetadata: { x: text } },
    converseAnswer,
  ],
  ["Anthropic stream", { system: text, messages: [message], service_tier: text, stop_sequences: [text] }, stream],
  [
    "Anthropic object",
    { prompt: text },
    { type: "message", content: [{ text }], stop_reason: text, stop_sequence: text, usage: { input_tokens: text } },
  ],
  [
    "OpenAI",
    { messages: [{ content: text }] },
    { choices: [{ message: { content: text }, finish_reason: text }], usage: { prompt_tokens: 1 }, service_tier: text },
  ],
  ["Llama", { prompt: text }, { generation: text, prompt_token_count: 1, stop_reason: text }],
  ["Titan", { inputText: text }, { inputTextTokenCount: 1, results: [{ outputText: text, completionReason: text }] }],
  ["Cohere", { texts: [text], message: text }, { text, finish_reason: text, generations: [{ text }] }],
  [
    "image",
    { taskType: "TEXT_IMAGE", textToImageParams: { text, negativeText: text }, imageGenerationConfig: { numberOfImages: text } },
    { images: [text], error: text },
  ],
  [
    "video",
    { taskType: text, videoGenerationConfig: { durationSeconds: text }, duration: text },
    { outputVideoDurationSeconds: text },
  ],
  ["rerank", { query: text, documents: [text] }, { results: [{ document: text, relevance_score: 1 }] }],
  ["keys", { [text]: { [text]: text } }, { [text]: text, usage: { inputTokens: 1, [text]: 1 } }],
  ["text", text, text],
];

const check = (items: readonly ReadItem[]): void => expect(everything(items)).not.toContain(CANARY);

describe("no text of a body gets out", () => {
  test.each(BODIES)("%s, inline and off-loaded", async (_, inputBodyJson, outputBodyJson) => {
    const line = rawLine({ input: { inputBodyJson }, output: { outputBodyJson }, errorCode: `ValidationException: ${text}` });
    const items = await itemsOf(gzipSync(line));
    expect(items).toHaveLength(1);
    check(items);
    for (const which of ["input", "output"] as const) {
      const completed = withBody(parsed(), which, JSON.stringify(which === "input" ? inputBodyJson : outputBodyJson));
      expect(everything([completed, reading(completed.record)])).not.toContain(CANARY);
    }
  });

  test.each([
    ["a line cut off in the text", rawLine({ input: { inputBodyJson: { prompt: text } } }).slice(0, 330)],
    ["a body where a record should be", JSON.stringify({ prompt: text, messages: [message] })],
    ["plain text", text],
    ["a JSON string", JSON.stringify(text)],
    ["an array of text", JSON.stringify([text])],
    ["a log event of plain text", JSON.stringify({ message: text })],
    ["text in place of a count", rawLine({ input: { inputTokenCount: text } })],
    ["text in place of an account", rawLine({ accountId: text })],
    ["text in place of the time", rawLine({ timestamp: text })],
    ["text in place of a side", rawLine({ input: text })],
    ["text as the name of a field", rawLine({ [text]: 1, input: { [text]: 1 } })],
    ["text as schema", rawLine({ schemaType: text })],
    ["bytes that are not UTF-8 behind the text", Buffer.concat([Buffer.from(text), Buffer.from([0xff])])],
  ])("%s", async (_, bytes) => {
    const items = await itemsOf(bytes);
    expect(items).toHaveLength(1);
    check(items);
  });
});
