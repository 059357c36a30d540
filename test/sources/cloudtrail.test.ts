import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { trailKindOf } from "../../src/cloudtrail/object-key.ts";
import { trailReader } from "../../src/cloudtrail/trail-reader.ts";
import { readUserAgent } from "../../src/cloudtrail/user-agent.ts";
import { cut, readPieces } from "./read-rows.ts";

const SAMPLES = join(import.meta.dirname, "../fixtures/samples/cloudtrail");
const SAMPLE = readFileSync(join(SAMPLES, "events.json"));
const EVENTS: readonly Record<string, unknown>[] = JSON.parse(SAMPLE.toString("utf8")).Records;
const reader = trailReader({ trustSessionNames: true });
const read = (...pieces: readonly (Uint8Array | string)[]) =>
  readPieces(
    reader,
    "trail.json.gz",
    pieces.map((piece) => Buffer.from(piece)),
  );

test("the sample's eight calls: who, what, with which client, and tokens where the event has them", async () => {
  const { rows, problems, tally } = await read(SAMPLE);
  expect(problems).toEqual([]);
  expect(tally).toEqual({ items: 8, passedOver: 0 });
  const found = rows.map(({ row }) => row);
  expect(found.map((row) => [row["product"], row["operation"], row["status"]])).toEqual([
    ["bedrock", "InvokeModelWithResponseStream", "ok"],
    ["bedrock", "Converse", "ok"],
    ["bedrock", "InvokeModel", "error"],
    ["bedrock-mantle", "CreateInference", "ok"],
    ["bedrock-mantle", "CreateInference", "ok"],
    ["agentcore", "InvokeAgentRuntime", "ok"],
    ["kiro", "GenerateAssistantResponse", "ok"],
    ["amazon-q", "SendMessage", "ok"],
  ]);
  expect(found[0]).toMatchObject({
    request_id: "4c9eeab1-a06d-473f-983c-52e4e9bdd6e7",
    principal_type: "sso",
    principal_name: "BedrockDevelopers",
    person: "alice@example.com",
    identity_user_id: "0a1b2c3d-00a1-70cd-1caf-57794fdc0001",
    identity_store: "d-9067example",
    model: "claude-opus-4-8",
    inference_region: "us-west-2",
    client: "claude-code",
    client_version: "2.1.332",
    entrypoint: "sdk-ts",
    is_stream: true,
    input_tokens: null,
  });
  expect(found[1]).toMatchObject({
    model: "nova-pro",
    input_tokens: 944,
    output_tokens: 126,
    client: "boto3",
    client_version: "1.44.8",
  });
  expect(found[2]).toMatchObject({ error_code: "ValidationException", credential: "sigv4" });
  expect(found[3]).toMatchObject({
    model: "claude-opus-4-8",
    entrypoint: "cli",
    project_arn: expect.stringContaining("proj_example1"),
  });
  expect(found[4]).toMatchObject({
    credential: "long_term",
    principal_type: "api-key",
    client: "openai-sdk",
    client_version: "1.50.0",
  });
  expect(found[4]?.["request_metadata"]).toEqual(new Map([["team", "platform"]]));
  expect(found[5]).toMatchObject({ session_id: "session-0001", end_user: "user-881" });
  expect(found[6]).toMatchObject({ principal_type: "identity-center", principal_arn: null, client: "kiro" });
  expect(rows.map(({ day }) => day)).toEqual(["2026-11-29", ...Array(7).fill("2026-10-05")]);
});

test("cut anywhere, packed, on lines or in a list, the rows are the same", async () => {
  const whole = (await read(SAMPLE)).rows;
  for (const other of [
    gzipSync(SAMPLE),
    JSON.stringify({ Records: EVENTS }),
    EVENTS.map((event) => JSON.stringify(event)).join("\n"),
    JSON.stringify(EVENTS),
  ])
    expect((await read(other)).rows).toEqual(whole);
  const bytes = Buffer.from(JSON.stringify({ Records: EVENTS }));
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(bytes.length), { maxLength: 40 }), async (places) => {
      const { rows, problems } = await read(...cut(bytes, places));
      expect(rows).toEqual(whole);
      expect(problems).toEqual([]);
    }),
    { numRuns: 100 },
  );
});

/** `aws cloudtrail lookup-events`, a subscription of CloudWatch Logs, its exports, EventBridge: an event as text, or within another. */
const line = (event: unknown): string => JSON.stringify(event);
const control = {
  messageType: "CONTROL_MESSAGE",
  logEvents: [{ id: "", timestamp: 1, message: "CWL CONTROL MESSAGE: Checking health." }],
};
test.each<readonly [string, string]>([
  [
    "lookup-events",
    JSON.stringify(
      {
        Events: EVENTS.map((event) => ({
          EventId: event["eventID"],
          EventName: "x",
          Resources: [],
          CloudTrailEvent: line(event),
        })),
      },
      null,
      4,
    ),
  ],
  [
    "a subscription, control message first",
    [
      control,
      ...EVENTS.map((event) => ({
        messageType: "DATA_MESSAGE",
        owner: "1",
        logEvents: [{ id: "1", timestamp: 1, message: line(event) }],
      })),
    ]
      .map(line)
      .join(""),
  ],
  [
    "filter-log-events",
    JSON.stringify({ events: EVENTS.map((event) => ({ logStreamName: "s", message: line(event) })), searchedLogStreams: [] }),
  ],
  [
    "EventBridge",
    EVENTS.map((event) => line({ version: "0", "detail-type": "AWS API Call via CloudTrail", detail: event })).join("\n"),
  ],
  [
    "objects put together in a list",
    JSON.stringify([{ Records: EVENTS.slice(0, 3) }, { Records: [] }, { Records: EVENTS.slice(3) }]),
  ],
  [
    "several documents in an object",
    `${JSON.stringify({ Records: EVENTS.slice(0, 5) })}{"Records":[]}\n${JSON.stringify({ Records: EVENTS.slice(5) })}`,
  ],
  ["keys before and after the list", `{"v":"Records","n":{"Records":1},"Records":${JSON.stringify(EVENTS)},"next":null}`],
])("%s: the same calls", async (_, text) => {
  const ids = (rows: Awaited<ReturnType<typeof read>>["rows"]): unknown[] =>
    rows.map(({ day, row }) => [day, { ...row, source_item: 0 }]);
  const expected = ids((await read(SAMPLE)).rows);
  for (const given of [Buffer.from(text), gzipSync(text), Buffer.from(`\uFEFF${text}`, "utf16le")]) {
    const { rows, problems } = await read(given);
    expect(problems).toEqual([]);
    expect(ids(rows)).toEqual(expected);
  }
  const { rows } = await read(
    ...cut(
      Buffer.from(text),
      Array.from({ length: 400 }, (_, place) => place * 13),
    ),
  );
  expect(ids(rows)).toEqual(expected);
});

test("gzip of several members, and a trail without an event", async () => {
  const bytes = Buffer.from(JSON.stringify({ Records: EVENTS }));
  const members = Buffer.concat([gzipSync(bytes.subarray(0, 700)), gzipSync(bytes.subarray(700))]);
  expect((await read(members)).rows).toEqual((await read(bytes)).rows);
  for (const empty of ['{"Records":[]}', gzipSync('{"Records":[]}'), gzipSync(""), ""])
    expect(await read(empty)).toEqual({ rows: [], problems: [], tally: { items: 0, passedOver: 0 } });
});

test("an event without all that events may lack", async () => {
  const bare = {
    eventSource: "bedrock-mantle.amazonaws.com",
    eventName: "CreateInference",
    eventID: "e",
    eventTime: "2026-10-05T14:00:00Z",
  };
  const odd = {
    ...bare,
    eventID: "f",
    additionalEventData: { inputTokens: null, outputTokens: -1 },
    userIdentity: null,
    userAgent: null,
  };
  const { rows, problems } = await read(JSON.stringify({ Records: [bare, odd] }));
  expect(problems).toEqual([]);
  for (const { row } of rows)
    expect(row).toMatchObject({
      ...{ product: "bedrock-mantle", request_id: null, principal_arn: null, person: null, model: null, client: null },
      ...{ input_tokens: null, output_tokens: null, status: "ok", credential: "sigv4" },
    });
  expect(rows.map(({ row }) => row["event_id"])).toEqual(["e", "f"]);
});

test("an answer that says a refusal alone, and an API key by further data", async () => {
  const call = {
    eventSource: "bedrock-agentcore.amazonaws.com",
    eventName: "InvokeGateway",
    eventID: "g",
    eventTime: "2026-10-05T14:00:00Z",
  };
  const events = [401, 429, 500, 200, undefined].map((statusCode) => ({
    ...call,
    userIdentity: { type: "AWSAccount", principalId: "", accountId: "anonymous" },
    responseElements: statusCode === undefined ? null : { statusCode, body: { error: { message: "SECRET" } } },
  }));
  const key = { ...EVENTS[1], additionalEventData: { callWithBearerToken: true } };
  const { rows } = await read(JSON.stringify({ Records: [...events, key] }));
  expect(rows.map(({ row }) => [row["status"], row["error_code"], row["credential"]])).toEqual([
    ["denied", "HTTP 401", "sigv4"],
    ["throttled", "HTTP 429", "sigv4"],
    ["error", "HTTP 500", "sigv4"],
    ["ok", null, "sigv4"],
    ["ok", null, "sigv4"],
    ["ok", null, "api_key"],
  ]);
  expect(JSON.stringify(rows, (_, value) => (value instanceof Map ? [...value] : value))).not.toContain("SECRET");
});

test("what a caller asks for instead of a model is no name of one", async () => {
  const asked = { ...EVENTS[1], errorCode: "ValidationException", requestParameters: { modelId: "SECRET text of somebody" } };
  const { rows } = await read(JSON.stringify({ Records: [asked] }));
  expect(rows.map(({ row }) => [row["model_id"], row["model"], row["status"]])).toEqual([[null, null, "error"]]);
});

test("other services and the control plane are passed over unparsed", async () => {
  const others = [
    { eventSource: "s3.amazonaws.com", eventName: "GetObject", eventID: "1", eventTime: "2026-10-05T00:00:00Z" },
    { eventSource: "bedrock.amazonaws.com", eventName: "ListFoundationModels", eventID: "2", eventTime: "2026-10-05T00:00:00Z" },
  ];
  const { rows, tally } = await read(JSON.stringify({ Records: [...others, EVENTS[1]] }));
  expect(rows.length).toBe(1);
  expect(tally).toEqual({ items: 3, passedOver: 2 });
});

test.each(
  readFileSync(join(SAMPLES, "object-keys.txt"), "utf8")
    .trim()
    .split("\n")
    .map((line) => line.split("\t")),
)("%s: %s", (key = "", meaning = "") => {
  expect(trailKindOf(key)).toBe(meaning.startsWith("records") ? "records" : meaning.split(":")[0]);
});

test.each([
  ["AWSLogs/111122223333/Config/us-east-1/2026/10/5/ConfigHistory/x.json.gz", "other_service"],
  ["AWSLogs/111122223333/vpcflowlogs/us-east-1/2026/10/05/x.log.gz", "other_service"],
  ["AWSLogs/111122223333/CloudTrail-Aggregated/x.json.gz", "other_service"],
  // Below a prefix that a command was given.
  ["us-east-1/2026/10/5/111122223333_Config_us-east-1_ConfigHistory_x_20261005T000000Z_1.json.gz", "other_service"],
  ["us-east-1/111122223333_CloudTrail-Digest_us-east-1_t_us-east-1_20261005T000000Z.json.gz", "digest"],
  ["us-east-1/111122223333_CloudTrail_us-east-1_20261005T1420Z_a.json.gz", "records"],
  ["copies/trail.json", "records"],
  ["copies/notes.txt", "other"],
])("%s is %s", (key, kind) => expect(trailKindOf(key)).toBe(kind));

test("no prompt, no error message and no other parameter gets through", async () => {
  const canary = "SECRET-canary of a person";
  const poisoned = EVENTS.map((event) => ({
    ...event,
    errorMessage: canary,
    userAgent: `Boto3/1.44.8 (${canary}) app/SECRET note=SECRET`,
    responseElements: { completion: canary },
    requestParameters: {
      ...(event["requestParameters"] as object),
      body: canary,
      messages: [{ content: canary }],
      system: canary,
      utterance: canary,
      toolConfig: { description: canary },
    },
    additionalEventData: { ...(event["additionalEventData"] as object), prompt: canary },
    serviceEventDetails: canary,
  }));
  const { rows } = await read(JSON.stringify({ Records: poisoned }));
  expect(rows.length).toBe(8);
  expect(JSON.stringify(rows, (_, value) => (value instanceof Map ? [...value] : value))).not.toContain("canary");
});

test("damaged and hostile bytes cost themselves, and the reader always comes to an end", async () => {
  const bytes = Buffer.from(JSON.stringify({ Records: EVENTS }));
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 20 }),
      fc.nat(bytes.length),
      async (changes, length) => {
        const damaged = Buffer.from(bytes.subarray(0, length));
        for (const [place, byte] of changes) if (place < length) damaged[place] = byte;
        const { rows } = await read(damaged);
        expect(rows.length).toBeLessThanOrEqual(8);
      },
    ),
    { numRuns: 300 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (noise) => {
      expect((await read(noise)).rows).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test("an event of the wrong shape is named by its number; the ones around it land", async () => {
  const broken = [
    { ...EVENTS[1], eventTime: "yesterday" },
    { ...EVENTS[1], eventID: 7 },
    { ...EVENTS[1], userIdentity: "nobody", requestParameters: ["x"], additionalEventData: null, resources: "none" },
  ];
  const { rows, problems } = await read(JSON.stringify({ Records: [EVENTS[0], ...broken, EVENTS[2]] }));
  expect(problems.map(({ item, reason }) => [item, reason])).toEqual([
    [2, "implausible_time"],
    [3, "missing_field"],
  ]);
  expect(rows.length).toBe(3);
  const huge = JSON.stringify({ ...EVENTS[1], eventID: "x".repeat(5 * 1024 * 1024) });
  const large = await read(`{"Records":[${huge},${JSON.stringify(EVENTS[1])}]}`);
  expect(large.problems).toMatchObject([{ item: 1, reason: "too_large" }]);
  expect(large.rows.length).toBe(1);
});

test.each([
  ["claude-cli/2.1.332 (external, sdk-cli)", "claude-code", "2.1.332", "sdk-cli"],
  ["ai-sdk/amazon-bedrock/4.0.186 runtime/node.js/24", "vercel-ai-sdk", "4.0.186", null],
  ["aws-sdk-js/3.1163.0 ua/2.1 os/linux#6.8.0 lang/js", "aws-sdk-js", "3.1163.0", null],
  ["aws-cli/2.30.1 md/awscrt#0.27", "aws-cli", "2.30.1", null],
  ["Something/9 else", null, null, null],
  ["", null, null, null],
])("user agent %s", (agent, client, version, entrypoint) => {
  expect(readUserAgent(agent)).toMatchObject({ client, version, entrypoint });
});
