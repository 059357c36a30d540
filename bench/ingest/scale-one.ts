/** One point of the scaling curve: ingests that many records and prints time and peak memory as JSON. Objects are made once and read many times. */
import { gzipSync } from "node:zlib";
import { defaultConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import type { ObjectInfo, ObjectStore } from "../../src/ports.ts";
import { logText, SHAPES } from "./records.ts";

const records = Number(process.argv[2]);
const [shape] = SHAPES;
if (shape === undefined || !Number.isInteger(records) || records % 10_000 !== 0)
  throw new RangeError("scale-one: records in ten thousands");
const PER_OBJECT = 10_000;
const KINDS = 10;
const texts = Array.from({ length: Math.min(KINDS, records / PER_OBJECT) }, (_, seed) => logText(shape, PER_OBJECT, seed + 1));
const objects = texts.map((text) => gzipSync(text));
const infos = Array.from(
  { length: records / PER_OBJECT },
  (_, index): ObjectInfo => ({
    key: `${String(index).padStart(6, "0")}.json.gz`,
    size: objects[index % KINDS]?.length ?? 0,
    lastModified: 0,
  }),
);
const bytes = infos.reduce((sum, _, index) => sum + (texts[index % KINDS]?.length ?? 0), 0);
const store: Pick<ObjectStore, "readAll" | "write"> = {
  readAll: async (key) => ({ bytes: objects[Number.parseInt(key, 10) % KINDS] ?? new Uint8Array(0), etag: "" }),
  write: async () => ({ etag: "" }),
};
const never = (): never => {
  throw new Error("scale-one: not a store for this");
};
const all: ObjectStore = { name: "memory", list: never, read: never, remove: never, ...store };
const start = performance.now();
const before = process.cpuUsage();
const { counts } = await ingestObjects(
  { name: "scale", objects: infos },
  { source: all, target: all, curator: curator(defaultConfig()) },
);
const { user, system } = process.cpuUsage(before);
const seconds = (user + system) / 1e6;
const wallSeconds = (performance.now() - start) / 1000;
if (counts.landed !== records) throw new Error(`scale-one: ${counts.landed} of ${records} records landed`);
console.log(JSON.stringify({ seconds, wallSeconds, bytes, peakMegabytes: process.resourceUsage().maxRSS / 1024 }));
