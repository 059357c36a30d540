import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { compileWat } from "../../scripts/compile-wat.ts";
import { BASE, MOST_DEPTH } from "../../src/fast/line-memory.ts";
import { FIRST, LineScanner } from "../../src/fast/line-scanner.ts";
import { SCAN_LINE_WASM } from "../../src/fast/scan-line.wasm.ts";
import { chance, mutatedLine } from "../ingest/mutate.ts";

const [vector, plain] = [new LineScanner(true), new LineScanner(false)];
const samples = readFileSync(new URL("../fixtures/samples/invocation-logs/records.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n");

/** Where the line ends, and the tape. */
function walked(scanner: LineScanner, line: Uint8Array): { readonly end: number; readonly tape: readonly number[] } {
  scanner.put(line);
  const end = scanner.scan(BASE);
  return { end, tape: end < 0 ? [] : [...scanner.words.subarray(FIRST, scanner.tapeEnd)] };
}

/** What both scanners say; they must say the same. */
function both(line: string | Buffer): ReturnType<typeof walked> {
  const bytes = Buffer.from(line);
  const said = walked(vector, bytes);
  expect(walked(plain, bytes)).toEqual(said);
  return said;
}

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
};
/** Any value, in a place where nothing is known of it. */
const inBody = (json: string): string => `{"input":{"inputBodyJson":{"x":${json}}}}`;
const accepts = (line: string): boolean => both(line).end === BASE + Buffer.byteLength(line);

describe("the line scanner", () => {
  it("is the compiled form of its source", async () => {
    expect(await compileWat()).toBe(SCAN_LINE_WASM);
  });

  it("accepts every value that JSON.stringify writes, with and without white space", () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom("", " ", "\t"), (value, space) => {
        expect(accepts(inBody(JSON.stringify(value)))).toBe(true);
        expect(accepts(inBody(JSON.stringify(value, null, space).replaceAll("\n", "\r")))).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it("finds the end of every string, wherever it lies in the sixteen bytes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 200 }), (text) => {
        expect(accepts(inBody(JSON.stringify(text)))).toBe(true);
      }),
      { seed: 1, numRuns: 300 },
    );
  });

  it.each([
    ["strings", /^"[a\\"u0fx\t]{0,20}"$/],
    ["numbers", /^[-+]?[0-9.eE+-]{1,8}$/],
    ["containers", /^[[\]{},:"a1 ]{1,12}$/],
    ["words", /^(true|false|null|nul|tru|fals|falsee|nulll|TRUE)[ ,]?$/],
  ])("accepts of random %s exactly what JSON.parse accepts", (_, pattern) => {
    fc.assert(
      fc.property(fc.stringMatching(pattern), (text) => {
        const line = inBody(text);
        expect(accepts(line)).toBe(isJson(line));
      }),
      { seed: 1, numRuns: 1500 },
    );
  });

  it("leaves deeper nesting, unknown fields and repeated fields of a record to the straightforward path", () => {
    const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);
    expect(accepts(inBody(nested(MOST_DEPTH - 2)))).toBe(true);
    expect(accepts(inBody(nested(MOST_DEPTH - 1)))).toBe(false);
    expect(accepts('{"accountId":"1","new":1}')).toBe(false);
    expect(accepts('{"accountId":"1","accountId":"1"}')).toBe(false);
    expect(accepts('{"account\\u0049d":"1"}')).toBe(false);
    expect(accepts('{"__proto__":{}}')).toBe(false);
  });

  it("puts the same on both tapes for damaged records", () => {
    const random = chance(11);
    for (let round = 0; round < 3000; round += 1) {
      const line = Buffer.from(samples[random(samples.length)] ?? "");
      both(mutatedLine(line, random).toString("latin1").replaceAll("\n", " "));
    }
  });
});
