import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { HourBatches } from "../../src/curated/hour-batches.ts";
import type { HourColumns } from "../../src/curated/hour-columns.ts";
import type { CuratedFile } from "../../src/curated/invocation-row.ts";
import { factsOf, laneOf } from "./facts.ts";

const LANE = laneOf();
const OBJECT = { key: "logs/a.json.gz", deliveredAt: Date.UTC(2026, 9, 5, 15) };
const add = (batches: HourBatches, requestId: string, timestamp: string): void =>
  batches.add(factsOf({ requestId, timestamp }, LANE), OBJECT);

/** Ids by file. */
async function idsOf(files: Iterable<CuratedFile>): Promise<Record<string, unknown[]>> {
  const ids: Record<string, unknown[]> = {};
  for (const { key, bytes, rows } of files) {
    const read = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
    expect(read).toHaveLength(rows);
    ids[key] = read.map((row) => row["request_id"]);
  }
  return ids;
}

describe("records of a batch", () => {
  it("end in a file an hour of their events, the oldest first, and in a further part after each flush", async () => {
    const batches = new HourBatches("day", "hour");
    add(batches, "b", "2026-10-05T09:00:00Z");
    add(batches, "a", "2026-10-04T23:59:59.999Z");
    add(batches, "c", "2026-10-05T09:59:59.999Z");
    const first = await idsOf(batches.flush());
    expect(first).toEqual({
      "invocation_records/dt=2026-10-04/hour=23/day-0000.parquet": ["a"],
      "invocation_records/dt=2026-10-05/hour=09/day-0000.parquet": ["b", "c"],
    });
    expect(Object.keys(first)[0]).toContain("dt=2026-10-04");
    add(batches, "d", "2026-10-05T09:00:00Z");
    expect(await idsOf(batches.flush())).toEqual({ "invocation_records/dt=2026-10-05/hour=09/day-0001.parquet": ["d"] });
    expect([...batches.flush()]).toEqual([]);
  });

  it("of a day lie in one file where days are asked for, with the hour that no folder tells", async () => {
    const batches = new HourBatches("month", "day");
    add(batches, "c", "2026-10-05T23:59:59.999Z");
    add(batches, "a", "2026-10-05T00:00:00Z");
    add(batches, "b", "2026-10-05T09:30:00Z");
    add(batches, "d", "2026-10-06T00:00:00Z");
    const files = [...batches.flush()];
    expect(files.map(({ key, rows }) => [key, rows])).toEqual([
      ["invocation_records/dt=2026-10-05/month-0000.parquet", 3],
      ["invocation_records/dt=2026-10-06/month-0000.parquet", 1],
    ]);
    const read = await Promise.all(files.map(({ bytes }) => parquetReadObjects({ file: new Uint8Array(bytes).buffer })));
    expect(read.map((rows) => rows.map((row) => [row["request_id"], row["hour"]]))).toEqual([
      [
        ["c", 23],
        ["a", 0],
        ["b", 9],
      ],
      [["d", 0]],
    ]);
  });

  it("ask to be written when so many are held, over all hours", async () => {
    const batches = new HourBatches("day", "hour", [], 3);
    add(batches, "a", "2026-10-05T09:00:00Z");
    add(batches, "b", "2026-10-05T10:00:00Z");
    expect(batches.full).toBe(false);
    add(batches, "c", "2026-10-05T09:00:00Z");
    expect(batches.full).toBe(true);
    await idsOf(batches.flush());
    expect(batches.full).toBe(false);
  });

  it("of an object that is given up are taken out, and no others", async () => {
    const batches = new HourBatches("day", "hour", [], 3);
    add(batches, "a", "2026-10-05T09:00:00Z");
    batches.mark();
    add(batches, "x", "2026-10-05T09:30:00Z");
    add(batches, "y", "2026-10-05T10:00:00Z");
    expect(batches.full).toBe(true);
    batches.takeBack();
    expect(batches.full).toBe(false);
    add(batches, "b", "2026-10-05T10:00:00Z");
    add(batches, "c", "2026-10-05T09:00:00Z");
    expect(batches.full).toBe(true);
    expect(await idsOf(batches.flush())).toEqual({
      "invocation_records/dt=2026-10-05/hour=09/day-0000.parquet": ["a", "c"],
      "invocation_records/dt=2026-10-05/hour=10/day-0000.parquet": ["b"],
    });
  });

  it("that were flushed before an object is given up stay written, and what came after them is taken out", async () => {
    const batches = new HourBatches("day", "hour");
    add(batches, "a", "2026-10-05T09:00:00Z");
    add(batches, "b", "2026-10-05T09:00:00Z");
    batches.mark();
    await idsOf(batches.flush());
    add(batches, "x", "2026-10-05T09:00:00Z");
    batches.takeBack();
    expect([...batches.flush()]).toEqual([]);
  });

  it("use memory again that an earlier batch gave back, and nothing of what was in it", async () => {
    const idle: HourColumns[] = [];
    const first = new HourBatches("one", "hour", idle);
    add(first, "old", "2026-10-05T09:00:00Z");
    add(first, "old", "2026-10-05T10:00:00Z");
    add(first, "old", "2026-10-05T11:00:00Z");
    await idsOf(first.flush());
    expect(idle).toHaveLength(2);
    const second = new HourBatches("two", "hour", idle);
    add(second, "new", "2026-10-06T09:00:00Z");
    expect(idle).toHaveLength(1);
    expect(await idsOf(second.flush())).toEqual({ "invocation_records/dt=2026-10-06/hour=09/two-0000.parquet": ["new"] });
    expect(idle).toHaveLength(2);
  });
});
