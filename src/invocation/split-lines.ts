import { createHash, type Hash } from "node:crypto";
import type { ReasonCode } from "./reasons.ts";

/** One line without its line feed; a carriage return stays, JSON takes it as white space. */
export interface Line {
  readonly bytes: Buffer;
  /** From 1. */
  readonly line: number;
  /** Byte offset of the line in the decompressed object. */
  readonly offset: number;
}

/** A line that was not kept because of its length. */
export interface LongLine {
  readonly tooLong: number;
  readonly line: number;
  readonly offset: number;
  readonly fingerprint: string;
}

/** A stretch of the object that is no record. */
export interface BadLine {
  readonly bad: ReasonCode;
  readonly detail: string;
  readonly line: number;
  readonly offset: number;
  /** SHA-256 of the bytes. */
  readonly fingerprint: string;
}

const LF = 0x0a;

/** SHA-256 of the bytes, in hex: says which line was bad without repeating it. */
export const fingerprintOf = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");

/** Cuts chunks into lines. Holds one unfinished line, at most `maxLineBytes` of it. */
export class LineSplitter {
  readonly #maxLineBytes: number;
  #carry: Buffer[] = [];
  #carried = 0;
  #skipped: Hash | undefined;
  #line = 1;
  #offset = 0;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  /** Where the unfinished line begins. */
  get place(): { readonly line: number; readonly offset: number } {
    return { line: this.#line, offset: this.#offset };
  }

  *push(chunk: Buffer): Generator<Line | LongLine> {
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#keep(chunk.subarray(start, end));
      yield this.#finish();
      this.#offset += 1;
      start = end + 1;
    }
    if (start < chunk.length) this.#keep(chunk.subarray(start));
  }

  /** The last line, when it has no line feed. */
  *end(): Generator<Line | LongLine> {
    if (this.#carried > 0) yield this.#finish();
  }

  #keep(part: Buffer): void {
    this.#carried += part.length;
    if (this.#skipped === undefined && this.#carried > this.#maxLineBytes) {
      this.#skipped = createHash("sha256");
      for (const kept of this.#carry) this.#skipped.update(kept);
      this.#carry = [];
    }
    if (this.#skipped === undefined) this.#carry.push(part);
    else this.#skipped.update(part);
  }

  #finish(): Line | LongLine {
    const place = this.place;
    const carry = this.#carry;
    const skipped = this.#skipped;
    const length = this.#carried;
    this.#line += 1;
    this.#offset += length;
    this.#carry = [];
    this.#carried = 0;
    this.#skipped = undefined;
    if (skipped !== undefined) return { tooLong: length, ...place, fingerprint: skipped.digest("hex") };
    const [only] = carry;
    return { bytes: carry.length === 1 && only !== undefined ? only : Buffer.concat(carry), ...place };
  }
}
