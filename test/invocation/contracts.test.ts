import { describe, expect, test } from "vitest";
import type { BodyReading } from "../../src/invocation/body-reading.ts";
import { EMPTY_READING } from "../../src/invocation/body-reading.ts";
import { REQUEST_CONTRACTS, RESPONSE_CONTRACTS, STREAM_CONTRACTS } from "../../src/invocation/contracts/index.ts";
import { readRequest, readResponse } from "../../src/invocation/read-body.ts";

type Case = readonly [contract: string, what: string, body: unknown, figures: Partial<BodyReading>];

const trailer = (metrics: object): object => ({ "amazon-bedrock-invocationMetrics": metrics });

const RESPONSES: readonly Case[] = [
  [
    "anthropic-message",
    "cached tokens stand beside the input",
    {
      type: "message",
      stop_reason: "tool_use",
      usage: {
        input_tokens: 10,
        output_tokens: 5,
        cache_read_input_tokens: 100,
        cache_creation_input_tokens: 30,
        cache_creation: { ephemeral_5m_input_tokens: 10, ephemeral_1h_input_tokens: 20 },
        service_tier: "standard",
      },
    },
    {
      inputTokens: 10,
      outputTokens: 5,
      cacheReadTokens: 100,
      cacheWriteTokens: 30,
      cacheWrite5mTokens: 10,
      cacheWrite1hTokens: 20,
      stopReason: "tool_use",
      serviceTier: "on-demand",
    },
  ],
  [
    "anthropic-message",
    "without cache fields",
    { type: "message", usage: { input_tokens: 1, output_tokens: 2 } },
    { inputTokens: 1, outputTokens: 2 },
  ],
  [
    "anthropic-message",
    "stopped by a guardrail, without usage",
    {
      type: "message",
      "amazon-bedrock-guardrailAction": "INTERVENED",
      "amazon-bedrock-trace": { guardrail: { invocationMetrics: { usage: { inputTokens: 9 } } } },
    },
    { guardrailAction: "INTERVENED" },
  ],
  [
    "anthropic-stream",
    "final counts of message_delta over the provisional ones",
    [
      { type: "message_start", message: { usage: { input_tokens: 3, output_tokens: 1, cache_read_input_tokens: 7 } } },
      { type: "message_delta", delta: { stop_reason: "pause_turn" }, usage: { output_tokens: 20 } },
      { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { input_tokens: 4, output_tokens: 50 } },
      "[DONE]",
    ],
    { inputTokens: 4, outputTokens: 50, cacheReadTokens: 7, stopReason: "end_turn" },
  ],
  [
    "anthropic-stream",
    "cut off: the provisional output count is not taken",
    [{ type: "message_start", message: { usage: { input_tokens: 3, output_tokens: 1 } } }],
    { inputTokens: 3, checks: ["stream_incomplete"] },
  ],
  ["anthropic-text", "no counts", { completion: "text", stop_reason: "stop_sequence" }, { stopReason: "stop_sequence" }],
  [
    "converse",
    "total with cached tokens",
    {
      usage: {
        inputTokens: 10,
        outputTokens: 5,
        totalTokens: 120,
        cacheReadInputTokens: 100,
        cacheWriteInputTokens: 5,
        cacheDetails: [{ ttl: "5m", inputTokens: 5 }],
      },
      stopReason: "end_turn",
      metrics: { latencyMs: 12 },
    },
    {
      inputTokens: 10,
      outputTokens: 5,
      cacheReadTokens: 100,
      cacheWriteTokens: 5,
      cacheWrite5mTokens: 5,
      cacheWrite1hTokens: 0,
      stopReason: "end_turn",
      latencyMs: 12,
    },
  ],
  [
    "converse",
    "total without cached tokens, as older records have it, and the counts' other names",
    { usage: { inputTokens: 10, outputTokens: 5, totalTokens: 15, cacheReadInputTokenCount: 100, cacheWriteInputTokenCount: 0 } },
    { inputTokens: 10, outputTokens: 5, cacheReadTokens: 100, cacheWriteTokens: 0 },
  ],
  [
    "converse",
    "a total that fits neither",
    { usage: { inputTokens: 10, outputTokens: 5, totalTokens: 16, cacheReadInputTokens: 100 } },
    { inputTokens: 10, outputTokens: 5, cacheReadTokens: 100, checks: ["total_mismatch"] },
  ],
  [
    "converse",
    "a cache duration nobody knows",
    { usage: { inputTokens: 1, outputTokens: 1, cacheWriteInputTokens: 9, cacheDetails: [{ ttl: "1d", inputTokens: 9 }] } },
    { inputTokens: 1, outputTokens: 1, cacheWriteTokens: 9, checks: ["unknown_cache_ttl"] },
  ],
  [
    "converse-events",
    "Nova's own stream, and its trailer",
    [
      { messageStart: { role: "assistant" } },
      { messageStop: { stopReason: "end_turn" } },
      {
        metadata: { usage: { inputTokens: 8, outputTokens: 4 }, metrics: { latencyMs: 5 } },
        ...trailer({ inputTokenCount: 8, outputTokenCount: 4, invocationLatency: 70, firstByteLatency: 30 }),
      },
    ],
    { inputTokens: 8, outputTokens: 4, stopReason: "end_turn", latencyMs: 70, timeToFirstTokenMs: 30 },
  ],
  [
    "openai-chat",
    "cached tokens are inside the prompt and taken out",
    {
      choices: [{ finish_reason: "length" }],
      usage: { prompt_tokens: 100, completion_tokens: 7, total_tokens: 107, prompt_tokens_details: { cached_tokens: 64 } },
      service_tier: "flex",
    },
    {
      inputTokens: 36,
      inputWithCachedTokens: 100,
      cacheReadTokens: 64,
      outputTokens: 7,
      stopReason: "length",
      serviceTier: "flex",
    },
  ],
  [
    "openai-chat",
    "tokens written to the cache are inside the prompt, too",
    {
      choices: [],
      usage: {
        prompt_tokens: 100,
        completion_tokens: 7,
        prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
      },
    },
    { inputTokens: 10, inputWithCachedTokens: 100, cacheReadTokens: 60, cacheWriteTokens: 30, outputTokens: 7 },
  ],
  [
    "openai-response",
    "tokens written to the cache",
    { object: "response", usage: { input_tokens: 50, input_tokens_details: { cache_write_tokens: 40 }, output_tokens: 3 } },
    { inputTokens: 10, inputWithCachedTokens: 50, cacheWriteTokens: 40, outputTokens: 3 },
  ],
  [
    "openai-chat",
    "more cached than there is prompt",
    {
      choices: [],
      usage: { prompt_tokens: 10, completion_tokens: 1, total_tokens: 12, prompt_tokens_details: { cached_tokens: 64 } },
    },
    {
      inputTokens: 0,
      inputWithCachedTokens: 10,
      cacheReadTokens: 64,
      outputTokens: 1,
      checks: ["total_mismatch", "cache_exceeds_input"],
    },
  ],
  [
    "openai-chat",
    "Mistral's name for the reason, audio in",
    { choices: [{ stop_reason: "stop" }], usage: { prompt_tokens: 2, prompt_audio_seconds: 3 } },
    { inputTokens: 2, inputWithCachedTokens: 2, audioSeconds: 3, stopReason: "stop" },
  ],
  [
    "openai-chat-stream",
    "usage in the last object",
    [
      { choices: [{ delta: {}, finish_reason: "stop" }], service_tier: "priority" },
      { choices: [], usage: { prompt_tokens: 5, completion_tokens: 6 } },
      "[DONE]",
    ],
    { inputTokens: 5, inputWithCachedTokens: 5, outputTokens: 6, stopReason: "stop", serviceTier: "priority" },
  ],
  [
    "openai-response",
    "cached tokens are inside the input",
    {
      object: "response",
      status: "completed",
      usage: { input_tokens: 50, input_tokens_details: { cached_tokens: 20 }, output_tokens: 3, total_tokens: 53 },
    },
    { inputTokens: 30, inputWithCachedTokens: 50, cacheReadTokens: 20, outputTokens: 3, stopReason: "completed" },
  ],
  [
    "openai-response-stream",
    "the completed response at the end",
    [
      { type: "response.created", response: { object: "response" } },
      { type: "response.completed", response: { object: "response", usage: { input_tokens: 5, output_tokens: 3 } } },
    ],
    { inputTokens: 5, inputWithCachedTokens: 5, outputTokens: 3 },
  ],
  [
    "llama",
    "object",
    { generation: "x", prompt_token_count: 15, generation_token_count: 12, stop_reason: "stop" },
    { inputTokens: 15, outputTokens: 12, stopReason: "stop" },
  ],
  [
    "llama-stream",
    "cumulative count",
    [
      { prompt_token_count: 15, generation_token_count: 1 },
      { prompt_token_count: null, generation_token_count: 12, stop_reason: "length" },
    ],
    { inputTokens: 15, outputTokens: 12, stopReason: "length" },
  ],
  [
    "titan",
    "text: the results add up",
    { inputTextTokenCount: 4, results: [{ tokenCount: 2, completionReason: "FINISH" }, { tokenCount: 3 }] },
    { inputTokens: 4, outputTokens: 5, stopReason: "FINISH" },
  ],
  ["titan", "embedding: no output", { embedding: [0.1], inputTextTokenCount: 5 }, { inputTokens: 5 }],
  [
    "titan-stream",
    "the total of the last chunk",
    [
      { totalOutputTextTokenCount: null, inputTextTokenCount: 4 },
      { totalOutputTextTokenCount: 8, completionReason: "LENGTH" },
    ],
    { inputTokens: 4, outputTokens: 8, stopReason: "LENGTH" },
  ],
  ["mistral-text", "no counts", { outputs: [{ text: "x", stop_reason: "stop" }] }, { stopReason: "stop" }],
  [
    "mistral-text-stream",
    "the trailer counts",
    [
      { outputs: [{ text: "x", stop_reason: null }] },
      { outputs: [{ stop_reason: "length" }], ...trailer({ inputTokenCount: 3, outputTokenCount: 4 }) },
    ],
    { inputTokens: 3, outputTokens: 4, stopReason: "length" },
  ],
  ["cohere", "embedding without counts", { embeddings: [[0.1]], response_type: "embeddings_floats" }, {}],
  [
    "cohere",
    "billed units",
    { text: "x", finish_reason: "COMPLETE", meta: { billed_units: { input_tokens: 6, output_tokens: 2 } } },
    { inputTokens: 6, outputTokens: 2, stopReason: "COMPLETE" },
  ],
  ["cohere", "Command", { generations: [{ finish_reason: "MAX_TOKENS" }] }, { stopReason: "MAX_TOKENS" }],
  [
    "cohere-stream",
    "the last event repeats the answer",
    [
      { is_finished: false },
      {
        is_finished: true,
        finish_reason: "COMPLETE",
        response: { meta: { billed_units: { input_tokens: 1, output_tokens: 2 } } },
      },
    ],
    { inputTokens: 1, outputTokens: 2, stopReason: "COMPLETE" },
  ],
  ["image", "images made; null is one that a filter withheld", { images: ["aGk=", null], error: null }, { images: 1 }],
  ["image", "artifacts of SDXL", { artifacts: [{ base64: "x" }, { base64: "y" }] }, { images: 2 }],
  ["video", "seconds", { outputVideoDurationSeconds: 6.5 }, { videoSeconds: 6.5 }],
  [
    "rerank",
    "units where the answer says them",
    { results: [{ index: 0, relevance_score: 0.5 }], meta: { billed_units: { search_units: 1 } } },
    { searchUnits: 1 },
  ],
  [
    "nova-sonic",
    "totals of the last usage event; speech tokens have another price",
    [
      { event: { usageEvent: { totalInputTokens: 1, totalOutputTokens: 0 } } },
      {
        event: { usageEvent: { totalInputTokens: 9, totalOutputTokens: 4, details: { total: { input: { speechTokens: 5 } } } } },
      },
    ],
    { inputTokens: 9, outputTokens: 4, checks: ["speech_tokens"] },
  ],
];

const REQUESTS: readonly Case[] = [
  ["image-request", "Nova Canvas", { taskType: "TEXT_IMAGE", imageGenerationConfig: { numberOfImages: 3 } }, { images: 3 }],
  ["image-request", "one image when nothing is said", { taskType: "BACKGROUND_REMOVAL" }, { images: 1 }],
  ["stability-request", "SDXL samples", { text_prompts: [{ text: "x" }], samples: 2 }, { images: 2 }],
  ["stability-request", "later models make one", { prompt: "x", output_format: "png" }, { images: 1 }],
  [
    "nova-reel-request",
    "duration",
    { taskType: "TEXT_VIDEO", videoGenerationConfig: { durationSeconds: 6 } },
    { videoSeconds: 6 },
  ],
  [
    "nova-reel-request",
    "shots of six seconds, inside modelInput",
    { modelInput: { multiShotManualParams: { shots: [{}, {}] } } },
    { videoSeconds: 12 },
  ],
  ["luma-request", "duration in words", { prompt: "x", duration: "5s" }, { videoSeconds: 5 }],
  [
    "rerank-request",
    "one query for each 100 documents",
    { query: "x", documents: Array.from({ length: 101 }, () => "d") },
    { searchUnits: 2 },
  ],
];

const reading = (contract: string | null, figures: Partial<BodyReading>): BodyReading => ({
  ...EMPTY_READING,
  contract,
  ...figures,
});

describe("answers", () => {
  test.each(RESPONSES)("%s: %s", (contract, _, body, figures) => {
    expect(readResponse(body)).toEqual(reading(contract, figures));
  });
});

describe("requests", () => {
  test.each(REQUESTS)("%s: %s", (contract, _, body, figures) => {
    expect(readRequest(body)).toEqual(reading(contract, figures));
  });
});

test("every contract has a case here, and says how sure its source is", () => {
  const covered = new Set([...RESPONSES, ...REQUESTS].map(([contract]) => contract));
  for (const { name, source } of [...RESPONSE_CONTRACTS, ...STREAM_CONTRACTS, ...REQUEST_CONTRACTS]) {
    expect(covered).toContain(name);
    expect(source).toMatch(/looked up 20\d\d-\d\d|notes of 20\d\d-\d\d|from memory/);
  }
});

test("service tier and latency mode of any request", () => {
  expect(readRequest({ serviceTier: { type: "flex" }, performanceConfig: { latency: "optimized" } })).toEqual(
    reading(null, { serviceTier: "flex", performanceLatency: "optimized" }),
  );
  expect(readRequest({ service_tier: "priority" }).serviceTier).toBe("priority");
  expect(readRequest({ service_tier: "default" }).serviceTier).toBe("on-demand");
  expect(readRequest({ service_tier: "auto" }).serviceTier).toBeNull();
  expect(readRequest({ service_tier: "Turbo-2" }).serviceTier).toBe("turbo-2");
  expect(readRequest({ service_tier: "two words" }).serviceTier).toBeNull();
});

test("a shape nobody knows says nothing, and neither does text", () => {
  for (const body of [{}, { anything: { usage: { inputTokens: 5 } } }, [], ["[DONE]", null, 7], "text", 7, true])
    expect(readResponse(body)).toEqual(EMPTY_READING);
});

test("blocks of the same name elsewhere are not taken", () => {
  const trace = {
    guardrail: {
      inputAssessment: {
        g: {
          invocationMetrics: { usage: { inputTokens: 99 }, inputTokenCount: 99, "amazon-bedrock-guardrailAction": "INTERVENED" },
        },
      },
    },
  };
  const body = { output: { message: {} }, stopReason: "end_turn", usage: { inputTokens: 1, outputTokens: 2 }, trace };
  expect(readResponse(body)).toEqual(reading("converse", { inputTokens: 1, outputTokens: 2, stopReason: "end_turn" }));
  expect(readResponse([{ type: "x", "amazon-bedrock-trace": trace }])).toEqual(EMPTY_READING);
});

test("counts written as text are read and noted; what is no count is left out and noted", () => {
  expect(readResponse({ usage: { inputTokens: "12", outputTokens: -1 } })).toEqual(
    reading("converse", { inputTokens: 12, coerced: true, checks: ["unreadable_body_count"] }),
  );
});

test("a trailer overrides the body and a difference is flagged", () => {
  const body = [
    { type: "message_start", message: { usage: { input_tokens: 3 } } },
    { type: "message_delta", usage: { output_tokens: 9 } },
    { type: "message_stop", ...trailer({ inputTokenCount: 3, outputTokenCount: 10 }) },
  ];
  expect(readResponse(body)).toEqual(
    reading("anthropic-stream", { inputTokens: 3, outputTokens: 10, checks: ["trailer_body_mismatch"] }),
  );
});

test("free text does not get out as a stop reason", () => {
  expect(readResponse({ completion: "x", stop_reason: "the prompt said" }).stopReason).toBeNull();
  expect(readResponse({ completion: "x", stop_reason: "x".repeat(41) }).stopReason).toBeNull();
});
