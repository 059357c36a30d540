import fc from "fast-check";
import { type FileMetaData, parquetMetadata, parquetReadObjects, type SchemaElement } from "hyparquet";
import { ByteWriter } from "hyparquet-writer";
import { writeMetadata } from "hyparquet-writer/src/metadata.js";
import { describe, expect, it } from "vitest";
import {
  allNull,
  type Chunk,
  dictionaryChunk,
  longChunk,
  longDictionaryChunk,
  plainChunk,
  stringChunk,
  writeChunk,
} from "../../src/curated/column-chunks.ts";
import { GrowingLongs } from "../../src/curated/growing.ts";
import { mapChunks } from "../../src/curated/map-chunks.ts";
import { plainStrings } from "../../src/curated/page-bytes.ts";
import { parquetSchema } from "../../src/curated/parquet.ts";
import type { SqlType } from "../../src/tables/column.ts";

/** A file of one column. @returns its values and what its footer says of them, both by hyparquet, which shares no code with what is tested */
async function readBack(
  type: SqlType,
  rows: number,
  chunksOf: (elements: readonly SchemaElement[]) => readonly Chunk[],
): Promise<{ values: unknown[]; columns: FileMetaData["row_groups"][number]["columns"] }> {
  const schema = parquetSchema([{ name: "x", type, meaning: "" }]);
  const writer = new ByteWriter();
  writer.appendUint32(0x31524150);
  const columns = chunksOf(schema.slice(1)).map((chunk) => ({ file_offset: 0n, meta_data: writeChunk(writer, chunk) }));
  const total_byte_size = BigInt(writer.offset - 4);
  const row_groups = [{ columns, total_byte_size, num_rows: BigInt(rows) }];
  writeMetadata(writer, { version: 2, created_by: "test", schema, num_rows: BigInt(rows), row_groups, metadata_length: 0 });
  writer.appendUint32(0x31524150);
  writer.finish();
  const file = new Uint8Array(writer.getBytes()).buffer;
  const values = (await parquetReadObjects({ file })).map((row) => row["x"]);
  return { values, columns: parquetMetadata(file).row_groups[0]?.columns ?? [] };
}
const only =
  (chunk: (element: SchemaElement) => Chunk) =>
  ([element]: readonly SchemaElement[]): readonly Chunk[] =>
    element === undefined ? [] : [chunk(element)];

/** Distinct values, and for each row which of them it has. */
const numbered = <Value>(value: fc.Arbitrary<Value>) =>
  fc
    .array(value, { minLength: 1, maxLength: 40 })
    .chain((values) =>
      fc.tuple(fc.constant(values), fc.array(fc.integer({ min: 0, max: values.length - 1 }), { minLength: 1, maxLength: 200 })),
    );

describe("a column is read back as it was given, and the footer says the least, the greatest and how many are missing", () => {
  it("of texts by number, some of which are missing", () =>
    fc.assert(
      fc.asyncProperty(
        numbered(fc.option(fc.string({ unit: "binary", maxLength: 4 }), { nil: null })),
        async ([values, rows]) => {
          const numbers = Int32Array.from([...rows, 99, 99]);
          const { values: read, columns } = await readBack(
            "varchar",
            rows.length,
            only((element) => dictionaryChunk(element, values, numbers, rows.length)),
          );
          const expected = rows.map((number) => values[number] ?? null);
          expect(read.map((each) => each ?? null)).toEqual(expected);
          const { statistics, num_values, encodings } = columns[0]?.meta_data ?? {};
          expect(statistics?.null_count).toBe(BigInt(expected.filter((each) => each === null).length));
          expect(num_values).toBe(BigInt(rows.length));
          const texts = values.flatMap((each) => (each === null ? [] : [Buffer.from(each)])).sort(Buffer.compare);
          if (texts.length === 0) expect(statistics?.max_value).toBeUndefined();
          else {
            expect(encodings).toContain("RLE_DICTIONARY");
            expect([statistics?.min_value, statistics?.max_value]).toEqual([texts[0]?.toString(), texts.at(-1)?.toString()]);
          }
        },
      ),
      { seed: 1, numRuns: 60 },
    ));

  it("of numbers of eight bytes by number", () =>
    fc.assert(
      fc.asyncProperty(numbered(fc.maxSafeInteger()), async ([values, rows]) => {
        const { values: read, columns } = await readBack(
          "bigint",
          rows.length,
          only((element) => longDictionaryChunk(element, values, Int32Array.from(rows), rows.length)),
        );
        expect(read).toEqual(rows.map((number) => BigInt(values[number] ?? Number.NaN)));
        expect(columns[0]?.meta_data?.statistics).toMatchObject({
          min_value: BigInt(Math.min(...values)),
          max_value: BigInt(Math.max(...values)),
          null_count: 0n,
        });
      }),
      { seed: 1, numRuns: 60 },
    ));

  it("of 64-bit integers, some of which are missing", () => {
    const value = fc.oneof(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), fc.bigInt({ min: -3n, max: 3n }));
    return fc.assert(
      fc.asyncProperty(fc.array(fc.option(value, { nil: null }), { minLength: 1, maxLength: 200 }), async (given) => {
        const column = new GrowingLongs();
        for (const each of given) column.add(each);
        const { values, columns } = await readBack(
          "bigint",
          given.length,
          only((element) => longChunk(element, column, given.length)),
        );
        expect(values.map((each) => each ?? null)).toEqual(given);
        const there = given.filter((each) => each !== null).sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
        const { statistics } = columns[0]?.meta_data ?? {};
        expect(statistics?.null_count).toBe(BigInt(given.length - there.length));
        expect([statistics?.min_value, statistics?.max_value]).toEqual([there[0], there.at(-1)]);
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  it.each<[string, SqlType, fc.Arbitrary<readonly number[]>, (given: readonly number[]) => Float64Array | Int32Array]>([
    ["fractions", "double", fc.array(fc.double({ noNaN: true, min: 0 }), { minLength: 1 }), (given) => Float64Array.from(given)],
    ["whole numbers", "integer", fc.array(fc.integer(), { minLength: 1 }), (given) => Int32Array.from(given)],
    ["one number", "integer", fc.array(fc.constant(-7), { minLength: 1 }), (given) => Int32Array.from(given)],
  ])("of %s, none of which is missing", (_, type, numbers, typed) =>
    fc.assert(
      fc.asyncProperty(numbers, async (given) => {
        const { values, columns } = await readBack(
          type,
          given.length,
          only((element) => plainChunk(element, typed(given))),
        );
        expect(values).toEqual(given);
        expect(columns[0]?.meta_data?.statistics).toMatchObject({
          min_value: Math.min(...given),
          max_value: Math.max(...given),
          null_count: 0n,
        });
      }),
      { seed: 1, numRuns: 60 },
    ),
  );

  it("of byte strings that are different in every row, which have no bounds", async () => {
    const texts = ["a", "", "ä€", "request"];
    const { values, columns } = await readBack(
      "varchar",
      texts.length,
      only((element) => stringChunk(element, plainStrings(texts), texts.length)),
    );
    expect(values).toEqual(texts);
    expect(columns[0]?.meta_data?.statistics).toEqual(
      expect.objectContaining({ null_count: 0n, min_value: undefined, max_value: undefined }),
    );
  });

  it("of nothing", async () => {
    const { values, columns } = await readBack(
      "double",
      3,
      only((element) => allNull(element, 3)),
    );
    expect(values.map((each) => each ?? null)).toEqual([null, null, null]);
    expect(columns[0]?.meta_data?.statistics?.null_count).toBe(3n);
  });

  it("of labels, which a row has none, one or many of", () => {
    const labels = fc.dictionary(fc.string({ minLength: 1, maxLength: 5 }), fc.string({ maxLength: 5 }), {
      minKeys: 1,
      maxKeys: 4,
    });
    return fc.assert(
      fc.asyncProperty(numbered(fc.option(labels, { nil: null })), async ([values, rows]) => {
        const { values: read, columns } = await readBack("map(varchar,varchar)", rows.length, (elements) => {
          const [, , key, value] = elements;
          if (key === undefined || value === undefined) throw new Error("no map");
          const maps = values.map((each) => (each === null ? null : new Map(Object.entries(each))));
          return mapChunks("x", { key, value }, maps, Int32Array.from(rows), rows.length);
        });
        const expected = rows.map((number) => values[number] ?? null);
        expect(read.map((each) => (each == null ? null : { ...Object(each) }))).toEqual(
          expected.map((each) => (each === null ? null : { ...each })),
        );
        const missing = expected.filter((each) => each === null).length;
        const entries = expected.reduce((sum, each) => sum + Math.max(1, Object.keys(each ?? {}).length), 0);
        expect(columns.map(({ meta_data }) => meta_data?.path_in_schema)).toEqual([
          ["x", "key_value", "key"],
          ["x", "key_value", "value"],
        ]);
        for (const { meta_data } of columns) {
          expect(meta_data?.num_values).toBe(BigInt(entries));
          expect(meta_data?.statistics?.null_count).toBe(BigInt(missing));
        }
      }),
      { seed: 1, numRuns: 60 },
    );
  });

  it("and a column of no type is refused by its name", () => {
    const chunk = allNull({ name: "x" }, 1);
    expect(() => writeChunk(new ByteWriter(), chunk)).toThrow("curated: column x has no type");
  });
});
