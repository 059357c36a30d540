import { parseInstant } from "../time.ts";
import type { BodyReading } from "./body-reading.ts";
import type { InputSide, LogRecord, OutputSide } from "./log-record.ts";
import { MOST_LABEL_TEXT, MOST_LABELS, MOST_NAME } from "./name-limits.ts";
import { exactCount, inner, isObject, type JsonObject, measure, textCount } from "./peek.ts";
import { readRequest, readResponse } from "./read-body.ts";
import type { ReasonCode } from "./reasons.ts";
import { INPUT_FIELDS, OUTPUT_FIELDS, RECORD_FIELDS, SCHEMA_VERSION } from "./record-fields.ts";
import { toolNamesOf } from "./tool-names.ts";

export type ParseResult =
  | { readonly ok: true; readonly record: LogRecord }
  /** `detail` names the place and what was expected there, never the value. */
  | { readonly ok: false; readonly reason: ReasonCode; readonly detail: string };

/** Reads one record from its JSON text. Never throws. The bodies are reduced to figures here and go no further. */
export function parseRecord(json: string): ParseResult {
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch (thrown) {
    return { ok: false, reason: "not_json", detail: positionOf(thrown) };
  }
  return recordFrom(value);
}

/** Reads one record from parsed JSON. Never throws. */
export function recordFrom(value: unknown): ParseResult {
  if (!isObject(value)) return { ok: false, reason: "not_an_object", detail: `expected an object, found ${kindOf(value)}` };
  try {
    return { ok: true, record: readRecord(value) };
  } catch (thrown) {
    if (thrown instanceof Bad) return { ok: false, reason: thrown.reason, detail: thrown.detail };
    throw thrown;
  }
}

/** V8's messages may quote the text; only the position, which comes last, may be repeated. */
export function positionOf(thrown: unknown): string {
  const message = thrown instanceof SyntaxError ? thrown.message : "";
  if (message.startsWith("Unexpected end")) return "the JSON text ends early";
  const position = / in JSON at position (\d+)(?: \(line \d+ column \d+\))?$/.exec(message)?.[1];
  return position === undefined ? "not JSON" : `not JSON at character ${position}`;
}

/** No Error: nobody looks at its stack, and taking that down takes longer than reading a line. */
class Bad {
  readonly reason: ReasonCode;
  readonly detail: string;

  constructor(reason: ReasonCode, detail: string) {
    this.reason = reason;
    this.detail = detail;
  }
}

/** Collects while reading: whether anything was coerced. */
interface Coercion {
  coerced: boolean;
}

const ACCOUNT = /^\d{12}$/;

function readRecord(raw: JsonObject): LogRecord {
  checkKind(raw);
  const seen: Coercion = { coerced: false };
  const record = {
    timestamp: instant(required(raw, "timestamp")),
    accountId: account(required(raw, "accountId")),
    region: required(raw, "region"),
    requestId: required(raw, "requestId"),
    operation: required(raw, "operation"),
    modelId: required(raw, "modelId"),
    principalArn: text(section(raw.identity, "identity").arn, "identity.arn"),
    requestMetadata: metadata(raw.requestMetadata, seen),
    errorCode: nameOrNumber(raw.errorCode, "errorCode"),
    status: nameOrNumber(raw.status, "status"),
    inferenceRegion: text(raw.inferenceRegion, "inferenceRegion"),
    performanceLatency: text(section(raw.performanceConfig, "performanceConfig").latency, "performanceConfig.latency"),
    schemaVersion: text(raw.schemaVersion, "schemaVersion"),
    input: inputSide(section(raw.input, "input"), seen),
    output: outputSide(section(raw.output, "output"), seen),
    unknownFields: unknownFields(raw),
  };
  return { ...record, coerced: seen.coerced };
}

function checkKind(raw: JsonObject): void {
  const type = raw.schemaType;
  if (type === "ModelInvocationLog") return;
  if (type !== undefined && type !== null) throw new Bad("not_a_log_record", "schemaType: expected ModelInvocationLog");
  const any = raw.requestId ?? raw.accountId ?? raw.modelId;
  if (any === undefined || any === null)
    throw new Bad("not_a_log_record", "schemaType, requestId, accountId and modelId are missing");
}

function required(raw: JsonObject, path: string): string {
  const value = raw[path];
  if (value === undefined || value === null || value === "") throw new Bad("missing_field", `${path}: missing or empty`);
  if (typeof value !== "string") throw wrongType(path, "text", value);
  return short(value, path);
}

function short(value: string, path: string): string {
  if (value.length > MOST_NAME) throw new Bad("name_too_long", `${path}: longer than ${MOST_NAME} characters`);
  return value;
}

function instant(timestamp: string): number {
  const millis = parseInstant(timestamp);
  if (millis === undefined) throw new Bad("bad_timestamp", "timestamp: expected an ISO 8601 instant");
  return millis;
}

function account(accountId: string): string {
  if (!ACCOUNT.test(accountId)) throw new Bad("wrong_type", "accountId: expected 12 digits");
  return accountId;
}

function text(value: unknown, path: string): string | null {
  const given = anyText(value, path);
  return given === null ? null : short(given, path);
}

function anyText(value: unknown, path: string): string | null {
  if (value === undefined || value === null || value === "") return null;
  if (typeof value !== "string") throw wrongType(path, "text", value);
  return value;
}

const NAME = /^[\w.:#-]{1,128}/;

/**
 * errorCode and status: how a failure really looks in the log is not documented, so a number is taken too. Only the leading name is
 * kept: a message after it could quote the prompt.
 */
function nameOrNumber(value: unknown, path: string): string | null {
  if (typeof value === "number") return String(value);
  const name = anyText(value, path);
  return name === null ? null : (NAME.exec(name)?.[0].replace(/:$/, "") ?? "unrecognized");
}

function section(value: unknown, path: string): JsonObject {
  if (value !== undefined && value !== null && !isObject(value)) throw wrongType(path, "an object", value);
  return inner(value);
}

function count(value: unknown, path: string, seen: Coercion): number | null {
  if (value === undefined || value === null) return null;
  const exact = exactCount(value);
  if (exact !== undefined) return exact;
  const written = textCount(value);
  if (written !== undefined) {
    seen.coerced = true;
    return written;
  }
  if (typeof value === "number" && value < 0) throw new Bad("negative_count", `${path}: below zero`);
  throw wrongType(path, "a whole number", value);
}

function metadata(value: unknown, seen: Coercion): ReadonlyMap<string, string> {
  const labels = new Map<string, string>();
  let characters = 0;
  for (const [key, label] of Object.entries(section(value, "requestMetadata"))) {
    if (label === null) continue;
    if (typeof label === "number" || typeof label === "boolean") seen.coerced = true;
    else if (typeof label !== "string") throw wrongType("requestMetadata", "text values", label);
    const written = String(label);
    characters += key.length + written.length;
    if (labels.size === MOST_LABELS || characters > MOST_LABEL_TEXT)
      throw new Bad("name_too_long", `requestMetadata: more than ${MOST_LABELS} labels or ${MOST_LABEL_TEXT} characters`);
    labels.set(short(key, "requestMetadata"), short(written, "requestMetadata"));
  }
  return labels;
}

const inputSide = (side: JsonObject, seen: Coercion): InputSide => ({
  contentType: text(side.inputContentType, "input.inputContentType"),
  tokens: count(side.inputTokenCount, "input.inputTokenCount", seen),
  cacheReadTokens: count(side.cacheReadInputTokenCount, "input.cacheReadInputTokenCount", seen),
  cacheWriteTokens: count(side.cacheWriteInputTokenCount, "input.cacheWriteInputTokenCount", seen),
  bodyS3Path: text(side.inputBodyS3Path, "input.inputBodyS3Path"),
  body: bodyOf(side.inputBodyJson, readRequest),
});

const outputSide = (side: JsonObject, seen: Coercion): OutputSide => ({
  contentType: text(side.outputContentType, "output.outputContentType"),
  tokens: count(side.outputTokenCount, "output.outputTokenCount", seen),
  videoSeconds: measure(side.outputVideoDurationSeconds),
  bodyS3Path: text(side.outputBodyS3Path, "output.outputBodyS3Path"),
  body: bodyOf(side.outputBodyJson, readResponse),
  toolNames: toolNamesOf(side.outputBodyJson),
});

const bodyOf = (body: unknown, read: (body: unknown) => BodyReading): BodyReading | null =>
  body === undefined || body === null ? null : read(body);

const FIELD_NAME = /^\w{1,64}$/;

function unknownFields(raw: JsonObject): readonly string[] {
  return [
    ...newVersion(raw.schemaVersion),
    ...unknownIn(raw, RECORD_FIELDS, ""),
    ...unknownIn(raw.input, INPUT_FIELDS, "input."),
    ...unknownIn(raw.output, OUTPUT_FIELDS, "output."),
  ];
}

function newVersion(version: unknown): string[] {
  if (typeof version !== "string" || version === "" || version === SCHEMA_VERSION) return [];
  return [/^\d[\d.]{0,15}$/.test(version) ? `schemaVersion ${version}` : "schemaVersion (unnamed)"];
}

/** A name that is no identifier is not repeated: it is not AWS's, so nobody knows what it says. */
function unknownIn(side: unknown, known: ReadonlySet<string>, prefix: string): string[] {
  const unknown: string[] = [];
  for (const key in inner(side)) if (!known.has(key)) unknown.push(prefix + (FIELD_NAME.test(key) ? key : "(unnamed)"));
  return unknown;
}

const wrongType = (path: string, expected: string, value: unknown): Bad =>
  new Bad("wrong_type", `${path}: expected ${expected}, found ${kindOf(value)}`);

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object") return "an object";
  return typeof value === "string" ? "text" : `a ${typeof value}`;
}
