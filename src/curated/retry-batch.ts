import { InputError } from "../errors.ts";
import type { ObjectInfo, ObjectStore } from "../ports.ts";
import { parseInstant } from "../time.ts";
import { type IngestOptions, type IngestResult, ingestObjects } from "./ingest-objects.ts";
import { parse } from "./quarantine-entries.ts";

/**
 * Ingests the objects of a batch again and replaces what the batch wrote: files that it does not write this time are removed. On AWS a batch is
 * one object; locally it is the objects of one delivery day.
 * @throws InputError when the batch has no ledger, or one of its objects is not there any more; nothing is changed then
 */
export async function retryBatch(name: string, options: Omit<IngestOptions, "from" | "to">): Promise<IngestResult> {
  const { source, target } = options;
  const objects = await ledgerObjects(name, target);
  for (const { key, version } of objects) (await source.read(key, version)).body.destroy();
  const written = new Set<string>();
  const result = await ingestObjects({ name, objects }, { ...options, target: noting(target, written) });
  const old = await ownFiles(name, target);
  for (const key of old) if (!written.has(key)) await target.remove(key);
  return result;
}

async function ledgerObjects(name: string, data: ObjectStore): Promise<ObjectInfo[]> {
  const place = `ingested_objects/${name}.jsonl`;
  const ledger = await data.readAll(place);
  if (ledger === undefined)
    throw new InputError(place, `quarantine: there is no ledger ${place}, so what the batch ${name} held is not known`, {
      hint: "Analyse the logs again.",
    });
  const lines = Buffer.from(ledger.bytes).toString("utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => objectOf(place, parse(place, line)));
}

function objectOf(place: string, row: Readonly<Record<string, unknown>>): ObjectInfo {
  const { source_object: key, bytes, delivered_at: deliveredAt, version } = row;
  const lastModified = typeof deliveredAt === "string" ? parseInstant(deliveredAt) : undefined;
  if (typeof key !== "string" || typeof bytes !== "number" || lastModified === undefined)
    throw new InputError(place, `quarantine: ${place} is not a ledger that ingest wrote`, { hint: "Analyse the logs again." });
  return { key, size: bytes, lastModified, ...(typeof version === "string" ? { version } : {}) };
}

/** What the batch wrote earlier, whichever hours it held then. */
async function ownFiles(name: string, data: ObjectStore): Promise<string[]> {
  const own: string[] = [];
  for await (const { key } of data.list("invocation_records/"))
    if (new RegExp(`/${literal(name)}-\\d{4,}\\.parquet$`).test(key)) own.push(key);
  for await (const { key } of data.list("quarantine/")) if (key === `quarantine/${name}.jsonl`) own.push(key);
  return own;
}

const literal = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** The same store; remembers what is written to it. */
const noting = (store: ObjectStore, written: Set<string>): ObjectStore => ({
  name: store.name,
  list: (prefix) => store.list(prefix),
  read: (key, version) => store.read(key, version),
  readAll: (key) => store.readAll(key),
  remove: (key) => store.remove(key),
  write: (key, bytes, condition) => {
    written.add(key);
    return store.write(key, bytes, condition);
  },
});
