import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseRecord } from "../../src/invocation/parse-record.ts";
import { recordSchema } from "../../src/invocation/record-schema.ts";
import { parsed, type Raw, rawLine, rawRecord } from "./support.ts";

const withInput = (input: Raw): Raw => ({ input: { inputTokenCount: 10, ...input } });

describe("what makes a line bad, and how it is said", () => {
  test.each([
    ["cut off", '{"schemaType":', "not_json", "the JSON text ends early"],
    ["free text", "hello", "not_json", "not JSON"],
    ["an array", "[]", "not_an_object", "expected an object, found an array"],
    ["null", "null", "not_an_object", "expected an object, found null"],
    ["an empty object", "{}", "not_a_log_record", "schemaType, requestId, accountId and modelId are missing"],
    ["another schema", rawLine({ schemaType: "FlowLog" }), "not_a_log_record", "schemaType: expected ModelInvocationLog"],
    ["no timestamp", rawLine({ timestamp: undefined }), "missing_field", "timestamp: missing or empty"],
    ["a null region", rawLine({ region: null }), "missing_field", "region: missing or empty"],
    ["an empty request id", rawLine({ requestId: "" }), "missing_field", "requestId: missing or empty"],
    ["no operation", rawLine({ operation: undefined }), "missing_field", "operation: missing or empty"],
    ["no model", rawLine({ modelId: undefined }), "missing_field", "modelId: missing or empty"],
    ["a time that is a number", rawLine({ timestamp: 1_791_209_643 }), "wrong_type", "timestamp: expected text, found a number"],
    [
      "the 30th of February",
      rawLine({ timestamp: "2026-02-30T00:00:00Z" }),
      "bad_timestamp",
      "timestamp: expected an ISO 8601 instant",
    ],
    ["a day without time", rawLine({ timestamp: "2026-02-03" }), "bad_timestamp", "timestamp: expected an ISO 8601 instant"],
    ["an account as number", rawLine({ accountId: 111_122_223_333 }), "wrong_type", "accountId: expected text, found a number"],
    ["a short account", rawLine({ accountId: "1111" }), "wrong_type", "accountId: expected 12 digits"],
    ["identity as text", rawLine({ identity: "arn" }), "wrong_type", "identity: expected an object, found text"],
    ["an ARN that is a list", rawLine({ identity: { arn: [] } }), "wrong_type", "identity.arn: expected text, found an array"],
    ["input as a list", rawLine({ input: [] }), "wrong_type", "input: expected an object, found an array"],
    ["a negative count", rawLine(withInput({ inputTokenCount: -1 })), "negative_count", "input.inputTokenCount: below zero"],
    [
      "half a token",
      rawLine(withInput({ inputTokenCount: 1.5 })),
      "wrong_type",
      "input.inputTokenCount: expected a whole number, found a number",
    ],
    [
      "a count beyond exact integers",
      rawLine(withInput({ cacheReadInputTokenCount: 2 ** 53 })),
      "wrong_type",
      "input.cacheReadInputTokenCount: expected a whole number, found a number",
    ],
    [
      "text that is no canonical number",
      rawLine(withInput({ cacheWriteInputTokenCount: "0407" })),
      "wrong_type",
      "input.cacheWriteInputTokenCount: expected a whole number, found text",
    ],
    [
      "a boolean count",
      rawLine({ output: { outputTokenCount: true } }),
      "wrong_type",
      "output.outputTokenCount: expected a whole number, found a boolean",
    ],
    [
      "an object among the labels",
      rawLine({ requestMetadata: { team: { name: "x" } } }),
      "wrong_type",
      "requestMetadata: expected text values, found an object",
    ],
    [
      "labels as a list",
      rawLine({ requestMetadata: ["x"] }),
      "wrong_type",
      "requestMetadata: expected an object, found an array",
    ],
  ])("%s", (_, line, reason, detail) => {
    expect(parseRecord(line)).toEqual({ ok: false, reason, detail });
  });

  test("no message repeats what the line says", () => {
    for (const line of [
      'secret-word "at position 5"',
      '{"secret-word',
      rawLine({ accountId: "secret-word" }),
      rawLine({ schemaType: "secret-word" }),
    ])
      expect(JSON.stringify(parseRecord(line))).not.toContain("secret-word");
  });
});

describe("what is taken as it comes", () => {
  test("null is absent, for every optional field", () => {
    const absent = parsed({ identity: undefined, input: undefined, output: undefined });
    const nulls = {
      identity: null,
      requestMetadata: null,
      errorCode: null,
      status: null,
      inferenceRegion: null,
      performanceConfig: null,
    };
    expect(parsed({ ...nulls, input: null, output: null })).toEqual(absent);
    expect(absent.input).toEqual({
      contentType: null,
      tokens: null,
      cacheReadTokens: null,
      cacheWriteTokens: null,
      bodyS3Path: null,
      body: null,
    });
  });

  test("12.0 is 12; canonical text is the number and counted as coerced", () => {
    const line = rawLine().replace('"inputTokenCount":10', '"inputTokenCount":12.0');
    const plain = parseRecord(line);
    expect(plain.ok && [plain.record.input.tokens, plain.record.coerced]).toEqual([12, false]);
    expect(parsed(withInput({ inputTokenCount: "407" }))).toMatchObject({ input: { tokens: 407 }, coerced: true });
    expect(parsed(withInput({ inputTokenCount: "0" }))).toMatchObject({ input: { tokens: 0 }, coerced: true });
  });

  test("a time with fraction or zone", () => {
    expect(parsed({ timestamp: "2026-10-05T14:27:00.123Z" }).timestamp).toBe(Date.UTC(2026, 9, 5, 14, 27, 0, 123));
    expect(parsed({ timestamp: "2026-10-05T16:27:00+02:00" }).timestamp).toBe(Date.UTC(2026, 9, 5, 14, 27));
  });

  test("labels: numbers and booleans become text, long ones and many stay, and a dangerous name is a name", () => {
    const long = "x".repeat(300);
    const many = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, long]));
    expect(parsed({ requestMetadata: many }).requestMetadata.size).toBe(20);
    const line = rawLine().replace('"region"', '"requestMetadata":{"__proto__":"p","n":7,"b":true,"none":null},"region"');
    const result = parseRecord(line);
    if (!result.ok) throw new Error(result.detail);
    expect([...result.record.requestMetadata]).toEqual([
      ["__proto__", "p"],
      ["n", "7"],
      ["b", "true"],
    ]);
    expect(result.record.coerced).toBe(true);
    expect(({} as Raw).p).toBeUndefined();
  });

  test("fields nobody knows are listed by path, on the top level and in both sides", () => {
    const record = parsed({ newField: 1, input: { inputNew: 1 }, output: { outputNew: { a: 1 } }, "free text": 1 });
    expect(record.unknownFields).toEqual(["newField", "(unnamed)", "input.inputNew", "output.outputNew"]);
  });

  test("of an error code only the name is kept, never a message behind it", () => {
    expect(parsed({ errorCode: "ValidationException: the prompt says hello" }).errorCode).toBe("ValidationException");
    expect(parsed({ errorCode: "com.amazonaws#ThrottlingException" }).errorCode).toBe("com.amazonaws#ThrottlingException");
    expect(parsed({ errorCode: 429 }).errorCode).toBe("429");
    expect(parsed({ errorCode: " ?" }).errorCode).toBe("unrecognized");
  });

  test("key order and schema version do not matter", () => {
    const reversed = Object.fromEntries(Object.entries(rawRecord()).reverse());
    expect(parseRecord(JSON.stringify(reversed))).toEqual(parseRecord(rawLine()));
    expect(parsed({ schemaVersion: "2.0" }).schemaVersion).toBe("2.0");
    expect(parsed({ schemaType: undefined }).requestId).toBe(parsed().requestId);
  });

  test("a version that is not known yet is read all the same, and reported", () => {
    expect(parsed({ schemaVersion: "2.0" }).unknownFields).toEqual(["schemaVersion 2.0"]);
    expect(parsed({ schemaVersion: "two words of a prompt" }).unknownFields).toEqual(["schemaVersion (unnamed)"]);
    for (const schemaVersion of ["1.0", undefined, null]) expect(parsed({ schemaVersion }).unknownFields).toEqual([]);
  });
});

const odd = fc.constantFrom<unknown>(
  undefined,
  null,
  "",
  "7",
  "07",
  "x",
  0,
  -1,
  1.5,
  7,
  1e300,
  true,
  [],
  {},
  { arn: 1 },
  { a: "b" },
  { a: [] },
  "2026-10-05T14:14:03Z",
  "111122223333",
);
const FIELDS = [
  "schemaType",
  "schemaVersion",
  "timestamp",
  "accountId",
  "region",
  "requestId",
  "operation",
  "modelId",
  "identity",
  "requestMetadata",
  "errorCode",
  "status",
  "inferenceRegion",
  "performanceConfig",
  "input",
  "output",
];
const SIDES: Raw[] = [
  "inputTokenCount",
  "cacheReadInputTokenCount",
  "cacheWriteInputTokenCount",
  "inputBodyJson",
  "inputBodyS3Path",
  "inputContentType",
].map((name) => ({ input: name }));

test("the published schema and the hand-written reader accept and reject alike", () => {
  const mutation = fc.oneof(
    fc.record({ field: fc.constantFrom(...FIELDS), value: odd }).map(({ field, value }): Raw => ({ [field]: value })),
    fc
      .record({ side: fc.constantFrom(...SIDES), value: odd })
      .map(({ side, value }): Raw => ({ input: { [String(side.input)]: value } })),
    odd.map((value): Raw => ({ output: { outputTokenCount: value } })),
  );
  fc.assert(
    fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
      const line = rawLine(Object.assign({}, ...mutations));
      expect([line, recordSchema.safeParse(JSON.parse(line)).success]).toEqual([line, parseRecord(line).ok]);
    }),
    { numRuns: 2000 },
  );
});
