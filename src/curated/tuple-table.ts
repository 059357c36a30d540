/** Values by tuples of small integers of a fixed length, without making a key of them. */
export class TupleTable<Value> {
  readonly #length: number;
  #slots = new Int32Array(1024);
  #tuples = new Int32Array(1024);
  #values: Value[] = [];

  constructor(length: number) {
    this.#length = length;
  }

  get size(): number {
    return this.#values.length;
  }

  /** The value of a tuple, made when it is new. */
  find(tuple: Int32Array, make: () => Value): Value {
    const mask = this.#slots.length - 1;
    for (let slot = hashOf(tuple) & mask; ; slot = (slot + 1) & mask) {
      const number = (this.#slots[slot] ?? 0) - 1;
      if (number < 0) return this.#add(tuple, slot, make());
      const value = this.#values[number];
      if (value !== undefined && this.#isAt(tuple, number)) return value;
    }
  }

  clear(): void {
    this.#slots = new Int32Array(1024);
    this.#values = [];
  }

  #isAt(tuple: Int32Array, number: number): boolean {
    const start = number * this.#length;
    for (let index = 0; index < this.#length; index += 1) if (this.#tuples[start + index] !== tuple[index]) return false;
    return true;
  }

  #add(tuple: Int32Array, slot: number, value: Value): Value {
    const number = this.#values.length;
    const start = number * this.#length;
    if (start + this.#length > this.#tuples.length) {
      const larger = new Int32Array(this.#tuples.length * 2);
      larger.set(this.#tuples);
      this.#tuples = larger;
    }
    this.#tuples.set(tuple, start);
    this.#values.push(value);
    this.#slots[slot] = number + 1;
    if (this.#values.length * 2 > this.#slots.length) this.#grow();
    return value;
  }

  #grow(): void {
    const slots = new Int32Array(this.#slots.length * 2);
    const mask = slots.length - 1;
    for (let number = 0; number < this.#values.length; number += 1) {
      const start = number * this.#length;
      let slot = hashOf(this.#tuples.subarray(start, start + this.#length)) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = number + 1;
    }
    this.#slots = slots;
  }
}

function hashOf(tuple: Int32Array): number {
  let hash = 0;
  for (let index = 0; index < tuple.length; index += 1) hash = Math.imul(hash ^ (tuple[index] ?? 0), 0x9e37_79b1);
  return hash ^ (hash >>> 15);
}
