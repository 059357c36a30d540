import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ReadItem } from "../../src/invocation/read-invocations.ts";
import { DAMAGES, REASONS } from "../../src/invocation/reasons.ts";
import { itemsOf, SAMPLES } from "./support.ts";

const lines = readFileSync(new URL("records.jsonl", SAMPLES), "utf8")
  .trim()
  .split("\n")
  .map((line) => Buffer.from(line));
const clean = await itemsOf(Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")])));

/** Anything that can happen to the bytes of one line without a line feed. */
const byte = fc.integer({ min: 0, max: 255 }).filter((value) => value !== 0x0a);
const fragment = fc.constantFrom(
  "{",
  "}",
  "[",
  "]",
  '"',
  "\\",
  ",",
  ":",
  "\r",
  "\0",
  "\uFEFF",
  "null",
  "-1",
  '"5"',
  "1e999",
  '"__proto__":{"x":1},',
  "\\ud800",
  "{}",
  "[[",
  " ",
);
type Mutation = (line: Buffer) => Buffer;
const at = (line: Buffer, position: number): number => Math.floor(position * line.length);
const position = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

const mutation: fc.Arbitrary<Mutation> = fc.oneof(
  fc.tuple(position, byte).map(
    ([where, value]): Mutation =>
      (line) => {
        const copy = Buffer.from(line);
        copy[at(line, where)] = value;
        return copy;
      },
  ),
  fc.tuple(position, fragment).map(
    ([where, text]): Mutation =>
      (line) =>
        Buffer.concat([line.subarray(0, at(line, where)), Buffer.from(text), line.subarray(at(line, where))]),
  ),
  position.map(
    (where): Mutation =>
      (line) =>
        line.subarray(0, at(line, where)),
  ),
  position.map(
    (where): Mutation =>
      (line) =>
        line.subarray(at(line, where)),
  ),
  fc.tuple(position, position).map(
    ([from, to]): Mutation =>
      (line) =>
        Buffer.concat([line.subarray(0, at(line, Math.min(from, to))), line.subarray(at(line, Math.max(from, to)))]),
  ),
  fc.constant<Mutation>((line) => Buffer.concat([line, line])),
);

const isBlank = (line: Buffer): boolean => /^[ \t\r]*$/.test(line.toString("latin1").replace(/^\u00ef\u00bb\u00bf/, ""));

const lineOf = (item: ReadItem): number => item.line;

test("mutated lines: every line is accounted for, its neighbours read as in the clean run, nothing leaks into prototypes", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.nat(lines.length - 1), mutation), { minLength: 1, maxLength: 6 }),
      fc.boolean(),
      async (mutations, zipped) => {
        const mutated: Buffer[] = [...lines];
        const touched = new Set<number>();
        for (const [index, mutate] of mutations) {
          mutated[index] = mutate(mutated[index] ?? Buffer.alloc(0));
          touched.add(index);
        }
        const bytes = Buffer.concat(mutated.flatMap((line) => [line, Buffer.from("\n")]));
        const items = await itemsOf(zipped ? gzipSync(bytes) : bytes, {}, 4096);
        const seen = new Set(items.map(lineOf));
        for (const [index, line] of mutated.entries()) {
          const line1 = index + 1;
          if (!touched.has(index)) expect(items.filter((item) => lineOf(item) === line1)).toEqual([clean[index]]);
          else if (!isBlank(line) && !/^\s*(?:\[\s*\]|[[{])\s*$/.test(line.toString()))
            expect([line1, seen.has(line1)]).toEqual([line1, true]);
        }
        for (const item of items) if ("bad" in item) expect(Object.keys(REASONS)).toContain(item.bad);
        expect("x" in {}).toBe(false);
      },
    ),
    { numRuns: 700, seed: 20_261_005 },
  );
});

test("mutated gzip objects: no crash, good lines first and as in the clean run up to the damage", async () => {
  const object = gzipSync(Buffer.concat(lines.flatMap((line) => [line, Buffer.from("\n")])));
  await fc.assert(
    fc.asyncProperty(position, fc.integer({ min: 1, max: 255 }), fc.boolean(), async (where, change, cut) => {
      const index = Math.max(2, at(object, where));
      const bytes = Uint8Array.from(cut ? object.subarray(0, index) : object);
      if (!cut) bytes[index] = (bytes[index] ?? 0) ^ change;
      const items = await itemsOf(bytes, {}, 4096);
      const last = items.at(-1);
      if (cut) {
        expect(last).toHaveProperty("damaged", "gzip_truncated");
        expect(items.slice(0, -1)).toEqual(clean.slice(0, items.length - 1));
      }
      expect(items.slice(0, -1).some((item) => "damaged" in item)).toBe(false);
      if (last && "damaged" in last) expect(Object.keys(DAMAGES)).toContain(last.damaged);
    }),
    { numRuns: 300, seed: 20_261_005 },
  );
});

test("extremes: deep nesting, huge numbers, long runs of brackets", async () => {
  const deep = `${"[".repeat(200_000)}${"]".repeat(200_000)}`;
  const inBody = (body: string): string =>
    (lines[0] ?? Buffer.alloc(0)).toString().replace('"outputBodyJson":{', `"outputBodyJson":{"deep":${body},`);
  const text = [
    deep,
    inBody(deep),
    "}".repeat(500_000),
    "{}".repeat(200_000),
    '{"a":'.repeat(100_000),
    `[${"{},".repeat(1000)}{}]`,
  ].join("\n");
  const items = await itemsOf(text, {}, 65_536);
  const byLine = (line: number): ReadItem[] => items.filter((item) => item.line === line);
  expect(byLine(1)).toEqual([expect.objectContaining({ bad: "not_an_object" })]);
  expect(byLine(2)).toEqual([expect.objectContaining({ record: expect.anything() })]);
  expect(byLine(3)).toEqual([expect.objectContaining({ bad: "not_json" })]);
  expect(byLine(4)).toHaveLength(200_000);
  expect(byLine(5)).toEqual([expect.objectContaining({ bad: "not_json" })]);
  expect(byLine(6)).toHaveLength(1001);
});
