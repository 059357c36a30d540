import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { type DatedRow, DayRows } from "../../src/curated/day-rows.ts";
import { columns, type Table } from "../../src/tables/column.ts";
import { MemoryStore } from "../ingest/memory-store.ts";

const tableOf = (name: string): Table => ({
  name,
  meaning: "",
  columns: columns([["id", "integer", ""]]),
  partitions: [],
  format: "parquet",
});
const [calls, tools] = [tableOf("calls"), tableOf("tools")];
const row = (table: Table, day: string, id: number): DatedRow => ({ table, day, row: { id } });

async function* object(rows: readonly DatedRow[], tally = "whole"): AsyncGenerator<DatedRow, string> {
  yield* rows;
  return tally;
}
async function written(store: MemoryStore): Promise<Record<string, unknown[]>> {
  const files: Record<string, unknown[]> = {};
  for (const [key, bytes] of store.objects)
    files[key] = (await parquetReadObjects({ file: new Uint8Array(bytes).buffer })).map(({ id }) => id);
  return files;
}

describe("rows of many objects", () => {
  it("lie in a file for each table and day, with the next number after each writing", async () => {
    const store = new MemoryStore();
    const rows = new DayRows("batch", store);
    const given = [row(tools, "2026-10-06", 1), row(calls, "2026-10-05", 2), row(tools, "2026-10-06", 3)];
    expect(await rows.take(object(given))).toEqual(["whole", 3]);
    expect(await rows.take(object([], "empty"))).toEqual(["empty", 0]);
    expect(await rows.take(object([row(calls, "2026-10-04", 4)]))).toEqual(["whole", 1]);
    expect(store.objects.size).toBe(0);
    await rows.flush();
    await rows.take(object([row(calls, "2026-10-05", 5)]));
    await rows.flush();
    expect(await written(store)).toEqual({
      "calls/dt=2026-10-04/batch-0000.parquet": [4],
      "calls/dt=2026-10-05/batch-0000.parquet": [2],
      "tools/dt=2026-10-06/batch-0000.parquet": [1, 3],
      "calls/dt=2026-10-05/batch-0001.parquet": [5],
    });
    expect(rows.days).toEqual(["2026-10-04", "2026-10-05", "2026-10-06"]);
  });

  it("are written in the order of their places, whatever the order in which they came", async () => {
    const store = new MemoryStore();
    const rows = new DayRows("batch", store);
    await rows.take(object([row(tools, "2026-10-05", 1), row(calls, "2026-10-06", 2), row(calls, "2026-10-05", 3)]));
    await rows.flush();
    expect([...store.objects.keys()]).toEqual([
      "calls/dt=2026-10-05/batch-0000.parquet",
      "calls/dt=2026-10-06/batch-0000.parquet",
      "tools/dt=2026-10-05/batch-0000.parquet",
    ]);
  });

  it("of the last object are taken back, and no others", async () => {
    const store = new MemoryStore();
    const rows = new DayRows("batch", store);
    await rows.take(object([row(calls, "2026-10-05", 1)]));
    const broken = async function* (): AsyncGenerator<DatedRow, string> {
      yield row(calls, "2026-10-05", 2);
      throw new Error("cut off");
    };
    await expect(rows.take(broken())).rejects.toThrow("cut off");
    rows.takeBack();
    await rows.take(object([row(calls, "2026-10-05", 3)]));
    await rows.flush();
    rows.takeBack();
    expect(await written(store)).toEqual({ "calls/dt=2026-10-05/batch-0000.parquet": [1, 3] });
  });

  it("are written at once when 50,000 are held, in the middle of an object too; those stay when it is taken back", async () => {
    const store = new MemoryStore();
    const rows = new DayRows("batch", store);
    const many = Array.from({ length: 50_001 }, (_, id) => row(calls, "2026-10-05", id));
    await rows.take(object(many.slice(0, 49_999)));
    expect(store.objects.size).toBe(0);
    await rows.take(object(many.slice(49_999)));
    expect(store.objects.size).toBe(1);
    rows.takeBack();
    await rows.flush();
    expect((await written(store))["calls/dt=2026-10-05/batch-0000.parquet"]).toHaveLength(50_000);
    expect(store.objects.size).toBe(1);
  });
});
