import { CsvTable, csvHead } from "./csv-table.ts";
import {
  CLOSE_BRACE,
  CLOSE_BRACKET,
  COLON,
  COMMA,
  isBlank,
  OPEN_BRACE,
  OPEN_BRACKET,
  outside,
  QUOTE,
  step,
  topLevelPieces,
} from "./json-shape.ts";
import type { ReasonCode } from "./reasons.ts";
import { type BadLine, fingerprintOf, type Line, type LongLine } from "./split-lines.ts";

const LF = Buffer.from("\n");

/**
 * Puts pretty-printed JSON back together: a line that is nothing but `{` or `[`, or an array that stays open, begins a document, which ends where its brackets do. In an
 * array every element is a value of its own. All other lines pass as they are; the document is given up, and counted as one bad
 * line, where its lines cannot be parts of one JSON text, so that a lone bracket never swallows the records after it. Below the heading of an Insights
 * CSV each row is a document.
 */
export class DocumentJoiner {
  readonly #maxBytes: number;
  #open: OpenDocument | undefined;
  #table: CsvTable | undefined;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  *push(line: Line): Generator<Line | BadLine> {
    if (this.#open === undefined) {
      const isInRow = this.#table?.place !== undefined;
      const head = isInRow || line.bytes.length > MOST_HEADING ? undefined : csvHead(line.bytes.toString("utf8"));
      if (head !== undefined) {
        this.#table = new CsvTable(head, this.#maxBytes);
        return;
      }
      if (this.#table !== undefined && (isInRow || !isJson(line.bytes))) {
        yield* this.#table.push(line);
        return;
      }
      const opener = loneOpener(line.bytes) ?? arrayOpener(line.bytes);
      if (opener === undefined) {
        yield line;
        return;
      }
      this.#open = new OpenDocument(opener, this.#maxBytes);
      yield* this.#open.add(line);
      return;
    }
    const document = this.#open;
    if (!document.canGoOnWith(line.bytes)) {
      this.#open = undefined;
      yield* document.givenUp();
      yield* this.push(line);
      return;
    }
    yield* document.add(line);
    if (document.closed) this.#open = undefined;
  }

  /** A line that was not kept ends what was open. */
  *broken(): Generator<BadLine> {
    const document = this.#open;
    this.#open = undefined;
    if (document) yield* document.givenUp();
    if (this.#table) yield* this.#table.end();
  }

  /** Where the unfinished document begins. */
  get place(): { readonly line: number; readonly offset: number } | undefined {
    return this.#open?.place ?? this.#table?.place;
  }
}

const MOST_HEADING = 1024;
const isJson = (bytes: Buffer): boolean => {
  const first = bytes.find((byte) => !isBlank(byte));
  return first === OPEN_BRACE || first === OPEN_BRACKET;
};

function loneOpener(bytes: Buffer): number | undefined {
  let found: number | undefined;
  for (const byte of bytes) {
    if (isBlank(byte)) continue;
    if (found !== undefined || (byte !== OPEN_BRACE && byte !== OPEN_BRACKET)) return undefined;
    found = byte;
  }
  return found;
}

/** `[{…},`: an array that is still open behind whole elements. */
function arrayOpener(bytes: Buffer): number | undefined {
  if (bytes.find((byte) => !isBlank(byte)) !== OPEN_BRACKET) return undefined;
  const nesting = outside();
  for (const byte of bytes) {
    step(nesting, byte);
    if (nesting.depth === 0 && byte === CLOSE_BRACKET) return undefined;
  }
  return nesting.depth === 1 && !nesting.inString ? OPEN_BRACKET : undefined;
}

class OpenDocument {
  readonly #isArray: boolean;
  readonly #maxBytes: number;
  readonly #nesting = outside();
  #lines: Line[] = [];
  #bytes = 0;
  /** Last byte that is not white space. */
  #last: number;
  #tooLong = false;
  /** The array's own opening bracket is behind us. */
  #begun = false;
  closed = false;

  constructor(opener: number, maxBytes: number) {
    this.#isArray = opener === OPEN_BRACKET;
    this.#maxBytes = maxBytes;
    this.#last = opener;
  }

  get place(): { readonly line: number; readonly offset: number } {
    const first = this.#lines[0];
    return { line: first?.line ?? 0, offset: first?.offset ?? 0 };
  }

  /** What may follow a bracket, comma, colon or value at a line's end in JSON. A raw line feed inside a string is never JSON. */
  canGoOnWith(bytes: Buffer): boolean {
    if (this.#nesting.inString) return false;
    const next = bytes.find((byte) => !isBlank(byte));
    if (next === undefined) return true;
    const opens = next === OPEN_BRACE || next === OPEN_BRACKET;
    if (this.#last === OPEN_BRACE) return next === QUOTE || next === CLOSE_BRACE;
    if (this.#last === OPEN_BRACKET || this.#last === COLON || this.#last === COMMA)
      return next !== COMMA && next !== CLOSE_BRACE;
    return !opens && next !== QUOTE;
  }

  *add(line: Line): Generator<Line | BadLine> {
    this.#keep(line);
    for (let index = 0; index < line.bytes.length; index += 1) {
      const byte = line.bytes[index] ?? 0;
      step(this.#nesting, byte);
      if (isBlank(byte)) continue;
      this.#last = byte;
      if (this.#nesting.depth > 0 || this.#nesting.inString) continue;
      this.closed = true;
      yield* this.#finish();
      return;
    }
    if (this.#isArray && this.#nesting.depth === 1 && !this.#nesting.inString) yield* this.#elements();
  }

  *givenUp(): Generator<BadLine> {
    if (this.#bytes === 0) return;
    yield this.#bad("not_json", "a JSON document that does not go on as one");
  }

  #keep(line: Line): void {
    this.#bytes += line.bytes.length + 1;
    if (this.#bytes > this.#maxBytes) this.#tooLong = true;
    const [first] = this.#lines;
    if (this.#tooLong && first !== undefined) this.#lines = [first];
    else this.#lines.push(line);
  }

  *#finish(): Generator<Line | BadLine> {
    if (this.#tooLong) yield this.#bad("line_too_long", "a JSON document longer than the limit");
    else if (this.#isArray) yield* this.#elements();
    else yield { bytes: this.#joined(), ...this.place };
  }

  /** The elements that are complete; starts over behind them. */
  *#elements(): Generator<Line | BadLine> {
    if (this.#tooLong) yield this.#bad("line_too_long", "an array element longer than the limit");
    else yield* this.#pieces();
    this.#begun = true;
    this.#lines = [];
    this.#bytes = 0;
    this.#tooLong = false;
  }

  *#pieces(): Generator<Line> {
    const joined = this.#joined();
    const { offset } = this.place;
    const bounded = withoutArrayBrackets(joined, { opens: !this.#begun, closes: this.closed });
    for (const piece of topLevelPieces(bounded)) {
      const start = this.#lines.findLast((line) => line.offset - offset <= piece.start);
      yield { bytes: bounded.subarray(piece.start, piece.end), line: start?.line ?? 0, offset: offset + piece.start };
    }
  }

  #joined(): Buffer {
    return Buffer.concat(this.#lines.flatMap((line, index) => (index === 0 ? [line.bytes] : [LF, line.bytes])));
  }

  #bad(bad: ReasonCode, detail: string): BadLine {
    return { bad, detail, ...this.place, fingerprint: fingerprintOf(this.#joined()) };
  }
}

/** Blanks out the array's own brackets, so that offsets stay. */
function withoutArrayBrackets(joined: Buffer, { opens, closes }: { readonly opens: boolean; readonly closes: boolean }): Buffer {
  const copy = Buffer.from(joined);
  const first = opens ? copy.findIndex((byte) => !isBlank(byte)) : -1;
  if (copy[first] === OPEN_BRACKET) copy[first] = 0x20;
  const last = closes ? copy.lastIndexOf(CLOSE_BRACKET) : -1;
  if (last !== -1) copy[last] = 0x20;
  return copy;
}

export const isLongLine = (line: Line | LongLine): line is LongLine => "tooLong" in line;
