import { Buffer } from "node:buffer";
import { writeKnownFields } from "./known-fields.ts";
import { BASE, ENTRY, fillClasses, SLACK, TAPE, TAPE_END, WASM_PAGE } from "./line-memory.ts";
import { SCAN_LINE_WASM } from "./scan-line.wasm.ts";

/** Absent with `node --jitless` only. There the straightforward path takes every line: 184 µs a record, where this walk in JavaScript took 512. */
export const HAS_WEB_ASSEMBLY = typeof WebAssembly === "object";

/** The memory that lines are put into, and the walk over one of them, in WebAssembly. */
export class LineScanner {
  /** Everything: tables, tape, texts, and from BASE on the lines. Other views after `put` and `clear`. */
  bytes: Buffer;
  words: Int32Array;
  readonly #memory: Memory;

  constructor() {
    this.#memory = HAS_WEB_ASSEMBLY ? vectorMemory() : noMemory();
    this.bytes = Buffer.from(this.#memory.buffer());
    this.words = new Int32Array(this.#memory.buffer());
    fillClasses(this.bytes);
    writeKnownFields(this.bytes);
  }

  /** Puts whole lines in place, with the line feed behind them that ends every walk. */
  put(lines: Uint8Array): void {
    const missing = BASE + lines.length + 1 + SLACK - this.bytes.length;
    if (missing > 0) {
      this.#memory.grow(Math.ceil(missing / WASM_PAGE));
      this.bytes = Buffer.from(this.#memory.buffer());
      this.words = new Int32Array(this.#memory.buffer());
    }
    this.bytes.set(lines, BASE);
    this.bytes[BASE + lines.length] = 0x0a;
  }

  /** From the opening brace of a line to its line feed; -1 when it is not one JSON object of the plain kind. Leaves the tape. */
  scan(start: number): number {
    return this.#memory.scan(start);
  }

  /** Where the tape ends, as an index of `words`; it begins at FIRST. */
  get tapeEnd(): number {
    return (this.words[TAPE_END / 4] ?? TAPE) / 4;
  }
}

interface Memory {
  buffer(): ArrayBuffer;
  grow(pages: number): void;
  scan(start: number): number;
}

let compiled: WebAssembly.Module | undefined;

function vectorMemory(): Memory {
  compiled ??= new WebAssembly.Module(Uint8Array.from(Buffer.from(SCAN_LINE_WASM, "base64")));
  const memory = new WebAssembly.Memory({ initial: BASE / WASM_PAGE + 1 });
  const { scan } = new WebAssembly.Instance(compiled, { e: { m: memory } }).exports;
  if (scan === undefined) throw new TypeError("fast: the scanner has no function scan");
  return { buffer: () => memory.buffer, grow: (pages) => memory.grow(pages), scan: (start) => scan(start) };
}

/** Nothing is put here, and nothing walks over it. */
function noMemory(): Memory {
  const buffer = new ArrayBuffer(BASE);
  return { buffer: () => buffer, grow: () => undefined, scan: () => -1 };
}

/** Parts of an entry of the tape, as indexes of `words`. */
export const FIRST = TAPE / 4;
export const STEP = ENTRY / 4;
export const ID = 0;
export const NAME = 1;
export const START = 2;
export const STOP = 3;
export const NUMBER = 4;
