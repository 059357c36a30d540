import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import { logText, SHAPES } from "../../bench/ingest/records.ts";
import { ObjectReader } from "../../src/fast/object-reader.ts";
import { RecordScanner } from "../../src/fast/record-scanner.ts";
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

  it.each(SHAPES.map(({ name }) => name))(
    "agree on records like the bench's (%s), and all of these are plain ones",
    async (name) => {
      const shape = SHAPES.find((each) => each.name === name);
      if (shape === undefined) throw new Error("no shape");
      const text = logText(shape, 300);
      const reader = new ObjectReader(new RecordScanner());
      reader.push(text);
      let plain = 0;
      while (reader.next() === true) plain += 1;
      expect(plain).toBe(300);
      const source = MemoryStore.of({ "logs/a.json.gz": gzipSync(text) });
      expect((await fastPath(source)).rows).toEqual((await straightforward(source)).rows);
    },
  );

  it("agree where there is no WebAssembly (node --jitless), and no line is scanned", async () => {
    vi.stubGlobal("WebAssembly", undefined);
    vi.resetModules();
    const without = await import("./two-paths.ts");
    const { RecordScanner: Scanner } = await import("../../src/fast/record-scanner.ts");
    const { ObjectReader: Reader } = await import("../../src/fast/object-reader.ts");
    vi.unstubAllGlobals();
    const reader = new Reader(new Scanner());
    reader.push(samples);
    expect(reader.next()).not.toBe(true);
    const source = MemoryStore.of({ "logs/a.jsonl": samples });
    expect((await without.fastPath(source)).rows).toEqual((await straightforward(source)).rows);
    // Whoever shares this process loads the scanner again, with WebAssembly.
    vi.resetModules();
  });

  it("agree when texts are so many that the known ones have to be forgotten", async () => {
    const [line = ""] = logText(SHAPES[0] ?? { name: "", what: "", bodyBytes: 0 }, 1)
      .toString()
      .split("\n");
    const record: Record<string, unknown> = JSON.parse(line);
    const lines = Array.from({ length: 20_000 }, (_, index) =>
      JSON.stringify({
        ...record,
        requestMetadata: { run: String(index) },
        identity: { arn: `arn:aws:iam::111122223333:user/u${index % 7}` },
      }),
    );
    const source = MemoryStore.of({ "logs/a.json.gz": gzipSync(lines.join("\n")) });
    const { rows, result } = await fastPath(source);
    expect(result.counts.landed).toBe(20_000);
    const said = Object.values(rows).flatMap((each) =>
      each.map((row) => JSON.stringify(row, (_, value) => (typeof value === "bigint" ? 0 : value))),
    );
    expect(said.every((row, index) => row.includes(`"run":"${index}"`) && row.includes(`user/u${index % 7}"`))).toBe(true);
  });
});
