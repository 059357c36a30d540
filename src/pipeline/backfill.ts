import { createHash } from "node:crypto";
import { batchReader } from "../batch/batch-reader.ts";
import { trailKindOf } from "../cloudtrail/object-key.ts";
import { FURTHER_SOURCES } from "../config/further-sources.ts";
import { classifyKey } from "../invocation/object-key.ts";
import { jsonOf } from "../json-of.ts";
import { kiroKindOf } from "../kiro/object-key.ts";
import type { ObjectInfo, ObjectStore } from "../ports.ts";
import { dayOf } from "../time.ts";
import { type IngestCost, ingestCost } from "./ingest-cost.ts";

/** What is read beside logs. */
export const BACKFILL_KINDS = ["telemetry", ...FURTHER_SOURCES] as const;
export type BackfillKind = (typeof BACKFILL_KINDS)[number];

/** Whether a source reads an object of that name, with all that stands before its key; of collectors everything is theirs. */
const READS: Readonly<Record<BackfillKind, (key: string) => boolean>> = {
  telemetry: () => true,
  cloudtrail: (key) => trailKindOf(key) === "records",
  batch: (key) => batchReader.kindOf(key) === "records",
  kiro: (key) => kiroKindOf(key) === "records",
};

export interface BackfillInput {
  /** Where the raw logs lie. */
  readonly source: ObjectStore;
  readonly prefix?: string;
  /** Days on which Bedrock delivered, both included. */
  readonly from: string;
  readonly to: string;
  /** Objects of another source instead of logs, by the day on which they were written. */
  readonly kind?: BackfillKind | undefined;
  /** Hands objects over to ingest: puts them on its queue, or ingests them here. */
  readonly enqueue: (objects: readonly ObjectInfo[]) => Promise<void>;
  /** Where it is written down how far the backfill has come. */
  readonly checkpoints: ObjectStore;
  /** Pages of objects that are handed over at once. Default 4. */
  readonly concurrency?: number;
  readonly pageSize?: number;
  readonly onProgress?: (found: BackfillCounts) => void;
}

export interface BackfillCounts {
  readonly objects: number;
  readonly bytes: number;
  /** Objects that an earlier run handed over already. */
  readonly resumed: number;
  /** Objects of other days, and objects that are none of what is read. */
  readonly skipped: number;
}

export interface BackfillPlan extends BackfillCounts {
  readonly cost: IngestCost;
}

/** What a backfill would do, without doing it. */
export async function planBackfill(input: Omit<BackfillInput, "enqueue">): Promise<BackfillPlan> {
  const found = await walk({ ...input, enqueue: async () => undefined }, await lastKey(input), false);
  return { ...found, cost: ingestCost(found.objects, found.bytes) };
}

/**
 * Hands every log object of the days over to ingest, in the order in which the store lists them. Interrupted, it goes on where it was: the
 * checkpoint names the last object before which everything is done. What is handed over twice is ingested to the same bytes.
 */
export async function backfill(input: BackfillInput): Promise<BackfillCounts> {
  const found = await walk(input, await lastKey(input), true);
  await input.checkpoints.remove(checkpointKey(input));
  return found;
}

async function walk(input: BackfillInput, after: string | undefined, write: boolean): Promise<BackfillCounts> {
  const { pageSize = 100, concurrency = 4 } = input;
  let counts: BackfillCounts = { objects: 0, bytes: 0, resumed: 0, skipped: 0 };
  let waiting = after;
  let window: ObjectInfo[] = [];
  const handOver = async (): Promise<void> => {
    const last = window.at(-1);
    if (last === undefined) return;
    const pages = Array.from({ length: Math.ceil(window.length / pageSize) }, (_, page) =>
      window.slice(page * pageSize, (page + 1) * pageSize),
    );
    await Promise.all(pages.map((page) => input.enqueue(page)));
    if (write) await input.checkpoints.write(checkpointKey(input), `${JSON.stringify({ last_key: last.key })}\n`);
    counts = {
      ...counts,
      objects: counts.objects + window.length,
      bytes: window.reduce((sum, { size }) => sum + size, counts.bytes),
    };
    window = [];
    input.onProgress?.(counts);
  };
  for await (const object of input.source.list(input.prefix)) {
    if (!isWanted(object, input)) {
      counts = { ...counts, skipped: counts.skipped + 1 };
      continue;
    }
    if (waiting !== undefined) {
      counts = { ...counts, resumed: counts.resumed + 1 };
      if (object.key === waiting) waiting = undefined;
      continue;
    }
    window.push(object);
    if (window.length === pageSize * concurrency) await handOver();
  }
  await handOver();
  // The object that the checkpoint names is gone: nobody can say what came before it, so all of it is handed over.
  return waiting === undefined ? counts : walk(input, undefined, write);
}

function isWanted(
  object: ObjectInfo,
  { source: store, from, to, kind: source }: Pick<BackfillInput, "source" | "from" | "to" | "kind">,
): boolean {
  if (source !== undefined) {
    const written = dayOf(object.lastModified);
    return object.size > 0 && written >= from && written <= to && READS[source](`${store.name}/${object.key}`);
  }
  const { kind, deliveredAt = object.lastModified } = classifyKey(object.key);
  const day = dayOf(deliveredAt);
  return kind === "log" && day >= from && day <= to;
}

type Place = Pick<BackfillInput, "source" | "prefix" | "from" | "to" | "kind">;

/** A checkpoint belongs to one source and range. */
function checkpointKey({ source, prefix = "", from, to, kind }: Place): string {
  const id = createHash("sha256")
    .update([source.name, prefix, from, to, ...(kind === undefined ? [] : [kind])].join("\n"))
    .digest("hex")
    .slice(0, 16);
  return `backfills/${from}-${to}-${id}.json`;
}

async function lastKey(input: Place & Pick<BackfillInput, "checkpoints">): Promise<string | undefined> {
  const found = await input.checkpoints.readAll(checkpointKey(input));
  const { last_key: key }: { readonly last_key?: unknown } = Object(jsonOf(found?.bytes));
  // A checkpoint that cannot be read means that everything is handed over, which does no harm.
  return typeof key === "string" ? key : undefined;
}
