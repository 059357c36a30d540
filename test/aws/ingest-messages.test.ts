import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type IngestDependencies, ingestMessages } from "../../src/aws/ingest-messages.ts";
import { batchName } from "../../src/aws/object-messages.ts";
import { defaultConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { FolderStore } from "../../src/local/folder-store.ts";
import {
  byDay,
  clearMarks,
  hoursBetween,
  markStaleHours,
  markWholeDays,
  recentHours,
  staleMarks,
} from "../../src/pipeline/stale-hours.ts";
import type { ObjectInfo } from "../../src/ports.ts";
import { parseInstant } from "../../src/time.ts";

const records = readFileSync(join(import.meta.dirname, "../fixtures/samples/invocation-logs/records.jsonl"), "utf8")
  .trim()
  .split("\n");
const folder = (): string => mkdtempSync(join(tmpdir(), "strata-ingest-"));
const curated = curator(defaultConfig());
const keyOf = (name: string): string => `AWSLogs/111122223333/BedrockModelInvocationLogs/us-east-1/2026/10/05/14/${name}`;
const log = (hex: string): string => keyOf(`20261005T141504123Z_${hex.padStart(16, "0")}.json.gz`);
const message = (...keys: string[]): string => JSON.stringify({ redrive: keys.map((key) => ({ bucket: "logs", key })) });

class Source extends FolderStore {
  async info(key: string): Promise<ObjectInfo> {
    const { body, info } = await this.read(key);
    body.destroy();
    return { ...info, lastModified: 0 };
  }
}

function world(now = "2026-10-05T15:00:00Z") {
  const source = new Source(folder());
  const target = new FolderStore(folder());
  const dependencies: IngestDependencies = {
    target,
    curator: curated,
    clock: { now: () => parseInstant(now) ?? 0 },
    sourceOf: () => source,
  };
  return { source, target, dependencies };
}
async function contents(store: FolderStore): Promise<Map<string, string>> {
  const all = new Map<string, string>();
  for await (const { key } of store.list()) all.set(key, Buffer.from((await store.readAll(key))?.bytes ?? []).toString("base64"));
  return all;
}

describe("ingestMessages", () => {
  it("ingests each object once, however many messages name it, and skips what is no log", async () => {
    const { source, dependencies } = world();
    await source.write(log("1"), gzipSync(records.slice(0, 5).join("\n")));
    const done = await ingestMessages([message(log("1")), message(log("1"), keyOf("data/x_input.json.gz"))], dependencies);
    expect(done.results.map(({ status }) => status)).toEqual(["fulfilled", "fulfilled"]);
    expect(done.counts).toMatchObject({ objects: 1, skipped_objects: 1, records: 5 });
    expect(done.lags).toHaveLength(1);
  });

  it("leaves objects of other places alone when a bucket tells of them, and reads them when somebody names them", async () => {
    const { source, dependencies } = world();
    await source.write(log("1"), gzipSync(records.slice(0, 5).join("\n")));
    const event = JSON.stringify({ Records: [{ s3: { bucket: { name: "logs" }, object: { key: log("1") } } }] });
    const elsewhere = { ...dependencies, reads: (_: string, key: string) => key.startsWith("prod/") };
    expect((await ingestMessages([event], elsewhere)).counts).toMatchObject({ objects: 0, skipped_objects: 1 });
    expect((await ingestMessages([message(log("1"))], elsewhere)).counts).toMatchObject({ objects: 1, records: 5 });
  });

  it("lands records of a new schema version and with new fields, and counts both", async () => {
    const { source, dependencies } = world();
    const [first = "{}"] = records;
    const newer = { ...JSON.parse(first), schemaVersion: "2.0", cacheTier: "deep" };
    await source.write(
      log("1"),
      gzipSync([JSON.stringify(newer), JSON.stringify({ ...newer, requestId: "other" }), records[1]].join("\n")),
    );
    const { counts } = await ingestMessages([message(log("1"))], dependencies);
    expect(counts).toMatchObject({ landed: 3, quarantined: 0, unknown_fields: { "schemaVersion 2.0": 2, cacheTier: 2 } });
  });

  it("fails only the message whose object is missing", async () => {
    const { source, dependencies } = world();
    await source.write(log("1"), gzipSync(records.slice(0, 3).join("\n")));
    const done = await ingestMessages(
      [message(log("1")), message(log("2")), "not a message", message(log("1"), log("2"))],
      dependencies,
    );
    expect(done.results.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "rejected", "rejected"]);
    expect(done.failedObjects).toBe(1);
    expect(done.counts.objects).toBe(1);
  });

  it("ends in the same bytes after a repeat, in another order and at another time", async () => {
    const first = world();
    const second = world("2026-11-05T15:00:00Z");
    for (const { source } of [first, second]) {
      await source.write(log("1"), gzipSync(records.slice(0, 8).join("\n")));
      await source.write(log("2"), gzipSync(records.slice(8, 16).join("\n")));
    }
    await ingestMessages([message(log("1")), message(log("2"))], first.dependencies);
    await ingestMessages([message(log("2"), log("1"))], second.dependencies);
    await ingestMessages([message(log("1"))], second.dependencies);
    const late = [...(await contents(second.target))].filter(([key]) => !key.startsWith("stale/"));
    expect(new Map(late)).toEqual(new Map([...(await contents(first.target))].filter(([key]) => !key.startsWith("stale/"))));
  });

  it("marks hours that the next run would not look at", async () => {
    const { source, target, dependencies } = world("2026-11-05T15:00:00Z");
    await source.write(log("1"), gzipSync(records.slice(0, 3).join("\n")));
    await ingestMessages([message(log("1"))], dependencies);
    const marks = await staleMarks(target);
    expect(marks.flatMap(({ hours }) => hours).map(({ day }) => day)).toContain("2026-10-05");
    await clearMarks(target, marks);
    expect(await staleMarks(target)).toEqual([]);
  });

  it("names a batch after the object and its version", () => {
    const event = { bucket: "b", key: "k" };
    expect(batchName(event)).toBe(batchName({ ...event }));
    expect(batchName({ ...event, version: "1" })).not.toBe(batchName(event));
    expect(batchName({ bucket: "bk", key: "" })).not.toBe(batchName(event));
  });
});

describe("stale hours", () => {
  const now = parseInstant("2026-10-05T14:20:00Z") ?? 0;
  const hour = (back: number): number => now - (now % 3_600_000) - back * 3_600_000;

  it("leaves the last hours to the ordinary run", async () => {
    const store = new FolderStore(folder());
    expect(await markStaleHours(store, "batch", [hour(0), hour(1), hour(2), hour(900)], now)).toBe(2);
    expect((await staleMarks(store)).flatMap(({ hours }) => hours)).toEqual([
      { day: "2026-08-29", hour: 2 },
      { day: "2026-10-05", hour: 12 },
    ]);
  });

  it("sums up whatever ingest did not mark, however the turn of an hour lies between both", () => {
    for (let minute = 0; minute < 180; minute++) {
      const landed = now + minute * 60_000;
      const unmarked = hoursBetween(landed - 3_600_000, landed);
      // The next run begins within five minutes.
      for (const later of [0, 5]) expect(recentHours(landed + later * 60_000)).toEqual(expect.arrayContaining(unmarked));
    }
  });

  it("marks whole days whose callers have other owners now, and takes each hour once, the newest day first", async () => {
    const store = new FolderStore(folder());
    await markWholeDays(store, "labels", ["2026-09-01", "2026-09-03"]);
    await markStaleHours(store, "batch", [parseInstant("2026-09-01T05:00:00Z") ?? 0], now);
    const pieces = byDay((await staleMarks(store)).flatMap(({ hours }) => hours));
    expect(pieces.map((hours) => [hours[0]?.day, hours.length])).toEqual([
      ["2026-09-03", 24],
      ["2026-09-01", 24],
    ]);
  });
});

describe("one object that takes all there is", () => {
  const many = gzipSync(`${records[0] ?? ""}\n`.repeat(20_000));

  it("comes back alone when it takes too long, and its neighbours land", async () => {
    const { source, dependencies } = world();
    await source.write(log("1"), many);
    for (const name of ["2", "3"]) await source.write(log(name), gzipSync(records.slice(0, 3).join("\n")));
    // Every look at the clock takes a second, so that the large object is over its half after a hundred of them.
    let left = 300_000;
    const limits = { timeLeft: () => (left -= 4_000), memoryUsed: () => 0, memory: 1 };
    const done = await ingestMessages([message(log("1")), message(log("2")), message(log("3"))], { ...dependencies, limits });
    expect(done.results.map(({ status }) => status)).toEqual(["rejected", "fulfilled", "fulfilled"]);
    expect(done.results[0]).toMatchObject({ reason: { message: expect.stringContaining("takes longer than one object may") } });
    expect(done.counts).toMatchObject({ objects: 2, records: 6 });
  });

  it("comes back alone when it takes the memory", async () => {
    const { source, dependencies } = world();
    await source.write(log("1"), many);
    await source.write(log("2"), gzipSync(records.slice(0, 3).join("\n")));
    let asked = 0;
    const limits = { timeLeft: () => 200_000, memoryUsed: () => (asked++ > 5 ? 960 : 500), memory: 1000 };
    const done = await ingestMessages([message(log("1"))], { ...dependencies, limits });
    expect(done.results[0]).toMatchObject({ reason: { message: expect.stringContaining("more memory than one object may") } });
    // What a process holds from before is nobody's fault.
    const calm = { timeLeft: () => 200_000, memoryUsed: () => 960, memory: 1000 };
    expect((await ingestMessages([message(log("2"))], { ...dependencies, limits: calm })).failedObjects).toBe(0);
  });

  it("does not begin what there is no time for", async () => {
    const { source, dependencies } = world();
    await source.write(log("1"), many);
    const limits = { timeLeft: () => 5_000, memoryUsed: () => 0, memory: 1 };
    const done = await ingestMessages([message(log("1"))], { ...dependencies, limits });
    expect(done.results[0]).toMatchObject({ reason: { message: expect.stringContaining("no time was left") } });
  });
});
