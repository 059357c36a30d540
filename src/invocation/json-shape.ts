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

/** Part of a buffer; `complete` is false for a last value that does not end. */
export interface Piece {
  readonly start: number;
  readonly end: number;
  readonly complete: boolean;
}

/**
 * Cuts bytes into the top-level values they hold one after the other, with or without white space or a comma between them.
 * Text that is no object or array is a piece of its own up to the next bracket.
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
    if (nesting.depth > 0 || nesting.inString || (byte !== CLOSE_BRACE && byte !== CLOSE_BRACKET)) continue;
    nesting.depth = 0;
    yield { start, end: index + 1, complete: true };
    start = -1;
  }
  if (start !== -1) yield { start, end: bytes.length, complete: false };
}
