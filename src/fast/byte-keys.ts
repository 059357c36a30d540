/** A fixed set of ASCII names that is looked into with bytes, so that a field's name never becomes a string. */
export class ByteKeys {
  readonly #names: Uint8Array[] = [];
  /** The name that followed each name the last time, and the one that came first: records of one writer have their fields in one order. */
  readonly #after: number[] = [];
  #first = 0;
  readonly #slots: { readonly name: Uint8Array; readonly index: number }[][] = Array.from({ length: 256 }, () => []);

  constructor(names: Iterable<string>) {
    let index = 0;
    for (const text of names) {
      const name = Buffer.from(text, "latin1");
      this.#names.push(name);
      this.#after.push(index + 1);
      this.#slots[slotOf(name, 0, name.length)]?.push({ name, index });
      index += 1;
    }
  }

  /** The name that is expected behind `before` (-1: as the first one), if it is what stands here in quotes; else -1. */
  guess(bytes: Uint8Array, start: number, before: number): number {
    const guess = before < 0 ? this.#first : (this.#after[before] ?? 0);
    const name = this.#names[guess];
    if (name === undefined || bytes[start + name.length] !== 0x22) return -1;
    for (let index = 0; index < name.length; index += 1) if (name[index] !== bytes[start + index]) return -1;
    return guess;
  }

  /** What came behind `before` after all. */
  learn(before: number, key: number): void {
    if (before < 0) this.#first = key;
    else this.#after[before] = key;
  }

  lengthOf(key: number): number {
    return this.#names[key]?.length ?? 0;
  }

  /** Position in the list of names; -1 for any other name. */
  find(bytes: Uint8Array, start: number, end: number): number {
    const candidates = this.#slots[slotOf(bytes, start, end)];
    if (candidates === undefined) return -1;
    for (let each = 0; each < candidates.length; each += 1) {
      const candidate = candidates[each];
      if (candidate !== undefined && isAt(candidate.name, bytes, start, end)) return candidate.index;
    }
    return -1;
  }
}

const slotOf = (bytes: Uint8Array, start: number, end: number): number =>
  end > start ? ((end - start) * 37 + (bytes[start] ?? 0) * 5 + (bytes[end - 1] ?? 0)) & 255 : 0;

function isAt(name: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (name.length !== end - start) return false;
  for (let index = 0; index < name.length; index += 1) if (name[index] !== bytes[start + index]) return false;
  return true;
}
