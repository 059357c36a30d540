/**
 * Numbers for strings, looked up by their bytes: what repeats from record to record (accounts, models, principals) becomes a JavaScript
 * string once. Numbers count from 1; `clear` starts over.
 */
export class Interner {
  #table = new Int32Array(4096);
  #hashes: number[] = [0];
  #names: Uint8Array[] = [new Uint8Array(0)];
  #texts: string[] = [""];

  get size(): number {
    return this.#names.length - 1;
  }

  text(id: number): string {
    return this.#texts[id] ?? "";
  }

  /**
   * The number of a text; 0 for one that is not plain ASCII without escapes. Only a new text is looked at byte by byte: a known one is
   * equal to one that was. The hash takes all of the last bytes, where ARNs differ, and some of the others.
   */
  find(bytes: Uint8Array, start: number, end: number): number {
    const hash = sampled(bytes, start, end);
    const mask = this.#table.length - 1;
    let slot = (hash ^ (hash >>> 15)) & mask;
    for (;;) {
      const id = this.#table[slot] ?? 0;
      if (id === 0) return isPlain(bytes, start, end) ? this.#add(bytes, start, end, hash, slot) : 0;
      if (this.#hashes[id] === hash && this.#isAt(id, bytes, start, end)) return id;
      slot = (slot + 1) & mask;
    }
  }

  clear(): void {
    this.#table = new Int32Array(4096);
    this.#hashes = [0];
    this.#names = [new Uint8Array(0)];
    this.#texts = [""];
  }

  #isAt(id: number, bytes: Uint8Array, start: number, end: number): boolean {
    const name = this.#names[id];
    if (name === undefined || name.length !== end - start) return false;
    for (let index = 0; index < name.length; index += 1) if (name[index] !== bytes[start + index]) return false;
    return true;
  }

  #add(bytes: Uint8Array, start: number, end: number, hash: number, slot: number): number {
    const id = this.#names.length;
    const name = bytes.slice(start, end);
    this.#names.push(name);
    this.#texts.push(Buffer.from(name.buffer, name.byteOffset, name.length).toString("latin1"));
    this.#hashes.push(hash);
    this.#table[slot] = id;
    if (id * 2 > this.#table.length) this.#grow();
    return id;
  }

  #grow(): void {
    const table = new Int32Array(this.#table.length * 2);
    const mask = table.length - 1;
    for (let id = 1; id < this.#hashes.length; id += 1) {
      const hash = this.#hashes[id] ?? 0;
      let slot = (hash ^ (hash >>> 15)) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = id;
    }
    this.#table = table;
  }
}

/** Bytes from the end that are hashed all: a session name with a domain behind it. */
const TAIL = 40;

function sampled(bytes: Uint8Array, start: number, end: number): number {
  const length = end - start;
  let hash = length;
  for (let at = end - 1; at >= start && at >= end - TAIL; at -= 1) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  for (let at = end - TAIL - 1; at >= start; at -= 5) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
  return hash;
}

function isPlain(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte < 0x20 || byte > 0x7e || byte === 0x5c) return false;
  }
  return true;
}
