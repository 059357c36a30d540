import type { SchemaElement } from "hyparquet";
import type { Chunk } from "./column-chunks.ts";
import { withWidth } from "./column-chunks.ts";
import { hybrid, oneRun, plainStrings, widthOf } from "./page-bytes.ts";

type Labels = ReadonlyMap<string, string> | null;

/** Levels of map<varchar, varchar> (Parquet, Nested Encoding): 0 no map, 2 a key, 3 a value that is there. */
const KEY_LEVEL = 2;
const VALUE_LEVEL = 3;

/** The two columns of a map of texts: `values[number]` is a row's map, which is not empty, or null. */
export function mapChunks(
  name: string,
  elements: { readonly key: SchemaElement; readonly value: SchemaElement },
  values: readonly Labels[],
  numbers: Int32Array,
  rows: number,
): [Chunk, Chunk] {
  const keys = new Codes();
  const texts = new Codes();
  const coded = values.map((labels) =>
    labels === null ? undefined : [...labels].map(([key, text]) => [keys.of(key), texts.of(text)] as const),
  );
  let entries = 0;
  let present = 0;
  for (let row = 0; row < rows; row += 1) {
    const count = coded[numbers[row] ?? 0]?.length ?? 0;
    entries += Math.max(1, count);
    present += count;
  }
  const repetition = new Int32Array(entries);
  const keyLevels = new Int32Array(entries);
  const keyCodes = new Int32Array(present);
  const textCodes = new Int32Array(present);
  let at = 0;
  let value = 0;
  for (let row = 0; row < rows; row += 1) {
    const labels = coded[numbers[row] ?? 0];
    if (labels === undefined) {
      at += 1;
      continue;
    }
    for (const [index, [key, text]] of labels.entries()) {
      repetition[at] = index === 0 ? 0 : 1;
      keyLevels[at] = KEY_LEVEL;
      keyCodes[value] = key;
      textCodes[value] = text;
      at += 1;
      value += 1;
    }
  }
  const levels = present === 0 ? oneRun(0, entries, 2) : hybrid(keyLevels, entries, 2);
  const valueLevels = present === 0 ? levels : hybrid(raised(keyLevels), entries, 2);
  const shared = { rows, entries, nulls: entries - present, repetition: hybrid(repetition, entries, 1) };
  const statistics = { null_count: BigInt(entries - present) };
  const chunk = (element: SchemaElement, leaf: string, definition: Uint8Array, codes: Codes, data: Int32Array): Chunk => ({
    ...shared,
    element,
    path: [name, "key_value", leaf],
    definition,
    statistics,
    ...codes.page(data),
  });
  return [chunk(elements.key, "key", levels, keys, keyCodes), chunk(elements.value, "value", valueLevels, texts, textCodes)];
}

const raised = (levels: Int32Array): Int32Array => levels.map((level) => (level === KEY_LEVEL ? VALUE_LEVEL : 0));

/** Texts and their numbers, in the order in which they come. */
class Codes {
  readonly #codes = new Map<string, number>();

  of(text: string): number {
    const code = this.#codes.get(text) ?? this.#codes.size;
    this.#codes.set(text, code);
    return code;
  }

  page(data: Int32Array): Pick<Chunk, "encoding" | "data" | "dictionary"> {
    const count = this.#codes.size;
    if (count === 0) return { encoding: "PLAIN", data: new Uint8Array(0), dictionary: undefined };
    const width = widthOf(count);
    return {
      encoding: "RLE_DICTIONARY",
      data: withWidth(width, hybrid(data, data.length, width)),
      dictionary: { values: plainStrings([...this.#codes.keys()]), count },
    };
  }
}
