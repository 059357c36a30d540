import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { NO_SESSION } from "../../src/invocation/client-session.ts";
import type { ReadInvocation } from "../../src/invocation/read-invocations.ts";
import { recordSchema } from "../../src/invocation/record-schema.ts";
import { sideBodies, withBody } from "../../src/invocation/side-body.ts";
import { normaliseUsage, type UsageReading } from "../../src/invocation/usage.ts";
import { itemsOf, SAMPLES } from "./support.ts";

const ALICE = "arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_BedrockDevelopers_0123456789abcdef/alice@example.com";
const BOB = "arn:aws:sts::111122223333:assumed-role/BedrockFederated/bob@example.com";
const CAROL = "arn:aws:iam::111122223333:user/carol";
const LAMBDA = "arn:aws:sts::111122223333:assumed-role/doc-summarizer-lambda/doc-summarizer";
const PROFILE = "arn:aws:bedrock:us-east-1:111122223333:inference-profile";
const DATA =
  "s3://example-bedrock-logs-111122223333-us-east-1/prod/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14/data";

interface Expected {
  readonly when: string;
  readonly who: string | null;
  readonly operation: string;
  readonly model: string;
  /** Differences from one ordinary call in us-east-1 of account 111122223333. */
  readonly record?: Readonly<Record<string, unknown>>;
  /** Differences from a reading in which everything is zero, null and counted. */
  readonly usage: Partial<UsageReading>;
  readonly outcome?: Readonly<Record<string, unknown>>;
  readonly bodies?: { readonly input?: string; readonly output?: string };
}

const ZERO: UsageReading = {
  inputTokens: 0,
  outputTokens: 0,
  cacheReadTokens: 0,
  cacheWrite5mTokens: 0,
  cacheWrite1hTokens: 0,
  cacheWriteUnsplitTokens: 0,
  images: 0,
  videoSeconds: 0,
  audioSeconds: 0,
  searchUnits: 0,
  counted: true,
  check: null,
  coerced: false,
  thinkingTokens: null,
  client: NO_SESSION,
  messageId: null,
  stopReason: null,
  latencyMs: null,
  timeToFirstTokenMs: null,
  guardrailAction: null,
  serviceTier: null,
  performanceLatency: null,
  invokedModelId: null,
  needsBody: false,
};

const END = { stopReason: "end_turn" };
const STREAM = "InvokeModelWithResponseStream";

// Worked out by hand from each line of records.jsonl; the order is the order of the file.
const EXPECTED: readonly Expected[] = [
  {
    when: "2024-12-23T12:37:59.000Z",
    who: CAROL,
    operation: "InvokeModel",
    model: "anthropic.claude-3-haiku-20240307-v1:0",
    usage: { ...END, inputTokens: 120, outputTokens: 15 },
  },
  {
    when: "2026-10-05T14:14:03.000Z",
    who: ALICE,
    operation: STREAM,
    model: `${PROFILE}/global.anthropic.claude-opus-4-8`,
    record: { inferenceRegion: "us-west-2" },
    usage: {
      ...END,
      inputTokens: 3,
      outputTokens: 326,
      cacheReadTokens: 128_709,
      cacheWrite5mTokens: 411,
      cacheWrite1hTokens: 2000,
      latencyMs: 4210,
      timeToFirstTokenMs: 980,
    },
  },
  {
    when: "2026-10-05T14:14:05.000Z",
    who: LAMBDA,
    operation: "Converse",
    model: "us.amazon.nova-lite-v1:0",
    record: { inferenceRegion: "us-east-2" },
    usage: { ...END, inputTokens: 407, outputTokens: 79, latencyMs: 1134 },
  },
  {
    when: "2026-10-05T14:15:11.000Z",
    who: ALICE,
    operation: "ConverseStream",
    model: "jp.anthropic.claude-sonnet-4-5-20250929-v1:0",
    record: { region: "ap-northeast-1", inferenceRegion: "ap-northeast-3" },
    usage: {
      ...END,
      inputTokens: 255,
      outputTokens: 113,
      cacheReadTokens: 1800,
      cacheWrite5mTokens: 4479,
      cacheWrite1hTokens: 20_000,
      latencyMs: 3114,
    },
  },
  {
    when: "2026-10-05T14:16:40.000Z",
    who: BOB,
    operation: "InvokeModel",
    model: "arn:aws:bedrock:us-east-1:111122223333:application-inference-profile/ab12cd34ef56",
    record: {
      inferenceRegion: "us-west-2",
      requestMetadata: new Map([
        ["team", "growth"],
        ["feature", "summarizer"],
        ["environment", "prod"],
      ]),
    },
    usage: { ...END, inputTokens: 9, outputTokens: 23, cacheWrite1hTokens: 2403 },
  },
  {
    when: "2026-10-05T14:17:02.000Z",
    who: ALICE,
    operation: STREAM,
    model: `${PROFILE}/us.anthropic.claude-sonnet-4-6`,
    record: { inferenceRegion: "us-east-2" },
    usage: { inputTokens: 12, outputTokens: 5120, cacheReadTokens: 88_000, cacheWriteUnsplitTokens: 6100, needsBody: true },
    bodies: {
      input: `${DATA}/0a1b2c3d-0000-4000-8000-000000000006_input.json.gz`,
      output: `${DATA}/0a1b2c3d-0000-4000-8000-000000000006_output.json.gz`,
    },
  },
  {
    when: "2026-02-23T09:21:12.000Z",
    who: ALICE,
    operation: STREAM,
    model: "arn:aws:bedrock:us-west-2:111122223333:inference-profile/global.anthropic.claude-opus-4-6-v1",
    record: { region: "us-west-2", inferenceRegion: "ap-southeast-4" },
    usage: { ...END, inputTokens: 3, outputTokens: 130, cacheWrite5mTokens: 31_814, latencyMs: 4210, timeToFirstTokenMs: 980 },
  },
  {
    when: "2026-10-05T14:18:30.000Z",
    who: ALICE,
    operation: "ConverseStream",
    model: "eu.anthropic.claude-haiku-4-5-20251001-v1:0",
    record: { region: "eu-central-1" },
    usage: { inputTokens: 62, outputTokens: 36 },
  },
  {
    when: "2026-10-05T14:19:00.000Z",
    who: LAMBDA,
    operation: "ConverseStream",
    model: "global.anthropic.claude-opus-4-8",
    record: { errorCode: "ThrottlingException" },
    usage: { counted: false },
    outcome: { status: "error", errorCode: "ThrottlingException", errorClass: "throttling" },
  },
  {
    when: "2026-10-05T14:19:01.000Z",
    who: CAROL,
    operation: "InvokeModel",
    model: "anthropic.claude-3-5-sonnet-20240620-v1:0",
    record: { errorCode: "ValidationException" },
    usage: {},
    outcome: { status: "error", errorCode: "ValidationException", errorClass: "client" },
  },
  {
    when: "2026-10-05T14:19:02.000Z",
    who: CAROL,
    operation: "InvokeModel",
    model: "amazon.nova-premier-v1:0",
    record: { errorCode: "AccessDeniedException" },
    usage: { counted: false },
    outcome: { status: "error", errorCode: "AccessDeniedException", errorClass: "client" },
  },
  {
    when: "2026-10-05T14:19:40.000Z",
    who: ALICE,
    operation: STREAM,
    model: `${PROFILE}/us.anthropic.claude-sonnet-4-6`,
    record: { errorCode: "ModelStreamErrorException" },
    // The stream ends before message_delta: its only output count, 3, is the provisional one of message_start.
    usage: { inputTokens: 40, cacheReadTokens: 900, check: "stream_incomplete" },
    outcome: { status: "error", errorCode: "ModelStreamErrorException", errorClass: "model" },
  },
  {
    when: "2024-11-21T08:30:10.000Z",
    who: CAROL,
    operation: "Converse",
    model: "anthropic.claude-3-5-sonnet-20240620-v1:0",
    usage: { stopReason: "guardrail_intervened", latencyMs: 448, guardrailAction: "INTERVENED" },
    outcome: { status: "blocked", errorCode: null, errorClass: null },
  },
  {
    when: "2024-04-25T20:21:37.000Z",
    who: CAROL,
    operation: STREAM,
    model: "anthropic.claude-3-sonnet-20240229-v1:0",
    usage: { ...END, guardrailAction: "INTERVENED" },
    outcome: { status: "blocked", errorCode: null, errorClass: null },
  },
  {
    when: "2026-10-05T14:20:00.000Z",
    who: LAMBDA,
    operation: "InvokeModel",
    model: "amazon.titan-embed-text-v2:0",
    usage: { inputTokens: 5 },
  },
  {
    when: "2026-10-05T14:20:01.000Z",
    who: LAMBDA,
    operation: "InvokeModel",
    model: "cohere.embed-english-v3",
    usage: { counted: false },
  },
  {
    when: "2026-10-05T14:20:30.000Z",
    who: BOB,
    operation: "InvokeModel",
    model: "amazon.nova-canvas-v1:0",
    usage: { images: 2 },
    bodies: { output: `${DATA}/0a1b2c3d-0000-4000-8000-000000000017_output.json.gz` },
  },
  {
    when: "2026-10-05T14:21:00.000Z",
    who: LAMBDA,
    operation: "StartAsyncInvoke",
    model: "amazon.nova-reel-v1:1",
    record: { status: "Completed" },
    usage: { videoSeconds: 6 },
  },
  {
    when: "2026-10-05T14:22:00.000Z",
    who: LAMBDA,
    operation: "InvokeModel",
    model: "arn:aws:bedrock:us-west-2:111122223333:provisioned-model/0pt1example2",
    record: { region: "us-west-2" },
    usage: { inputTokens: 15, outputTokens: 12, stopReason: "stop" },
  },
  {
    when: "2026-10-05T14:22:05.000Z",
    who: LAMBDA,
    operation: "InvokeModel",
    model: "arn:aws:bedrock:us-east-1:111122223333:imported-model/im1example234",
    usage: { inputTokens: 20, outputTokens: 18, stopReason: "stop" },
  },
  {
    when: "2026-10-05T14:23:00.000Z",
    who: "arn:aws:iam::111122223333:root",
    operation: "Converse",
    model: "amazon.nova-micro-v1:0",
    usage: { ...END, inputTokens: 16, outputTokens: 82, latencyMs: 2435 },
  },
  {
    when: "2026-10-05T14:23:30.000Z",
    who: "arn:aws:iam::111122223333:user/BedrockAPIKey-ab12",
    operation: "Converse",
    model: "eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
    record: { region: "eu-west-1", inferenceRegion: "eu-north-1" },
    usage: { ...END, inputTokens: 210, outputTokens: 64, latencyMs: 1500 },
  },
  {
    when: "2026-10-05T14:24:00.000Z",
    who: "arn:aws:sts::111122223333:federated-user/dave",
    operation: "Converse",
    model: "us.amazon.nova-pro-v1:0",
    usage: { ...END, inputTokens: 77, outputTokens: 31, latencyMs: 700 },
  },
  {
    when: "2026-10-05T14:24:30.000Z",
    who: LAMBDA,
    operation: "Converse",
    model: "us.amazon.nova-2-lite-v1:0",
    record: { performanceLatency: "standard" },
    usage: {
      ...END,
      inputTokens: 1051,
      outputTokens: 90,
      cacheReadTokens: 512,
      latencyMs: 5200,
      serviceTier: "flex",
      performanceLatency: "standard",
    },
  },
  {
    when: "2026-10-05T14:25:00.000Z",
    who: LAMBDA,
    operation: "Converse",
    model: "arn:aws:bedrock:us-east-1:111122223333:default-prompt-router/anthropic.claude:1",
    usage: {
      ...END,
      inputTokens: 45,
      outputTokens: 20,
      latencyMs: 800,
      invokedModelId: `${PROFILE}/us.anthropic.claude-3-5-sonnet-20240620-v1:0`,
    },
  },
  {
    when: "2025-01-09T18:49:23.000Z",
    who: "arn:aws:sts::111122223333:assumed-role/PLAYGROUNDACCESS/erin",
    operation: "ConverseStream",
    model: "anthropic.claude-3-5-sonnet-20240620-v1:0",
    usage: { stopReason: "max_tokens", inputTokens: 3263, outputTokens: 300, latencyMs: 14_079 },
  },
  {
    when: "2026-10-05T14:14:05.000Z",
    who: LAMBDA,
    operation: "Converse",
    model: "us.amazon.nova-lite-v1:0",
    record: { requestId: "0a1b2c3d-0000-4000-8000-000000000003", inferenceRegion: "us-east-2" },
    usage: { ...END, inputTokens: 407, outputTokens: 79, latencyMs: 1134 },
  },
  {
    when: "2026-10-05T14:26:00.000Z",
    who: "arn:aws-us-gov:sts::444455556666:assumed-role/GovApp/session-1",
    operation: "InvokeModel",
    model: "arn:aws-us-gov:bedrock:us-gov-west-1::foundation-model/anthropic.claude-3-haiku-20240307-v1:0",
    record: { accountId: "444455556666", region: "us-gov-west-1" },
    usage: { ...END, inputTokens: 33, outputTokens: 7 },
  },
  {
    when: "2026-10-05T14:26:30.000Z",
    who: LAMBDA,
    operation: "InvokeModel",
    model: "openai.gpt-oss-20b-1:0",
    usage: { stopReason: "stop", inputTokens: 81, outputTokens: 57, serviceTier: "priority" },
  },
  {
    when: "2026-10-05T14:27:00.123Z",
    who: BOB,
    operation: "SomeFutureOperation",
    model: "anthropic.claude-sonnet-5",
    record: { unknownFields: ["someFutureField"] },
    usage: { inputTokens: 10, outputTokens: 2 },
  },
  {
    when: "2026-10-05T14:27:30.000Z",
    who: LAMBDA,
    operation: STREAM,
    model: "openai.gpt-oss-120b-1:0",
    usage: { inputTokens: 64, outputTokens: 9 },
  },
  {
    when: "2026-10-05T14:28:00.000Z",
    who: null,
    operation: "Converse",
    model: "amazon.nova-lite-v1:0",
    usage: { ...END, inputTokens: 11, outputTokens: 4, latencyMs: 300 },
  },
];

/** Ids of the answers, by line; only Anthropic's shape has one. */
const MESSAGES: Readonly<Record<number, string>> = {
  1: "msg_bdrk_0synthetic1",
  2: "msg_bdrk_0synthetic",
  5: "msg_bdrk_0synthetic5",
  7: "msg_bdrk_0synthetic",
  12: "msg_bdrk_0synthetic",
  14: "msg_0synthetic14",
  28: "msg_bdrk_0synthetic28",
};

const bytes = readFileSync(new URL("records.jsonl", SAMPLES));
const invocations = (await itemsOf(bytes)).filter((item): item is ReadInvocation => "record" in item);

test("every sample line is a record", () => {
  expect(invocations.map(({ line, part }) => [line, part])).toEqual(EXPECTED.map((_, index) => [index + 1, 1]));
});

describe("every value of every sample record", () => {
  test.each(EXPECTED.map((expected, index) => [index + 1, expected] as const))("line %i", (line, expected) => {
    const read = invocations[line - 1];
    if (!read) throw new Error(`line ${line} is missing`);
    const { input, output, timestamp, ...record } = read.record;
    expect(new Date(timestamp).toISOString()).toBe(expected.when);
    expect(record).toEqual({
      accountId: "111122223333",
      region: "us-east-1",
      requestId: `0a1b2c3d-0000-4000-8000-${String(line).padStart(12, "0")}`,
      operation: expected.operation,
      modelId: expected.model,
      principalArn: expected.who,
      requestMetadata: new Map(),
      errorCode: null,
      status: null,
      inferenceRegion: null,
      performanceLatency: null,
      schemaVersion: "1.0",
      coerced: false,
      unknownFields: [],
      ...expected.record,
    });
    expect(read.usage).toEqual({ ...ZERO, messageId: MESSAGES[line] ?? null, ...expected.usage });
    expect(read.outcome).toEqual(expected.outcome ?? { status: "ok", errorCode: null, errorClass: null });
    expect([input.bodyS3Path, output.bodyS3Path]).toEqual([expected.bodies?.input ?? null, expected.bodies?.output ?? null]);
  });
});

test("the off-loaded answer of line 6 tells the duration of its cache writes", () => {
  const record = invocations[5]?.record;
  if (!record) throw new Error("line 6 is missing");
  expect(sideBodies(record)).toEqual([
    {
      which: "output",
      bucket: "example-bedrock-logs-111122223333-us-east-1",
      key: "prod/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14/data/0a1b2c3d-0000-4000-8000-000000000006_output.json.gz",
    },
  ]);
  const answer = readFileSync(new URL("data/0a1b2c3d-0000-4000-8000-000000000006_output.json", SAMPLES), "utf8");
  const completed = withBody(record, "output", answer);
  expect(completed.ok).toBe(true);
  expect(normaliseUsage(completed.record)).toEqual({
    ...ZERO,
    inputTokens: 12,
    outputTokens: 5120,
    cacheReadTokens: 88_000,
    cacheWrite5mTokens: 6100,
    messageId: "msg_bdrk_0synthetic",
    stopReason: "end_turn",
    latencyMs: 4210,
    timeToFirstTokenMs: 980,
  });
});

test("the malformed sample gives its two good lines, a reason for each bad one, and nothing for blank ones", async () => {
  const items = await itemsOf(readFileSync(new URL("malformed.jsonl", SAMPLES)));
  expect(
    items.map((item) =>
      "bad" in item ? [item.line, item.bad, item.detail] : "record" in item ? [item.line, item.record.requestId] : [],
    ),
  ).toEqual([
    [1, "0a1b2c3d-0000-4000-8000-000000000001"],
    [4, "not_json", "not JSON at character 65"],
    [5, "not_an_object", "expected an object, found an array"],
    [6, "not_an_object", "expected an object, found text"],
    [7, "not_a_log_record", "schemaType, requestId, accountId and modelId are missing"],
    [8, "missing_field", "requestId: missing or empty"],
    [9, "wrong_type", "input.inputTokenCount: expected a whole number, found text"],
    [10, "0a1b2c3d-0000-4000-8000-000000000021"],
  ]);
});

test("the published schema accepts every sample record", () => {
  for (const line of bytes.toString().trim().split("\n")) expect(recordSchema.safeParse(JSON.parse(line)).success).toBe(true);
});
