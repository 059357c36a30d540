import type { Frame } from "./frame.ts";
import { TelemetryError } from "./telemetry-error.ts";
import { bufferOf, damage, MOST_BYTES } from "./unpack.ts";

const [OPEN, CLOSE, QUOTE, BACKSLASH, LINE] = [0x7b, 0x7d, 0x22, 0x5c, 0x0a];
/** What may stand between two documents: white space, an array around them, and the time that an export of CloudWatch Logs puts before each. */
const BETWEEN: ReadonlySet<number | undefined> = new Set([
  ...[0x20, 0x09, 0x0d, LINE, 0x2c, 0x5b, 0x5d, 0xef, 0xbb, 0xbf],
  ...Buffer.from("0123456789-:.TZ"),
]);
/** A line that begins so begins a document, whatever the one before it lacks. */
const BEGINNINGS = ['{"resourceLogs"', '{"resourceMetrics"', '{"resourceSpans"'].map((text) => Buffer.from(text));
const LONGEST = Math.max(...BEGINNINGS.map(({ length }) => length));

/**
 * JSON objects, one after the other, on a line each or over several. One that does not end before the next line that begins one is bad, and so is other text;
 * each costs itself and nothing after it.
 */
export async function* jsonFrames(stream: AsyncIterable<unknown>): AsyncGenerator<Frame> {
  const scan = new Scan();
  let carried: Buffer = Buffer.alloc(0);
  try {
    for await (const chunk of stream) {
      const part = bufferOf(chunk);
      carried = yield* scan.walk(carried.length === 0 ? part : Buffer.concat([carried, part]), false);
    }
  } catch (error) {
    yield* scan.walk(carried, true);
    yield* scan.end(damage(error));
    return;
  }
  yield* scan.walk(carried, true);
  yield* scan.end();
}

class Scan {
  #number = 0;
  /** Bytes before the piece in hand. */
  #base = 0;
  #inside = false;
  #depth = 0;
  #quoted = false;
  #escaped = false;
  #garbage = false;
  #start = 0;
  #parts: Buffer[] = [];
  #length = 0;

  /** @returns what must be seen again with what follows it: a line feed, and too little after it to know what it begins */
  *walk(bytes: Buffer, last: boolean): Generator<Frame, Buffer> {
    let from = 0;
    let at = 0;
    for (; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (!this.#inside) {
        if (byte === OPEN) {
          this.#begin(this.#base + at);
          from = at;
        } else if (!BETWEEN.has(byte) && !this.#garbage) {
          this.#garbage = true;
          yield this.#bad(new TelemetryError("bad_json", "text that is no JSON document"), this.#base + at);
        }
        continue;
      }
      if (byte === LINE) {
        if (!last && bytes.length - at <= LONGEST) break;
        if (BEGINNINGS.some((text) => bytes.indexOf(text, at + 1) === at + 1)) {
          yield this.#bad(new TelemetryError("bad_json", "a document that does not end on its line"), this.#start);
          this.#inside = false;
          continue;
        }
      }
      if (this.#quoted) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#quoted = false;
      } else if (byte === QUOTE) this.#quoted = true;
      else if (byte === OPEN) this.#depth += 1;
      else if (byte === CLOSE) {
        this.#depth -= 1;
        if (this.#depth > 0) continue;
        this.#keep(bytes.subarray(from, at + 1));
        yield this.#document();
      }
    }
    if (this.#inside) this.#keep(bytes.subarray(from, at));
    this.#base += at;
    return bytes.subarray(at);
  }

  *end(error?: TelemetryError): Generator<Frame> {
    if (this.#inside)
      yield this.#bad(error ?? new TelemetryError("damaged_object", "the object ends within a document"), this.#start);
    else if (error) yield this.#bad(error, this.#base);
  }

  #begin(place: number): void {
    this.#inside = true;
    this.#depth = 1;
    this.#quoted = false;
    this.#escaped = false;
    this.#garbage = false;
    this.#start = place;
    this.#parts = [];
    this.#length = 0;
  }

  #keep(part: Buffer): void {
    this.#length += part.length;
    if (this.#length > MOST_BYTES) this.#parts = [];
    else this.#parts.push(part);
  }

  #document(): Frame {
    this.#inside = false;
    if (this.#length > MOST_BYTES)
      return this.#bad(
        new TelemetryError("too_large", `a document of ${this.#length} bytes; ${MOST_BYTES} are read`),
        this.#start,
      );
    this.#number += 1;
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only ? only : Buffer.concat(this.#parts);
    return { form: "json", bytes, number: this.#number, offset: this.#start };
  }

  #bad(error: TelemetryError, offset: number): Frame {
    this.#number += 1;
    return { form: "bad", error, number: this.#number, offset };
  }
}
