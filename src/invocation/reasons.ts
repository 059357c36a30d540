/** Why a line is not a record. The codes are a contract: quarantine entries, metrics and tests use them. */
export const REASONS = {
  not_json: "The line is not a JSON text.",
  not_utf8: "The line is not valid UTF-8.",
  not_an_object: "The line is JSON but not an object.",
  not_a_log_record: "The object is something else than a model invocation log record.",
  missing_field: "A field that every record has is missing or empty.",
  wrong_type: "A field holds a value of a type it cannot have.",
  negative_count: "A token count is below zero.",
  bad_timestamp: "The timestamp is not an instant.",
  implausible_time: "The timestamp is outside the days that an event can be of (sources.event_times).",
  name_too_long: "A name or label is longer than any that AWS gives.",
  line_too_long: "The line is longer than the limit, or holds more values than it, and was not read.",
} as const;

export type ReasonCode = keyof typeof REASONS;

/** Why the rest of an object cannot be read at all. A retry would not help. */
export const DAMAGES = {
  gzip_truncated: "The gzip stream ends early.",
  gzip_corrupt: "The gzip stream is corrupt.",
  gzip_trailing_bytes: "Bytes that are not gzip follow the gzip stream.",
  other_compression: "Compressed with something else than gzip.",
  not_text: "A binary format, not JSON lines.",
  utf16: "UTF-16 text that ends within a character; earlier releases read none.",
} as const;

export type DamageReason = keyof typeof DAMAGES;
