import type { Figures } from "../body-reading.ts";
import type { JsonObject, Notes } from "../peek.ts";

/**
 * What one family's body says and means. `Body` is the parsed object, or the chunks of a streamed answer.
 * Adding a family is one entry in contracts/index.ts.
 */
export interface Contract<Body> {
  readonly name: string;
  /**
   * Does the body's input count contain the cached tokens? `inside`: they are taken out, because `input_tokens` never contains
   * them. `apart`: the count is already without them.
   */
  readonly cached: "apart" | "inside";
  /** Where the shape comes from and how sure that is: looked up (with date), documented or seen (in the notes), or from memory. */
  readonly source: string;
  detect(body: Body): boolean;
  read(body: Body, notes: Notes): Figures;
}

export type ObjectContract = Contract<JsonObject>;
/** Chunks are the objects of the array, in order; bare strings such as "[DONE]" are left out. */
export type StreamContract = Contract<readonly JsonObject[]>;

/** The last value that is there, searched from the end because final counts come last. */
export function lastOf<Value>(
  chunks: readonly JsonObject[],
  read: (chunk: JsonObject) => Value | null | undefined,
): Value | null {
  for (let index = chunks.length - 1; index >= 0; index -= 1) {
    const chunk = chunks[index];
    const value = chunk === undefined ? undefined : read(chunk);
    if (value !== undefined && value !== null) return value;
  }
  return null;
}
