import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addCounts, noCounts } from "../../src/curated/counts.ts";
import { GrowingDoubles, GrowingInts, GrowingLongs, GrowingStrings } from "../../src/curated/growing.ts";
import { ObjectTally } from "../../src/curated/object-tally.ts";
import { hybrid, oneRun, plainStrings, widthOf } from "../../src/curated/page-bytes.ts";
import { TupleTable } from "../../src/curated/tuple-table.ts";

/** Adds `first`, then `more`, takes `more` back and adds `last`: what is there must be `first` and `last`, as if `more` had never been. */
const rounds = <T>(value: fc.Arbitrary<T>) =>
  fc.tuple(fc.array(value, { maxLength: 150 }), fc.array(value, { maxLength: 150 }), fc.array(value, { maxLength: 150 }));
const long = fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), { nil: null });

describe("values that are added one by one, of which the last can be taken back", () => {
  it.each([
    ["whole numbers", () => new GrowingInts(), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 })],
    ["fractions", () => new GrowingDoubles(), fc.double({ noNaN: true })],
  ] as const)("are %s", (_, make, value) =>
    fc.assert(
      fc.property(rounds<number>(value), ([first, more, last]) => {
        const values = make();
        for (const each of [...first, ...more]) values.add(each);
        values.shorten(first.length);
        for (const each of last) values.add(each);
        expect([...values.values.subarray(0, values.length)]).toEqual([...first, ...last]);
        values.clear();
        expect(values.length).toBe(0);
      }),
    ),
  );

  it("are 64-bit integers, some of which are missing", () =>
    fc.assert(
      fc.property(rounds(long), ([first, more, last]) => {
        const values = new GrowingLongs();
        for (const each of [...first, ...more]) values.add(each);
        values.shorten(first.length);
        for (const each of last) values.add(each);
        const all = [...first, ...last];
        expect([...values.present.subarray(0, values.length)].map((is, at) => (is === 1 ? values.values[at] : null))).toEqual(
          all,
        );
        expect(values.missing).toBe(all.filter((each) => each === null).length);
        values.clear();
        expect([values.length, values.missing]).toEqual([0, 0]);
      }),
    ));

  it("are counts up to the largest that is exact, as the same 64-bit integers", () => {
    const values = new GrowingLongs();
    const counts = [0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff, 0x1_0000_0000, 0x1_0000_0001, Number.MAX_SAFE_INTEGER, null];
    for (let round = 0; round < 20; round++) for (const count of counts) values.addCount(count);
    expect([...values.values.subarray(0, counts.length)]).toEqual(counts.map((count) => BigInt(count ?? 0)));
    expect([...values.values.subarray(values.length - counts.length, values.length)]).toEqual(
      counts.map((count) => BigInt(count ?? 0)),
    );
    expect(values.missing).toBe(20);
  });

  it("are texts, each behind its length", () =>
    fc.assert(
      fc.property(rounds(fc.string({ maxLength: 60 })), ([first, more, last]) => {
        const values = new GrowingStrings();
        const add = (text: string): void => {
          const bytes = Buffer.from(`<${text}>`);
          values.add(bytes, 1, bytes.length - 1);
        };
        for (const each of [...first, ...more]) add(each);
        values.shorten(first.length);
        for (const each of last) add(each);
        const all = [...first, ...last];
        expect(values.length).toBe(all.length);
        expect(Buffer.compare(values.bytes.subarray(0, values.used), plainStrings(all))).toBe(0);
        values.clear();
        expect([values.length, values.used]).toEqual([0, 0]);
      }),
    ));
});

/** The RLE/bit-packed hybrid, read as the Parquet format says it (Encodings, RLE = 3). */
function readHybrid(bytes: Uint8Array, width: number, count: number): number[] {
  const values: number[] = [];
  let at = 0;
  while (values.length < count) {
    let header = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++] ?? 0;
      header += (byte & 0x7f) * 2 ** shift;
      if (byte < 128) break;
    }
    if (header % 2 === 0) {
      let value = 0;
      for (let read = 0; read < Math.ceil(width / 8); read++) value += (bytes[at++] ?? 0) * 2 ** (8 * read);
      for (let left = header / 2; left > 0; left--) values.push(value);
    } else {
      const start = at * 8;
      for (let index = 0; index < ((header - 1) / 2) * 8; index++) {
        let value = 0;
        for (let bit = 0; bit < width; bit++) {
          const place = start + index * width + bit;
          value += (((bytes[place >> 3] ?? 0) >> (place & 7)) & 1) * 2 ** bit;
        }
        values.push(value);
      }
      at += ((header - 1) / 2) * width;
    }
  }
  expect(at).toBe(bytes.length);
  return values.slice(0, count);
}

describe("numbers of a page", () => {
  it("are read back by the format's own description, whatever their width and number", () =>
    fc.assert(
      fc.property(
        fc
          .integer({ min: 1, max: 20 })
          .chain((width) =>
            fc.tuple(fc.constant(width), fc.array(fc.integer({ min: 0, max: 2 ** width - 1 }), { minLength: 1, maxLength: 300 })),
          ),
        ([width, values]) => {
          expect(readHybrid(hybrid(Int32Array.from(values), values.length, width), width, values.length)).toEqual(values);
        },
      ),
    ));

  it("are one run when all are the same, of any length", () => {
    for (const count of [1, 63, 64, 8_191, 8_192, 1_000_000]) {
      expect(readHybrid(oneRun(5, count, 3), 3, count)).toHaveLength(count);
      expect(hybrid(new Int32Array(count).fill(300), count, 9)).toEqual(oneRun(300, count, 9));
    }
  });

  it("need as many bits as the largest of so many", () =>
    expect([0, 1, 2, 3, 4, 5, 8, 9, 256, 257].map(widthOf)).toEqual([0, 0, 1, 2, 2, 3, 3, 4, 8, 9]));
});

describe("a table of tuples", () => {
  it("finds each value by its tuple and makes it once, however many there are", () => {
    const table = new TupleTable<string>(2);
    let made = 0;
    const find = (a: number, b: number): string =>
      table.find(Int32Array.of(a, b), () => {
        made += 1;
        return `${a} ${b}`;
      });
    for (let round = 0; round < 2; round++)
      for (let a = -30; a < 30; a++) for (let b = -30; b < 30; b++) expect(find(a, b)).toBe(`${a} ${b}`);
    expect([made, table.size]).toEqual([3600, 3600]);
    table.clear();
    expect(table.size).toBe(0);
    expect(find(1, 2)).toBe("1 2");
    expect(made).toBe(3601);
  });
});

describe("what became of an object", () => {
  it("is counted record by record, with the first and last event and the fields that nobody knew", () => {
    const tally = new ObjectTally();
    tally.land(2_000, false, ["b"]);
    tally.land(1_000, true, ["a", "b"]);
    tally.land(3_000, false, []);
    tally.bad = 2;
    tally.outside = 4;
    expect(tally.row()).toEqual({
      records: 5,
      landed: 3,
      quarantined: 2,
      coerced: 1,
      damaged: null,
      first_event: "1970-01-01T00:00:01.000Z",
      last_event: "1970-01-01T00:00:03.000Z",
      unknown_fields: ["a", "b"],
    });
    expect(tally.counts(99)).toEqual({
      ...noCounts(),
      bytes: 99,
      records: 5,
      landed: 3,
      quarantined: 2,
      coerced: 1,
      outside_range: 4,
      unknown_fields: { a: 1, b: 2 },
    });
    tally.damaged = "cut off";
    expect(tally.counts(0).damaged_objects).toBe(1);
    expect(new ObjectTally().row()).toMatchObject({ records: 0, first_event: null, last_event: null });
  });

  it("names fifty unknown fields and counts the others together", () => {
    const tally = new ObjectTally();
    for (let index = 0; index < 60; index++) tally.land(0, false, [`f${index}`, "f0"]);
    const { unknown_fields } = tally.counts(0);
    expect(Object.keys(unknown_fields)).toHaveLength(51);
    expect([unknown_fields["f0"], unknown_fields["f49"], unknown_fields["(others)"]]).toEqual([61, 1, 10]);
  });

  it("is added up, field by field", () => {
    const one = {
      objects: 1,
      skipped_objects: 2,
      damaged_objects: 3,
      records: 4,
      landed: 5,
      quarantined: 6,
      coerced: 7,
      outside_range: 8,
      bytes: 9,
      unknown_fields: { b: 1, a: 2 },
    };
    const sum = addCounts(one, { ...one, unknown_fields: { b: 3, c: 4 } });
    expect(sum).toEqual({
      objects: 2,
      skipped_objects: 4,
      damaged_objects: 6,
      records: 8,
      landed: 10,
      quarantined: 12,
      coerced: 14,
      outside_range: 16,
      bytes: 18,
      unknown_fields: { a: 2, b: 4, c: 4 },
    });
    expect(Object.keys(sum.unknown_fields)).toEqual(["a", "b", "c"]);
    expect(addCounts(noCounts(), one)).toEqual(one);
  });
});
