import { CLOSE_BRACE, CLOSE_BRACKET, COLON, COMMA, OPEN_BRACE, OPEN_BRACKET, QUOTE } from "../invocation/json-shape.ts";
import { type StringScanner, stringScanner } from "./string-end.ts";

/** Deeper nesting is left to JSON.parse. */
const MOST_DEPTH = 200;
/** Longer than any word, number or model id that a contract reads from a body (512 characters, peek.ts). */
const LONG = 600;
const OBJECT = 1;
const ARRAY = 0;
const ZERO = 0x30;
const NINE = 0x39;

/**
 * Walks over JSON values without making anything of them, as strictly as JSON.parse (RFC 8259): what it accepts, JSON.parse accepts.
 * Every method takes and returns positions in `bytes`; -1 means "not JSON, or not of the plain kind": the straightforward path decides then.
 */
export class ValueScanner {
  readonly strings: StringScanner = stringScanner();
  bytes: Uint8Array = this.strings.bytes;
  /** Start and end of long strings met while `collecting`. */
  readonly holes: number[] = [];
  collecting = false;
  readonly #open = new Uint8Array(MOST_DEPTH);

  /** Puts data in place, with the line feed behind it that ends every scan. */
  put(data: Uint8Array): void {
    this.strings.reserve(data.length + 1);
    this.bytes = this.strings.bytes;
    this.bytes.set(data, this.strings.base);
    this.bytes[this.strings.base + data.length] = 0x0a;
  }

  /** Behind white space. */
  blank(at: number): number {
    const bytes = this.bytes;
    let next = at;
    for (let byte = bytes[next]; byte === 0x20 || byte === 0x09 || byte === 0x0d; byte = bytes[next]) next += 1;
    return next;
  }

  /** Behind a value that starts here. */
  valueEnd(at: number): number {
    const bytes = this.bytes;
    const open = this.#open;
    let depth = 0;
    let next = at;
    for (;;) {
      const first = bytes[next];
      if (first === QUOTE) next = this.#stringValue(next);
      else if (first === OPEN_BRACE || first === OPEN_BRACKET) {
        const inside = this.blank(next + 1);
        if (bytes[inside] === (first === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET)) next = inside + 1;
        else {
          if (depth === MOST_DEPTH) return -1;
          open[depth] = first === OPEN_BRACE ? OBJECT : ARRAY;
          depth += 1;
          next = first === OPEN_BRACE ? this.#memberValue(inside) : inside;
          if (next < 0) return -1;
          continue;
        }
      } else next = this.#scalarEnd(next);
      if (next < 0) return -1;
      for (;;) {
        if (depth === 0) return next;
        const kind = open[depth - 1];
        next = this.blank(next);
        const after = bytes[next];
        if (after === COMMA) {
          next = this.blank(next + 1);
          if (kind === OBJECT) next = this.#memberValue(next);
          if (next < 0) return -1;
          break;
        }
        if (after !== (kind === OBJECT ? CLOSE_BRACE : CLOSE_BRACKET)) return -1;
        depth -= 1;
        next += 1;
      }
    }
  }

  /** The quote that ends a name without escapes; `at` is behind the opening one. */
  nameEnd(at: number): number {
    const bytes = this.bytes;
    for (let next = at; ; next += 1) {
      const byte = bytes[next] ?? 0;
      if (byte === QUOTE) return next;
      if (byte < 0x20 || byte === 0x5c) return -1;
    }
  }

  /** From behind a name's closing quote to its value. */
  behindColon(at: number): number {
    const colon = this.blank(at);
    return this.bytes[colon] === COLON ? this.blank(colon + 1) : -1;
  }

  #stringValue(at: number): number {
    const end = this.strings.stringEnd(at + 1);
    if (end < 0) return -1;
    if (this.collecting && end - at > LONG) this.holes.push(at + 1, end);
    return end + 1;
  }

  #memberValue(at: number): number {
    if (this.bytes[at] !== QUOTE) return -1;
    const end = this.strings.stringEnd(at + 1);
    return end < 0 ? -1 : this.behindColon(end + 1);
  }

  #scalarEnd(at: number): number {
    switch (this.bytes[at]) {
      case 0x74:
        return this.#word(at, TRUE);
      case 0x66:
        return this.#word(at, FALSE);
      case 0x6e:
        return this.#word(at, NULL);
      default:
        return this.#numberEnd(at);
    }
  }

  #word(at: number, word: Uint8Array): number {
    for (let index = 0; index < word.length; index += 1) if (this.bytes[at + index] !== word[index]) return -1;
    return at + word.length;
  }

  #numberEnd(at: number): number {
    const bytes = this.bytes;
    let next = bytes[at] === 0x2d ? at + 1 : at;
    if (bytes[next] === ZERO) next += 1;
    else next = this.#digits(next);
    if (next < 0) return -1;
    if (bytes[next] === 0x2e) next = this.#digits(next + 1);
    if (next < 0) return -1;
    if (bytes[next] === 0x65 || bytes[next] === 0x45) {
      const sign = bytes[next + 1];
      next = this.#digits(sign === 0x2b || sign === 0x2d ? next + 2 : next + 1);
    }
    return next;
  }

  #digits(at: number): number {
    let next = at;
    for (let byte = this.bytes[next] ?? 0; byte >= ZERO && byte <= NINE; byte = this.bytes[next] ?? 0) next += 1;
    return next === at ? -1 : next;
  }
}

const TRUE = Buffer.from("true");
const FALSE = Buffer.from("false");
const NULL = Buffer.from("null");
