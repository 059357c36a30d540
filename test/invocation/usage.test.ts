import { describe, expect, test } from "vitest";
import { errorClassOf, outcomeOf } from "../../src/invocation/outcome.ts";
import { bodyPlace, sideBodies, withBody } from "../../src/invocation/side-body.ts";
import { normaliseUsage } from "../../src/invocation/usage.ts";
import { bodyOnly, parsed, type Raw } from "./support.ts";

const usageOf = (change: Raw) => normaliseUsage(parsed(change));
const anthropic = (usage: Raw): Raw => ({ outputBodyJson: { type: "message", usage } });

describe("the record's counters and the body's", () => {
  test("the counters have precedence and a difference is flagged", () => {
    const usage = usageOf({
      input: { inputTokenCount: 10 },
      output: { outputTokenCount: 2, ...anthropic({ input_tokens: 11, output_tokens: 2 }) },
    });
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 2, check: "header_body_mismatch" });
  });

  test("what the counters do not say comes from the body", () => {
    const usage = usageOf({
      input: { inputTokenCount: 10 },
      output: anthropic({ input_tokens: 10, output_tokens: 2, cache_read_input_tokens: 500 }),
    });
    expect(usage).toMatchObject({ inputTokens: 10, outputTokens: 2, cacheReadTokens: 500, check: null });
  });

  test("a counter that equals a prompt count with cached tokens inside is that count", () => {
    const outputBodyJson = {
      choices: [],
      usage: { prompt_tokens: 81, completion_tokens: 5, prompt_tokens_details: { cached_tokens: 50 } },
    };
    expect(usageOf({ input: { inputTokenCount: 81 }, output: { outputTokenCount: 5, outputBodyJson } })).toMatchObject({
      inputTokens: 31,
      cacheReadTokens: 50,
      check: null,
    });
    expect(
      usageOf({ input: { inputTokenCount: 31, cacheReadInputTokenCount: 50 }, output: { outputTokenCount: 5, outputBodyJson } }),
    ).toMatchObject({ inputTokens: 31, cacheReadTokens: 50, check: null });
    // Beside counters of the cache it stands for what is left.
    for (const cached of [{ cacheReadInputTokenCount: 0 }, { cacheWriteInputTokenCount: 0 }])
      expect(
        usageOf({ input: { inputTokenCount: 81, ...cached }, output: { outputTokenCount: 5, outputBodyJson } }),
      ).toMatchObject({ inputTokens: 81, check: "header_body_mismatch" });
    expect(usageOf({ input: { inputTokenCount: 80 }, output: { outputTokenCount: 5, outputBodyJson } })).toMatchObject({
      inputTokens: 80,
      check: "header_body_mismatch",
    });
  });

  test("a cut stream is flagged only where the record has no final count of its own", () => {
    const outputBodyJson = [{ type: "message_start", message: { usage: { input_tokens: 10, output_tokens: 1 } } }];
    expect(usageOf({ output: { outputBodyJson } })).toMatchObject({ outputTokens: 0, check: "stream_incomplete" });
    expect(usageOf({ output: { outputBodyJson, outputTokenCount: 77 } })).toMatchObject({ outputTokens: 77, check: null });
  });
});

describe("cache writes by duration", () => {
  const split = (total: number | undefined, usage: Raw) => {
    const { cacheWrite5mTokens, cacheWrite1hTokens, cacheWriteUnsplitTokens, check } = usageOf({
      input: { inputTokenCount: 10, cacheWriteInputTokenCount: total },
      output: anthropic(usage),
    });
    return [cacheWrite5mTokens, cacheWrite1hTokens, cacheWriteUnsplitTokens, check];
  };
  const parts = (five: number | undefined, hour: number | undefined): Raw => ({
    cache_creation: { ephemeral_5m_input_tokens: five, ephemeral_1h_input_tokens: hour },
  });

  test.each([
    ["parts that add up", 100, parts(40, 60), [40, 60, 0, null]],
    ["no parts: duration unknown", 100, {}, [0, 0, 100, null]],
    ["nothing written, nothing unknown", 0, {}, [0, 0, 0, null]],
    ["parts without a total", undefined, parts(40, 60), [40, 60, 0, null]],
    ["too little in the parts: the rest is 5-minute", 100, parts(10, 60), [40, 60, 0, "cache_split_mismatch"]],
    ["too much in the parts: the total stands", 50, parts(10, 60), [0, 50, 0, "cache_split_mismatch"]],
    ["one part only", 100, parts(undefined, 100), [0, 100, 0, null]],
    [
      "total differs between record and body too",
      100,
      { cache_creation_input_tokens: 70, ...parts(10, 60) },
      [40, 60, 0, "cache_split_mismatch,header_body_mismatch"],
    ],
  ])("%s", (_, total, usage, expected) => {
    expect(split(total, usage)).toEqual(expected);
  });
});

describe("images, seconds, and nothing to count", () => {
  const request = { taskType: "TEXT_IMAGE", imageGenerationConfig: { numberOfImages: 4 } };

  test("what was made counts more than what was asked for", () => {
    expect(normaliseUsage(bodyOnly({ images: ["a", "b"] }, request))).toMatchObject({ images: 2, counted: true });
    expect(normaliseUsage(bodyOnly(undefined, request))).toMatchObject({ images: 4, counted: true });
  });

  test("a failed call made nothing that it asked for", () => {
    expect(usageOf({ errorCode: "ThrottlingException", input: { inputBodyJson: request }, output: undefined })).toMatchObject({
      images: 0,
      counted: false,
    });
  });

  test("a call without any count is uncounted; an explicit zero is a count", () => {
    expect(usageOf({ input: {}, output: {} }).counted).toBe(false);
    expect(usageOf({ input: { inputTokenCount: 0 }, output: {} }).counted).toBe(true);
  });

  test("video seconds from the record itself", () => {
    expect(usageOf({ input: {}, output: { outputVideoDurationSeconds: 6.5 } })).toMatchObject({
      videoSeconds: 6.5,
      counted: true,
    });
  });
});

test("service tier and latency mode: the answer says what was used, the request what was asked for", () => {
  const answer = (tier: string): Raw => ({ outputBodyJson: { usage: { inputTokens: 10 }, serviceTier: { type: tier } } });
  expect(usageOf({ input: { inputBodyJson: { serviceTier: { type: "flex" } } }, output: answer("default") }).serviceTier).toBe(
    "on-demand",
  );
  expect(usageOf({ input: { inputBodyJson: { serviceTier: { type: "flex" } } } }).serviceTier).toBe("flex");
  expect(usageOf({ performanceConfig: { latency: "optimized" } }).performanceLatency).toBe("optimized");
});

describe("outcome", () => {
  const outcome = (change: Raw) => {
    const record = parsed(change);
    return outcomeOf(record, normaliseUsage(record));
  };

  test.each([
    ["ThrottlingException", "throttling"],
    ["Throttling", "throttling"],
    ["TooManyRequestsException", "throttling"],
    ["ServiceQuotaExceededException", "throttling"],
    ["ModelNotReadyException", "throttling"],
    ["ValidationException", "client"],
    ["AccessDenied", "client"],
    ["ResourceNotFoundException", "client"],
    ["ModelErrorException", "model"],
    ["ModelStreamErrorException", "model"],
    ["ModelTimeoutException", "model"],
    ["InternalServerException", "server"],
    ["ServiceUnavailable", "server"],
    ["com.amazonaws.bedrock#ThrottlingException", "throttling"],
    ["SomeInternalThing", "server"],
    ["DependencyUnavailableException", "server"],
    ["BrandNewException", null],
    ["400", "client"],
    ["408", "model"],
    ["424", "model"],
    ["429", "throttling"],
    ["503", "server"],
  ])("%s is %s", (code, errorClass) => {
    expect(errorClassOf(code)).toBe(errorClass);
    expect(outcome({ errorCode: code })).toEqual({ status: "error", errorCode: code, errorClass });
  });

  test("a guardrail blocks, an error is an error even then", () => {
    const output = { outputBodyJson: { type: "message", "amazon-bedrock-guardrailAction": "INTERVENED" } };
    expect(outcome({ output }).status).toBe("blocked");
    expect(outcome({ output, errorCode: "ModelErrorException" }).status).toBe("error");
    expect(outcome({ output: { outputBodyJson: { "amazon-bedrock-guardrailAction": "NONE" } } }).status).toBe("ok");
  });

  test("a status that says failure counts where there is no error code", () => {
    expect(outcome({ status: "Failed" })).toEqual({ status: "error", errorCode: null, errorClass: null });
    expect(outcome({ status: 503 })).toEqual({ status: "error", errorCode: null, errorClass: "server" });
    expect(outcome({ status: "Completed" }).status).toBe("ok");
    expect(outcome({ status: 200 }).status).toBe("ok");
  });
});

describe("off-loaded bodies", () => {
  const hour = "prod/AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14";
  const at = (name: string) => `s3://example-bucket/${hour}/data/${name}.json.gz`;
  const input = { inputTokenCount: 10, cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 0 };
  const output = { outputBodyS3Path: at("r_output"), outputTokenCount: 5 };
  const needed = (change: Raw) => sideBodies(parsed(change)).map(({ which }) => which);

  test.each([
    ["nothing is missing", { input, output }, []],
    ["the duration of a cache write", { input: { ...input, cacheWriteInputTokenCount: 9 }, output }, ["output"]],
    ["the output count", { input, output: { outputBodyS3Path: at("r_output") } }, ["output"]],
    ["the cache counters", { input: { inputTokenCount: 10 }, output }, ["output"]],
    [
      "an embedding never has an output count",
      { modelId: "amazon.titan-embed-text-v2:0", input: { inputTokenCount: 5 }, output: { outputBodyS3Path: at("r_output") } },
      [],
    ],
    [
      "images, with both bodies elsewhere",
      { input: { inputBodyS3Path: at("r_input") }, output: { outputBodyS3Path: at("r_output") } },
      ["output", "input"],
    ],
    [
      "the request is not needed where tokens were counted, in or out, or seconds",
      { input: { inputTokenCount: 10, inputBodyS3Path: at("r_input") }, output: {} },
      [],
    ],
    ["or out", { input: { inputBodyS3Path: at("r_input") }, output: { outputTokenCount: 2 } }, []],
    ["or seconds", { input: { inputBodyS3Path: at("r_input") }, output: { outputVideoDurationSeconds: 6 } }, []],
    [
      "or where the answer holds its images",
      { input: { inputBodyS3Path: at("r_input") }, output: { outputBodyJson: { images: ["aGk="] } } },
      [],
    ],
    [
      "nor by an embedding",
      { modelId: "amazon.titan-embed-image-v1", input: { inputBodyS3Path: at("r_input") }, output: {} },
      [],
    ],
    ["a rerank's answer, where nothing is counted", { modelId: "cohere.rerank-v3-5:0", input: {}, output }, ["output"]],
    [
      "a failed call is taken as logged",
      { errorCode: "ModelErrorException", input: {}, output: { outputBodyS3Path: at("r_output") } },
      [],
    ],
    [
      "a path that is not one of Bedrock's",
      { input: {}, output: { outputBodyS3Path: "s3://example-bucket/other/secret.json" } },
      [],
    ],
  ])("%s", (_, change, expected) => {
    expect(needed(change)).toEqual(expected);
  });

  test("only paths below an hour folder's data/ are opened", () => {
    expect(bodyPlace(at("r_output"))).toEqual({ bucket: "example-bucket", key: `${hour}/data/r_output.json.gz` });
    for (const path of [
      "",
      "s3://",
      "https://example.com/x",
      `s3://example-bucket/${hour}/r_output.json.gz`,
      `s3://UPPER/${hour}/data/r_output.json.gz`,
      at("../../x"),
    ])
      expect(bodyPlace(path)).toBeUndefined();
  });

  test("a body completes the record; text that is no JSON leaves it as it was", () => {
    const record = parsed({ input: { ...input, cacheWriteInputTokenCount: 9 }, output });
    const body = {
      type: "message",
      usage: { input_tokens: 10, output_tokens: 5, cache_creation: { ephemeral_1h_input_tokens: 9 } },
    };
    const completed = withBody(record, "output", JSON.stringify(body));
    expect(normaliseUsage(completed.record)).toMatchObject({
      cacheWrite1hTokens: 9,
      cacheWriteUnsplitTokens: 0,
      needsBody: false,
    });
    expect(withBody(record, "output", "not json")).toEqual({ ok: false, record });
    expect(withBody(record, "input", "7")).toEqual({ ok: false, record });
    expect(withBody(record, "input", '{"service_tier":"flex"}').record.input.body?.serviceTier).toBe("flex");
  });
});
