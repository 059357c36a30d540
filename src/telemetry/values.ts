import { printable } from "../errors.ts";
import { type PicoUsd, parseDecimal, toPico } from "../money.ts";
import type { Attributes } from "./item.ts";

/** What stands for a name that is too long or one too many. */
export const OTHER = "(other)";
const LONGEST_NAME = 128;
const LONGEST_ID = 128;

/** Attributes of one item before those of its resource. */
export class Values {
  readonly #first: Attributes;
  readonly #second: Attributes;

  constructor(first: Attributes, second: Attributes) {
    this.#first = first;
    this.#second = second;
  }

  #raw(...keys: readonly string[]): string | number | boolean | undefined {
    for (const key of keys) {
      const value = this.#first.get(key) ?? this.#second.get(key);
      if (value !== undefined && value !== "") return value;
    }
    return undefined;
  }

  /** A name: one line of at most 128 characters, else `(other)`. The first of the keys that is there. */
  name(...keys: readonly string[]): string | null {
    const value = this.#raw(...keys);
    return value === undefined ? null : nameOf(String(value));
  }

  /** An id: letters, digits and `_.:@/+=-` only; anything else is none. */
  id(...keys: readonly string[]): string | null {
    const value = this.#raw(...keys);
    return typeof value === "string" && value.length <= LONGEST_ID && /^[\w.:@/+=-]+$/.test(value) ? value : null;
  }

  /** A count: a whole number from 0 on, as a number or as text. */
  count(...keys: readonly string[]): number | null {
    const value = this.#raw(...keys);
    const number = typeof value === "string" && /^\d{1,15}(\.\d{1,9})?$/.test(value) ? Number(value) : value;
    if (typeof number !== "number" || !Number.isFinite(number) || number < 0) return null;
    const whole = Math.round(number);
    return Number.isSafeInteger(whole) ? whole : null;
  }

  flag(...keys: readonly string[]): boolean | null {
    const value = this.#raw(...keys);
    if (typeof value === "boolean") return value;
    return value === "true" ? true : value === "false" ? false : null;
  }

  text(key: string): string | undefined {
    const value = this.#raw(key);
    return typeof value === "string" ? value : undefined;
  }

  /** The client's estimate; whole micro-dollars where it sends no finer figure. */
  cost(): PicoUsd | null {
    const exact = this.#raw("cost_usd");
    const micros = this.count("cost_usd_micros");
    if (typeof exact === "number" || typeof exact === "string") {
      const pico = picoOf(String(exact));
      if (pico !== null) return pico;
    }
    return micros === null ? null : BigInt(micros) * 1_000_000n;
  }

  labels(isLabel: (key: string) => boolean): ReadonlyMap<string, string> | null {
    const labels = new Map<string, string>();
    for (const attributes of [this.#second, this.#first])
      for (const [key, value] of attributes) if (isLabel(key) && value !== "") labels.set(nameOf(key), nameOf(String(value)));
    return labels.size === 0 ? null : new Map([...labels].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export const nameOf = (text: string): string => (text.length > LONGEST_NAME ? OTHER : printable(text).trim());

/** At most 999,999 dollars a call: decimal(18,12). */
export function picoOf(text: string): PicoUsd | null {
  try {
    const pico = toPico(parseDecimal(text));
    return pico >= 0n && pico < 10n ** 18n ? pico : null;
  } catch {
    return null;
  }
}
