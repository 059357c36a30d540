import { parquetMetadata } from "hyparquet";
import { describe, expect, it } from "vitest";
import { quarantineEntries } from "../../src/curated/quarantine-entries.ts";
import { MOST_PLACED } from "../../src/curated/refused-lines.ts";
import { MemoryStore } from "../ingest/memory-store.ts";
import { fastPath, straightforward } from "../ingest/two-paths.ts";
import { rawLine } from "../invocation/support.ts";

const logOf = (lines: readonly string[]): MemoryStore => MemoryStore.of({ "logs/a.jsonl": lines.join("\n") });

describe("what ingest tells of a batch", () => {
  it("are the hours in which its events lie, each once and in order, whatever the order of the records", async () => {
    const times = [
      "2026-10-05T14:59:59Z",
      "2026-10-05T09:00:00Z",
      "2026-10-05T14:00:00Z",
      "2026-10-04T23:30:00Z",
      "2026-10-05T09:10:00Z",
    ];
    const { result } = await fastPath(logOf(times.map((timestamp, index) => rawLine({ timestamp, requestId: `${index}` }))));
    const hours = ["2026-10-04T23:00Z", "2026-10-05T09:00Z", "2026-10-05T14:00Z"];
    expect(result.hours).toEqual(hours.map((hour) => Date.parse(hour)));
  });

  it("is the quarantine of many objects in parts, each entry in one of them", async () => {
    const count = 21;
    const bad = "x\n".repeat(MOST_PLACED);
    const source = MemoryStore.of(
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`logs/${100 + index}.jsonl`, bad])),
    );
    const { target, result } = await fastPath(source);
    expect(result.counts.quarantined).toBe(count * MOST_PLACED);
    expect([...target.objects.keys()].filter((key) => key.startsWith("quarantine/"))).toEqual([
      "quarantine/batch.jsonl",
      "quarantine/batch.part-1.jsonl",
    ]);
    const entries = await Array.fromAsync(quarantineEntries(target));
    expect(new Set(entries.map(({ object, line }) => `${object} ${line}`)).size).toBe(count * MOST_PLACED);
    expect(entries).toHaveLength(count * MOST_PLACED);
  });
});

describe("a record that states one count alone", () => {
  it.each([
    ["input", { input: { inputTokenCount: 10 }, output: {} }],
    ["output", { input: {}, output: { outputTokenCount: 10 } }],
    ["tokens read from a cache", { input: { cacheReadInputTokenCount: 10 }, output: {} }],
    ["tokens written to a cache", { input: { cacheWriteInputTokenCount: 10 }, output: {} }],
  ])("is priced by it: %s", async (_, change) => {
    const source = logOf([rawLine(change)]);
    const { rows } = await fastPath(source);
    expect(rows).toEqual((await straightforward(source)).rows);
    const [row] = Object.values(rows).flat();
    expect(row).toMatchObject({ price_status: expect.stringMatching(/^(?:priced|estimated)$/), list_cost: expect.any(Number) });
    expect(Object(row)["list_cost"]).toBeGreaterThan(0);
  });

  it.each([
    ["input", { input: { inputTokenCount: 0 }, output: {} }],
    ["output", { input: {}, output: { outputTokenCount: 0 } }],
    ["tokens read from a cache", { input: { cacheReadInputTokenCount: 0 }, output: {} }],
    ["tokens written to a cache", { input: { cacheWriteInputTokenCount: 0 }, output: {} }],
  ])("is free where that is none: %s", async (_, change) => {
    const source = logOf([rawLine(change)]);
    const { rows } = await fastPath(source);
    expect(rows).toEqual((await straightforward(source)).rows);
    expect(Object.values(rows).flat()).toMatchObject([{ price_status: "priced", list_cost: 0, estimated_cost: 0 }]);
  });

  it("and one that states none is not", async () => {
    const source = logOf([rawLine({ input: {}, output: {} })]);
    const [row] = Object.values((await fastPath(source)).rows).flat();
    expect(row).toMatchObject({ price_status: "uncounted", list_cost: null });
  });
});

describe("the footer of an hour's file", () => {
  /** Least, greatest and missing values of a column of nine or more rows. */
  async function boundsOf(column: string, changes: readonly object[]): Promise<unknown[]> {
    const lines = Array.from({ length: 9 }, (_, index) => rawLine({ requestId: `${index}`, ...changes[index % changes.length] }));
    const { target } = await fastPath(logOf(lines));
    const [bytes] = [...target.objects].flatMap(([key, content]) => (key.endsWith(".parquet") ? [content] : []));
    const { row_groups, created_by, num_rows } = parquetMetadata(new Uint8Array(bytes ?? []).buffer);
    expect([created_by, num_rows, row_groups.length]).toEqual(["strata", 9n, 1]);
    const found = row_groups[0]?.columns.find(({ meta_data }) => meta_data?.path_in_schema[0] === column)?.meta_data?.statistics;
    return [found?.min_value, found?.max_value, found?.null_count];
  }
  const coerced = { input: { inputTokenCount: "10" } };

  it.each<[string, readonly object[], [boolean, boolean]]>([
    ["both", [{}, coerced], [false, true]],
    ["the one", [{}], [false, false]],
    ["the other", [coerced], [true, true]],
  ])("says of yes and no what there is: %s", async (_, changes, [least, most]) =>
    expect(await boundsOf("coerced", changes)).toEqual([least, most, 0n]),
  );

  it("says of times, counts and words the least and the greatest", async () => {
    const at = (hour: string): Date => new Date(`2026-10-05T14:${hour}Z`);
    expect(
      await boundsOf("event_time", [{ timestamp: "2026-10-05T14:10:00Z" }, { timestamp: "2026-10-05T14:05:00.001Z" }]),
    ).toEqual([at("05:00.001"), at("10:00"), 0n]);
    expect(await boundsOf("source_line", [{}])).toEqual([1n, 9n, 0n]);
    expect(await boundsOf("inference_region", [{ inferenceRegion: "us-west-2" }, {}, { inferenceRegion: "eu-west-1" }])).toEqual([
      "eu-west-1",
      "us-west-2",
      3n,
    ]);
  });
});
