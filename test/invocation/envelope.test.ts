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
