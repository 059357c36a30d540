/**
 * One point of the scaling curve: ingests that many records in one batch and prints time and peak memory as JSON. The objects of the folder
 * are read once and ingested again and again under other names, so that ten million records need no more memory than ten thousand.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { defaultConfig } from "../../src/config/load.ts";
import { curator } from "../../src/curated/curator.ts";
import { ingestObjects } from "../../src/curated/ingest-objects.ts";
import type { ObjectInfo, ObjectStore } from "../../src/ports.ts";
import { peakMegabytes } from "./peak-megabytes.ts";

const [folder = "", wanted = "", perObject = ""] = process.argv.slice(2);
const records = Number(wanted);
const objects = readdirSync(folder)
  .sort()
  .map((file) => readFileSync(join(folder, file)));
const infos = Array.from(
  { length: records / Number(perObject) },
  (_, index): ObjectInfo => ({
    key: `${String(index).padStart(6, "0")}.json.gz`,
    size: objects[index % objects.length]?.length ?? 0,
    lastModified: 0,
  }),
);
const never = (): never => {
  throw new Error("scale-one: not a store for this");
};
const store: ObjectStore = {
  name: "memory",
  list: never,
  read: never,
  remove: never,
  readAll: async (key) => ({ bytes: objects[Number.parseInt(key, 10) % objects.length] ?? new Uint8Array(0), etag: "" }),
  write: async () => ({ etag: "" }),
};
const start = performance.now();
const before = process.cpuUsage();
const { counts } = await ingestObjects(
  { name: "scale", objects: infos },
  { source: store, target: store, curator: curator(defaultConfig()) },
);
const { user, system } = process.cpuUsage(before);
const seconds = (user + system) / 1e6;
const wallSeconds = (performance.now() - start) / 1000;
if (counts.landed !== records) throw new Error(`scale-one: ${counts.landed} of ${records} records landed`);
console.log(JSON.stringify({ seconds, wallSeconds, peakMegabytes: peakMegabytes() }));
