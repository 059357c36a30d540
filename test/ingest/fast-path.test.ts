import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { MemoryStore } from "./memory-store.ts";
import { fastPath, straightforward } from "./two-paths.ts";

const samples = readFileSync(new URL("../fixtures/samples/invocation-logs/records.jsonl", import.meta.url));
const malformed = readFileSync(new URL("../fixtures/samples/invocation-logs/malformed.jsonl", import.meta.url));

describe("both paths", () => {
  it.each([
    ["the samples", samples],
    ["the malformed samples", malformed],
    ["the samples with CRLF", Buffer.from(samples.toString().replaceAll("\n", "\r\n"))],
    ["samples as gzip", gzipSync(samples)],
    ["two gzip members", Buffer.concat([gzipSync(samples), gzipSync(malformed)])],
    ["a truncated gzip", gzipSync(samples).subarray(0, -40)],
  ])("say the same of %s", async (_, bytes) => {
    const source = MemoryStore.of({ "logs/a.jsonl": bytes });
    const [fast, slow] = [await fastPath(source), await straightforward(source)];
    expect(fast.refused).toEqual(slow.refused);
    expect(fast.rows).toEqual(slow.rows);
  });
});
