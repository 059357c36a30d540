import type { BodyReading } from "../invocation/body-reading.ts";
import { CLOSE_BRACE, CLOSE_BRACKET, COMMA, OPEN_BRACE, QUOTE } from "../invocation/json-shape.ts";
import { readRequest, readResponse } from "../invocation/read-body.ts";
import { ByteKeys } from "./byte-keys.ts";
import { decidingKeys, TEXT_EVENTS } from "./deciding-keys.ts";
import type { ValueScanner } from "./value-scanner.ts";

/** The place of `type` in the list of a chunk's deciding fields. */
const TYPE = 0;

/**
 * Reads a body's figures by parsing only the fields that a contract may ask for, with long strings left out. The contracts are the same as on
 * the straightforward path, and so are their readings.
 */
export class BodyScanner {
  /** Of the body that was scanned last. */
  reading: BodyReading;
  readonly #values: ValueScanner;
  readonly #requestKeys: ByteKeys;
  readonly #responseKeys: ByteKeys;
  readonly #chunkKeys: ByteKeys;
  readonly #textEvents = new ByteKeys(TEXT_EVENTS);
  /** The reading of a request that says nothing, always the same object. */
  readonly emptyRequest: BodyReading = readRequest({});
  #text = "";

  constructor(values: ValueScanner) {
    this.#values = values;
    const { request, response, chunk } = decidingKeys();
    this.#requestKeys = new ByteKeys(request);
    this.#responseKeys = new ByteKeys(response);
    this.#chunkKeys = new ByteKeys(["type", ...[...chunk].filter((key) => key !== "type")]);
    this.reading = this.emptyRequest;
  }

  /** Behind a request that starts here; -1 when it is not a plain JSON object. */
  request(at: number): number {
    if (this.#values.bytes[at] !== OPEN_BRACE) return -1;
    const end = this.#fields(at, this.#requestKeys);
    if (end > 0) this.reading = this.#text === "{}" ? this.emptyRequest : readRequest(JSON.parse(this.#text));
    return end;
  }

  /** Behind an answer that starts here: an object, or the array of a stream's chunks. */
  response(at: number): number {
    const isObject = this.#values.bytes[at] === OPEN_BRACE;
    const end = isObject ? this.#fields(at, this.#responseKeys) : this.#chunks(at);
    if (end > 0) this.reading = readResponse(JSON.parse(this.#text));
    return end;
  }

  /** Behind an object; leaves its deciding fields as JSON in `#text`. */
  #fields(at: number, keys: ByteKeys): number {
    const values = this.#values;
    const bytes = values.bytes;
    let text = "{";
    let next = values.blank(at + 1);
    if (bytes[next] === CLOSE_BRACE) {
      this.#text = "{}";
      return next + 1;
    }
    for (;;) {
      if (bytes[next] !== QUOTE) return -1;
      const start = next;
      const nameEnd = values.nameEnd(start + 1);
      if (nameEnd < 0) return -1;
      next = values.behindColon(nameEnd + 1);
      if (next < 0) return -1;
      const decides = keys.find(bytes, start + 1, nameEnd) >= 0;
      values.collecting = decides;
      next = values.valueEnd(next);
      values.collecting = false;
      if (next < 0) {
        values.holes.length = 0;
        return -1;
      }
      if (decides) text += (text === "{" ? "" : ",") + this.#without(start, next);
      next = values.blank(next);
      const after = bytes[next];
      if (after === CLOSE_BRACE) {
        this.#text = `${text}}`;
        return next + 1;
      }
      if (after !== COMMA) return -1;
      next = values.blank(next + 1);
    }
  }

  /** Behind an array; leaves the chunks that decide something in `#text`. What is no object decides nothing. */
  #chunks(at: number): number {
    const values = this.#values;
    const bytes = values.bytes;
    let text = "[";
    let next = values.blank(at + 1);
    if (bytes[next] === CLOSE_BRACKET) {
      this.#text = "[]";
      return next + 1;
    }
    for (;;) {
      const start = next;
      if (bytes[start] === OPEN_BRACE) {
        const decides = this.#chunkDecides(start);
        if (decides === undefined) return -1;
        if (decides) {
          values.collecting = true;
          next = values.valueEnd(start);
          values.collecting = false;
          text += (text === "[" ? "" : ",") + this.#without(start, next);
        } else next = this.#chunkEnd;
      } else next = values.valueEnd(start);
      if (next < 0) return -1;
      next = values.blank(next);
      const after = bytes[next];
      if (after === CLOSE_BRACKET) {
        this.#text = `${text}]`;
        return next + 1;
      }
      if (after !== COMMA) return -1;
      next = values.blank(next + 1);
    }
  }

  #chunkEnd = 0;

  /** Whether a contract may read anything from a chunk; sets `#chunkEnd`. Undefined when it is not plain JSON. */
  #chunkDecides(at: number): boolean | undefined {
    const values = this.#values;
    const bytes = values.bytes;
    let decides = false;
    let next = values.blank(at + 1);
    if (bytes[next] === CLOSE_BRACE) {
      this.#chunkEnd = next + 1;
      return false;
    }
    for (;;) {
      if (bytes[next] !== QUOTE) return undefined;
      const start = next + 1;
      const nameEnd = values.nameEnd(start);
      if (nameEnd < 0) return undefined;
      const value = values.behindColon(nameEnd + 1);
      if (value < 0) return undefined;
      next = values.valueEnd(value);
      if (next < 0) return undefined;
      const key = this.#chunkKeys.find(bytes, start, nameEnd);
      if (key > TYPE || (key === TYPE && !this.#isTextEvent(value, next))) decides = true;
      next = values.blank(next);
      const after = bytes[next];
      if (after === CLOSE_BRACE) {
        this.#chunkEnd = next + 1;
        return decides;
      }
      if (after !== COMMA) return undefined;
      next = values.blank(next + 1);
    }
  }

  #isTextEvent(start: number, end: number): boolean {
    const bytes = this.#values.bytes;
    return bytes[start] === QUOTE && this.#textEvents.find(bytes, start + 1, end - 1) >= 0;
  }

  /** The text of a stretch without the long strings in it. Latin-1 will do: figures and words are ASCII, and nothing else is read. */
  #without(start: number, end: number): string {
    const { holes, bytes } = this.#values;
    let text = "";
    let from = start;
    for (let index = 0; index < holes.length; index += 2) {
      text += latin1(bytes, from, holes[index] ?? end);
      from = holes[index + 1] ?? end;
    }
    holes.length = 0;
    return text + latin1(bytes, from, end);
  }
}

const latin1 = (bytes: Uint8Array, start: number, end: number): string =>
  Buffer.from(bytes.buffer, start, end - start).toString("latin1");
