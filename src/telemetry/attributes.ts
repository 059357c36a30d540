import { createHash } from "node:crypto";
import type { Keeps } from "./item.ts";

export type AttributeValue = string | number | boolean;

/** Attributes as they are read: what is kept by name, and, where two points must be told apart, a word for every one of them. */
export class AttributeSink {
  readonly kept = new Map<string, AttributeValue>();
  readonly #keeps: Keeps;
  /** `key=value` of each attribute in one spelling; undefined where nobody asks. */
  readonly #words: string[] | undefined;

  constructor(keeps: Keeps, identify: boolean) {
    this.#keeps = keeps;
    this.#words = identify ? [] : undefined;
  }

  /** Whether the value is needed at all. */
  wants(key: string): boolean {
    return this.#words !== undefined || this.#keeps(key);
  }

  /** @param word the value in a spelling that JSON and protobuf share */
  add(key: string, value: AttributeValue | undefined, word: string): void {
    if (value !== undefined && this.#keeps(key)) this.kept.set(key, value);
    this.#words?.push(`${key.length}:${key}=${word}`);
  }

  get list(): readonly string[] {
    return this.#words ?? [];
  }

  get words(): string {
    return mapWord(this.list);
  }
}

/** @param parts resource, scope, metric and attributes of a point */
export const seriesOf = (parts: readonly string[]): string =>
  createHash("sha256").update(parts.join("\u0000")).digest("base64url").slice(0, 22);

export const textWord = (value: string): string => `s${value.length}:${value}`;
export const boolWord = (value: boolean): string => (value ? "b1" : "b0");
export const intWord = (value: bigint): string => `i${value}`;
export const doubleWord = (value: number): string => `d${value}`;
export const bytesWord = (base64: string): string => `y${base64}`;
export const listWord = (words: readonly string[]): string => `l[${words.join(",")}]`;
export const mapWord = (words: readonly string[]): string => `m{${[...words].sort().join(",")}}`;

/** A 64-bit integer as a number; undefined where a double cannot hold it. */
export const safeNumber = (value: bigint): number | undefined => {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : undefined;
};
