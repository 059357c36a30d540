import { isUtf8 } from "node:buffer";
import type { DamagedObject } from "../invocation/decompress.ts";
import { DocumentJoiner } from "../invocation/document.ts";
import { ANY_TIME, type EventTimes, isPlausible } from "../invocation/event-times.ts";
import { OPEN_BRACE } from "../invocation/json-shape.ts";
import { itemsIn, type ReadItem } from "../invocation/read-invocations.ts";
import { checked, type LineItem } from "../invocation/read-lines.ts";
import { fingerprintOf, type Line, LineSplitter, type LongLine } from "../invocation/split-lines.ts";
import { BASE } from "./line-memory.ts";
import { HAS_WEB_ASSEMBLY } from "./line-scanner.ts";
import type { RecordScanner } from "./record-scanner.ts";

/** Bytes that are put before the scanner at once; what the processor's second-level cache holds. */
const WINDOW = 512 * 1024;
/** A line longer than this goes the straightforward path: it is rare, and the scanner's memory should stay small. */
const LONG_LINE = 8 * 1024 * 1024;
const MAX_LINE_BYTES = 64 * 1024 * 1024;
const LF = 0x0a;

interface ObjectReaderOptions {
  readonly maxLineBytes?: number;
  /** Every line goes the straightforward path: something is wanted that the scanner does not read. */
  readonly straight?: boolean;
  /** A record of another time goes the straightforward path, which names it. */
  readonly eventTimes?: EventTimes;
}

/**
 * Reads a log object's plain text, fed in chunks of any size, record by record. Lines that are plain records go through the scanner; every
 * other line, and everything inside a pretty-printed document, goes the straightforward path. Both see the lines in order.
 *
 * Feed with `push` when `next` says undefined, finish with `end` or `damaged`, and take everything there is before feeding again.
 */
export class ObjectReader {
  /** Of the record in the scanner. */
  line = 0;
  readonly #scanner: RecordScanner;
  readonly #maxLineBytes: number;
  readonly #straight: boolean;
  readonly #joiner: DocumentJoiner;
  /** Whole lines that wait, and how far they are taken. */
  #data: Buffer = Buffer.alloc(0);
  #taken = 0;
  /** The part of `#data` that lies before the scanner. */
  #windowEnd = 0;
  #windowStart = 0;
  #isUtf8 = false;
  /** The line that has not ended yet. */
  #carry: Buffer[] = [];
  #carried = 0;
  #long: LineSplitter | undefined;
  #nextLine = 1;
  #offset = 0;
  /** What lines that went the straightforward path hold, read when it is asked for: a line may hold millions. */
  #items: Iterator<ReadItem>[] = [];

  readonly #times: EventTimes;

  constructor(
    scanner: RecordScanner,
    { maxLineBytes = MAX_LINE_BYTES, straight = false, eventTimes = ANY_TIME }: ObjectReaderOptions = {},
  ) {
    this.#scanner = scanner;
    this.#times = eventTimes;
    this.#straight = straight || !HAS_WEB_ASSEMBLY;
    this.#maxLineBytes = maxLineBytes;
    this.#joiner = new DocumentJoiner(maxLineBytes);
  }

  push(chunk: Buffer): void {
    let rest = chunk;
    if (this.#long) {
      const end = rest.indexOf(LF);
      this.#feedLong(end === -1 ? rest : rest.subarray(0, end + 1));
      if (end === -1) return;
      rest = rest.subarray(end + 1);
    }
    const last = rest.lastIndexOf(LF);
    if (last === -1) {
      this.#keep(rest);
      return;
    }
    const whole = rest.subarray(0, last + 1);
    this.#data = this.#carry.length === 0 ? whole : Buffer.concat([...this.#carry, whole]);
    this.#taken = 0;
    this.#windowEnd = 0;
    this.#carry = [];
    this.#carried = 0;
    this.#keep(rest.subarray(last + 1));
  }

  /** The text is complete. */
  end(): void {
    if (this.#long) {
      for (const line of this.#long.end()) this.#slow(this.#placed(line));
      this.#long = undefined;
    }
    this.#data = Buffer.concat(this.#carry);
    this.#taken = 0;
    this.#windowEnd = 0;
    this.#carry = [];
    this.#carried = 0;
    this.#atEnd = true;
  }
  #atEnd = false;

  /** The rest cannot be read; it begins with the line that has not ended. */
  damaged({ reason, message }: DamagedObject): void {
    const { line, offset } = this.#joiner.place ?? { line: this.#nextLine, offset: this.#offset };
    this.#items.push([{ damaged: reason, detail: message, line, offset }].values());
    this.#carry = [];
    this.#long = undefined;
  }

  /** `true`: a record lies in the scanner. Undefined: nothing is left of what was fed. */
  next(): true | ReadItem | undefined {
    for (;;) {
      while (this.#items.length > 0) {
        const item = this.#items[0]?.next();
        if (item !== undefined && !item.done) return item.value;
        this.#items.shift();
      }
      if (this.#taken === this.#data.length) {
        if (!this.#atEnd) return undefined;
        this.#atEnd = false;
        this.#items.push(this.#itemsOf(this.#joiner.broken()));
      } else if (this.#taken >= this.#windowEnd) this.#openWindow();
      else if (this.#takeLine()) return true;
    }
  }

  #keep(part: Buffer): void {
    if (part.length === 0) return;
    this.#carry.push(part);
    this.#carried += part.length;
    if (this.#carried <= LONG_LINE) return;
    this.#long = new LineSplitter(this.#maxLineBytes);
    for (const held of this.#carry) this.#feedLong(held);
    this.#carry = [];
    this.#carried = 0;
  }

  #feedLong(part: Buffer): void {
    for (const line of this.#long?.push(part) ?? []) {
      this.#long = undefined;
      this.#slow(this.#placed(line));
      this.#nextLine += 1;
      this.#offset += ("tooLong" in line ? line.tooLong : line.bytes.length) + 1;
    }
  }

  #openWindow(): void {
    const data = this.#data;
    const start = this.#taken;
    const last = start + WINDOW >= data.length ? data.length - 1 : data.lastIndexOf(LF, start + WINDOW - 1);
    const found = last < start ? data.indexOf(LF, start) : last;
    const end = found === -1 ? data.length : found + 1;
    this.#windowStart = start;
    this.#windowEnd = end;
    const window = data.subarray(start, end);
    if (window.length > LONG_LINE) {
      const hasEnd = window[window.length - 1] === LF;
      this.#slowLine(hasEnd ? window.subarray(0, -1) : window);
      this.#advance(window.length);
      return;
    }
    if (this.#straight) return;
    this.#isUtf8 = isUtf8(window);
    this.#scanner.lines.put(window);
  }

  /** Takes one line of the window; whether it is a record in the scanner now. */
  #takeLine(): boolean {
    const { lines } = this.#scanner;
    const start = BASE + this.#taken - this.#windowStart;
    if (!this.#straight && this.#isUtf8 && lines.bytes[start] === OPEN_BRACE && this.#joiner.place === undefined) {
      const length = this.#scanner.scan(start) - start;
      if (length > 0 && length <= this.#maxLineBytes && isPlausible(this.#scanner.timestamp, this.#times)) {
        this.line = this.#nextLine;
        this.#advance(length + 1);
        return true;
      }
    }
    const found = this.#data.indexOf(LF, this.#taken);
    const length = (found === -1 ? this.#data.length : found) - this.#taken;
    this.#slowLine(this.#data.subarray(this.#taken, this.#taken + length));
    this.#advance(length + 1);
    return false;
  }

  #advance(bytes: number): void {
    this.#taken = Math.min(this.#taken + bytes, this.#data.length);
    this.#nextLine += 1;
    this.#offset += bytes;
  }

  #slowLine(bytes: Buffer): void {
    const place = { line: this.#nextLine, offset: this.#offset };
    this.#slow(
      bytes.length > this.#maxLineBytes
        ? { tooLong: bytes.length, ...place, fingerprint: fingerprintOf(bytes) }
        : { bytes, ...place },
    );
  }

  #slow(line: Line | LongLine): void {
    this.#items.push(this.#itemsOf(checked(line, this.#joiner)));
  }

  *#itemsOf(lines: Iterable<LineItem>): Generator<ReadItem> {
    for (const line of lines) yield* itemsIn(line, this.#times);
  }

  #placed(line: Line | LongLine): Line | LongLine {
    return { ...line, line: this.#nextLine, offset: this.#offset };
  }
}
