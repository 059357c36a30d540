import { createHash } from "node:crypto";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readLines } from "../../src/invocation/read-lines.ts";
import { linesOf, rawLine, streamOf, textsOf } from "./support.ts";

const A = rawLine({ requestId: "a" });
const B = rawLine({ requestId: "b" });
const C = rawLine({ requestId: "c" });
const sha256 = (text: string | Uint8Array): string => createHash("sha256").update(text).digest("hex");

describe("plain and gzip alike, told by the bytes", () => {
  test.each([
    ["plain text", Buffer.from(`${A}\n${B}\n`)],
    ["no final newline", Buffer.from(`${A}\n${B}`)],
    ["gzip", gzipSync(`${A}\n${B}\n`)],
    [
      "several gzip members, the second starting in mid-line",
      Buffer.concat([gzipSync(A.slice(0, 40)), gzipSync(`${A.slice(40)}\n${B}\n`)]),
    ],
    ["gzip with zero padding", Buffer.concat([gzipSync(`${A}\n${B}\n`), Buffer.alloc(512)])],
    ["byte order marks", Buffer.from(`\uFEFF${A}\n\uFEFF${B}\n`)],
    ["UTF-16, as Windows PowerShell writes it", Buffer.from(`\uFEFF${A}\n${B}\n`, "utf16le")],
    ["UTF-16, high byte first", Buffer.from(`\uFEFF${A}\n${B}\n`, "utf16le").swap16()],
    ["UTF-16 without a mark", Buffer.from(`${A}\n${B}\n`, "utf16le")],
    ["UTF-16 in gzip", gzipSync(Buffer.from(`\uFEFF${A}\n${B}\n`, "utf16le"))],
    ["blank lines", Buffer.from(`\n  \n${A}\n\t\r\n\n${B}\n\n`)],
  ])("%s", async (_, bytes) => {
    for (const size of [1, 7, 1 << 20]) {
      const items = await linesOf(bytes, {}, size);
      expect(textsOf(items)).toEqual([A, B]);
      expect(items).toHaveLength(2);
    }
  });

  test("an empty object has no lines, plain or gzip", async () => {
    expect(await linesOf("")).toEqual([]);
    expect(await linesOf(gzipSync(""))).toEqual([]);
  });

  test("a carriage return stays in the line, where JSON takes it for white space", async () => {
    expect(textsOf(await linesOf(`${A}\r\n${B}\r\n`)).map((text) => JSON.parse(text))).toEqual([JSON.parse(A), JSON.parse(B)]);
  });
});

test("line numbers and byte offsets count everything before, blank lines and several-byte characters included", async () => {
  const items = await linesOf(`\n{"é":1}\r\n\n{"b":2}`);
  expect(items.map(({ line, offset }) => [line, offset])).toEqual([
    [2, 1],
    [4, 12],
  ]);
});

test("lines are the same however the bytes are cut into chunks", async () => {
  const text = `${A}\n\n{"x":"ü"}\r\n[\n${B},\n${C}\n]\n${A}`;
  const whole = await linesOf(text, {}, 1 << 20);
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 200 }), async (size) => {
      expect(await linesOf(text, {}, size)).toEqual(whole);
    }),
    { numRuns: 50 },
  );
});

describe("lines that cannot be used are reported beside good ones", () => {
  test("bytes that are not UTF-8", async () => {
    const bad = Buffer.from([0x7b, 0xff, 0x7d]);
    const items = await linesOf(Buffer.concat([Buffer.from(`${A}\n`), bad, Buffer.from(`\n${B}\n`)]));
    expect(textsOf(items)).toEqual([A, B]);
    expect(items[1]).toEqual({
      bad: "not_utf8",
      detail: "bytes that are not UTF-8",
      line: 2,
      offset: A.length + 1,
      fingerprint: sha256(bad),
    });
  });

  test("a line above the limit is skipped to its end and keeps its fingerprint", async () => {
    const long = `{"x":"${"y".repeat(5000)}"}`;
    for (const size of [13, 1 << 20]) {
      const items = await linesOf(`${A}\n${long}\n${B}\n${long}`, { maxLineBytes: 1000 }, size);
      expect(textsOf(items)).toEqual([A, B]);
      expect(items[1]).toEqual({
        bad: "line_too_long",
        detail: "5008 bytes",
        line: 2,
        offset: A.length + 1,
        fingerprint: sha256(long),
      });
      expect(items[3]).toMatchObject({ bad: "line_too_long", line: 4 });
    }
  });

  test("a line of exactly the limit is read", async () => {
    expect(textsOf(await linesOf(`${A}\n`, { maxLineBytes: A.length }))).toEqual([A]);
  });
});

describe("a damaged object gives what can be read and one item for the rest", () => {
  // Numbers that do not compress well, so that a cut lies in the middle of the data.
  const many = Array.from({ length: 3000 }, (_, index) => rawLine({ requestId: sha256(String(index)) }));
  const text = `${many.join("\n")}\n`;
  const gzip = gzipSync(text);

  test("truncated gzip: every complete line, the partial one belongs to the rest", async () => {
    for (const cut of [3, 20, 5000, gzip.length >> 1, gzip.length - 9, gzip.length - 4]) {
      const items = await linesOf(gzip.subarray(0, cut), {}, 4096);
      const good = textsOf(items);
      expect(good).toEqual(many.slice(0, good.length));
      const offset = good.reduce((sum, line) => sum + line.length + 1, 0);
      expect(items.at(-1)).toEqual({
        damaged: "gzip_truncated",
        detail: "unexpected end of gzip data",
        line: good.length + 1,
        offset,
      });
    }
  });

  test("every cut of two gzip members is noticed", async () => {
    const two = Buffer.concat([gzipSync(`${A}\n`), gzipSync(`${B}\n`)]);
    const end = gzipSync(`${A}\n`).length;
    for (let cut = 1; cut < two.length; cut += 1) {
      const items = await linesOf(two.subarray(0, cut), {}, 1 << 20);
      if (cut === 1) expect(items).toEqual([expect.objectContaining({ line: 1 })]);
      else if (cut === end) expect(textsOf(items)).toEqual([A]);
      else expect([cut, items.at(-1)]).toEqual([cut, expect.objectContaining({ damaged: "gzip_truncated" })]);
    }
  });

  test("gzip without its trailer still gives every line", async () => {
    expect(textsOf(await linesOf(gzip.subarray(0, gzip.length - 8)))).toHaveLength(3000);
  });

  test("a wrong checksum is found after all lines were read", async () => {
    const wrong = Buffer.from(gzip);
    wrong[wrong.length - 8] = (wrong[wrong.length - 8] ?? 0) ^ 1;
    const items = await linesOf(wrong, {}, 1 << 20);
    expect(textsOf(items)).toEqual(many);
    expect(items.at(-1)).toMatchObject({ damaged: "gzip_corrupt", line: 3001 });
  });

  test("corruption in the middle keeps the lines before it", async () => {
    const corrupt = Buffer.from(gzip);
    corrupt.fill(0xff, gzip.length >> 1, (gzip.length >> 1) + 64);
    const items = await linesOf(corrupt, {}, 1 << 20);
    const good = textsOf(items);
    expect(good.length).toBeGreaterThan(1300);
    expect(good.slice(0, 1300)).toEqual(many.slice(0, 1300));
    expect(items.at(-1)).toHaveProperty("damaged", "gzip_corrupt");
  });

  test("bytes that are not gzip after the gzip data", async () => {
    const items = await linesOf(Buffer.concat([gzipSync(`${A}\n`), Buffer.from("garbage")]), {}, 1 << 20);
    expect(textsOf(items)).toEqual([A]);
    expect(items.at(-1)).toMatchObject({ damaged: "gzip_trailing_bytes", line: 2 });
  });

  test("bytes that are neither gzip nor zero after zero padding", async () => {
    const items = await linesOf(Buffer.concat([gzipSync(`${A}\n`), Buffer.alloc(8), Buffer.from("x")]), {}, 1 << 20);
    expect(textsOf(items)).toEqual([A]);
    expect(items.at(-1)).toHaveProperty("damaged", "gzip_trailing_bytes");
  });

  test.each([
    ["zip", Buffer.from("PK\u0003\u0004rest"), "other_compression"],
    ["zstd", zstdCompressSync(`${A}\n`), "other_compression"],
    ["Parquet", Buffer.from("PAR1rest"), "not_text"],
    ["UTF-16 that ends within a character", Buffer.from(`\uFEFF${A}`, "utf16le").subarray(0, -1), "utf16"],
    ["two bytes of gzip", Buffer.from([0x1f, 0x8b]), "gzip_truncated"],
  ])("%s", async (_, bytes, damaged) => {
    expect(await linesOf(bytes, {}, 3)).toEqual([expect.objectContaining({ damaged, line: 1, offset: 0 })]);
  });
});

// First bytes as the formats' own specifications have them (ZIP APPNOTE, RFC 8878, RFC 2083, PDF 32000-1, Parquet and Avro, XZ, LZ4 frame, 7zFormat).
test.each([
  ["zip", "504b0304", "other_compression"],
  ["zip (empty)", "504b0506", "other_compression"],
  ["zstd", "28b52ffd", "other_compression"],
  ["bzip2", "425a6839", "other_compression"],
  ["xz", "fd377a585a", "other_compression"],
  ["lz4", "04224d18", "other_compression"],
  ["7z", "377abcaf", "other_compression"],
  ["Parquet", "50415231", "not_text"],
  ["PDF", "25504446", "not_text"],
  ["PNG", "89504e47", "not_text"],
  ["JPEG", "ffd8ff", "not_text"],
  ["Avro", "4f626a01", "not_text"],
])("an object that is %s is said to be that", async (name, bytes, damaged) => {
  const items = await linesOf(Buffer.concat([Buffer.from(bytes, "hex"), Buffer.from("rest of it")]));
  expect(items).toEqual([{ damaged, detail: `${name}, not JSON lines or gzip`, line: 1, offset: 0 }]);
});

test("an error of the source is the caller's to handle, for a retry may help", async () => {
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(`${A}\n`);
    throw new Error("connection reset");
  }
  const lines = readLines(failing());
  expect((await lines.next()).value).toHaveProperty("line", 1);
  await expect(lines.next()).rejects.toThrow("connection reset");
});

test("memory stays small while a gzip object of 300 MB streams through", async () => {
  const line = Buffer.from(`${rawLine({ padding: "x".repeat(64 * 1024) })}\n`);
  const megabytes = gzipSync(Buffer.concat(Array.from({ length: 160 }, () => line)));
  const members = Array.from({ length: 30 }, () => megabytes);
  let lines = 0;
  let peak = 0;
  const before = process.memoryUsage().rss;
  for await (const item of readLines(streamOf(Buffer.concat(members), 65_536))) {
    if ("bytes" in item) lines += 1;
    if (lines % 500 === 0) peak = Math.max(peak, process.memoryUsage().rss - before);
  }
  expect(lines).toBe(4800);
  expect(peak).toBeLessThan(250 * 1024 * 1024);
});
