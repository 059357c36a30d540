import { columns, type Table } from "./column.ts";

/** Written after everything else of an object, like ingested_objects. */
export const sourceObjects = {
  name: "source_objects",
  meaning:
    "One row per object of CloudTrail, batch inference or Kiro that was read or passed over: what it held and what could not be read.",
  format: "jsonl",
  partitions: columns([["dt", "date", "UTC day of delivered_at."]]),
  columns: columns([
    ["source", "varchar", "cloudtrail, batch or kiro."],
    ["source_object", "varchar", "Object key."],
    ["version", "varchar", "Object version; null without versioning."],
    ["delivered_at", "timestamp", "The object's own time, from its metadata."],
    ["bytes", "bigint", "Size as stored."],
    ["kind", "varchar", "What it is by its key: records, or the reason why it was not opened, for example digest or prompt_log."],
    ["items", "bigint", "Events, lines or rows in it."],
    ["landed", "bigint", "Rows that were written."],
    ["passed_over", "bigint", "Items that say nothing of calls: other services, control plane."],
    ["quarantined", "bigint", "Items that could not be used."],
    ["problems", "array(varchar)", "The first twenty of them: place, reason and what was wrong."],
  ]),
} as const satisfies Table;
