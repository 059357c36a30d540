import { InputError } from "../errors.ts";
import type { ObjectStore } from "../ports.ts";

/** One entry of the quarantine, as ingest wrote it, and the batch that wrote it. Never holds what the line says. */
export interface QuarantineEntry {
  readonly batch: string;
  readonly object: string;
  readonly version: string | null;
  readonly line: number;
  readonly offset: number | null;
  readonly reason: string;
  readonly detail: string;
  readonly fingerprint: string | null;
  readonly deliveredAt: string;
  /** Lines that it stands for. */
  readonly records: number;
}

const FOLDER = "quarantine/";

/** The batch whose entries a file holds, or a part of them; undefined for any other file. */
export function batchOf(key: string): string | undefined {
  if (!key.startsWith(FOLDER) || !key.endsWith(".jsonl")) return undefined;
  const name = key.slice(FOLDER.length, -".jsonl".length);
  const part = name.lastIndexOf(".part-");
  return name.includes("/") ? undefined : part === -1 ? name : name.slice(0, part);
}

/**
 * Everything in the quarantine of a data folder or curated bucket, by batch, object and line.
 * @throws InputError when a file there is not one of ingest's
 */
export async function* quarantineEntries(data: ObjectStore): AsyncGenerator<QuarantineEntry> {
  for await (const { key } of data.list(FOLDER)) {
    const batch = batchOf(key);
    if (batch === undefined) continue;
    const file = await data.readAll(key);
    const lines = file === undefined ? [] : Buffer.from(file.bytes).toString("utf8").split("\n");
    for (const line of lines) if (line !== "") yield entryOf(batch, key, line);
  }
}

function entryOf(batch: string, place: string, line: string): QuarantineEntry {
  const fields = parse(place, line);
  const text = (name: string): string => {
    const value = fields[name];
    if (typeof value !== "string") throw damaged(place);
    return value;
  };
  const orNull = <Value>(name: string, is: (value: unknown) => value is Value): Value | null => {
    const value = fields[name];
    return is(value) ? value : null;
  };
  const number = orNull("source_line", isNumber);
  if (number === null) throw damaged(place);
  return {
    batch,
    object: text("source_object"),
    version: orNull("version", isText),
    line: number,
    offset: orNull("byte_offset", isNumber),
    reason: text("reason"),
    detail: text("detail"),
    fingerprint: orNull("fingerprint", isText),
    deliveredAt: text("delivered_at"),
    // Written before there was the column.
    records: orNull("records", isNumber) ?? 1,
  };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isNumber = (value: unknown): value is number => typeof value === "number";

export function parse(place: string, line: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null) return { ...value };
  } catch {
    // said below
  }
  throw damaged(place);
}

const damaged = (place: string): InputError =>
  new InputError(place, `quarantine: ${place} is not a file that ingest wrote`, {
    hint: "Take it out of the folder, or ingest again.",
  });
