import { parquetMetadata, parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { encodeParquet } from "../../src/curated/parquet.ts";
import { columns, type Table } from "../../src/tables/column.ts";

const table = {
  name: "all_types",
  meaning: "",
  columns: columns([
    ["text", "varchar", ""],
    ["flag", "boolean", ""],
    ["small", "integer", ""],
    ["large", "bigint", ""],
    ["fraction", "double", ""],
    ["day", "date", ""],
    ["instant", "timestamp", ""],
    ["dollars", "decimal(18,12)", ""],
    ["sum", "decimal(38,12)", ""],
    ["labels", "map(varchar,varchar)", ""],
    ["names", "array(varchar)", ""],
  ]),
  partitions: [],
  format: "parquet",
} as const satisfies Table;

const NOTHING = {
  ...{ text: null, flag: null, small: null, large: null, fraction: null, day: null, instant: null, dollars: null },
  ...{ sum: null, labels: null, names: null },
};
const ROW = {
  text: "é",
  flag: true,
  small: -3,
  large: 2 ** 40,
  fraction: 0.1,
  day: "2026-10-05",
  instant: Date.UTC(2026, 9, 5, 14, 0, 0, 7),
  dollars: 1_500_000_000_000n,
  sum: -(10n ** 24n),
  labels: new Map([["a", "b"]]),
  names: ["x", "y"],
};
const encoded = (rows: readonly (typeof ROW | typeof NOTHING)[]): ArrayBuffer =>
  new Uint8Array(encodeParquet(table, rows)).buffer;

describe("rows as Parquet", () => {
  it("come back with every type, and nothing where there is nothing", async () => {
    const [first, second] = await parquetReadObjects({ file: encoded([ROW, NOTHING]) });
    expect(first).toEqual({
      text: "é",
      flag: true,
      small: -3,
      large: BigInt(2 ** 40),
      fraction: 0.1,
      day: new Date("2026-10-05T00:00:00Z"),
      instant: new Date("2026-10-05T14:00:00.007Z"),
      dollars: 1.5,
      sum: -(10 ** 12),
      labels: { a: "b" },
      names: ["x", "y"],
    });
    expect(Object.values(second ?? {}).every((value) => value === null || value === undefined)).toBe(true);
  });

  it("bear the types that other engines read them by", () => {
    const { schema, created_by } = parquetMetadata(encoded([ROW]));
    expect(created_by).toBe("strata");
    const [root, ...elements] = schema;
    expect(root).toMatchObject({ num_children: 11 });
    const said = elements.map(({ name, type, converted_type, repetition_type, precision, scale, type_length, num_children }) =>
      [name, type, converted_type, repetition_type, precision, scale, type_length, num_children]
        .filter((each) => each !== undefined)
        .join(" "),
    );
    // Parquet format, "Logical types", in the older spelling that every reader knows.
    expect(said).toEqual([
      "text BYTE_ARRAY UTF8 OPTIONAL",
      "flag BOOLEAN OPTIONAL",
      "small INT32 OPTIONAL",
      "large INT64 OPTIONAL",
      "fraction DOUBLE OPTIONAL",
      "day INT32 DATE OPTIONAL",
      "instant INT64 TIMESTAMP_MILLIS OPTIONAL",
      "dollars INT64 DECIMAL OPTIONAL 18 12",
      "sum FIXED_LEN_BYTE_ARRAY DECIMAL OPTIONAL 38 12 16",
      "labels MAP OPTIONAL 1",
      "key_value REPEATED 2",
      "key BYTE_ARRAY UTF8 REQUIRED",
      "value BYTE_ARRAY UTF8 OPTIONAL",
      "names LIST OPTIONAL 1",
      "list REPEATED 1",
      "element BYTE_ARRAY UTF8 OPTIONAL",
    ]);
  });

  it("are the same bytes each time, and no rows are a file, too", async () => {
    expect(Buffer.from(encoded([ROW, NOTHING])).equals(Buffer.from(encoded([ROW, NOTHING])))).toBe(true);
    expect(await parquetReadObjects({ file: encoded([]) })).toEqual([]);
  });
});
