import { columns, type Table } from "./column.ts";

/** Never holds a line's text: the line is found again by object and line number, and recognised by its fingerprint. */
export const quarantine = {
  name: "quarantine",
  meaning:
    "One row per line that could not be read (beyond a thousand of an object, one per reason), and one for the unreadable rest of a damaged object.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["source_object", "varchar", "Object key."],
    ["version", "varchar", "Object version; null without versioning."],
    ["source_line", "bigint", "Line in the object, from 1."],
    ["byte_offset", "bigint", "Offset of the line in the decompressed object."],
    ["reason", "varchar", "Reason code, for example missing_field; damaged_object for the rest of an object."],
    ["detail", "varchar", "Which field, and what was wrong with it; never a value from a body."],
    ["fingerprint", "varchar", "SHA-256 of the line; null for the rest of an object."],
    ["records", "bigint", "Lines that the row stands for: 1, or more where an object has too many to list one by one."],
    ["delivered_at", "timestamp", "The object's own time."],
  ]),
} as const satisfies Table;
