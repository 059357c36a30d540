import { chance } from "../../test/ingest/mutate.ts";

export interface Shape {
  readonly name: string;
  readonly what: string;
  /** Bytes of prompt and completion together; 0 for records without bodies. */
  readonly bodyBytes: number;
}

export const SHAPES: readonly Shape[] = [
  { name: "metadata", what: "no bodies, as with text logging off", bodyBytes: 0 },
  { name: "7 KB", what: "Claude messages, Converse and streamed answers", bodyBytes: 6_300 },
  { name: "25 KB", what: "the same with longer prompts", bodyBytes: 24_300 },
];

const MODELS = [
  "anthropic.claude-sonnet-4-6",
  "global.anthropic.claude-opus-4-8",
  "us.amazon.nova-lite-v1:0",
  "us.anthropic.claude-haiku-4-5-20251001-v1:0",
  "meta.llama3-1-70b-instruct-v1:0",
] as const;
const WORDS =
  "the of and to in is that for it as was with be by on not this are from or have an they which one you had all her there when more out so said what its about than into them can only other time new some could these two may first then do any like now over such our even most made after also did many must before back through years where much your way well down should because each just those people how too little state good very make world still see own work long here get both between life being under never day same another know while last might us great old year off come since against go came right used take three function return const value index item result error data config string number export import class interface promise await async".split(
    " ",
  );

/** Lines of a log, repeatable. Times run through one hour; callers, models and labels repeat as in a company of some hundred people. */
export function logText(shape: Shape, records: number, seed = 1): Buffer {
  const random = chance(seed);
  const lines: string[] = [];
  for (let index = 0; index < records; index += 1) lines.push(JSON.stringify(recordOf(shape, index, random)));
  return Buffer.from(`${lines.join("\n")}\n`);
}

type Chance = (below: number) => number;

function recordOf(shape: Shape, index: number, random: Chance): unknown {
  const second = Math.floor((index * 3600) / 1_000_000) % 3600;
  const prompt = 200 + random(20_000);
  const answer = 20 + random(2_000);
  const read = random(3) === 0 ? random(60_000) : 0;
  const write = random(4) === 0 ? random(9_000) : 0;
  // A caller has an account, a region, two models and its labels, as in a company.
  const who = random(400);
  const model = MODELS[(who + random(2)) % MODELS.length];
  const style = model?.includes("anthropic") ? (who % 2) * 2 : 1;
  return {
    schemaType: "ModelInvocationLog",
    schemaVersion: "1.0",
    timestamp: `2026-10-05T10:${two(Math.floor(second / 60))}:${two(second % 60)}Z`,
    accountId: ["111122223333", "444455556666"][who % 2],
    identity: { arn: arnOf(who) },
    region: ["us-east-1", "eu-west-1", "us-west-2"][who % 3],
    requestId: uuid(random),
    operation: ["InvokeModel", "Converse", "InvokeModelWithResponseStream"][style],
    modelId: model,
    ...(who % 4 === 0 ? { requestMetadata: { team: `team-${who % 12}`, feature: `feature-${(who % 5) + random(3)}` } } : {}),
    ...(random(40) === 0 && shape.bodyBytes === 0 ? { errorCode: "ThrottlingException" } : {}),
    input: {
      inputContentType: "application/json",
      ...(shape.bodyBytes === 0 ? {} : { inputBodyJson: requestOf(style, text(shape.bodyBytes * 0.8, random)) }),
      inputTokenCount: prompt,
      cacheReadInputTokenCount: read,
      cacheWriteInputTokenCount: write,
    },
    output: {
      outputContentType: "application/json",
      ...(shape.bodyBytes === 0
        ? {}
        : { outputBodyJson: answerOf(style, text(shape.bodyBytes * 0.2, random), { prompt, answer, read, write }) }),
      outputTokenCount: answer,
    },
  };
}

interface Counts {
  readonly prompt: number;
  readonly answer: number;
  readonly read: number;
  readonly write: number;
}

function requestOf(style: number, prompt: string): unknown {
  const half = Math.floor(prompt.length / 2);
  const [first, second] = [prompt.slice(0, half), prompt.slice(half)];
  if (style === 1)
    return {
      system: [{ text: first }],
      messages: [{ role: "user", content: [{ text: second }] }],
      inferenceConfig: { maxTokens: 4096 },
    };
  return {
    anthropic_version: "bedrock-2023-05-31",
    max_tokens: 4096,
    system: [{ type: "text", text: first, cache_control: { type: "ephemeral" } }],
    messages: [{ role: "user", content: [{ type: "text", text: second }] }],
  };
}

function answerOf(style: number, answer: string, counts: Counts): unknown {
  if (style === 1)
    return {
      output: { message: { role: "assistant", content: [{ text: answer }] } },
      stopReason: "end_turn",
      metrics: { latencyMs: 1200 + counts.answer },
      usage: {
        inputTokens: counts.prompt,
        outputTokens: counts.answer,
        totalTokens: counts.prompt + counts.answer,
        cacheReadInputTokens: counts.read,
        cacheWriteInputTokens: counts.write,
      },
    };
  const usage = {
    input_tokens: counts.prompt,
    cache_creation_input_tokens: counts.write,
    cache_read_input_tokens: counts.read,
    cache_creation: { ephemeral_5m_input_tokens: counts.write, ephemeral_1h_input_tokens: 0 },
    output_tokens: counts.answer,
  };
  if (style === 0)
    return {
      id: "msg_01",
      type: "message",
      role: "assistant",
      content: [{ type: "text", text: answer }],
      stop_reason: "end_turn",
      usage,
    };
  const pieces = answer.match(/[\s\S]{1,60}/g) ?? [];
  return [
    {
      type: "message_start",
      message: { id: "msg_01", type: "message", role: "assistant", usage: { ...usage, output_tokens: 1 } },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...pieces.map((piece) => ({ type: "content_block_delta", index: 0, delta: { type: "text_delta", text: piece } })),
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason: "end_turn" }, usage: { output_tokens: counts.answer } },
    {
      type: "message_stop",
      "amazon-bedrock-invocationMetrics": {
        inputTokenCount: counts.prompt,
        outputTokenCount: counts.answer,
        invocationLatency: 1500 + counts.answer,
        firstByteLatency: 300,
        cacheReadInputTokenCount: counts.read,
        cacheWriteInputTokenCount: counts.write,
      },
    },
  ];
}

function arnOf(who: number): string {
  if (who % 3 === 0) return `arn:aws:sts::111122223333:assumed-role/service-${who}/run-${who % 7}`;
  return `arn:aws:sts::111122223333:assumed-role/AWSReservedSSO_Developers_0123456789abcdef/person${who}@example.com`;
}

/** Prose with the line ends, quotes and numbers that prompts have: gzip makes a third of it, as of real ones. */
function text(bytes: number, random: Chance): string {
  let out = "";
  while (out.length < bytes) {
    out += WORDS[random(WORDS.length)];
    const next = random(100);
    out += next < 4 ? "\n" : next < 7 ? ' "' : next < 15 ? ", " : " ";
    if (next > 94) out += random(100_000);
  }
  return out;
}

function uuid(random: Chance): string {
  const hex = (digits: number): string =>
    random(16 ** digits)
      .toString(16)
      .padStart(digits, "0");
  return `${hex(8)}-${hex(4)}-4${hex(3)}-8${hex(3)}-${hex(6)}${hex(6)}`;
}

const two = (value: number): string => String(value).padStart(2, "0");
