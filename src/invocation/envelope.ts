import { messagesIn, subscriptionText } from "./cloudwatch-text.ts";
import { isInsightsRow, messageOf, rowOf } from "./insights-row.ts";
import { topLevelPieces } from "./json-shape.ts";
import { type ParseResult, positionOf, recordFrom } from "./parse-record.ts";
import { isObject, type JsonObject } from "./peek.ts";

/**
 * The records in one line of text: one as a rule; several when the line is an array, something of CloudWatch Logs (subscription,
 * get-log-events, filter-log-events, Insights) or objects back to back. An empty array, envelope or control message holds none.
 */
export function recordsIn(text: string): Iterable<ParseResult> {
  const parsed = parse(text);
  if (parsed.ok) return unwrapped(parsed.value);
  const messages = messagesIn(text);
  if (messages !== undefined) return messages.flatMap((message) => [...recordsOfMessage(message)]);
  return backToBack(text) ?? [{ ok: false, reason: "not_json", detail: parsed.detail }];
}

type Parsed = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly detail: string };

/** What a JSON text begins with. */
const JSON_STARTS = new Set([...'{["-0123456789tfn \t\r']);

function parse(text: string): Parsed {
  if (!JSON_STARTS.has(text.charAt(0))) return { ok: false, detail: "not JSON" };
  const stack = Error.stackTraceLimit;
  // There may be millions of bad lines, and taking down the stack of an error takes longer than reading a line.
  Error.stackTraceLimit = 0;
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch (thrown) {
    return { ok: false, detail: positionOf(thrown) };
  } finally {
    Error.stackTraceLimit = stack;
  }
}

const recordsOfMessage = (text: string): Iterable<ParseResult> => {
  const parsed = parse(text);
  if (parsed.ok) return unwrapped(parsed.value);
  return backToBack(text) ?? [{ ok: false, reason: "not_json", detail: parsed.detail }];
};

function unwrapped(value: unknown): Iterable<ParseResult> {
  if (Array.isArray(value)) return isInsightsRow(value) ? [oneRecord(value)] : severalIn(value);
  if (!isObject(value) || isRecordLike(value)) return [oneRecord(value)];
  // CloudWatch Logs asks now and then whether the destination is there; these messages hold no log events.
  if (value.messageType === "CONTROL_MESSAGE") return [];
  if (isObject(value.awslogs) && typeof value.awslogs.data === "string") {
    const text = subscriptionText(value.awslogs.data);
    if (text !== undefined) return recordsOfMessage(text);
  }
  const list = value.logEvents ?? value.events ?? value.results;
  return Array.isArray(list) ? severalIn(list) : [oneRecord(value)];
}

/** An array without a single thing that could be a record is one thing that is none, not many. */
function severalIn(values: readonly unknown[]): Iterable<ParseResult> {
  const several =
    values.length === 0 ||
    values.some((value) => isObject(value) || isInsightsRow(value) || (isText(value) && isJsonText(value)));
  return several ? Iterator.from(values).map(oneRecord) : [oneRecord(values)];
}

/** A record, a log event or a row of Insights that carries one, or one as text. */
function oneRecord(value: unknown): ParseResult {
  const row = isInsightsRow(value) ? rowOf(value) : isObject(value) && isObject(value.logRecord) ? value.logRecord : value;
  const message = isText(row) && isJsonText(row) ? row : isObject(row) ? messageOf(row) : undefined;
  if (!isText(message)) return recordFrom(message ?? row);
  const parsed = parse(message);
  // A message that was written into another one: once more, and no further.
  if (parsed.ok && isObject(parsed.value) && !isRecordLike(parsed.value)) {
    const inner = messageOf(parsed.value);
    const again = isText(inner) ? parse(inner) : { ok: inner !== undefined, value: inner };
    if (again.ok && "value" in again) return recordFrom(again.value);
  }
  return parsed.ok ? recordFrom(parsed.value) : { ok: false, reason: "not_json", detail: `message: ${parsed.detail}` };
}

const isText = (value: unknown): value is string => typeof value === "string";
const isJsonText = (text: string): boolean => text.trimStart().startsWith("{");
const isRecordLike = (value: JsonObject): boolean =>
  value["@message"] === undefined && (value.schemaType !== undefined || value.requestId !== undefined);

/**
 * Objects one after the other. All must be whole, only the last may be cut off: a damaged record that happens to close early would
 * otherwise pass as a good one without its end.
 */
function backToBack(text: string): ParseResult[] | undefined {
  const bytes = Buffer.from(text);
  const results: ParseResult[] = [];
  let objects = 0;
  for (const { start, end, complete } of topLevelPieces(bytes)) {
    const parsed = parse(bytes.toString("utf8", start, end));
    objects += 1;
    if (parsed.ok && isObject(parsed.value)) for (const result of unwrapped(parsed.value)) results.push(result);
    else if (parsed.ok || complete || objects === 1) return undefined;
    else results.push({ ok: false, reason: "not_json", detail: parsed.detail });
  }
  return objects > 1 ? results : undefined;
}
