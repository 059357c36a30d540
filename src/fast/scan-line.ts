import {
  DECIDING,
  ELEMENT,
  ENTRY,
  ESCAPES,
  FIELD,
  FieldByte,
  HEX,
  HOLE,
  LAST_STRICT,
  LEVEL,
  LONG,
  MOST_DEPTH,
  MOST_ENTRIES,
  MOST_SLOTS,
  NODES,
  PLACES,
  PLAIN_ESCAPE,
  placeOf,
  STACK,
  TAPE,
  TAPE_END,
  TEXT,
  TEXT_SLOTS,
  TEXTS,
  UNICODE_ESCAPE,
} from "./line-memory.ts";
import { hashOf } from "./text-hash.ts";

const LF = 0x0a;
const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const N = 0x6e;

/**
 * What scan-line.wat does, in JavaScript: for machines without WebAssembly, and to hold the other to. Walks over one line of JSON as strictly as
 * JSON.parse (RFC 8259), makes nothing of it, and notes on the tape where the known fields lie.
 */
export class LineWalk {
  readonly #bytes: Uint8Array;
  readonly #words: DataView;
  #tape = TAPE;
  #decided = false;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#words = new DataView(bytes.buffer);
  }

  /** From the opening brace of a line to its line feed; -1 when it is not one JSON object of the plain kind. */
  scan(start: number): number {
    const bytes = this.#bytes;
    this.#tape = TAPE;
    let top = STACK;
    let at = start;
    let field = 0;
    let id = 0;
    let child = 1;
    let items = 0;
    let name = 0;
    for (;;) {
      // A value begins.
      let own = 0;
      if (id !== 0 && !this.#unspoken(field, top, at)) {
        if (this.#tape === TAPE + MOST_ENTRIES * ENTRY) return -1;
        own = this.#note(id, name, at, field !== 0 && bytes[field + FieldByte.text] === 1 ? -1 : 0);
        if (id === DECIDING) this.#decided = true;
        if (id === ELEMENT) this.#decided = false;
      }
      const first = bytes[at];
      let open = false;
      if (first === QUOTE) {
        const end = this.#stringEnd(at + 1);
        if (end < 0) return -1;
        if (end - at > LONG) {
          if (this.#tape === TAPE + MOST_ENTRIES * ENTRY) return -1;
          this.#note(HOLE, at, at + 1, 0);
          this.#set(this.#tape - ENTRY + 12, end);
        }
        at = end + 1;
      } else if (first === OPEN_BRACE || first === OPEN_BRACKET) {
        at = this.#blank(at + 1);
        if (bytes[at] === (first === OPEN_BRACE ? CLOSE_BRACE : CLOSE_BRACKET)) at += 1;
        else {
          if (top === STACK + MOST_DEPTH * LEVEL) return -1;
          top += LEVEL;
          this.#set(top, first === OPEN_BRACE ? child : items);
          this.#set(top + 4, first === OPEN_BRACE ? 1 : 0);
          this.#set(top + 8, 0);
          this.#set(top + 12, own);
          open = true;
        }
      } else {
        at = this.#scalarEnd(at);
        if (at < 0) return -1;
      }
      while (!open) {
        // A value has ended.
        if (own !== 0) this.#finish(own, at);
        at = this.#blank(at);
        const after = bytes[at];
        if (top === STACK) {
          this.#set(TAPE_END, this.#tape);
          return after === LF ? at : -1;
        }
        if (after === COMMA) {
          at = this.#blank(at + 1);
          open = true;
        } else {
          if (after !== (this.#get(top + 4) === 1 ? CLOSE_BRACE : CLOSE_BRACKET)) return -1;
          own = this.#get(top + 12);
          top -= LEVEL;
          at += 1;
        }
      }
      // A member or element begins in the container on top.
      const node = this.#get(top);
      id = 0;
      child = 0;
      items = 0;
      field = 0;
      if (this.#get(top + 4) === 0) {
        if (node === 0 || bytes[at] !== OPEN_BRACE) continue;
        id = ELEMENT;
        child = node;
        name = at;
        continue;
      }
      if (bytes[at] !== QUOTE) return -1;
      name = at;
      const end = node === 0 ? this.#stringEnd(at + 1) : this.#nameEnd(at + 1);
      if (end < 0) return -1;
      at = this.#blank(end + 1);
      if (bytes[at] !== COLON) return -1;
      at = this.#blank(at + 1);
      if (node === 0) continue;
      field = this.#find(node, name + 1, end);
      if (field === 0) {
        if (node <= LAST_STRICT) return -1;
        continue;
      }
      if (node <= LAST_STRICT) {
        const seen = this.#get(top + 8);
        const bit = 1 << (bytes[field + FieldByte.bit] ?? 0);
        if ((seen & bit) !== 0) return -1;
        this.#set(top + 8, seen | bit);
      }
      id = bytes[field + FieldByte.id] ?? 0;
      child = bytes[field + FieldByte.child] ?? 0;
      items = bytes[field + FieldByte.items] ?? 0;
    }
  }

  /** Whether a known field says nothing: null where all is known, or a word that is not worth mentioning. */
  #unspoken(field: number, top: number, at: number): boolean {
    const bytes = this.#bytes;
    if (field === 0) return false;
    if (this.#get(top) <= LAST_STRICT) return bytes[at] === N;
    const quiet = bytes[field + FieldByte.quiet] ?? 0;
    if (quiet === 0 || bytes[at] !== QUOTE) return false;
    const end = this.#nameEnd(at + 1);
    return end >= 0 && this.#find(quiet, at + 1, end) !== 0;
  }

  #note(id: number, name: number, at: number, text: number): number {
    const entry = this.#tape;
    this.#set(entry, id);
    this.#set(entry + 4, name);
    this.#set(entry + 8, at);
    this.#set(entry + 12, 0);
    this.#set(entry + 16, text);
    this.#tape += ENTRY;
    return entry;
  }

  #finish(entry: number, end: number): void {
    if (this.#get(entry) === ELEMENT && !this.#decided) {
      this.#tape = entry;
      return;
    }
    this.#set(entry + 12, end);
    if (this.#get(entry + 16) === 0) return;
    const start = this.#get(entry + 8);
    const quoted = this.#bytes[start] === QUOTE ? 1 : 0;
    this.#set(entry + 16, this.#textNumber(start + quoted, end - quoted));
  }

  /** The number of a text that is known; else 0. */
  #textNumber(start: number, end: number): number {
    const hash = hashOf(this.#bytes, start, end);
    for (let slot = hash & (MOST_SLOTS - 1); ; slot = (slot + 1) & (MOST_SLOTS - 1)) {
      const number = this.#get(TEXT_SLOTS + slot * 4);
      if (number === 0) return 0;
      const text = TEXTS + number * TEXT;
      if (this.#get(text) === hash && this.#get(text + 8) === end - start && this.#equal(this.#get(text + 4), start, end))
        return number;
    }
  }

  #find(node: number, start: number, end: number): number {
    const bytes = this.#bytes;
    const length = end - start;
    if (length === 0) return 0;
    let place = placeOf(length, bytes[start] ?? 0, bytes[end - 1] ?? 0);
    for (;;) {
      const field = NODES + (node * PLACES + place) * FIELD;
      const address = this.#get(field);
      if (address === 0) return 0;
      if (this.#get(field + FieldByte.length) === length && this.#equal(address, start, end)) return field;
      place = (place + 1) & (PLACES - 1);
    }
  }

  #equal(address: number, start: number, end: number): boolean {
    const bytes = this.#bytes;
    for (let at = start; at < end; at += 1) if (bytes[at] !== bytes[address + at - start]) return false;
    return true;
  }

  #blank(at: number): number {
    const bytes = this.#bytes;
    let next = at;
    for (let byte = bytes[next]; byte === 0x20 || byte === 0x09 || byte === 0x0d; byte = bytes[next]) next += 1;
    return next;
  }

  /** The quote that ends a name without escapes. */
  #nameEnd(at: number): number {
    for (let next = at; ; next += 1) {
      const byte = this.#bytes[next] ?? 0;
      if (byte === QUOTE) return next;
      if (byte < 0x20 || byte === BACKSLASH) return -1;
    }
  }

  /** The quote that ends a string: no control character, no escape that JSON does not have (RFC 8259 §7). */
  #stringEnd(at: number): number {
    const bytes = this.#bytes;
    for (let next = at; ; ) {
      const byte = bytes[next] ?? 0;
      if (byte === QUOTE) return next;
      if (byte < 0x20) return -1;
      if (byte !== BACKSLASH) {
        next += 1;
        continue;
      }
      const kind = bytes[ESCAPES + (bytes[next + 1] ?? 0)];
      if (kind === PLAIN_ESCAPE) next += 2;
      else if (kind === UNICODE_ESCAPE && [2, 3, 4, 5].every((ahead) => bytes[HEX + (bytes[next + ahead] ?? 0)] === 1)) next += 6;
      else return -1;
    }
  }

  #scalarEnd(at: number): number {
    const bytes = this.#bytes;
    const first = bytes[at];
    if (first === 0x74 || first === N || first === 0x66) {
      const word = this.#words.getInt32(first === 0x66 ? at + 1 : at, true);
      if (word !== (first === 0x74 ? TRUE : first === N ? NULL : ALSE)) return -1;
      return first === 0x66 ? at + 5 : at + 4;
    }
    let next = first === 0x2d ? at + 1 : at;
    next = bytes[next] === 0x30 ? next + 1 : this.#digits(next);
    if (next >= 0 && bytes[next] === 0x2e) next = this.#digits(next + 1);
    if (next >= 0 && ((bytes[next] ?? 0) | 0x20) === 0x65) {
      const sign = bytes[next + 1];
      next = this.#digits(sign === 0x2b || sign === 0x2d ? next + 2 : next + 1);
    }
    return next;
  }

  #digits(at: number): number {
    let next = at;
    for (let byte = this.#bytes[next] ?? 0; byte >= 0x30 && byte <= 0x39; byte = this.#bytes[next] ?? 0) next += 1;
    return next === at ? -1 : next;
  }

  #get(address: number): number {
    return this.#words.getInt32(address, true);
  }

  #set(address: number, value: number): void {
    this.#words.setInt32(address, value, true);
  }
}

/** Four letters in the order of their bytes. */
const TRUE = 0x65757274;
const NULL = 0x6c6c756e;
const ALSE = 0x65736c61;
