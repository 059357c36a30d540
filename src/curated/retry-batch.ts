import { InputError } from "../errors.ts";
import type { ObjectInfo, ObjectStore } from "../ports.ts";
import { parseInstant } from "../time.ts";
import { addCounts, type IngestCounts, noCounts } from "./counts.ts";
import { type IngestOptions, type IngestResult, ingestObjects } from "./ingest-objects.ts";
import { batchOf, parse } from "./quarantine-entries.ts";

/**
 * Ingests the objects of a batch again and replaces what the batch wrote: files that it does not write this time are removed. On AWS a batch is
 * one object; locally it is the objects of one delivery day.
 * @throws InputError when the batch has no ledger, or one of its objects is not there any more; nothing is changed then
 */
export async function retryBatch(name: string, options: IngestOptions): Promise<Retried> {
  const { source, target } = options;
  const ledger = await ledgerOf(name, target);
  const objects: ObjectInfo[] = [];
  for (const { object } of ledger) {
    const { body, info } = await source.read(object.key, object.version);
    body.destroy();
    // It was read as a log before, whatever its name says.
    objects.push({ ...object, size: info.size, lastModified: info.lastModified, holdsLogs: true });
  }
  const written = new Set<string>();
  const result = await ingestObjects({ name, objects }, { ...options, target: noting(target, written) });
  const old = await ownFiles(name, target);
  for (const key of old) if (!written.has(key)) await target.remove(key);
  return { ...result, before: ledger.reduce((sum, { counts }) => addCounts(sum, counts), noCounts()) };
}

export interface Retried extends IngestResult {
  /** What the batch counted when it was read before; fields that were unknown then are not among it. */
  readonly before: IngestCounts;
}

interface LedgerRow {
  readonly object: ObjectInfo;
  readonly counts: IngestCounts;
}

async function ledgerOf(name: string, data: ObjectStore): Promise<LedgerRow[]> {
  const rows: LedgerRow[] = [];
  // A batch is nearly always of one day, but its name does not say which.
  for await (const { key } of data.list("ingested_objects/")) {
    if (!key.endsWith(`/${name}.jsonl`)) continue;
    const ledger = await data.readAll(key);
    const lines = Buffer.from(ledger?.bytes ?? [])
      .toString("utf8")
      .split("\n");
    rows.push(...lines.filter((line) => line !== "").map((line) => rowOf(key, parse(key, line))));
  }
  if (rows.length === 0)
    throw new InputError(name, `quarantine: there is no ledger of the batch ${name}, so what it held is not known`, {
      hint: "Analyse the logs again.",
    });
  return rows;
}

function rowOf(place: string, row: Readonly<Record<string, unknown>>): LedgerRow {
  const { source_object: key, bytes, delivered_at: deliveredAt, version } = row;
  const lastModified = typeof deliveredAt === "string" ? parseInstant(deliveredAt) : undefined;
  if (typeof key !== "string" || typeof bytes !== "number" || lastModified === undefined)
    throw new InputError(place, `quarantine: ${place} is not a ledger that ingest wrote`, { hint: "Analyse the logs again." });
  const count = (name: string): number => (typeof row[name] === "number" ? row[name] : 0);
  return {
    object: { key, size: bytes, lastModified, ...(typeof version === "string" ? { version } : {}) },
    counts: {
      ...noCounts(),
      objects: 1,
      damaged_objects: typeof row["damaged"] === "string" ? 1 : 0,
      records: count("records"),
      landed: count("landed"),
      quarantined: count("quarantined"),
      coerced: count("coerced"),
      bytes,
    },
  };
}

/** What the batch wrote earlier, whichever hours it held then. */
async function ownFiles(name: string, data: ObjectStore): Promise<string[]> {
  const own: string[] = [];
  for await (const { key } of data.list("invocation_records/"))
    if (new RegExp(`/${literal(name)}-\\d{4,}\\.parquet$`).test(key)) own.push(key);
  for await (const { key } of data.list("quarantine/")) if (batchOf(key) === name) own.push(key);
  // A file without a delivery time is of the day on which it was changed last, and mending it changes that.
  for await (const { key } of data.list("ingested_objects/")) if (key.endsWith(`/${name}.jsonl`)) own.push(key);
  return own;
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The same store; remembers what is written to it. */
const noting = (store: ObjectStore, written: Set<string>): ObjectStore => ({
  name: store.name,
  list: (prefix) => store.list(prefix),
  read: (key, version) => store.read(key, version),
  readAll: (key) => store.readAll(key),
  remove: (key, condition) => store.remove(key, condition),
  write: (key, bytes, condition) => {
    written.add(key);
    return store.write(key, bytes, condition);
  },
});
