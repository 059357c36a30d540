import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { batchReader } from "../../src/batch/batch-reader.ts";
import { trailReader } from "../../src/cloudtrail/trail-reader.ts";
import { kiroReader } from "../../src/kiro/kiro-reader.ts";
import type { SourceReader } from "../../src/sources/source-reader.ts";
import { cut, readPieces } from "../sources/read-rows.ts";

/** Damaged objects of each reader. */
const RUNS = Number(process.env["STRATA_FUZZ_RUNS"] ?? 20_000);
const SAMPLES = join(import.meta.dirname, "../fixtures/samples");
const sample = (name: string): string => readFileSync(join(SAMPLES, name), "utf8");
/** Stands wherever a text of somebody could. */
const CANARY = "zq-canary";

const trail = JSON.stringify({
  Records: JSON.parse(sample("cloudtrail/events.json")).Records.map((event: Record<string, unknown>) => ({
    ...event,
    errorMessage: CANARY,
    requestParameters: { ...(event["requestParameters"] as object), prompt: CANARY, messages: [{ content: CANARY }] },
    responseElements: { ...(event["responseElements"] as object), completion: CANARY },
  })),
});
const output = ["records-invoke.jsonl.out", "records-converse.jsonl.out"]
  .map((name) => sample(`batch/abcdef123456/${name}`))
  .join("\n")
  .replaceAll("<text>", CANARY)
  .replaceAll("bad request", CANARY);
const report = sample("kiro/KIRO_IDE_111122223333_user_report_202609010000.csv");

const CASES: readonly (readonly [string, SourceReader, string, string, readonly string[]])[] = [
  [
    "CloudTrail",
    trailReader({ trustSessionNames: true }),
    "trail.json.gz",
    trail,
    ['{"Records":[', "]}", '"eventSource":', "null", '"', "\\", "{", "}"],
  ],
  [
    "batch output",
    batchReader,
    "out/abcdef123456/a.jsonl.out",
    output,
    ['"error":', '"modelOutput":', "null", "\n", '"', "{", "}", "1e999"],
  ],
  [
    "manifests",
    batchReader,
    "out/abcdef123456/manifest.json.out",
    sample("batch/abcdef123456/manifest.json.out"),
    ["-1", "1e999", "null", "[", "{"],
  ],
  [
    "Kiro's reports",
    kiroReader,
    "x_user_report_1.csv",
    report,
    ['"', ",", ";", "\t", "\n", "\r", "1E-400", "9".repeat(400), "\uFEFF"],
  ],
];

/** Changes of bytes, pieces that are doubled, left out or put elsewhere, words of the format in wrong places, and an end too soon. */
const change = (words: readonly string[]) =>
  fc.oneof(
    fc.record({ kind: fc.constant("byte" as const), at: fc.nat(), byte: fc.integer({ min: 0, max: 255 }) }),
    fc.record({ kind: fc.constant("word" as const), at: fc.nat(), word: fc.constantFrom(...words) }),
    fc.record({ kind: fc.constant("move" as const), at: fc.nat(), length: fc.nat(600), to: fc.nat() }),
    fc.record({ kind: fc.constant("end" as const), at: fc.nat() }),
  );
type Change = ReturnType<typeof change> extends fc.Arbitrary<infer Value> ? Value : never;

function changed(bytes: Buffer, one: Change): Buffer {
  const at = one.at % (bytes.length + 1);
  switch (one.kind) {
    case "byte": {
      const copy = Buffer.from(bytes);
      if (at < copy.length) copy[at] = one.byte;
      return copy;
    }
    case "word":
      return Buffer.concat([bytes.subarray(0, at), Buffer.from(one.word), bytes.subarray(at)]);
    case "move": {
      const to = one.to % (bytes.length + 1);
      // Not the text of somebody, which damage could make a name of.
      const piece = Buffer.from(bytes.toString("latin1", at, at + one.length).replaceAll(CANARY, ""), "latin1");
      return Buffer.concat([bytes.subarray(0, to), piece, bytes.subarray(to)]);
    }
    default:
      return bytes.subarray(0, at);
  }
}

test.each(CASES)(
  `%s: ${RUNS} damaged objects give rows or refusals, and no text of anybody`,
  async (_, reader, key, text, words) => {
    const packings: readonly ((bytes: Buffer) => Buffer)[] = [
      (bytes) => bytes,
      (bytes) => bytes,
      gzipSync,
      (bytes) => Buffer.from(`\uFEFF${bytes.toString("utf8")}`, "utf16le"),
    ];
    const tally = { rows: 0, refused: 0 };
    await fc.assert(
      fc.asyncProperty(
        fc.array(change(words), { minLength: 1, maxLength: 6 }),
        fc.constantFrom(...packings),
        fc.array(fc.nat(), { maxLength: 6 }),
        fc.option(change(words), { nil: undefined, freq: 4 }),
        async (changes, packed, places, after) => {
          const damaged = packed(changes.reduce(changed, Buffer.from(text)));
          const { rows, problems } = await readPieces(
            reader,
            key,
            cut(after === undefined ? damaged : changed(damaged, after), places),
          );
          tally.rows += rows.length;
          tally.refused += problems.length;
          expect(JSON.stringify([rows, problems], plain)).not.toContain(CANARY);
          for (const { day } of rows) expect(day).toMatch(/^\d{4}-\d\d-\d\d$/);
        },
      ),
      { numRuns: RUNS, endOnFailure: true },
    );
    console.log(`${RUNS} objects, ${tally.rows} rows, ${tally.refused} refusals`);
    // What is whole is read, what is not is told of.
    expect(tally.rows).toBeGreaterThan(RUNS / 100);
    expect(tally.refused).toBeGreaterThan(RUNS / 20);
  },
);

const plain = (_: string, value: unknown): unknown =>
  typeof value === "bigint" ? String(value) : value instanceof Map ? [...value] : value;
