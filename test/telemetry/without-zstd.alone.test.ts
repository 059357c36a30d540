import { Readable } from "node:stream";
import { expect, test, vi } from "vitest";

// As Node 22.13 is, the first that package.json promises: zstd came with 22.15.
vi.mock("node:zlib", async (original) => {
  const { default: all } = await original<{ readonly default: typeof import("node:zlib") }>();
  const { createZstdDecompress: _, ...old } = all;
  return { ...old, default: old };
});

const { unpacked } = await import("../../src/telemetry/unpack.ts");

test("where Node cannot unpack zstd such an object is named, with what to do, and the rest is read", async () => {
  await expect(unpacked(Readable.from([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0])]))).rejects.toMatchObject({
    message: expect.stringMatching(/^telemetry: the object is packed with zstd, which Node \d+\.\d+\.\d+ cannot unpack$/),
    hint: "Run it with Node 22.15 or later, or let the collector pack with gzip.",
    reason: "damaged_object",
  });
  const [head] = await unpacked(Readable.from([Buffer.from('{"resourceLogs":[]}')]));
  expect(Buffer.from(head).toString()).toContain("resourceLogs");
});
