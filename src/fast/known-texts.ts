import { BASE, MOST_SLOTS, MOST_TEXTS, TEXT, TEXT_BYTES, TEXT_SLOTS, TEXTS } from "./line-memory.ts";
import type { LineScanner } from "./line-scanner.ts";
import { hashOf } from "./text-hash.ts";

/**
 * Numbers for texts that repeat from record to record (accounts, models, principals): the line scanner looks them up by their bytes, so that
 * each becomes a JavaScript string once. This is the other half, which adds new ones. Numbers count from 1.
 */
export class KnownTexts {
  readonly #lines: LineScanner;
  #texts: string[] = [""];
  #free = TEXT_BYTES;

  constructor(lines: LineScanner) {
    this.#lines = lines;
  }

  /** Whether texts have to be forgotten before another record's can be added. */
  get full(): boolean {
    return this.#texts.length > MOST_TEXTS - 64 || this.#free > BASE - 64 * 1024;
  }

  text(number: number): string {
    return this.#texts[number] ?? "";
  }

  /** The number of a new text; 0 for one that is not plain ASCII without escapes. */
  add(start: number, end: number): number {
    const { bytes, words } = this.#lines;
    if (!isPlain(bytes, start, end) || this.#free + end - start > BASE) return 0;
    const hash = hashOf(bytes, start, end);
    let slot = hash & (MOST_SLOTS - 1);
    while (words[TEXT_SLOTS / 4 + slot] !== 0) slot = (slot + 1) & (MOST_SLOTS - 1);
    const number = this.#texts.length;
    words[TEXT_SLOTS / 4 + slot] = number;
    const entry = (TEXTS + number * TEXT) / 4;
    words[entry] = hash;
    words[entry + 1] = this.#free;
    words[entry + 2] = end - start;
    bytes.copyWithin(this.#free, start, end);
    this.#free += (end - start + 15) & -16;
    this.#texts.push(bytes.toString("latin1", start, end));
    return number;
  }

  clear(): void {
    this.#lines.words.fill(0, TEXT_SLOTS / 4, TEXT_SLOTS / 4 + MOST_SLOTS);
    this.#texts = [""];
    this.#free = TEXT_BYTES;
  }
}

function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return false;
  }
  return true;
}
