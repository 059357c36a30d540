/** Values that are added one by one and lie in one piece of memory, which doubles when it is full. `shorten` takes back the last ones. */
export class GrowingInts {
  values = new Int32Array(64);
  length = 0;

  add(value: number): void {
    if (this.length === this.values.length) this.values = doubled(this.values, new Int32Array(this.length * 2));
    this.values[this.length] = value;
    this.length += 1;
  }

  shorten(length: number): void {
    this.length = length;
  }

  clear(): void {
    this.length = 0;
  }
}

/** 64-bit integers, most of which may be missing. */
export class GrowingLongs {
  values = new BigInt64Array(64);
  /** 1 where there is a value. */
  present = new Uint8Array(64);
  length = 0;
  missing = 0;
  /** Low and high halves of `values`, so that a count needs no BigInt. */
  #halves = new Int32Array(this.values.buffer);

  add(value: bigint | null): void {
    const at = this.#room();
    if (value === null) this.#miss(at);
    else {
      this.values[at] = value;
      this.present[at] = 1;
    }
  }

  /** @param value a safe integer that is not negative */
  addCount(value: number | null): void {
    const at = this.#room();
    if (value === null) this.#miss(at);
    else {
      this.#halves[at * 2] = value | 0;
      this.#halves[at * 2 + 1] = value > 0xffff_ffff ? Math.floor(value / 0x1_0000_0000) : 0;
      this.present[at] = 1;
    }
  }

  shorten(length: number): void {
    for (let at = length; at < this.length; at += 1) if (this.present[at] === 0) this.missing -= 1;
    this.length = length;
  }

  clear(): void {
    this.length = 0;
    this.missing = 0;
  }

  #miss(at: number): void {
    this.values[at] = 0n;
    this.present[at] = 0;
    this.missing += 1;
  }

  #room(): number {
    if (this.length === this.values.length) {
      this.values = doubled(this.values, new BigInt64Array(this.length * 2));
      this.present = doubled(this.present, new Uint8Array(this.length * 2));
      this.#halves = new Int32Array(this.values.buffer);
    }
    this.length += 1;
    return this.length - 1;
  }
}

export class GrowingDoubles {
  values = new Float64Array(64);
  length = 0;

  add(value: number): void {
    if (this.length === this.values.length) this.values = doubled(this.values, new Float64Array(this.length * 2));
    this.values[this.length] = value;
    this.length += 1;
  }

  shorten(length: number): void {
    this.length = length;
  }

  clear(): void {
    this.length = 0;
  }
}

/** Byte strings in the form of Parquet's PLAIN encoding: each behind its length in four bytes. */
export class GrowingStrings {
  bytes = Buffer.allocUnsafe(4096);
  used = 0;
  length = 0;

  add(from: Uint8Array, start: number, stop: number): void {
    const length = stop - start;
    const end = this.used + 4 + length;
    if (end > this.bytes.length) {
      const larger = Buffer.allocUnsafe(Math.max(end, this.bytes.length * 2));
      this.bytes.copy(larger, 0, 0, this.used);
      this.bytes = larger;
    }
    this.bytes.writeUInt32LE(length, this.used);
    // Ids are short: a loop is faster than a view and a copy.
    for (let index = 0; index < length; index += 1) this.bytes[this.used + 4 + index] = from[start + index] ?? 0;
    this.used = end;
    this.length += 1;
  }

  shorten(length: number): void {
    let used = 0;
    for (let index = 0; index < length; index += 1) used += 4 + this.bytes.readUInt32LE(used);
    this.used = used;
    this.length = length;
  }

  clear(): void {
    this.used = 0;
    this.length = 0;
  }
}

function doubled<Values extends { set(from: Values): void }>(from: Values, to: Values): Values {
  to.set(from);
  return to;
}
