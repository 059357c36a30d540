/** Request and response bodies by family. Their structure follows real captures; their words are placeholders. */
import type { Call } from "./call.ts";

export interface Bodies {
  readonly request: unknown;
  readonly response: unknown;
}

interface Timing {
  readonly latency: number;
  readonly firstByte: number;
}

const SENTENCES = [
  "Placeholder text stands where a prompt would be.",
  "The function reads a file and returns its lines.",
  "Please rename the helper and keep its behaviour.",
  "The test suite passes on the second run.",
  "A short summary of the change follows below.",
  "The table lists one row for each hour of the day.",
];

const words = (count: number, from: number): string =>
  Array.from({ length: count }, (_, index) => SENTENCES[(from + index) % SENTENCES.length]).join(" ");

/** Milliseconds, derived from the call so that nothing else moves when bodies change. */
function timingOf(call: Call): Timing {
  const firstByte = 300 + ((call.time / 1000) % 700) + Math.round(call.tokens.cacheRead / 400);
  return { firstByte, latency: firstByte + 12 * call.tokens.output + 40 };
}

export function bodiesOf(call: Call): Bodies {
  const turn = Math.floor(call.time / 1000) % 97;
  return families[call.target.shape](call, turn, timingOf(call));
}

const anthropicRequest = (call: Call, turn: number): unknown => ({
  anthropic_version: "bedrock-2023-05-31",
  max_tokens: 32_000,
  system: [
    {
      type: "text",
      text: words(3, turn),
      cache_control: { type: "ephemeral", ...(call.tokens.cacheWrite1h > 0 ? { ttl: "1h" } : {}) },
    },
  ],
  messages: [{ role: "user", content: [{ type: "text", text: words(4, turn + 1), cache_control: { type: "ephemeral" } }] }],
  tools: [
    { name: "Read", description: words(1, turn), input_schema: { type: "object", properties: { path: { type: "string" } } } },
  ],
});

const anthropicUsage = ({ tokens }: Call, output: number): unknown => ({
  input_tokens: tokens.input,
  cache_creation_input_tokens: tokens.cacheWrite5m + tokens.cacheWrite1h,
  cache_read_input_tokens: tokens.cacheRead,
  cache_creation: { ephemeral_5m_input_tokens: tokens.cacheWrite5m, ephemeral_1h_input_tokens: tokens.cacheWrite1h },
  output_tokens: output,
});

const converseRequest = (turn: number): unknown => ({
  messages: [{ role: "user", content: [{ text: words(3, turn) }] }],
  inferenceConfig: { maxTokens: 1_024 },
});

/** The aggregate that both Converse and ConverseStream leave. */
function converseResponse(call: Call, turn: number, timing: Timing): unknown {
  const { tokens } = call;
  const blocked = call.outcome.kind === "blocked";
  const writes = tokens.cacheWrite5m + tokens.cacheWrite1h;
  const details = [
    { ttl: "1h", inputTokens: tokens.cacheWrite1h },
    { ttl: "5m", inputTokens: tokens.cacheWrite5m },
  ].filter((detail) => detail.inputTokens > 0);
  return {
    output: { message: { role: "assistant", content: [{ text: blocked ? "Blocked by guardrail." : words(2, turn + 2) }] } },
    stopReason: blocked ? "guardrail_intervened" : "end_turn",
    metrics: { latencyMs: timing.latency },
    usage: {
      inputTokens: tokens.input,
      outputTokens: tokens.output,
      totalTokens: tokens.input + tokens.output + tokens.cacheRead + writes,
      cacheReadInputTokens: tokens.cacheRead,
      cacheWriteInputTokens: writes,
      ...(details.length > 0 ? { cacheDetails: details } : {}),
    },
    ...(blocked
      ? {
          trace: {
            guardrail: {
              inputAssessment: {
                gr0example1: { contentPolicy: { filters: [{ type: "INSULTS", confidence: "HIGH", action: "BLOCKED" }] } },
              },
            },
          },
        }
      : {}),
  };
}

const converse = (call: Call, turn: number, timing: Timing): Bodies => ({
  request:
    call.target.shape === "converse-stream" && call.tokens.cacheWrite5m + call.tokens.cacheRead > 0
      ? {
          system: [
            { text: words(2, turn) },
            { cachePoint: { type: "default", ...(call.tokens.cacheWrite1h > 0 ? { ttl: "1h" } : {}) } },
          ],
          messages: [{ role: "user", content: [{ text: words(3, turn) }] }],
        }
      : converseRequest(turn),
  response: converseResponse(call, turn, timing),
});

const chatRequest = (turn: number, stream: boolean): unknown => ({
  messages: [{ role: "user", content: words(3, turn) }],
  max_completion_tokens: 1_024,
  ...(stream ? { stream: true } : {}),
});

const chatUsage = ({ tokens }: Call): unknown => ({
  prompt_tokens: tokens.input,
  completion_tokens: tokens.output,
  total_tokens: tokens.input + tokens.output,
});

const families: Readonly<Record<Call["target"]["shape"], (call: Call, turn: number, timing: Timing) => Bodies>> = {
  "anthropic-stream": (call, turn, timing) => ({
    request: anthropicRequest(call, turn),
    response: [
      {
        type: "message_start",
        message: {
          id: `msg_bdrk_${call.time.toString(36)}`,
          type: "message",
          role: "assistant",
          model: call.target.bodyModel,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          // The count at the start of a stream is provisional; the last message_delta has the real one.
          usage: anthropicUsage(call, Math.min(3, call.tokens.output)),
        },
      },
      { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: words(1, turn) } },
      { type: "content_block_delta", index: 0, delta: { type: "text_delta", text: words(1, turn + 3) } },
      { type: "content_block_stop", index: 0 },
      {
        type: "message_delta",
        delta: { stop_reason: turn % 3 === 0 ? "end_turn" : "tool_use", stop_sequence: null },
        usage: { output_tokens: call.tokens.output },
      },
      {
        type: "message_stop",
        "amazon-bedrock-invocationMetrics": {
          inputTokenCount: call.tokens.input,
          outputTokenCount: call.tokens.output,
          invocationLatency: timing.latency,
          firstByteLatency: timing.firstByte,
          cacheReadInputTokenCount: call.tokens.cacheRead,
          cacheWriteInputTokenCount: call.tokens.cacheWrite5m + call.tokens.cacheWrite1h,
        },
      },
    ],
  }),
  anthropic: (call, turn) => ({
    request: anthropicRequest(call, turn),
    response: {
      id: `msg_bdrk_${call.time.toString(36)}`,
      type: "message",
      role: "assistant",
      model: call.target.bodyModel,
      content: [{ type: "text", text: words(2, turn) }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: anthropicUsage(call, call.tokens.output),
    },
  }),
  converse,
  "converse-stream": converse,
  "titan-embed": (call, turn) => ({
    request: { inputText: words(4, turn), dimensions: 256, normalize: true },
    response: { embedding: [0.01, -0.02, 0.03, 0.004, -0.015, 0.021, 0.007, -0.001], inputTextTokenCount: call.tokens.input },
  }),
  llama: (call, turn) => ({
    request: { prompt: words(4, turn), max_gen_len: 512 },
    response: {
      generation: words(2, turn),
      prompt_token_count: call.tokens.input,
      generation_token_count: call.tokens.output,
      stop_reason: "stop",
    },
  }),
  openai: (call, turn) => ({
    request: chatRequest(turn, false),
    response: {
      id: `chatcmpl-${call.time.toString(36)}`,
      object: "chat.completion",
      model: call.target.modelId,
      choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: words(2, turn) } }],
      usage: chatUsage(call),
    },
  }),
  "openai-stream": (call, turn) => ({
    request: chatRequest(turn, true),
    response: [
      {
        id: `chatcmpl-${call.time.toString(36)}`,
        object: "chat.completion.chunk",
        choices: [{ index: 0, delta: { content: words(1, turn) } }],
      },
      { id: `chatcmpl-${call.time.toString(36)}`, object: "chat.completion.chunk", choices: [], usage: chatUsage(call) },
      "[DONE]",
    ],
  }),
  "unknown-vendor": (_call, turn) => ({ request: { question: words(3, turn) }, response: { answer: words(2, turn) } }),
};
