/** How far into a JSON text a scan has come. Counts brackets and quotes only; whether the text is JSON is for the parser to say. */
export interface Nesting {
  depth: number;
  inString: boolean;
  escaped: boolean;
}

export const QUOTE = 0x22;
const BACKSLASH = 0x5c;
export const OPEN_BRACE = 0x7b;
export const CLOSE_BRACE = 0x7d;
export const OPEN_BRACKET = 0x5b;
export const CLOSE_BRACKET = 0x5d;
export const COMMA = 0x2c;
export const COLON = 0x3a;

export const outside = (): Nesting => ({ depth: 0, inString: false, escaped: false });

/** White space as JSON knows it. */
export const isBlank = (byte: number | undefined): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Advances `nesting` by one byte. */
export function step(nesting: Nesting, byte: number): void {
  if (nesting.inString) {
    if (nesting.escaped) nesting.escaped = false;
    else if (byte === BACKSLASH) nesting.escaped = true;
    else if (byte === QUOTE) nesting.inString = false;
    return;
  }
  if (byte === QUOTE) nesting.inString = true;
  else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) nesting.depth += 1;
  else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) nesting.depth -= 1;
}

/** Values that one line may hold: parsed, each takes some 50 bytes, so that a line of two-byte objects would take thirty times its size. */
const MOST_VALUES = 4_000_000;

/** Whether a JSON text holds more values than can be parsed at once; commas and opening brackets outside strings are counted. */
export function hasTooManyValues(bytes: Uint8Array): boolean {
  // Each value takes a byte and what separates it from the next another.
  if (bytes.length < 2 * MOST_VALUES) return false;
  const nesting = outside();
  let values = 0;
  for (const byte of bytes) {
    step(nesting, byte);
    if (!nesting.inString && (byte === COMMA || byte === OPEN_BRACE || byte === OPEN_BRACKET)) values += 1;
  }
  return values > MOST_VALUES;
}

/** Part of a buffer; `complete` is false for a last value that does not end. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly complete: boolean;
}

/**
 * Cuts bytes into the top-level values they hold one after the other, with or without white space or a comma between them.
 * Text that is no object, array or string is a piece of its own up to the next bracket.
 */
export function* topLevelPieces(bytes: Uint8Array): Generator<Piece> {
  const nesting = outside();
  let start = -1;
  for (let index = 0; index < bytes.length; index += 1) {
    const byte = bytes[index] ?? 0;
    if (nesting.depth === 0 && !nesting.inString) {
      if (start === -1 && (isBlank(byte) || byte === COMMA)) continue;
      if (start !== -1 && (byte === OPEN_BRACE || byte === OPEN_BRACKET)) {
        yield { start, end: index, complete: true };
        start = -1;
      }
      if (start === -1) start = index;
    }
    step(nesting, byte);
    if (nesting.depth > 0 || nesting.inString) continue;
    const ends = byte === CLOSE_BRACE || byte === CLOSE_BRACKET || (byte === QUOTE && bytes[start] === QUOTE);
    if (!ends) continue;
    nesting.depth = 0;
    yield { start, end: index + 1, complete: true };
    start = -1;
  }
  if (start !== -1) yield { start, end: bytes.length, complete: false };
}
