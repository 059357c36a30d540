/**
 * What compaction makes of landed files: `node bench/compaction.ts`. Log lines are the invented company's (`strata generate`), landed object by object as the deployed function does,
 * compacted by the deployed code on a bucket in memory. First one hour as it is at 10 million calls a month, then a whole month that is thinned to `--scale`.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { gunzipSync } from "node:zlib";
import { strataConfig } from "../src/config/strata-config.ts";
import { curator } from "../src/curated/curator.ts";
import { ingestObjects } from "../src/curated/ingest-objects.ts";
import { generate } from "../src/generate/generate.ts";
import { isLog } from "../src/invocation/object-key.ts";
import { Compactor } from "../src/live/compact.ts";
import { DuckDbWarehouse } from "../src/local/duckdb.ts";
import { FolderStore } from "../src/local/folder-store.ts";
import { MemoryStore } from "../test/anomaly/memory.ts";

const HOUR_MS = 3_600_000;
/** Of an average hour at 10 million calls a month of 30 days, and records an object (docs/cost.md). */
const HOUR_CALLS = Math.round(10_000_000 / 720);
const PER_OBJECT = 50;

const { values } = parseArgs({ options: { scale: { type: "string", default: "0.05" } } });
const work = mkdtempSync(join(tmpdir(), "strata-compaction-"));
const records = "invocation_records/";
const curated = curator(strataConfig.parse({}));

try {
  await generate({ out: join(work, "month"), scale: Number(values.scale) });
  const logs = new FolderStore(join(work, "month/logs"));
  await hour(logs);
  await month(logs);
} finally {
  rmSync(work, { recursive: true, force: true });
}

async function hour(logs: FolderStore): Promise<void> {
  const lines: string[] = [];
  for await (const { key } of logs.list()) {
    if (lines.length >= HOUR_CALLS) break;
    if (!key.endsWith(".json.gz") || key.includes("/data/")) continue;
    const text = gunzipSync((await logs.readAll(key))?.bytes ?? new Uint8Array()).toString("utf8");
    lines.push(...text.split("\n").filter((line) => line.startsWith("{")));
  }
  const start = Date.UTC(2026, 9, 5, 14);
  const taken = lines.slice(0, HOUR_CALLS).flatMap((line, index) => {
    const at = new Date(start + (index / HOUR_CALLS) * HOUR_MS).toISOString();
    try {
      return JSON.stringify({ ...JSON.parse(line), timestamp: at });
    } catch {
      return [];
    }
  });
  const source = new MemoryStore();
  for (let at = 0; at < taken.length; at += PER_OBJECT)
    await source.write(`object-${String(at).padStart(6, "0")}`, taken.slice(at, at + PER_OBJECT).join("\n"));
  await compacted(`one hour of ${taken.length} calls, ${PER_OBJECT} an object`, await landed(source));
}

async function month(logs: FolderStore): Promise<void> {
  await compacted(`a month at scale ${values.scale}`, await landed(logs));
}

/** Each object as a batch of its own. */
async function landed(source: FolderStore | MemoryStore): Promise<MemoryStore> {
  const target = new MemoryStore();
  let number = 0;
  for await (const { key, size } of source.list()) {
    const object = {
      key,
      size,
      lastModified: Date.UTC(2026, 9, 5, 15),
      ...(source instanceof MemoryStore ? { holdsLogs: true } : {}),
    };
    if (isLog(object))
      await ingestObjects({ name: `batch-${number++}`, objects: [object] }, { source, target, curator: curated });
  }
  return target;
}

async function compacted(what: string, store: MemoryStore): Promise<void> {
  const before = await state(store);
  const usage = await hashed(store);
  let summed = new Map<string, string>();
  const compactor = await Compactor.open({
    store,
    places: { read: async (table) => (table === "hourly_usage" ? summed : new Map()) },
    work: join(work, "compactor"),
  });
  const later = Date.UTC(2027, 0, 1);
  const began = performance.now();
  const { written, failures } = await compactor.run(later, () => Number.POSITIVE_INFINITY);
  const seconds = (performance.now() - began) / 1000;
  if (failures.length > 0) throw failures[0];
  summed = await sums(store);
  const { removed, differing } = await compactor.run(later, () => Number.POSITIVE_INFINITY);
  compactor.close();
  const after = await state(store);
  console.log(`${what}
  files ${before.files} → ${after.files} (${written} written, ${removed} removed, ${differing} hours whose sums differ)
  bytes a record ${(before.bytes / usage.rows).toFixed(1)} → ${(after.bytes / usage.rows).toFixed(1)}
  ${seconds.toFixed(1)} s, ${((1000 * seconds) / written).toFixed(0)} ms an hour
  the view invocations: ${usage.rows} rows, ${(await hashed(store)).hash === usage.hash ? "the same in every column" : "NOT THE SAME"}`);
}

async function state(store: MemoryStore): Promise<{ files: number; bytes: number }> {
  const all = await Array.fromAsync(store.list(records));
  return { files: all.length, bytes: all.reduce((sum, { size }) => sum + size, 0) };
}

async function over<T>(store: MemoryStore, ask: (engine: DuckDbWarehouse, folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(work, "data-"));
  const here = new FolderStore(folder);
  for (const [key, { bytes }] of store.objects) if (key.startsWith(records)) await here.write(key, bytes);
  const engine = await DuckDbWarehouse.open(folder);
  const answer = await ask(engine, folder);
  engine.close();
  rmSync(folder, { recursive: true, force: true });
  return answer;
}

/** Rows of the view and one number over all of their columns, whatever their order. */
function hashed(store: MemoryStore): Promise<{ rows: number; hash: string }> {
  return over(store, async (engine) => {
    const { rows } = await engine.adhoc(
      "select count(*) as n, cast(sum(cast(hash(i) as decimal(38,0))) as varchar) as h from invocations i",
    );
    return { rows: Number(rows[0]?.["n"]), hash: String(rows[0]?.["h"]) };
  });
}

function sums(store: MemoryStore): Promise<Map<string, string>> {
  return over(store, async (engine, folder) => {
    await engine.replaceDays("hourly_usage", "rollups/hourly_usage", { from: "2023-01-01", to: "2027-12-31" });
    const places = new Map<string, string>();
    for await (const { key } of new FolderStore(folder).list("hourly_usage/")) {
      const day = /dt=([\d-]+)/.exec(key)?.[1] ?? "";
      await store.write(`hourly_usage/dt=${day}/hourly_usage.parquet`, readFileSync(join(folder, key)));
      places.set(day, `hourly_usage/dt=${day}/`);
    }
    return places;
  });
}
