import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { z } from "zod";
import { rawRecord } from "../invocation/support.ts";

const FOLDER = join(import.meta.dirname, "attacks");

/** Text in pieces: as it is, or repeated so many times. */
const pieces = z.array(z.union([z.string(), z.tuple([z.string(), z.int()])]));
const shared = { name: z.string() };
const attack = z.union([
  /** A good record with other values. */
  z.strictObject({ ...shared, set: z.record(z.string(), z.unknown()) }),
  /** A line, or several. */
  z.strictObject({ ...shared, text: pieces }),
  /** A whole object, packed so many times, cut at so many bytes from its end, with something after it. */
  z.strictObject({
    ...shared,
    gzip: pieces,
    layers: z.int().optional(),
    cut: z.int().optional(),
    tail: z.string().optional(),
  }),
  z.strictObject({ ...shared, bytes: z.base64() }),
]);
export type Attack = z.infer<typeof attack>;

/** The corpus: one file a kind. */
export const KINDS = readdirSync(FOLDER)
  .sort()
  .map((file) => ({
    kind: file.replace(/\.json$/, ""),
    ...z.strictObject({ what: z.string(), attacks: z.array(attack) }).parse(JSON.parse(readFileSync(join(FOLDER, file), "utf8"))),
  }));

const written = (parts: z.infer<typeof pieces>): string =>
  parts.map((part) => (typeof part === "string" ? part : part[0].repeat(part[1]))).join("");

/** The objects in which an attack comes, beside good records: in the same object where it is a line, in a neighbour where it is an object. */
export function objectsOf(given: Attack, id: string, good: (requestId: string) => string): Record<string, Uint8Array> {
  const [first, last] = [good(`good-${id}-1`), good(`good-${id}-2`)];
  const beside = (bytes: Uint8Array, ending: string) => ({
    [`${id}-1.jsonl`]: Buffer.from(first),
    [`${id}-attack${ending}`]: bytes,
    [`${id}-2.jsonl`]: Buffer.from(last),
  });
  if ("bytes" in given) {
    const bytes = Buffer.from(given.bytes, "base64");
    return beside(bytes, bytes[0] === 0x1f ? ".json.gz" : ".json");
  }
  if ("gzip" in given) {
    let bytes: Uint8Array = Buffer.from(written(given.gzip));
    for (let layer = 0; layer < (given.layers ?? 1); layer += 1) bytes = gzipSync(bytes);
    return beside(Buffer.concat([bytes.subarray(0, bytes.length - (given.cut ?? 0)), Buffer.from(given.tail ?? "")]), ".json.gz");
  }
  const line = "text" in given ? written(given.text) : JSON.stringify(expanded(rawRecord({ requestId: id, ...given.set })));
  return { [`${id}.jsonl`]: Buffer.from(`${first}\n${line}\n${last}\n`) };
}

/** `{"$repeat": [text, times]}` and `{"$join": pieces}` written out; names such as `__proto__` stay names. */
function expanded(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(expanded);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [name, given] = entries[0] ?? [];
  if (name === "$repeat") return written(pieces.parse([given]));
  if (name === "$join") return written(pieces.parse(given));
  return Object.fromEntries(entries.map(([key, each]) => [key, expanded(each)]));
}
