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
  for (const document of [job, [job], { invocationJobSummaries: [job] }]) {
    const { rows } = await read("job.json", JSON.stringify(document));
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
