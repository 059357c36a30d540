/** Values of a Parquet page as bytes (Parquet format 2.11, Encodings). All are written for many values at once: rows are the hot path. */

let scratch = new Int32Array(1024);

/** Room for so many numbers, for as long as it takes to pack them: a page's levels and codes need not be new memory each time. */
export function room(count: number): Int32Array {
  if (scratch.length < count) scratch = new Int32Array(count * 2);
  return scratch;
}

/** RLE/bit-packed hybrid of small numbers: one run when all are equal, else all bit-packed. */
export function hybrid(values: Int32Array, count: number, width: number): Uint8Array {
  const first = values[0] ?? 0;
  let equal = true;
  for (let index = 1; index < count && equal; index += 1) equal = values[index] === first;
  return equal ? oneRun(first, count, width) : bitPacked(values, count, width);
}

/** One value, many times. */
export function oneRun(value: number, count: number, width: number): Uint8Array {
  const out = new Uint8Array(9);
  let at = varInt(out, 0, count * 2);
  for (let bits = 0; bits < width; bits += 8) {
    out[at] = (value >>> bits) & 0xff;
    at += 1;
  }
  return out.subarray(0, at);
}

function bitPacked(values: Int32Array, count: number, width: number): Uint8Array {
  const groups = (count + 7) >> 3;
  const out = new Uint8Array(groups * width + 5);
  let at = varInt(out, 0, groups * 2 + 1);
  const start = at;
  let held = 0;
  let bits = 0;
  for (let index = 0; index < count; index += 1) {
    // A width of at most 24 leaves room for the 7 bits that may wait.
    held |= (values[index] ?? 0) << bits;
    bits += width;
    while (bits >= 8) {
      out[at] = held & 0xff;
      at += 1;
      held >>>= 8;
      bits -= 8;
    }
  }
  if (bits > 0) out[at] = held & 0xff;
  return out.subarray(0, start + groups * width);
}

/** Bits that the numbers below `count` need. */
export const widthOf = (count: number): number => (count <= 1 ? 0 : 32 - Math.clz32(count - 1));

function varInt(out: Uint8Array, at: number, value: number): number {
  let rest = value;
  let next = at;
  for (; rest > 127; next += 1) {
    out[next] = (rest & 0x7f) | 0x80;
    rest = Math.floor(rest / 128);
  }
  out[next] = rest;
  return next + 1;
}

/** Byte arrays, each behind its length. */
export function plainStrings(texts: readonly string[]): Uint8Array {
  const size = texts.reduce((sum, text) => sum + 4 + Buffer.byteLength(text), 0);
  const out = Buffer.allocUnsafe(size);
  let at = 0;
  for (const text of texts) {
    const length = out.write(text, at + 4);
    out.writeUInt32LE(length, at);
    at += 4 + length;
  }
  return out;
}
