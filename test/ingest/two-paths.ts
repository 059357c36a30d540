import { parquetReadObjects } from "hyparquet";
import { defaultConfig } from "../../src/config/load.ts";
import type { StrataConfig } from "../../src/config/strata-config.ts";
import { curator } from "../../src/curated/curator.ts";
import { type IngestResult, ingestObjects } from "../../src/curated/ingest-objects.ts";
import { RefusedLines } from "../../src/curated/refused-lines.ts";
import { withSideBodies } from "../../src/curated/side-bodies.ts";
import { eventTimesOf } from "../../src/invocation/event-times.ts";
import { classifyKey } from "../../src/invocation/object-key.ts";
import { readInvocations } from "../../src/invocation/read-invocations.ts";
import type { ObjectInfo } from "../../src/ports.ts";
import { rowBuilder } from "./build-row.ts";
import { HourBuffers } from "./hour-buffers.ts";
import { MemoryStore } from "./memory-store.ts";

/** Rows by file, and what was refused. */
export interface Ingested {
  readonly rows: Readonly<Record<string, readonly unknown[]>>;
  readonly refused: readonly unknown[];
}

export const BATCH = "batch";

/** What ingest writes. */
export async function fastPath(
  source: MemoryStore,
  objects: readonly ObjectInfo[] = source.infos,
  config: StrataConfig = defaultConfig(),
): Promise<Ingested & { readonly result: IngestResult; readonly target: MemoryStore }> {
  const target = new MemoryStore();
  const result = await ingestObjects({ name: BATCH, objects }, { source, target, curator: curator(config) });
  const refused = target.objects.get(`quarantine/${BATCH}.jsonl`);
  const entries = refused === undefined ? [] : Buffer.from(refused).toString("utf8").trimEnd().split("\n");
  return { rows: await rowsOf(target), refused: entries.map((entry): unknown => JSON.parse(entry)), result, target };
}

/** The same by the straightforward path: JSON.parse, one row object a record, the library's own Parquet writer. */
export async function straightforward(
  source: MemoryStore,
  objects: readonly ObjectInfo[] = source.infos,
  config: StrataConfig = defaultConfig(),
): Promise<Ingested> {
  const target = new MemoryStore();
  const buildRow = rowBuilder(config);
  const buffers = new HourBuffers(BATCH, Number.POSITIVE_INFINITY);
  const all: unknown[] = [];
  for (const object of objects) {
    const { kind, deliveredAt = object.lastModified } = classifyKey(object.key);
    if (kind !== "log") continue;
    const { body } = await source.read(object.key);
    const refused = new RefusedLines(object, deliveredAt);
    for await (const item of readInvocations(body, object.key, {
      eventTimes: eventTimesOf(config.sources.event_times, deliveredAt),
    })) {
      if ("record" in item) {
        const { record, usage, outcome } = await withSideBodies(item, object.key, source);
        const place = { object: object.key, line: item.line, part: item.part, deliveredAt };
        buffers.add(buildRow(record, usage, outcome, place), record.timestamp);
      } else refused.add(item);
    }
    all.push(...refused.entries().map((entry): unknown => JSON.parse(entry)));
  }
  for (const file of buffers.flush()) await target.write(file.key, file.bytes);
  return { rows: await rowsOf(target), refused: all };
}

/** The rows of each file; both sides through the same reader. */
export async function rowsOf(store: MemoryStore): Promise<Record<string, unknown[]>> {
  const rows: Record<string, unknown[]> = {};
  for (const [key, bytes] of store.objects) {
    if (!key.endsWith(".parquet")) continue;
    const file = Uint8Array.from(bytes).buffer;
    rows[key] = await parquetReadObjects({ file });
  }
  return rows;
}
