import { columns, type Table } from "./column.ts";

/** Written after everything else of an object, so a row here means that the whole object landed. */
export const ingestedObjects = {
  name: "ingested_objects",
  meaning: "One row per log object that was read: what it held and what became of it.",
  format: "jsonl",
  partitions: columns([["dt", "date", "UTC day of delivered_at."]]),
  columns: columns([
    ["source_object", "varchar", "Object key."],
    ["version", "varchar", "Object version; null without versioning."],
    ["account_id", "varchar", "Account in the key; null when the key has none."],
    ["region", "varchar", "Region in the key; null when the key has none."],
    ["delivered_at", "timestamp", "The object's own time, from its key or metadata."],
    ["bytes", "bigint", "Size as stored."],
    ["records", "bigint", "Records found: landed plus quarantined."],
    ["landed", "bigint", "Records written to invocation_records."],
    ["quarantined", "bigint", "Records that could not be read."],
    ["coerced", "bigint", "Records with a count written as text."],
    ["damaged", "varchar", "Why the object could not be read to its end; null when it could."],
    ["first_event", "timestamp", "Earliest event in it."],
    ["last_event", "timestamp", "Latest event in it."],
    ["unknown_fields", "array(varchar)", "Fields that this version does not know, as paths."],
  ]),
} as const satisfies Table;
