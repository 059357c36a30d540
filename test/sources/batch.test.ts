import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { batchReader } from "../../src/batch/batch-reader.ts";
import { batchObjectOf } from "../../src/batch/object-key.ts";
import { cut, readPieces } from "./read-rows.ts";

const FOLDER = join(import.meta.dirname, "../fixtures/samples/batch/abcdef123456");
const file = (name: string): Buffer => readFileSync(join(FOLDER, name));
const read = (name: string, ...pieces: readonly (Uint8Array | string)[]) =>
  readPieces(
    batchReader,
    `out/abcdef123456/${name}`,
    pieces.map((piece) => Buffer.from(piece)),
  );

test("both job types and the manifest of the sample: 51 tokens in, 21 out, one record in error", async () => {
  const invoke = await read("a.jsonl.out", file("records-invoke.jsonl.out"));
  const converse = await read("b.jsonl.out", file("records-converse.jsonl.out"));
  const manifest = await read("manifest.json.out", file("manifest.json.out"));
  expect(invoke.rows[0]?.row).toMatchObject({
    kind: "output",
    job_id: "abcdef123456",
    file_name: "a.jsonl",
    records: 2,
    succeeded: 1,
    failed: 1,
    input_tokens: 21,
    output_tokens: 9,
    answered_model: "claude-sonnet-4-6",
  });
  expect(converse.rows[0]?.row).toMatchObject({ records: 1, succeeded: 1, input_tokens: 30, output_tokens: 12, uncounted: 0 });
  expect(manifest.rows[0]?.row).toMatchObject({ kind: "manifest", records: 3, failed: 1, input_tokens: 51, output_tokens: 21 });
  expect([...invoke.problems, ...converse.problems, ...manifest.problems]).toEqual([]);
});

const LINES = [file("records-invoke.jsonl.out"), file("records-converse.jsonl.out")].flatMap((bytes) =>
  bytes.toString("utf8").trim().split("\n"),
);

test("order, packing and pieces change no sum", async () => {
  const [expected] = (await read("a.jsonl.out", LINES.join("\n"))).rows;
  await fc.assert(
    fc.asyncProperty(
      fc.shuffledSubarray(LINES, { minLength: LINES.length }),
      fc.array(fc.nat(5000), { maxLength: 20 }),
      fc.boolean(),
      async (lines, places, packed) => {
        const text = Buffer.from(`${lines.join("\r\n")}\n\n`);
        const { rows, problems } = await read("a.jsonl.out", ...cut(packed ? gzipSync(text) : text, places));
        expect(rows).toEqual([expected]);
        expect(problems).toEqual([]);
      },
    ),
    { numRuns: 60 },
  );
});

/** Answers of other models than the sample's: tokens in, tokens out; null where they state none. */
test.each<readonly [string, unknown, number, number, number]>([
  ["Titan Embeddings", { embedding: [0.1, 0.2], inputTextTokenCount: 7 }, 7, 0, 0],
  ["Titan Text", { inputTextTokenCount: 5, results: [{ tokenCount: 3, outputText: "t", completionReason: "FINISH" }] }, 5, 3, 0],
  ["Cohere Embed", { id: "x", embeddings: { float: [[0.1]] }, response_type: "embeddings_by_type", texts: ["t"] }, 0, 0, 1],
  ["Llama", { generation: "t", prompt_token_count: 11, generation_token_count: 4, stop_reason: "stop" }, 11, 4, 0],
  [
    "Nova",
    {
      output: { message: { role: "assistant", content: [{ text: "t" }] } },
      stopReason: "end_turn",
      usage: { inputTokens: 8, outputTokens: 2, totalTokens: 10 },
    },
    8,
    2,
    0,
  ],
  [
    "gpt-oss",
    {
      choices: [{ message: { content: "t" }, finish_reason: "stop" }],
      usage: { prompt_tokens: 20, completion_tokens: 6, total_tokens: 26 },
    },
    20,
    6,
    0,
  ],
  ["an answer as text", JSON.stringify({ type: "message", content: [], usage: { input_tokens: 4, output_tokens: 1 } }), 4, 1, 0],
])("%s", async (_, modelOutput, inputTokens, outputTokens, uncounted) => {
  const text = [
    { recordId: "1", modelInput: { inputText: "t" }, modelOutput },
    { recordId: "2", modelInput: {}, modelOutput, error: null },
    // In error, as the service says it, and as text.
    { recordId: "3", modelInput: {}, error: { errorCode: 429, errorMessage: "t" } },
    { recordId: "4", modelInput: {}, modelOutput, error: "InternalServerException" },
  ]
    .map((line) => `${JSON.stringify(line)}\n`)
    .join("");
  for (const given of [Buffer.from(text), Buffer.concat([gzipSync(text.slice(0, 50)), gzipSync(text.slice(50))])]) {
    const { rows, problems } = await read("a.jsonl.out", given);
    expect(problems).toEqual([]);
    expect(rows[0]?.row).toMatchObject({
      ...{ records: 4, succeeded: 2, failed: 2 },
      ...{ input_tokens: 2 * inputTokens, output_tokens: 2 * outputTokens, uncounted: 2 * uncounted },
    });
  }
});

test("output that lies in no folder of a job is told: its tokens belong to none", async () => {
  const flat = await readPieces(batchReader, "copies/a.jsonl.out", [file("records-invoke.jsonl.out")]);
  expect(flat.rows[0]?.row).toMatchObject({ job_id: null, input_tokens: 21 });
  expect(flat.problems).toMatchObject([{ item: 1, reason: "no_job" }]);
});

test("no line of an input or an answer is kept; what is no record is named by its line", async () => {
  const canary = "SECRET-canary";
  const lines = [
    ...LINES.map((line) => line.replaceAll("<text>", canary).replace("bad request", canary)),
    `{"recordId":"${canary}","modelInput":{"prompt":"${canary}"}}`,
    `not JSON ${canary}`,
    `["${canary}"]`,
  ];
  const { rows, problems } = await read("a.jsonl.out", lines.join("\n"));
  expect(rows[0]?.row).toMatchObject({ records: 3, failed: 1, input_tokens: 51, output_tokens: 21 });
  expect(problems.map(({ item, reason }) => [item, reason])).toEqual([
    [4, "bad_json"],
    [5, "bad_json"],
    [6, "bad_json"],
  ]);
  expect(JSON.stringify([rows, problems])).not.toContain("canary");
});

test("any bytes: sums or refusals, never a crash", async () => {
  const text = Buffer.from(LINES.join("\n"));
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom("a.jsonl.out", "manifest.json.out", "job.json"),
      fc.array(fc.tuple(fc.nat(text.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 20 }),
      fc.nat(text.length),
      async (name, changes, length) => {
        const damaged = Buffer.from(text.subarray(0, length));
        for (const [place, byte] of changes) if (place < length) damaged[place] = byte;
        const { rows } = await read(name, damaged);
        expect(rows.length).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 300 },
  );
});

const ARN = "arn:aws:bedrock:us-east-1:111122223333:model-invocation-job/abcdef123456";

test("descriptions as the CLI and SDKs print them", async () => {
  const job = {
    jobArn: ARN,
    jobName: "nightly",
    modelId: "anthropic.claude-sonnet-4-6",
    roleArn: "arn:aws:iam::111122223333:role/service/BatchRole",
    status: "Completed",
    submitTime: "2026-10-05T01:00:00+02:00",
    endTime: "2026-10-05T03:00:00.120000+00:00",
    inputDataConfig: { s3InputDataConfig: { s3Uri: "s3://in/SECRET" } },
  };
  const expected = {
    kind: "job",
    job_id: "abcdef123456",
    account_id: "111122223333",
    region: "us-east-1",
    model: "claude-sonnet-4-6",
    role_arn: "arn:aws:iam::111122223333:role/service/BatchRole",
    status: "Completed",
    event_time: Date.UTC(2026, 9, 5, 3, 0, 0, 120),
  };
  for (const document of [job, [job], { invocationJobSummaries: [job] }].flatMap((one) => [
    Buffer.from(JSON.stringify(one)),
    // As programs of Windows write it.
    Buffer.from(`\uFEFF${JSON.stringify(one)}`),
    Buffer.from(`\uFEFF${JSON.stringify(one)}`, "utf16le"),
  ])) {
    const { rows } = await read("job.json", document);
    expect(rows.map(({ row }) => row)).toMatchObject([expected]);
    expect(JSON.stringify(rows)).not.toContain("SECRET");
  }
  expect(await read("other.json", '{"some":"file"}')).toMatchObject({ rows: [], problems: [], tally: { passedOver: 1 } });
});

test.each([
  ["p/abcdef123456/in.jsonl.out", "output"],
  ["p/abcdef123456/manifest.json.out", "manifest"],
  ["jobs/description.json", "job"],
  ["p/in.jsonl", undefined],
])("%s is %s", (key, kind) => expect(batchObjectOf(key)?.kind).toBe(kind));

test.each([
  ["p/abcdef123456/in.jsonl.out", "abcdef123456", "in.jsonl.out"],
  // Inputs in folders of their own, some named like others.
  ["p/abcdef123456/north/in.jsonl.out", "abcdef123456", "north/in.jsonl.out"],
  ["p/abcdef123456/south/in.jsonl.out", "abcdef123456", "south/in.jsonl.out"],
  ["111122223333/translations/october/in.jsonl.out", null, "in.jsonl.out"],
  ["111122223333/in.jsonl.out", "111122223333", "in.jsonl.out"],
  ["in.jsonl.out", null, "in.jsonl.out"],
])("%s belongs to %s", (key, jobId, fileName) => expect(batchObjectOf(key)).toMatchObject({ jobId, fileName }));
