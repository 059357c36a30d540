import { topLevelPieces } from "./json-shape.ts";
import { type ParseResult, positionOf, recordFrom } from "./parse-record.ts";
import { isObject, type JsonObject } from "./peek.ts";

/** A CloudWatch Logs export to S3 puts the event time before the message. */
const EXPORT_TIME = /^\s*\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z\s+(?=[{[])/;

/**
 * The records in one line of text: one as a rule; several when the line is an array, a CloudWatch Logs envelope (subscription,
 * filter-log-events, Insights) or objects back to back. An empty array or envelope holds none.
 */
export function recordsIn(text: string): Iterable<ParseResult> {
  const parsed = parse(text);
  if (parsed.ok) return unwrapped(parsed.value);
  const message = text.replace(EXPORT_TIME, "");
  if (message.length < text.length) return recordsIn(message);
  return backToBack(text) ?? [{ ok: false, reason: "not_json", detail: parsed.detail }];
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly detail: string };

function parse(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch (thrown) {
    return { ok: false, detail: positionOf(thrown) };
  }
}

function unwrapped(value: unknown): Iterable<ParseResult> {
  const values = Array.isArray(value)
    ? value
    : isObject(value) && !isRecordLike(value)
      ? (value.logEvents ?? value.events)
      : undefined;
  // An array without a single object is one thing that is no record, not many.
  const several = Array.isArray(values) && (values.length === 0 || values.some(isObject));
  return several ? Iterator.from<unknown>(values).map(oneRecord) : [oneRecord(value)];
}

/** A record, or a log event that carries one as text. */
function oneRecord(value: unknown): ParseResult {
  const message = isObject(value) && !isRecordLike(value) ? (value["@message"] ?? value.message) : undefined;
  if (typeof message !== "string") return recordFrom(value);
  const parsed = parse(message);
  return parsed.ok ? recordFrom(parsed.value) : { ok: false, reason: "not_json", detail: `message: ${parsed.detail}` };
}

const isRecordLike = (value: JsonObject): boolean => value.schemaType !== undefined || value.requestId !== undefined;

/**
 * Objects one after the other. All must be whole, only the last may be cut off: a damaged record that happens to close early would
 * otherwise pass as a good one without its end.
 */
function backToBack(text: string): ParseResult[] | undefined {
  const bytes = Buffer.from(text);
  const results: ParseResult[] = [];
  for (const { start, end, complete } of topLevelPieces(bytes)) {
    const parsed = parse(bytes.toString("utf8", start, end));
    if (parsed.ok && isObject(parsed.value)) results.push(oneRecord(parsed.value));
    else if (parsed.ok || complete || results.length === 0) return undefined;
    else results.push({ ok: false, reason: "not_json", detail: parsed.detail });
  }
  return results.length > 1 ? results : undefined;
}
