import type { ColumnMetaData, Encoding, SchemaElement, Statistics } from "hyparquet";
import type { ByteWriter } from "hyparquet-writer";
import { writePageHeader } from "hyparquet-writer/src/datapage.js";
import { hybrid, oneRun, plainStrings, room, widthOf } from "./page-bytes.ts";

/** A column of one row group, ready for its place in the file. */
export interface Chunk {
  readonly path: readonly string[];
  readonly element: SchemaElement;
  /** Entries of the data page; more than rows only inside a map. */
  readonly entries: number;
  readonly rows: number;
  readonly nulls: number;
  readonly repetition: Uint8Array;
  readonly definition: Uint8Array;
  readonly encoding: Encoding;
  readonly data: Uint8Array;
  readonly dictionary: { readonly values: Uint8Array; readonly count: number } | undefined;
  readonly statistics: Statistics;
}

const NOTHING = new Uint8Array(0);

/** A flat column whose values are told by a number: `values[number]`, null for a missing one. */
export function dictionaryChunk(
  element: SchemaElement,
  values: readonly (string | null)[],
  numbers: Int32Array,
  rows: number,
): Chunk {
  const codes = new Map<string, number>();
  const codeOf = Int32Array.from(values, (value) => {
    if (value === null) return -1;
    const known = codes.get(value);
    if (known !== undefined) return known;
    codes.set(value, codes.size);
    return codes.size - 1;
  });
  const texts = [...codes.keys()];
  return coded(element, { values: plainStrings(texts), count: texts.length }, codeOf, numbers, rows, stringBounds(texts));
}

/** The same for numbers of eight bytes. */
export function longDictionaryChunk(element: SchemaElement, values: readonly number[], numbers: Int32Array, rows: number): Chunk {
  const distinct = [...new Set(values)];
  const place = new Map(distinct.map((value, index) => [value, index]));
  const codeOf = Int32Array.from(values, (value) => place.get(value) ?? -1);
  const longs = BigInt64Array.from(distinct, (value) => BigInt(value));
  return coded(element, { values: bytesOf(longs), count: distinct.length }, codeOf, numbers, rows, bounds(longs, longs.length));
}

function coded(
  element: SchemaElement,
  dictionary: { readonly values: Uint8Array; readonly count: number },
  codeOf: Int32Array,
  numbers: Int32Array,
  rows: number,
  statistics: Statistics,
): Chunk {
  const width = widthOf(dictionary.count);
  const hasNull = codeOf.includes(-1);
  const flat = flatColumn(element, rows);
  if (dictionary.count === 0) return allNull(element, rows);
  if (!hasNull && dictionary.count === 1) {
    const data = withWidth(0, oneRun(0, rows, 0));
    return {
      ...flat,
      nulls: 0,
      definition: oneRun(1, rows, 1),
      encoding: "RLE_DICTIONARY",
      data,
      dictionary,
      statistics: { ...statistics, null_count: 0n },
    };
  }
  const codes = room(rows);
  let count = 0;
  for (let row = 0; row < rows; row += 1) {
    const code = codeOf[numbers[row] ?? 0] ?? -1;
    codes[count] = code;
    if (code >= 0) count += 1;
  }
  const data = withWidth(width, hybrid(codes, count, width));
  const nulls = rows - count;
  return {
    ...flat,
    nulls,
    definition: hasNull ? presence(codeOf, numbers, rows) : oneRun(1, rows, 1),
    encoding: "RLE_DICTIONARY",
    data,
    dictionary,
    statistics: { ...statistics, null_count: BigInt(nulls) },
  };
}

function presence(codeOf: Int32Array, numbers: Int32Array, rows: number): Uint8Array {
  const levels = room(rows);
  for (let row = 0; row < rows; row += 1) levels[row] = (codeOf[numbers[row] ?? 0] ?? -1) < 0 ? 0 : 1;
  return hybrid(levels, rows, 1);
}

/** Of a column with one value or none in each row. */
const flatColumn = (element: SchemaElement, rows: number) => ({
  element,
  path: [element.name],
  rows,
  entries: rows,
  repetition: NOTHING,
});

export function allNull(element: SchemaElement, rows: number): Chunk {
  return {
    ...flatColumn(element, rows),
    nulls: rows,
    definition: oneRun(0, rows, 1),
    encoding: "PLAIN",
    data: NOTHING,
    dictionary: undefined,
    statistics: { null_count: BigInt(rows) },
  };
}

/** 64-bit integers; `present` says which there are. */
export function longChunk(
  element: SchemaElement,
  column: { readonly values: BigInt64Array; readonly present: Uint8Array; readonly missing: number },
  rows: number,
): Chunk {
  const { present, missing } = column;
  if (missing === rows) return allNull(element, rows);
  const definition = missing === 0 ? oneRun(1, rows, 1) : levelsOf(present, rows);
  const values = missing === 0 ? column.values.subarray(0, rows) : presentOnly(column.values, present, rows, rows - missing);
  const statistics = { ...bounds(values, values.length), null_count: BigInt(missing) };
  const shared = { ...flatColumn(element, rows), nulls: missing, definition, statistics };
  if (statistics.min_value === statistics.max_value) {
    const dictionary = { values: bytesOf(values.slice(0, 1)), count: 1 };
    return { ...shared, encoding: "RLE_DICTIONARY", data: withWidth(0, oneRun(0, values.length, 0)), dictionary };
  }
  return { ...shared, encoding: "PLAIN", data: bytesOf(values), dictionary: undefined };
}

/** Doubles or 32-bit integers without a missing one. */
export function plainChunk(element: SchemaElement, values: Float64Array | Int32Array): Chunk {
  const rows = values.length;
  const first = values[0] ?? 0;
  const shared = { ...flatColumn(element, rows), nulls: 0, definition: oneRun(1, rows, 1) };
  let min = first;
  let max = first;
  for (const value of values) {
    if (value < min) min = value;
    if (value > max) max = value;
  }
  const statistics = { min_value: min, max_value: max, null_count: 0n };
  if (min === max) {
    const dictionary = { values: bytesOf(values.slice(0, 1)), count: 1 };
    return { ...shared, encoding: "RLE_DICTIONARY", data: withWidth(0, oneRun(0, rows, 0)), dictionary, statistics };
  }
  return { ...shared, encoding: "PLAIN", data: bytesOf(values), dictionary: undefined, statistics };
}

/** Byte strings that are in PLAIN form already. Their bounds would cost more than they could ever save. */
export const stringChunk = (element: SchemaElement, data: Uint8Array, rows: number): Chunk => ({
  ...flatColumn(element, rows),
  nulls: 0,
  definition: oneRun(1, rows, 1),
  encoding: "PLAIN",
  data,
  dictionary: undefined,
  statistics: { null_count: 0n },
});

/** Appends the chunk's pages; what the file's footer must say about it. */
export function writeChunk(writer: ByteWriter, chunk: Chunk): ColumnMetaData {
  const { element, dictionary, repetition, definition, data } = chunk;
  if (element.type === undefined) throw new TypeError(`curated: column ${element.name} has no type`);
  const start = writer.offset;
  if (dictionary) {
    writePageHeader(writer, {
      type: "DICTIONARY_PAGE",
      uncompressed_page_size: dictionary.values.length,
      compressed_page_size: dictionary.values.length,
      dictionary_page_header: { num_values: dictionary.count, encoding: "PLAIN" },
    });
    writer.appendBytes(dictionary.values);
  }
  const dataStart = writer.offset;
  const size = repetition.length + definition.length + data.length;
  writePageHeader(writer, {
    type: "DATA_PAGE_V2",
    uncompressed_page_size: size,
    compressed_page_size: size,
    data_page_header_v2: {
      num_values: chunk.entries,
      num_nulls: chunk.nulls,
      num_rows: chunk.rows,
      encoding: chunk.encoding,
      definition_levels_byte_length: definition.length,
      repetition_levels_byte_length: repetition.length,
      is_compressed: false,
    },
  });
  writer.appendBytes(repetition);
  writer.appendBytes(definition);
  writer.appendBytes(data);
  const bytes = BigInt(writer.offset - start);
  return {
    type: element.type,
    encodings: dictionary ? ["PLAIN", "RLE", "RLE_DICTIONARY"] : ["RLE", "PLAIN"],
    path_in_schema: [...chunk.path],
    codec: "UNCOMPRESSED",
    num_values: BigInt(chunk.entries),
    total_uncompressed_size: bytes,
    total_compressed_size: bytes,
    data_page_offset: BigInt(dataStart),
    ...(dictionary ? { dictionary_page_offset: BigInt(start) } : {}),
    statistics: chunk.statistics,
  };
}

export function withWidth(width: number, runs: Uint8Array): Uint8Array {
  const out = new Uint8Array(runs.length + 1);
  out[0] = width;
  out.set(runs, 1);
  return out;
}

function levelsOf(present: Uint8Array, rows: number): Uint8Array {
  const levels = room(rows);
  levels.set(present.subarray(0, rows));
  return hybrid(levels, rows, 1);
}

/** In halves, because every BigInt that is looked at is an allocation. */
function presentOnly(values: BigInt64Array, present: Uint8Array, rows: number, count: number): BigInt64Array {
  const out = new BigInt64Array(count);
  const from = new Int32Array(values.buffer, values.byteOffset, rows * 2);
  const to = new Int32Array(out.buffer);
  let at = 0;
  for (let row = 0; row < rows; row += 1) {
    if (present[row] === 0) continue;
    to[at] = from[row * 2] ?? 0;
    to[at + 1] = from[row * 2 + 1] ?? 0;
    at += 2;
  }
  return out;
}

/** Compares the halves, for the same reason. */
function bounds(values: BigInt64Array, count: number): { min_value: bigint; max_value: bigint } {
  const halves = new Int32Array(values.buffer, values.byteOffset, count * 2);
  let min = 0;
  let max = 0;
  for (let index = 1; index < count; index += 1) {
    const high = halves[index * 2 + 1] ?? 0;
    const low = (halves[index * 2] ?? 0) >>> 0;
    const minHigh = halves[min * 2 + 1] ?? 0;
    const maxHigh = halves[max * 2 + 1] ?? 0;
    if (high < minHigh || (high === minHigh && low < (halves[min * 2] ?? 0) >>> 0)) min = index;
    else if (high > maxHigh || (high === maxHigh && low > (halves[max * 2] ?? 0) >>> 0)) max = index;
  }
  return { min_value: values[min] ?? 0n, max_value: values[max] ?? 0n };
}

/** Least and greatest in the order of their bytes, which is how Parquet compares text. */
function stringBounds(texts: readonly string[]): Statistics {
  const sorted = texts.map((text) => Buffer.from(text)).sort(Buffer.compare);
  const [min] = sorted;
  const max = sorted.at(-1);
  return min === undefined || max === undefined ? {} : { min_value: min, max_value: max };
}

const bytesOf = (values: BigInt64Array | Float64Array | Int32Array): Uint8Array =>
  new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
