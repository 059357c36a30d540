import type { BodyReading } from "../invocation/body-reading.ts";
import { OPEN_BRACE, OPEN_BRACKET } from "../invocation/json-shape.ts";
import { readRequest, readResponse } from "../invocation/read-body.ts";
import { DECIDING, ELEMENT, HOLE } from "./line-memory.ts";
import { ID, type LineScanner, NAME, START, STEP, STOP } from "./line-scanner.ts";

/**
 * Reads a body's figures by parsing only the fields that a contract may ask for, with long strings left out. The contracts are the same as on
 * the straightforward path, and so are their readings.
 */
export class BodyReader {
  /** The reading of a request that says nothing, always the same object. */
  readonly emptyRequest: BodyReading = readRequest({});
  readonly #lines: LineScanner;

  constructor(lines: LineScanner) {
    this.#lines = lines;
  }

  /** The tape's entry as a request; null when it is no object. */
  request(entry: number): BodyReading | null {
    if (this.#first(entry) !== OPEN_BRACE) return null;
    const fields = this.#parts(entry, DECIDING, NAME);
    if (fields === "") return this.emptyRequest;
    const reading = readRequest(JSON.parse(`{${fields}}`));
    return saysNothing(reading) ? this.emptyRequest : reading;
  }

  /** The tape's entry as an answer: an object, or the array of a stream's chunks; null for anything else. */
  response(entry: number): BodyReading | null {
    const first = this.#first(entry);
    if (first === OPEN_BRACE) return readResponse(JSON.parse(`{${this.#parts(entry, DECIDING, NAME)}}`));
    return first === OPEN_BRACKET ? readResponse(JSON.parse(`[${this.#parts(entry, ELEMENT, START)}]`)) : null;
  }

  #first(entry: number): number | undefined {
    const { bytes, words } = this.#lines;
    return bytes[words[entry + START] ?? 0];
  }

  /** The entries of one kind inside an entry, as JSON. Latin-1 will do: figures and words are ASCII, and nothing else is read. */
  #parts(entry: number, kind: number, from: number): string {
    const { bytes, words, tapeEnd } = this.#lines;
    const end = words[entry + STOP] ?? 0;
    let text = "";
    for (let at = entry + STEP; at < tapeEnd && (words[at + START] ?? end) < end; at += STEP) {
      if (words[at + ID] !== kind) continue;
      const stop = words[at + STOP] ?? end;
      let start = words[at + from] ?? 0;
      if (text !== "") text += ",";
      // Long strings come behind the field or chunk that they lie in.
      for (let hole = at + STEP; hole < tapeEnd && (words[hole + START] ?? stop) < stop; hole += STEP) {
        if (words[hole + ID] !== HOLE) continue;
        text += bytes.toString("latin1", start, words[hole + START]);
        start = words[hole + STOP] ?? stop;
      }
      text += bytes.toString("latin1", start, stop);
    }
    return text;
  }
}

/** Most requests have a system prompt, few one that tells the client. */
const saysNothing = ({
  contract,
  serviceTier,
  performanceLatency,
  sessionId,
  deviceId,
  clientVersion,
  checks,
  coerced,
}: BodyReading): boolean =>
  contract === null &&
  serviceTier === null &&
  performanceLatency === null &&
  sessionId === null &&
  deviceId === null &&
  clientVersion === null &&
  checks.length === 0 &&
  !coerced;
