import { describe, expect, it } from "vitest";
import { defaultConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects, quarantineKey } from "../../src/curated/ingest-objects.ts";
import { batchOf, quarantineEntries } from "../../src/curated/quarantine-entries.ts";
import { MOST_PLACED, RefusedLines } from "../../src/curated/refused-lines.ts";
import { retryBatch } from "../../src/curated/retry-batch.ts";
import { MemoryStore } from "../ingest/memory-store.ts";
import { rowsOf } from "../ingest/two-paths.ts";
import { rawLine } from "../invocation/support.ts";

const CURATOR = curator(defaultConfig());
const BAD = rawLine({ accountId: "twelve" });
const NOT_A_FILE = { hint: "Take it out of the folder, or ingest again." };

const entriesOf = (content: string, key = "quarantine/day.jsonl"): Promise<unknown[]> =>
  Array.fromAsync(quarantineEntries(MemoryStore.of({ [key]: content })));
const entry = (change: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({
    source_object: "a.jsonl",
    version: "v1",
    source_line: 3,
    byte_offset: 40,
    reason: "wrong_type",
    detail: "accountId: expected 12 digits",
    fingerprint: "ab12",
    records: 2,
    delivered_at: "2026-10-05T15:00:00.000Z",
    ...change,
  });

describe("the quarantine of a data folder", () => {
  it("is read line by line, with what was not there yet when it was written", async () => {
    const whole = {
      ...{ batch: "day", object: "a.jsonl", version: "v1", line: 3, offset: 40, reason: "wrong_type" },
      ...{ detail: "accountId: expected 12 digits", fingerprint: "ab12", records: 2, deliveredAt: "2026-10-05T15:00:00.000Z" },
    };
    expect(
      await entriesOf(`${entry()}\n${entry({ version: null, byte_offset: null, fingerprint: null, records: undefined })}\n`),
    ).toEqual([whole, { ...whole, version: null, offset: null, fingerprint: null, records: 1 }]);
  });

  it.each([
    ["no JSON", "{"],
    ["a number", "7"],
    ["null", "null"],
    ["without a line", entry({ source_line: "3" })],
    ["without an object", entry({ source_object: null })],
    ["without a reason", entry({ reason: 1 })],
    ["without a detail", entry({ detail: undefined })],
    ["without a time", entry({ delivered_at: undefined })],
  ])("names a file that ingest did not write: %s", async (_, line) => {
    await expect(entriesOf(`${entry()}\n${line}\n`)).rejects.toMatchObject({
      ...NOT_A_FILE,
      message: "quarantine: quarantine/day.jsonl is not a file that ingest wrote",
      place: "quarantine/day.jsonl",
    });
  });

  it("leaves other files alone", async () => {
    expect(await entriesOf("no entry", "quarantine/day.txt")).toEqual([]);
    expect(await entriesOf("no entry", "quarantine/deeper/day.jsonl")).toEqual([]);
    expect(["quarantine/day.jsonl", "other/day.jsonl", "quarantine/day.csv"].map(batchOf)).toEqual(["day", undefined, undefined]);
  });

  it("has a file for each part of a batch", () => {
    expect([0, 1, 12].map((part) => quarantineKey("day", part))).toEqual([
      "quarantine/day.jsonl",
      "quarantine/day.part-1.jsonl",
      "quarantine/day.part-12.jsonl",
    ]);
    expect([0, 1, 12].map((part) => batchOf(quarantineKey("day", part)))).toEqual(["day", "day", "day"]);
  });
});

describe("lines of one object that were refused", () => {
  const info = { key: "a.jsonl", size: 9, lastModified: 0 };
  const bad = (line: number, reason: "not_json" | "wrong_type" = "not_json") =>
    ({ bad: reason, detail: "not JSON", fingerprint: "ab12", line, part: 1, offset: line * 10 }) as const;

  it("are entries with their places; the file's damage is one without a place in the text", () => {
    const refused = new RefusedLines({ ...info, version: "v1" }, Date.UTC(2026, 9, 5, 15));
    refused.add(bad(1));
    refused.add({ damaged: "gzip_truncated", detail: "cut off", line: 2, offset: 10 });
    const common = { source_object: "a.jsonl", version: "v1", delivered_at: "2026-10-05T15:00:00.000Z", records: 1 };
    expect(refused.entries().map((each): unknown => JSON.parse(each))).toEqual([
      { ...common, source_line: 1, byte_offset: 10, reason: "not_json", detail: "not JSON", fingerprint: "ab12" },
      { ...common, source_line: 2, byte_offset: null, reason: "damaged_object", detail: "gzip_truncated", fingerprint: null },
    ]);
  });

  it("beyond the first thousand are counted by reason, from the first of each on", () => {
    const refused = new RefusedLines(info, 0);
    for (let line = 1; line <= MOST_PLACED; line += 1) refused.add(bad(line));
    expect(refused.entries()).toHaveLength(MOST_PLACED);
    for (const [line, reason] of [
      [1001, "not_json"],
      [1002, "wrong_type"],
      [1003, "not_json"],
    ] as const)
      refused.add(bad(line, reason));
    refused.add({ damaged: "gzip_truncated", detail: "cut off", line: 1004, offset: 10 });
    const entries = refused.entries().map((each): unknown => JSON.parse(each));
    const more = { version: null, byte_offset: null, fingerprint: null };
    expect(entries.slice(MOST_PLACED)).toMatchObject([
      { source_line: 1004, reason: "damaged_object", records: 1 },
      { ...more, source_line: 1001, reason: "not_json", records: 2, detail: "2 more from this line on, not listed one by one" },
      { ...more, source_line: 1002, reason: "wrong_type", records: 1 },
    ]);
  });
});

describe("a batch that is ingested again", () => {
  const log = (requestId: string, hour = 10): string => rawLine({ requestId, timestamp: `2026-10-05T${hour}:00:00Z` });
  async function ingested(): Promise<{ source: MemoryStore; target: MemoryStore }> {
    const source = MemoryStore.of({ "a.jsonl": `${log("a")}\n${BAD}\n${log("b", 11)}\n` });
    const target = new MemoryStore();
    await ingestObjects({ name: "day", objects: source.infos }, { source, target, curator: CURATOR });
    return { source, target };
  }

  it("replaces what it wrote, says what it held before, and leaves its neighbours' files", async () => {
    const { source, target } = await ingested();
    const neighbours = {
      "invocation_records/dt=2026-10-05/hour=11/someday-0000.parquet": "x",
      "invocation_records/dt=2026-10-05/hour=11/day-0000.parquet.tmp": "x",
      "invocation_records/dt=2026-10-05/hour=11/day-00.parquet": "x",
      "quarantine/someday.jsonl": "",
      "ingested_objects/dt=2026-10-05/someday.jsonl": "",
    };
    for (const [key, content] of Object.entries(neighbours)) await target.write(key, content);
    await target.write("invocation_records/dt=2026-10-05/hour=11/day-0001.parquet", "an earlier part");
    await target.write("quarantine/day.part-1.jsonl", "");
    source.objects.set("a.jsonl", Buffer.from(`${log("a")}\n`));
    const { counts, before } = await retryBatch("day", { source, target, curator: CURATOR });
    expect(before).toMatchObject({ objects: 1, records: 3, landed: 2, quarantined: 1, coerced: 0, damaged_objects: 0 });
    expect(before.bytes).toBe(Buffer.byteLength(`${log("a")}\n${BAD}\n${log("b", 11)}\n`));
    expect(counts).toMatchObject({ objects: 1, records: 1, landed: 1, quarantined: 0 });
    expect([...target.objects.keys()].sort()).toEqual(
      [
        ...Object.keys(neighbours),
        "ingested_objects/dt=2026-10-05/day.jsonl",
        "invocation_records/dt=2026-10-05/hour=10/day-0000.parquet",
      ].sort(),
    );
  });

  it("reads the version that the ledger names, whatever the object is called", async () => {
    const asked: unknown[] = [];
    class Versions extends MemoryStore {
      override async read(key: string, version?: string) {
        asked.push([key, version]);
        return super.read(key);
      }
    }
    const source = new Versions();
    source.objects.set("export.txt", Buffer.from(`${log("a")}\n`));
    const target = new MemoryStore();
    const objects = [{ ...source.info("export.txt"), version: "v1", holdsLogs: true }];
    await ingestObjects({ name: "day", objects }, { source, target, curator: CURATOR });
    asked.length = 0;
    await retryBatch("day", { source, target, curator: CURATOR });
    expect(asked).toEqual([
      ["export.txt", "v1"],
      ["export.txt", "v1"],
    ]);
    expect(Object.values(await rowsOf(target)).flat()).toMatchObject([{ request_id: "a", source_object: "export.txt" }]);
  });

  it("leaves no ledger on the day on which its object was changed before it was mended", async () => {
    const { source, target } = await ingested();
    const ledger = target.objects.get("ingested_objects/dt=2026-10-05/day.jsonl") ?? "";
    await target.remove("ingested_objects/dt=2026-10-05/day.jsonl");
    await target.write("ingested_objects/dt=2026-10-03/day.jsonl", ledger);
    await retryBatch("day", { source, target, curator: CURATOR });
    expect([...target.objects.keys()].filter((key) => key.startsWith("ingested_objects/"))).toEqual([
      "ingested_objects/dt=2026-10-05/day.jsonl",
    ]);
  });

  it("counts what was damaged and coerced before", async () => {
    const { source, target } = await ingested();
    const [key = ""] = [...target.objects.keys()].filter((each) => each.startsWith("ingested_objects/"));
    const row: Record<string, unknown> = JSON.parse(Buffer.from(target.objects.get(key) ?? []).toString());
    await target.write(key, `${JSON.stringify({ ...row, damaged: "gzip_truncated", coerced: 2, landed: "many" })}\n`);
    const { before } = await retryBatch("day", { source, target, curator: CURATOR });
    expect(before).toMatchObject({ damaged_objects: 1, coerced: 2, landed: 0, records: 3 });
  });

  it("needs its ledger, and one that ingest wrote", async () => {
    const { source, target } = await ingested();
    await expect(retryBatch("other", { source, target, curator: CURATOR })).rejects.toMatchObject({
      message: "quarantine: there is no ledger of the batch other, so what it held is not known",
      hint: "Analyse the logs again.",
    });
    const key = "ingested_objects/dt=2026-10-05/day.jsonl";
    for (const change of [{ source_object: 1 }, { bytes: "9" }, { delivered_at: "yesterday" }, { delivered_at: null }]) {
      const row = { source_object: "a.jsonl", bytes: 9, delivered_at: "2026-10-05T15:00:00.000Z", ...change };
      await target.write(key, JSON.stringify(row));
      await expect(retryBatch("day", { source, target, curator: CURATOR })).rejects.toMatchObject({
        message: `quarantine: ${key} is not a ledger that ingest wrote`,
        hint: "Analyse the logs again.",
      });
    }
  });
});
