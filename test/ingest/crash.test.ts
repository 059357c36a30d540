import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { logText, SHAPES } from "../../bench/ingest/records.ts";
import { defaultConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { type IngestResult, ingestObjects } from "../../src/curated/ingest-objects.ts";
import type { ObjectStore } from "../../src/ports.ts";
import { MemoryStore } from "./memory-store.ts";
import { rowsOf } from "./two-paths.ts";

const [metadataOnly] = SHAPES;
if (metadataOnly === undefined) throw new Error("no shape");
const text = (seed: number): Buffer => logText(metadataOnly, 40, seed);
const logs = {
  "logs/a.json.gz": gzipSync(text(1)),
  "logs/b.json.gz": gzipSync(Buffer.concat([text(2), Buffer.from("{not json\n"), text(3)])),
  "logs/c.json.gz": gzipSync(text(4)).subarray(0, -30),
};
const source = MemoryStore.of(logs);
const CURATOR = curator(defaultConfig());

class Killed extends Error {}

/** The store of a process that dies at its nth call: before the call, or after it took effect but before anybody heard of it. */
function dying(store: ObjectStore, calls: { left: number }, after: boolean): ObjectStore {
  const counted = async <Value>(run: () => Promise<Value>): Promise<Value> => {
    calls.left -= 1;
    if (calls.left > 0) return run();
    if (calls.left === 0 && after) await run();
    throw new Killed("the process is gone");
  };
  return {
    name: store.name,
    list: (prefix) => store.list(prefix),
    read: (key, version) => counted(() => store.read(key, version)),
    readAll: (key) => counted(() => store.readAll(key)),
    write: (key, bytes, condition) => counted(() => store.write(key, bytes, condition)),
    remove: (key) => counted(() => store.remove(key)),
  };
}

const ingest = (target: ObjectStore, from: ObjectStore = source): Promise<IngestResult> =>
  ingestObjects({ name: "batch", objects: source.infos }, { source: from, target, curator: CURATOR });

/** What a run that nothing disturbs writes. */
let first: Promise<MemoryStore> | undefined;
const undisturbed = (): Promise<MemoryStore> => {
  const target = new MemoryStore();
  first ??= ingest(target).then(() => target);
  return first;
};

describe("ingest", () => {
  it.each([
    ["before", false],
    ["after", true],
  ])("ends in the same bytes when it died %s any of its calls and ran again", async (_, after) => {
    const whole = await undisturbed();
    let point = 1;
    for (; point < 100; point += 1) {
      const target = new MemoryStore();
      const calls = { left: point };
      const survived = await ingest(dying(target, calls, after), dying(source, calls, after)).then(
        ({ failures }) => failures.length === 0,
        () => false,
      );
      expect([...target.objects.keys()].every((key) => whole.objects.has(key))).toBe(true);
      await ingest(target);
      expect(target.content, `killed at call ${point}`).toEqual((await undisturbed()).content);
      if (survived) break;
    }
    // Three objects to read, one hour to write, quarantine and ledger: at least one death at each.
    expect(point).toBeGreaterThan(5);
    expect(point).toBeLessThan(100);
  });

  it("writes the ledger last: where it is, everything else is", async () => {
    for (let point = 1; point < 20; point += 1) {
      const target = new MemoryStore();
      await ingest(dying(target, { left: point }, true)).catch(() => undefined);
      if (![...target.objects.keys()].some((key) => /^ingested_objects\/.*\/batch\.jsonl$/.test(key))) continue;
      expect(target.content).toEqual((await undisturbed()).content);
    }
  });

  it("ends in the same bytes when two workers take the same objects at once", async () => {
    const target = new MemoryStore();
    await Promise.all([ingest(target), ingest(target), ingest(target)]);
    expect(target.content).toEqual((await undisturbed()).content);
  });

  it("leaves no row and no quarantine entry of an object that could not be read", async () => {
    const broken: ObjectStore = {
      ...dying(source, { left: Number.POSITIVE_INFINITY }, false),
      readAll: (key) => (key === "logs/b.json.gz" ? Promise.reject(new Error("access denied")) : source.readAll(key)),
    };
    const target = new MemoryStore();
    const { counts, failures } = await ingest(target, broken);
    expect(failures).toEqual([{ object: "logs/b.json.gz", message: "access denied" }]);
    const without = new MemoryStore();
    const objects = source.infos.filter(({ key }) => key !== "logs/b.json.gz");
    const rest = await ingestObjects({ name: "batch", objects }, { source, target: without, curator: CURATOR });
    expect(counts).toEqual(rest.counts);
    expect(target.content).toEqual(without.content);
  });

  it("takes back what it had read of an object that it gave up in the middle", async () => {
    const long = MemoryStore.of({ ...logs, "logs/b.json.gz": gzipSync(logText(metadataOnly, 2_000, 2)) });
    const without = MemoryStore.of(Object.fromEntries(Object.entries(logs).filter(([key]) => key !== "logs/b.json.gz")));
    // Of the first object and the first thousand records of the second.
    let looks = 0;
    const guard = (): void => {
      looks += 1;
      if (looks === 6) throw new Error("too large for one run");
    };
    const target = new MemoryStore();
    const given = await ingestObjects({ name: "batch", objects: long.infos }, { source: long, target, curator: CURATOR, guard });
    expect(given.failures).toEqual([{ object: "logs/b.json.gz", message: "too large for one run" }]);
    const expected = new MemoryStore();
    const rest = await ingestObjects(
      { name: "batch", objects: without.infos },
      { source: without, target: expected, curator: CURATOR },
    );
    expect(given.counts).toEqual(rest.counts);
    // Rows, not bytes: a dictionary may still hold a value that no row has.
    expect(await rowsOf(target)).toEqual(await rowsOf(expected));
    expect([...target.objects.keys()]).toEqual([...expected.objects.keys()]);
  });

  it("replays a month later to the same bytes", async () => {
    const target = new MemoryStore();
    await ingest(target);
    await ingestObjects({ name: "batch", objects: source.infos }, { source, target, curator: curator(defaultConfig()) });
    expect(target.content).toEqual((await undisturbed()).content);
  });
});
