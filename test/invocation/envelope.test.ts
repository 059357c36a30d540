import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { InputError } from "../../src/errors.ts";
import { readInvocations } from "../../src/invocation/read-invocations.ts";
import { itemsOf, type Raw, rawLine, rawRecord, summaryOf } from "./support.ts";

const [A, B, C] = ["a", "b", "c"].map((requestId) => rawRecord({ requestId })) as [Raw, Raw, Raw];
const json = (value: unknown): string => JSON.stringify(value);
const read = async (text: string, maxLineBytes?: number): Promise<string[]> =>
  summaryOf(await itemsOf(text, maxLineBytes === undefined ? {} : { maxLineBytes }));

const event = (record: unknown): Raw => ({ id: "1", timestamp: 1_791_209_643_000, message: json(record) });

test.each([
  ["one array on one line", json([A, B, C])],
  ["a pretty-printed array", JSON.stringify([A, B, C], null, 2)],
  ["a pretty-printed array with tabs and CRLF", JSON.stringify([A, B, C], null, "\t").replaceAll("\n", "\r\n")],
  ["an array with one record on a line", `[\n${json(A)},\n${json(B)},\n${json(C)}\n]\n`],
  ["an array whose brackets stand beside its records", `[${json(A)},\n${json(B)},\n${json(C)}]\n`],
  ["indented documents", `  [\n  ${json(A)}\n ]\n${JSON.stringify(B, null, 2).replaceAll(/^/gm, "   ")}\n [${json(C)}\n]`],
  ["an array with several records on a line", `[${json(A)}, ${json(B)}\n, ${json(C)}]`],
  ["pretty-printed objects one after the other", [A, B, C].map((record) => JSON.stringify(record, null, 4)).join("\n")],
  ["pretty-printed and line by line", `${JSON.stringify(A, null, 2)}\n${json(B)}\n${JSON.stringify(C, null, 2)}`],
  ["back to back on one line", [A, B, C].map(json).join("")],
  ["back to back, with white space", [A, B, C].map(json).join("  ")],
  ["a CloudWatch Logs export to S3", [A, B, C].map((record) => `2026-10-05T14:14:03.000Z ${json(record)}`).join("\n")],
  ["a subscription envelope", json({ messageType: "DATA_MESSAGE", logGroup: "g", logEvents: [A, B, C].map(event) })],
  ["aws logs filter-log-events", JSON.stringify({ events: [A, B, C].map(event), searchedLogStreams: [] }, null, 4)],
  ["log events line by line", [A, B, C].map((record) => json(event(record))).join("\n")],
  ["Insights fields", [A, B, C].map((record) => json({ "@timestamp": "x", "@message": json(record) })).join("\n")],
])("%s holds three records", async (_, text) => {
  expect(await read(text)).toEqual(["ok a", "ok b", "ok c"]);
});

test("records of one line are told apart by their part, elements of a document by their line", async () => {
  const places = async (text: string) => (await itemsOf(text)).map((item) => ("part" in item ? [item.line, item.part] : []));
  expect(await places(json([A, B]))).toEqual([
    [1, 1],
    [1, 2],
  ]);
  const pretty = JSON.stringify([A, B], null, 1);
  const second = pretty.split("\n").lastIndexOf(" {") + 1;
  expect(await places(pretty)).toEqual([
    [2, 1],
    [second, 1],
  ]);
});

test.each([
  ["an element that is no record", json([A, 7, B]), ["ok a", "not_an_object 1", "ok b"]],
  ["an array without objects is one bad line", "[1,2,3]", ["not_an_object 1"]],
  ["empty containers hold nothing", '[]\n{"events":[]}\n{"logEvents":[]}\n[\n]\n', []],
  ["a message that is not JSON", `${json({ message: "plain text" })}\n${json(A)}`, ["not_json 1", "ok a"]],
  ["a message that is another log's", json({ message: "{}" }), ["not_a_log_record 1"]],
  ["a record and the beginning of another", `${json(A)}${json(B).slice(0, 90)}\n${json(C)}`, ["ok a", "not_json 1", "ok c"]],
  ["a record that closes early is not taken without its end", json(A).replace(',"output"', '},"output"'), ["not_json 1"]],
  ["a record with a field called events", rawLine({ requestId: "a", events: [{ x: 1 }] }), ["ok a"]],
  ["a lone brace before records", `{\n${json(A)}\n${json(B)}`, ["not_json 1", "ok a", "ok b"]],
  ["a lone bracket after records", `${json(A)}\n[\n${json(B)}\n${json(C)}`, ["ok a", "ok b", "ok c"]],
  [
    "a pretty-printed record cut by a line record",
    `{\n "requestId": "x",\n "identity": {\n${json(A)}\n${json(B)}`,
    ["not_json 1", "ok a", "ok b"],
  ],
  ["a pretty-printed record cut in a string", `{\n "requestId": "x\n${json(A)}`, ["not_json 1", "ok a"]],
  ["a pretty-printed record cut by the end", `${json(A)}\n{\n "requestId": "x",\n`, ["ok a", "not_json 2"]],
])("%s", async (_, text, expected) => {
  expect(await read(text)).toEqual(expected);
});

test("a document above the limit is one bad line, and what follows is read", async () => {
  const long = JSON.stringify(rawRecord({ extra: Array.from({ length: 400 }, (_, index) => index) }), null, 2);
  expect(await read(`${json(A)}\n${long}\n${json(B)}`, 1000)).toEqual(["ok a", "line_too_long 2", "ok b"]);
});

test("a source that cannot be read is an input error with the object's name, its cause kept for a retry", async () => {
  const cause = new Error("connection reset");
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${json(A)}\n`);
    throw cause;
  }
  const items = readInvocations(failing(), "s3://logs/a.json.gz");
  expect((await items.next()).value).toHaveProperty("record");
  const failure = await items.next().catch((thrown: unknown) => thrown);
  expect(failure).toBeInstanceOf(InputError);
  expect(failure).toMatchObject({
    message: "invocation: s3://logs/a.json.gz could not be read: connection reset",
    place: "s3://logs/a.json.gz",
    cause,
  });
});

const subscription = (records: readonly unknown[]): Raw => ({
  messageType: "DATA_MESSAGE",
  owner: "111122223333",
  logGroup: "bedrock",
  logStream: "aws/bedrock/modelinvocations",
  subscriptionFilters: ["all"],
  logEvents: records.map(event),
});
const CONTROL = {
  messageType: "CONTROL_MESSAGE",
  owner: "CloudwatchLogs",
  logGroup: "",
  logStream: "",
  subscriptionFilters: [],
  logEvents: [{ id: "", timestamp: 1_791_209_643_000, message: "CWL CONTROL MESSAGE: Checking health of destination Firehose." }],
};
const fields = (row: Readonly<Record<string, unknown>>): unknown[] =>
  Object.entries(row).map(([field, value]) => ({ field, value: String(value) }));
const insights = (record: Raw): Raw => ({ "@timestamp": "2026-10-05 14:14:03.000", "@message": json(record), "@ptr": "Cn8KQA" });
const flat = (requestId: string): Raw => ({
  "@timestamp": "2026-10-05 14:14:03.000",
  timestamp: "2026-10-05T14:14:03Z",
  accountId: "111122223333",
  region: "us-east-1",
  requestId,
  operation: "Converse",
  modelId: "anthropic.claude-sonnet-4-6",
  "identity.arn": "arn:aws:iam::111122223333:user/erin",
  "input.inputTokenCount": "11",
  "output.outputTokenCount": "7",
});
const csv = (cells: readonly string[]): string => cells.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(",");
const STREAM = "aws/bedrock/modelinvocations";

test.each([
  ["several envelopes back to back", json(subscription([A])) + json(subscription([B, C]))],
  [
    "several envelopes, line by line, and a control message",
    [CONTROL, subscription([A, B]), subscription([C])].map(json).join("\n"),
  ],
  ["envelopes around a control message on one line", [subscription([A, B]), CONTROL, subscription([C])].map(json).join("")],
  [
    "the event of a subscribed Lambda function",
    json({ awslogs: { data: gzipSync(json(subscription([A, B, C]))).toString("base64") } }),
  ],
  ["aws logs tail", [A, B, C].map((record) => `2026-10-01T12:02:06+00:00 ${STREAM} ${json(record)}`).join("\n")],
  ["aws logs tail --format short", [A, B, C].map((record) => `2026-10-01T12:02:06 ${json(record)}`).join("\n")],
  [
    "aws logs tail --format json",
    [A, B, C].map((record) => `2026-10-01T12:02:06+00:00 ${STREAM}\n${JSON.stringify(record, null, 4)}`).join("\n"),
  ],
  [
    "get-log-events",
    JSON.stringify({ events: [A, B, C].map(event), nextForwardToken: "f/1", nextBackwardToken: "b/1" }, null, 4),
  ],
  ["get-log-events --output text", [A, B, C].map((record) => `EVENTS\t1791209643100\t${json(record)}\t1791209643000`).join("\n")],
  ["messages alone, as text", [A, B, C].map(json).join("\t")],
  ["messages alone, as JSON", JSON.stringify([A, B, C].map(json), null, 4)],
  [
    "get-query-results",
    json({ results: [A, B, C].map((record) => fields(insights(record))), statistics: {}, status: "Complete" }),
  ],
  [
    "get-query-results, its rows alone",
    JSON.stringify(
      [A, B, C].map((record) => fields(insights(record))),
      null,
      2,
    ),
  ],
  [
    "a console export whose messages are objects",
    JSON.stringify(
      [A, B, C].map((record) => ({ ...insights(record), "@message": record })),
      null,
      1,
    ),
  ],
  [
    "rows with further fields",
    JSON.stringify([A, B, C].map((record) => ({ ...insights(record), requestId: "other", modelId: "m", "@log": "1:g" }))),
  ],
  ["rows of fields without the message", json({ results: ["a", "b", "c"].map((id) => fields(flat(id))) })],
  ["a console export of fields without the message", JSON.stringify(["a", "b", "c"].map(flat), null, 1)],
  [
    "an Insights CSV",
    ["@timestamp,@message,@logStream", ...[A, B, C].map((record) => csv(["2026-10-05 14:14:03.000", json(record), STREAM]))].join(
      "\r\n",
    ),
  ],
  [
    "get-log-record",
    [A, B, C].map((record) => json({ logRecord: { ...insights(record), "input.inputTokenCount": "1" } })).join("\n"),
  ],
])("CloudWatch Logs: %s holds three records", async (_, text) => {
  expect(await read(text)).toEqual(["ok a", "ok b", "ok c"]);
});

test("what Firehose compressed a second time, member by member, is read", async () => {
  const members = [subscription([A]), CONTROL, subscription([B, C])].map((envelope) => gzipSync(json(envelope)));
  expect(summaryOf(await itemsOf(gzipSync(Buffer.concat(members))))).toEqual(["ok a", "ok b", "ok c"]);
  expect(summaryOf(await itemsOf(Buffer.concat(members)))).toEqual(["ok a", "ok b", "ok c"]);
});

test("fields without the message give the caller and the tokens", async () => {
  const [item] = await itemsOf(json([flat("a")]));
  expect(item).toMatchObject({
    record: { principalArn: "arn:aws:iam::111122223333:user/erin", input: { tokens: 11 }, output: { tokens: 7 } },
  });
});

test("text that only looks like an export is a bad line", async () => {
  expect(await read("2026-10-01T12:02:06Z worker started with 3 threads")).toEqual(["not_json 1"]);
  expect(await read(`2026-10-01T12:02:06Z ${"x".repeat(100_000)}`)).toEqual(["not_json 1"]);
});
