/**
 * Where what lies in the memory that the line scanner works in (scan-line.wat). Addresses are bytes. Tests hold what it finds to JSON.parse and to the
 * straightforward path, and with that these numbers to those in the .wat.
 */

/** Classes of the byte behind a backslash, and which bytes are hexadecimal digits. */
export const ESCAPES = 0;
export const HEX = 256;
export const PLAIN_ESCAPE = 1;
export const UNICODE_ESCAPE = 2;

// From 512 on: open containers, 16 bytes each, from the outermost: node (of an array: that of its elements), whether it is an object, the fields seen, its tape entry.
/** Deeper nesting is left to JSON.parse. */
export const MOST_DEPTH = 200;

/** Behind the last entry of the tape. */
export const TAPE_END = 4092;

/** Tables of known fields, one of 64 places for each kind of object: name's address and length, then FieldByte. */
export const NODES = 4096;
export const PLACES = 64;
export const FIELD = 16;
export const MOST_NODES = 15;
/** Nodes up to this one are strict: every field must be known and come once, and a null is as good as nothing. */
export const LAST_STRICT = 5;

/** The names, each from a multiple of 16, so that they are compared 16 bytes at a time. */
export const NAMES = 20_480;

/** What was found: number of the field, where its name's opening quote and its value begin, where the value ends, number of its text. */
export const TAPE = 28_672;
export const ENTRY = 20;
// 4,096 entries at the most.

/** Texts met before: hash table of numbers, then hash, address and length of each number, then the bytes from multiples of 16. */
export const TEXT_SLOTS = 110_592;
export const MOST_SLOTS = 32_768;
export const TEXTS = 241_664;
export const TEXT = 16;
export const MOST_TEXTS = 16_384;
export const TEXT_BYTES = 503_808;

/** First byte of the lines. */
export const BASE = 1_572_864;
/** A vector load may look this far beyond the data. */
export const SLACK = 16;
export const WASM_PAGE = 65_536;

/**
 * Numbers on the tape that are no known field: a string of more than 600 bytes, longer than any word, number or model id that a contract reads from a body
 * (512 characters, peek.ts), and an object in an array whose objects are looked into.
 */
export const HOLE = 254;
export const ELEMENT = 255;
/** A field of a body that a contract may read. Which one, its name says. */
export const DECIDING = 200;

/** Where the parts of a field lie in its place, behind the name's address. */
export const FieldByte = {
  length: 4,
  id: 8,
  /** Node of its value, when that is an object. */
  child: 9,
  /** Node of its value's elements, when that is an array. */
  items: 10,
  /** Node whose fields are the words that make this field not worth mentioning. */
  quiet: 11,
  /** Bit in the fields seen. */
  bit: 12,
  /** 1: its text is looked up. */
  text: 13,
} as const;

export function fillClasses(bytes: Uint8Array): void {
  for (const letter of '"\\/bfnrt') bytes[ESCAPES + letter.charCodeAt(0)] = PLAIN_ESCAPE;
  bytes[ESCAPES + "u".charCodeAt(0)] = UNICODE_ESCAPE;
  for (const digit of "0123456789abcdefABCDEF") bytes[HEX + digit.charCodeAt(0)] = 1;
}

/** Place of a name in its node's table. */
export const placeOf = (length: number, first: number, last: number): number => (length * 37 + first * 5 + last) & (PLACES - 1);
