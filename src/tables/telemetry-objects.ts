import { columns, type Table } from "./column.ts";

/** Written after everything else of an object, like ingested_objects. */
export const telemetryObjects = {
  name: "telemetry_objects",
  meaning: "One row per object of telemetry that was read: what it held, what was passed over, and what could not be read.",
  format: "jsonl",
  partitions: columns([["dt", "date", "UTC day of delivered_at."]]),
  columns: columns([
    ["source_object", "varchar", "Object key."],
    ["version", "varchar", "Object version; null without versioning."],
    ["delivered_at", "timestamp", "The object's own time, from its metadata."],
    ["bytes", "bigint", "Size as stored."],
    ["messages", "bigint", "OTLP messages in it."],
    ["items", "bigint", "Log records, spans and metric points in it."],
    ["landed", "bigint", "Rows that were written."],
    ["quarantined", "bigint", "Messages and items that could not be used."],
    ["problems", "array(varchar)", "The first twenty of them: place, reason and what was wrong."],
    ["skipped", "array(varchar)", "Scopes that say nothing of calls, with their number of items."],
    ["other_labels", "bigint", "Label values that were one too many and became (other)."],
  ]),
} as const satisfies Table;
