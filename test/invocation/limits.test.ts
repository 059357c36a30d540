import { describe, expect, it } from "vitest";
import { csvHead } from "../../src/invocation/csv-table.ts";
import { classifyKey } from "../../src/invocation/object-key.ts";
import { parseRecord } from "../../src/invocation/parse-record.ts";
import { recordSchema } from "../../src/invocation/record-schema.ts";
import { fingerprintOf, LineSplitter } from "../../src/invocation/split-lines.ts";
import { itemsOf, linesOf, parsed, type Raw, rawLine, rawRecord, summaryOf, textsOf } from "./support.ts";

describe("names in a record", () => {
  const most = "x".repeat(2048);
  const long = `${most}x`;
  const inside = (value: string): Record<string, Raw> => ({
    timestamp: { timestamp: value },
    region: { region: value },
    requestId: { requestId: value },
    operation: { operation: value },
    modelId: { modelId: value },
    "identity.arn": { identity: { arn: value } },
    inferenceRegion: { inferenceRegion: value },
    "performanceConfig.latency": { performanceConfig: { latency: value } },
    schemaVersion: { schemaVersion: value },
    "input.inputContentType": { input: { inputContentType: value } },
    "input.inputBodyS3Path": { input: { inputBodyS3Path: value } },
    "output.outputContentType": { output: { outputContentType: value } },
    "output.outputBodyS3Path": { output: { outputBodyS3Path: value } },
    requestMetadata: { requestMetadata: { label: value } },
  });

  it.each(Object.entries(inside(long)))(
    "%s longer than any of AWS's make the line bad, and the message says which",
    (path, change) =>
      expect(parseRecord(rawLine(change))).toEqual({
        ok: false,
        reason: "name_too_long",
        detail: `${path}: longer than 2048 characters`,
      }),
  );

  it.each(Object.entries(inside(most)).filter(([path]) => path !== "timestamp"))(
    "%s as long as AWS's may be are taken",
    (_, change) => expect(parseRecord(rawLine(change)).ok).toBe(true),
  );

  it("of labels count together, too", () => {
    const labels = (count: number, text = "v"): Raw => ({
      requestMetadata: Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, text])),
    });
    expect(parsed(labels(64)).requestMetadata.size).toBe(64);
    const tooMany = { ok: false, reason: "name_too_long", detail: "requestMetadata: more than 64 labels or 16384 characters" };
    expect(parseRecord(rawLine(labels(65)))).toEqual(tooMany);
    expect(parseRecord(rawLine(labels(9, most)))).toEqual(tooMany);
    // 8 × (2,046 + 2) characters are just what there may be.
    expect(parseRecord(rawLine(labels(8, "x".repeat(2046)))).ok).toBe(true);
    expect(parseRecord(rawLine(labels(8, "x".repeat(2047))))).toEqual(tooMany);
    expect(parseRecord(rawLine({ requestMetadata: { [long]: "v" } }))).toMatchObject({ reason: "name_too_long" });
    // The published schema says the same.
    for (const change of [labels(64), labels(65), labels(9, most), labels(8, "x".repeat(2046)), labels(8, "x".repeat(2047))])
      expect(recordSchema.safeParse(rawRecord(change)).success).toBe(parseRecord(rawLine(change)).ok);
  });
});

describe("fields of another kind", () => {
  it.each<[string, Raw, string]>([
    ["errorCode", { errorCode: ["x"] }, "text, found an array"],
    ["status", { status: { code: 1 } }, "text, found an object"],
    ["inferenceRegion", { inferenceRegion: 1 }, "text, found a number"],
    ["schemaVersion", { schemaVersion: 1 }, "text, found a number"],
    ["performanceConfig", { performanceConfig: "optimized" }, "an object, found text"],
    ["performanceConfig.latency", { performanceConfig: { latency: true } }, "text, found a boolean"],
    ["output", { output: "x" }, "an object, found text"],
    ["input.inputContentType", { input: { inputContentType: 1 } }, "text, found a number"],
    ["input.inputBodyS3Path", { input: { inputBodyS3Path: {} } }, "text, found an object"],
    ["output.outputContentType", { output: { outputContentType: 1 } }, "text, found a number"],
    ["output.outputBodyS3Path", { output: { outputBodyS3Path: [] } }, "text, found an array"],
    ["input.cacheReadInputTokenCount", { input: { cacheReadInputTokenCount: {} } }, "a whole number, found an object"],
    ["input.cacheWriteInputTokenCount", { input: { cacheWriteInputTokenCount: [] } }, "a whole number, found an array"],
  ])("%s are named by their path", (path, change, found) =>
    expect(parseRecord(rawLine(change))).toEqual({ ok: false, reason: "wrong_type", detail: `${path}: expected ${found}` }),
  );

  it("that are empty text are absent ones", () =>
    expect(parsed({ schemaVersion: "", inferenceRegion: "", errorCode: "" })).toMatchObject({
      ...{ schemaVersion: null, inferenceRegion: null, errorCode: null, unknownFields: [] },
    }));

  it("of a record without a schema type are those of a record when any of three names is there", () => {
    for (const name of ["requestId", "accountId", "modelId"])
      expect(parseRecord(JSON.stringify({ [name]: "x" }))).toMatchObject({
        reason: "missing_field",
        detail: "timestamp: missing or empty",
      });
    expect(parseRecord(JSON.stringify({ region: "x", requestId: null }))).toMatchObject({ reason: "not_a_log_record" });
  });

  it("say where JSON breaks, by its character, and no more", () => {
    expect(parseRecord('{"a": x}')).toMatchObject({ reason: "not_json", detail: "not JSON" });
    expect(parseRecord('{"a" 1}')).toEqual({ ok: false, reason: "not_json", detail: "not JSON at character 5" });
    expect(parseRecord('{"a": "')).toMatchObject({
      detail: expect.stringMatching(/^not JSON at character \d+$|^the JSON text ends early$/),
    });
  });
});

describe("a key whose time cannot be", () => {
  it("has no time of delivery, not one that is undefined", () => {
    const key = classifyKey("20261399T996199999Z_0123456789abcdef.json.gz");
    expect(Object.keys(key)).toEqual(["kind"]);
    expect(Object.keys(classifyKey("AWSLogs/1/20261005T141504123Z_0.json.gz"))).toEqual(["kind", "deliveredAt"]);
  });
});

describe("lines", () => {
  it("that are empty count, and none is made of the end of the text", async () => {
    expect((await linesOf("a\n\nb\n")).map((item) => ("bytes" in item ? [item.line, item.bytes.toString()] : item))).toEqual([
      [1, "a"],
      [3, "b"],
    ]);
    expect(textsOf(await linesOf("a\n"))).toEqual(["a"]);
    expect(textsOf(await linesOf("a"))).toEqual(["a"]);
    expect(await linesOf("")).toEqual([]);
    const splitter = new LineSplitter(10);
    expect([...splitter.push(Buffer.from("a\n"))]).toHaveLength(1);
    expect([...splitter.end()]).toEqual([]);
    expect(splitter.place).toEqual({ line: 2, offset: 2 });
  });

  it("of a document keep what stood between them: the fingerprint of a bad one is that of its text", async () => {
    const text = '{\n "requestId": "x"';
    const [item] = await itemsOf(`${text}\n{"a":1}`);
    expect(item).toMatchObject({ bad: "not_json", fingerprint: fingerprintOf(Buffer.from(text)) });
  });

  it("of a document that is broken within a word are not put together to one", async () => {
    // Joined without a line feed the two halves would read true.
    expect(summaryOf(await itemsOf(`[\n${rawLine({ requestId: "a", x: 1 }).replace('"x":1', '"x":tr\nue')}\n]`))).not.toContain(
      "ok a",
    );
  });

  it("of a heading of aws logs tail may end in white space, and hold nothing else", async () => {
    const record = JSON.stringify(rawRecord({ requestId: "a" }), null, 1);
    const heading = "2026-10-01T12:02:06+00:00 aws/bedrock/modelinvocations";
    for (const space of ["", " ", "\r", "  \r"])
      expect(summaryOf(await itemsOf(`${heading}${space}\n${record}`))).toEqual(["ok a"]);
    expect(summaryOf(await itemsOf(`${heading} started\n${record}`))).toEqual(["not_json 1", "ok a"]);
  });
});

describe("a CSV of Logs Insights", () => {
  it("has a heading of 1,024 characters at most", () => {
    const heading = (length: number): string => `@timestamp,@message,${"x".repeat(180)},`.padEnd(length, "y,y");
    const columns = (length: number): string | undefined => csvHead(heading(length).replace(/,$/, "z"))?.separator;
    expect([columns(1024), columns(1025)]).toEqual([",", undefined]);
    expect(csvHead("@timestamp,@message,{}")).toBeUndefined();
    expect(csvHead("@timestamp,@message,x[0]")).toBeUndefined();
  });

  const TIME = "2026-10-05 14:00:00.000";
  const row = (change: Raw): string => `${TIME},"${rawLine(change).replaceAll('"', '""')}"`;

  it("has a bad row where one is longer than a record may be, and the rows after it are read", async () => {
    const text = [
      "@timestamp,@message",
      row({ requestId: "a" }),
      row({ requestId: "b", padding: "x".repeat(3000) }),
      row({ requestId: "c" }),
    ];
    const items = await itemsOf(text.join("\n"), { maxLineBytes: 2000 });
    expect(summaryOf(items)).toEqual(["ok a", "line_too_long 3", "ok c"]);
  });

  it("has a bad row where one of several lines is longer than a record may be", async () => {
    const lines = JSON.stringify(rawRecord({ requestId: "b", list: Array.from({ length: 300 }, (_, index) => index) }), null, 1);
    const text = [
      "@timestamp,@message",
      row({ requestId: "a" }),
      `${TIME},"${lines.replaceAll('"', '""')}"`,
      row({ requestId: "c" }),
    ];
    const items = await itemsOf(text.join("\n"), { maxLineBytes: 1000 });
    expect(items[1]).toMatchObject({ bad: "line_too_long", detail: "a row longer than the limit", line: 3 });
    expect(summaryOf(items).at(-1)).toBe("ok c");
  });

  it("has a bad row where its last line takes it over the limit", async () => {
    const two = rawLine({ requestId: "b", padding: "x".repeat(600) }).replace(',"padding"', ',\n"padding"');
    const limit = two.length - 1;
    expect(Math.max(...two.split("\n").map(({ length }) => length))).toBeLessThan(limit - 100);
    const text = ["@timestamp,@message", `${TIME},"${two.replaceAll('"', '""')}"`, row({ requestId: "c" })];
    expect(summaryOf(await itemsOf(text.join("\n"), { maxLineBytes: limit }))).toEqual(["line_too_long 2", "ok c"]);
  });
});
