/**
 * Seeded randomness (sfc32, Chris Doty-Humphrey's PractRand generator; seeded with FNV-1a over the parts). Every use names its own
 * stream, so that a change in one place does not move the dice of another.
 */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** Whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  pick<T>(list: readonly T[]): T;
  /** Lower-case hex digits. */
  hex(digits: number): string;
  /** A version 4 UUID. */
  uuid(): string;
}

export function createRandom(...parts: readonly (string | number)[]): Random {
  let hash = 0x811c9dc5;
  for (const code of new TextEncoder().encode(parts.join("\u0000"))) hash = Math.imul(hash ^ code, 0x01000193);
  let a = hash | 0;
  let b = Math.imul(hash, 0x9e3779b1) | 0;
  let c = Math.imul(hash, 0x85ebca6b) | 0;
  let counter = 1;

  const word = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  const hexWord = (): string => word().toString(16).padStart(8, "0");
  for (let warm = 0; warm < 12; warm += 1) word();

  return {
    next: () => word() / 0x1_0000_0000,
    int: (low, high) => low + Math.floor((word() / 0x1_0000_0000) * (high - low + 1)),
    pick: (list) => {
      const chosen = list[Math.floor((word() / 0x1_0000_0000) * list.length)];
      if (chosen === undefined) throw new RangeError("generate: cannot pick from an empty list");
      return chosen;
    },
    hex: (digits) => {
      let text = "";
      while (text.length < digits) text += hexWord();
      return text.slice(0, digits);
    },
    uuid: () => {
      const [one, two, three, four] = [hexWord(), hexWord(), hexWord(), hexWord()];
      const variant = "89ab"[Number.parseInt(three[0] ?? "0", 16) & 3];
      return `${one}-${two.slice(0, 4)}-4${two.slice(5)}-${variant}${three.slice(1, 4)}-${three.slice(4)}${four}`;
    },
  };
}
