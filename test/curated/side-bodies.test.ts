import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { withSideBodies } from "../../src/curated/side-bodies.ts";
import { MemoryStore } from "../ingest/memory-store.ts";
import { readingOf } from "./facts.ts";

const HOUR = "AWSLogs/012345678901/BedrockModelInvocationLogs/us-east-1/2026/10/05/14";
const LOG = `${HOUR}/20261005T141500000Z_0123456789abcdef.json.gz`;
const BODY = `${HOUR}/data/one_output.json.gz`;
const answer = (inputTokens = 7, outputTokens = 11): string =>
  JSON.stringify({ type: "message", content: [], usage: { input_tokens: inputTokens, output_tokens: outputTokens } });

/** A call whose tokens stand in its off-loaded answer alone. */
const uncounted = (key = BODY) =>
  readingOf({
    input: { inputContentType: "application/json" },
    output: { outputContentType: "application/json", outputBodyS3Path: `s3://logs-of-acme/${key}` },
  });
const tokensOf = async (store: MemoryStore, logKey: string, key?: string): Promise<unknown> => {
  const { usage } = await withSideBodies(uncounted(key), logKey, store);
  return usage.counted ? [usage.inputTokens, usage.outputTokens] : "uncounted";
};

describe("an off-loaded body", () => {
  it.each([
    ["where the record says", LOG, BODY, BODY],
    ["as plain JSON", LOG, BODY, BODY, false],
    ["under the prefix at which this copy of the logs lies", `copies/${LOG}`, `copies/${BODY}`, BODY],
    ["without the prefix that the record names", LOG, BODY, `their/own/${BODY}`],
    ["beside a log that was taken out of its tree", "desk/a.json.gz", "desk/data/one_output.json.gz", BODY],
    ["beside a log that lies in no folder", "a.json.gz", "data/one_output.json.gz", BODY],
  ])("is found %s", async (_, logKey, lies, named, gzipped = true) => {
    const store = MemoryStore.of({ [lies]: gzipped ? gzipSync(answer()) : answer() });
    expect(await tokensOf(store, logKey, named)).toEqual([7, 11]);
  });

  it("counts where the record says, before any copy beside the log", async () => {
    const store = MemoryStore.of({ [BODY]: gzipSync(answer(1, 2)), [`copies/${BODY}`]: gzipSync(answer(3, 4)) });
    expect(await tokensOf(store, `copies/${LOG}`)).toEqual([1, 2]);
  });

  it.each([
    ["is gone", {}],
    ["is cut off", { [BODY]: gzipSync(answer()).subarray(0, -20) }],
    ["is no JSON", { [BODY]: gzipSync("answer") }],
    ["is larger than any answer of Bedrock's", { [BODY]: `${answer().slice(0, -1)}${" ".repeat(64 * 1024 * 1024)}}` }],
  ])("that %s leaves the record as it is", async (_, objects) => {
    const reading = uncounted();
    expect(await withSideBodies(reading, LOG, MemoryStore.of(objects))).toBe(reading);
  });

  it("that may not be read leaves the record as it is", async () => {
    class Denied extends MemoryStore {
      override async readAll(): Promise<undefined> {
        throw new Error("access denied");
      }
    }
    const reading = uncounted();
    expect(await withSideBodies(reading, LOG, new Denied())).toBe(reading);
  });

  it("is not opened for a record that is complete, unless its tools or its session are asked for", async () => {
    const opened: string[] = [];
    class Noting extends MemoryStore {
      override async readAll(key: string): Promise<undefined> {
        opened.push(key);
        return undefined;
      }
    }
    const complete = readingOf({
      input: {
        ...{ inputTokenCount: 10, cacheReadInputTokenCount: 0, cacheWriteInputTokenCount: 0 },
        inputBodyS3Path: `s3://logs-of-acme/${HOUR}/data/one_input.json.gz`,
      },
      output: { outputTokenCount: 2, outputBodyS3Path: `s3://logs-of-acme/${BODY}` },
    });
    const ask = async (wanted?: { tools: boolean; sessions: boolean }): Promise<string[]> => {
      opened.length = 0;
      expect(await withSideBodies(complete, LOG, new Noting(), wanted)).toBe(complete);
      return [...new Set(opened)];
    };
    expect(await ask()).toEqual([]);
    expect(await ask({ tools: false, sessions: false })).toEqual([]);
    expect(await ask({ tools: true, sessions: false })).toEqual([BODY]);
    expect(await ask({ tools: false, sessions: true })).toEqual([`${HOUR}/data/one_input.json.gz`]);
  });
});
