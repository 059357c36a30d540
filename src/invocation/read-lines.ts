import { isUtf8 } from "node:buffer";
import { DamagedObject, plainBytes } from "./decompress.ts";
import { DocumentJoiner, isLongLine } from "./document.ts";
import { isBlank } from "./json-shape.ts";
import type { DamageReason } from "./reasons.ts";
import { type BadLine, fingerprintOf, type Line, LineSplitter, type LongLine } from "./split-lines.ts";

export interface ReadLinesOptions {
  /** A longer line is skipped and reported; bounds the memory. Default 64 MiB. */
  readonly maxLineBytes?: number;
}

/** The rest of the object, from this line on, cannot be read. Always the last item. */
export interface Damage {
  readonly damaged: DamageReason;
  readonly detail: string;
  readonly line: number;
  readonly offset: number;
}

export type LineItem = Line | BadLine | Damage;

const MAX_LINE_BYTES = 64 * 1024 * 1024;

/**
 * The lines of a log object, plain or gzip, as it streams in. Blank lines are left out; pretty-printed documents come as one line, their
 * array elements one by one. Every other line is yielded, as text to parse or as bad. A damaged object ends with one Damage, which
 * covers the unfinished line too.
 * @throws what the source throws while reading
 */
export async function* readLines(body: AsyncIterable<Uint8Array>, options: ReadLinesOptions = {}): AsyncGenerator<LineItem> {
  const maxLineBytes = options.maxLineBytes ?? MAX_LINE_BYTES;
  const splitter = new LineSplitter(maxLineBytes);
  const joiner = new DocumentJoiner(maxLineBytes);
  try {
    for await (const chunk of plainBytes(body)) {
      for (const line of splitter.push(chunk)) yield* checked(line, joiner);
    }
  } catch (thrown) {
    if (!(thrown instanceof DamagedObject)) throw thrown;
    yield { damaged: thrown.reason, detail: thrown.message, ...(joiner.place ?? splitter.place) };
    return;
  }
  for (const line of splitter.end()) yield* checked(line, joiner);
  yield* joiner.broken();
}

/** What one line holds, as text to parse or as bad; nothing for a blank one or while a document goes on. */
export function* checked(line: Line | LongLine, joiner: DocumentJoiner): Generator<Line | BadLine> {
  if (isLongLine(line)) {
    yield* joiner.broken();
    const { tooLong, ...place } = line;
    yield { bad: "line_too_long", detail: `${tooLong} bytes`, ...place };
    return;
  }
  const bytes = withoutMark(line.bytes);
  if (bytes.every(isBlank)) return;
  if (isUtf8(bytes)) yield* joiner.push({ ...line, bytes });
  else {
    yield* joiner.broken();
    yield {
      bad: "not_utf8",
      detail: "bytes that are not UTF-8",
      line: line.line,
      offset: line.offset,
      fingerprint: fingerprintOf(bytes),
    };
  }
}

/** Without a byte order mark, which may begin any line of files that were put together. */
const withoutMark = (bytes: Buffer): Buffer =>
  bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes;
