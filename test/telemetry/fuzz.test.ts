import { readdirSync, readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import { keptKeys } from "../../src/telemetry/kept-keys.ts";
import { readTelemetry, type TelemetryProblem } from "../../src/telemetry/read-object.ts";
import { behindLength } from "./otlp-protobuf.ts";
import { RECORDINGS } from "./recordings.ts";

// Recorded objects, damaged at random: what can be read is read, what cannot is named, and nothing else happens.

const recorded: readonly Buffer[] = [
  ...readdirSync(`${RECORDINGS}collector`)
    .filter((name) => name.startsWith("otel."))
    .map((name) => readFileSync(`${RECORDINGS}collector/${name}`)),
  readFileSync(`${RECORDINGS}claude-code/tools-delta/logs.jsonl`).subarray(0, 200_000),
  gzipSync(readFileSync(`${RECORDINGS}claude-code/tools-delta/metrics.jsonl`)),
  behindLength(zstdCompressSync(readFileSync(`${RECORDINGS}collector/otel.binpb`).subarray(4))),
];

/** One damage, at a part of the whole length. */
const damage = fc.record({
  kind: fc.constantFrom("cut", "drop", "flip", "repeat", "insert", "number"),
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 1, max: 300 }),
  bytes: fc.uint8Array({ minLength: 1, maxLength: 12 }),
});
type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never;

function damaged(bytes: Buffer, { kind, at, length, bytes: some }: Damage): Buffer {
  const place = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  if (kind === "cut") return Buffer.from(before);
  if (kind === "drop") return Buffer.concat([before, after.subarray(length)]);
  if (kind === "repeat") return Buffer.concat([before, after.subarray(0, length), after]);
  if (kind === "insert") return Buffer.concat([before, some, after]);
  if (kind === "number") return Buffer.from(bytes.toString("latin1").replace(/\d{4,}/, "9".repeat(length)), "latin1");
  const flipped = Buffer.from(bytes);
  for (const [n, bit] of some.entries()) if (place + n < flipped.length) flipped[place + n] = (flipped[place + n] ?? 0) ^ bit;
  return flipped;
}

async function read(body: Buffer): Promise<{ readonly rows: number; readonly problems: TelemetryProblem[] }> {
  const problems: TelemetryProblem[] = [];
  let rows = 0;
  const source = { key: "otel", deliveredAt: Date.parse("2026-11-29T23:00:00Z"), body: Readable.from([body]) };
  for await (const _ of readTelemetry(source, keptKeys(), (problem) => problems.push(problem))) rows += 1;
  return { rows, problems };
}

test("a recorded object that is damaged anywhere ends in rows and in problems with their place, never in anything else", async () => {
  let [refused, kept] = [0, 0];
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...recorded), fc.array(damage, { minLength: 1, maxLength: 4 }), async (object, damages) => {
      const { rows, problems } = await read(damages.reduce(damaged, object));
      kept += rows;
      refused += problems.length;
      for (const { message, offset, detail } of problems) {
        expect([message > 0, offset >= 0]).toEqual([true, true]);
        expect(detail).not.toMatch(/SECRET|\p{Cc}/u);
      }
    }),
    { numRuns: 3000, seed: 9, endOnFailure: true },
  );
  expect(kept).toBeGreaterThan(1000);
  expect(refused).toBeGreaterThan(100);
}, 300_000);

test("any bytes at all", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      const { rows } = await read(Buffer.from(bytes));
      expect(rows).toBe(0);
    }),
    { numRuns: 3000, seed: 9, endOnFailure: true },
  );
}, 300_000);
