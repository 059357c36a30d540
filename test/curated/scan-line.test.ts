import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { logText } from "../../bench/ingest/records.ts";
import { compileWat } from "../../scripts/compile-wat.ts";
import { Field } from "../../src/fast/known-fields.ts";
import { BASE, MOST_DEPTH } from "../../src/fast/line-memory.ts";
import { LineScanner } from "../../src/fast/line-scanner.ts";
import { RecordScanner } from "../../src/fast/record-scanner.ts";
import { SCAN_LINE_WASM } from "../../src/fast/scan-line.wasm.ts";

const scanner = new LineScanner();

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
const accepts = (line: string): boolean => {
  scanner.put(Buffer.from(line));
  return scanner.scan(BASE) === BASE + Buffer.byteLength(line);
};

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

  it("knows a text again by its bytes: the hash in JavaScript is the one in WebAssembly", () => {
    const records = new RecordScanner();
    const [line = ""] = logText({ name: "plain", what: "", bodyBytes: 0 }, 1).toString().split("\n");
    const numbers = [1, 2].map(() => {
      records.lines.put(Buffer.from(line));
      expect(records.scan(BASE)).toBe(BASE + line.length);
      return [Field.modelId, Field.accountId].map((field) => records.number(field));
    });
    expect(numbers[0]).not.toContain(0);
    expect(numbers[1]).toEqual(numbers[0]);
  });
});
