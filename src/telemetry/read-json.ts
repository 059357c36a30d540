import {
  AttributeSink,
  type AttributeValue,
  boolWord,
  bytesWord,
  doubleWord,
  intWord,
  listWord,
  mapWord,
  safeNumber,
  seriesOf,
  textWord,
} from "./attributes.ts";
import type { Attributes, Keeps, LogItem, PointItem, Scope, SpanItem, TelemetryItem } from "./item.ts";
import { STATUS_ERROR } from "./otlp-fields.ts";
import { decimal, nameWord, temporalityOf } from "./read-protobuf.ts";
import { TelemetryError } from "./telemetry-error.ts";

type Json = Readonly<Record<string, unknown>>;

/** As deep as the protobuf reader goes. */
const DEEPEST = 32;

/** Whether a document is OTLP at all: the names of its three kinds, as OTLP/JSON writes them. */
export const isOtlp = (document: unknown): document is Json =>
  isObject(document) && ("resourceLogs" in document || "resourceMetrics" in document || "resourceSpans" in document);

/**
 * Items of an OTLP/JSON document, of whatever signals it holds. 64-bit integers may be numbers or text; fields of a wrong type count as absent.
 * @throws TelemetryError `too_deep` for attribute values without a bottom
 */
export function* readJson(document: Json, keeps: Keeps): Generator<TelemetryItem> {
  for (const entry of list(document["resourceLogs"]))
    for (const [context, record] of records(entry, keeps, "scopeLogs", "logRecords")) yield logItem(record, context);
  for (const entry of list(document["resourceSpans"]))
    for (const [context, record] of records(entry, keeps, "scopeSpans", "spans")) yield spanItem(record, context);
  for (const entry of list(document["resourceMetrics"]))
    for (const [context, record] of records(entry, keeps, "scopeMetrics", "metrics")) yield* metricItems(record, context);
}

interface Context {
  readonly keeps: Keeps;
  readonly resource: Attributes;
  readonly resourceWords: string;
  readonly scope: Scope;
}

function* records(entry: Json, keeps: Keeps, scopes: string, items: string): Generator<readonly [Context, Json]> {
  const resource = new AttributeSink(keeps, true);
  attributes(object(entry["resource"])["attributes"], resource);
  const resourceWords = resource.words;
  for (const scoped of list(entry[scopes])) {
    const { name, version } = object(scoped["scope"]);
    const scope = { name: text(name) ?? "", version: text(version) };
    const context = { keeps, resource: resource.kept, resourceWords, scope };
    for (const record of list(scoped[items])) yield [context, record];
  }
}

function logItem(record: Json, { keeps, resource, scope }: Context): LogItem {
  const sink = new AttributeSink(keeps, false);
  attributes(record["attributes"], sink);
  const name = text(record["eventName"]) ?? text(object(record["body"])["stringValue"]);
  return {
    kind: "log",
    resource,
    scope,
    time: nanos(record["timeUnixNano"]),
    observed: nanos(record["observedTimeUnixNano"]),
    name: name === null ? null : nameWord(name),
    traceId: hexId(record["traceId"]),
    spanId: hexId(record["spanId"]),
    attributes: sink.kept,
  };
}

function spanItem(record: Json, { keeps, resource, scope }: Context): SpanItem {
  const sink = new AttributeSink(keeps, false);
  attributes(record["attributes"], sink);
  const { code } = object(record["status"]);
  return {
    kind: "span",
    resource,
    scope,
    start: nanos(record["startTimeUnixNano"]),
    end: nanos(record["endTimeUnixNano"]),
    name: text(record["name"]) ?? "",
    traceId: hexId(record["traceId"]),
    spanId: hexId(record["spanId"]),
    parentSpanId: hexId(record["parentSpanId"]),
    failed: code === STATUS_ERROR || code === "STATUS_CODE_ERROR",
    attributes: sink.kept,
  };
}

const DATA = [
  ["sum", "sum"],
  ["gauge", "gauge"],
  ["histogram", "histogram"],
  ["exponentialHistogram", "histogram"],
] as const;

const TEMPORALITY_NAMES: ReadonlyMap<unknown, number> = new Map([
  ["AGGREGATION_TEMPORALITY_DELTA", 1],
  ["AGGREGATION_TEMPORALITY_CUMULATIVE", 2],
]);

function* metricItems(record: Json, context: Context): Generator<PointItem> {
  const metric = text(record["name"]) ?? "";
  const { keeps, resource, resourceWords, scope } = context;
  for (const [field, type] of DATA) {
    const data = object(record[field]);
    const code = data["aggregationTemporality"];
    const temporality = type === "gauge" ? null : temporalityOf(Number(TEMPORALITY_NAMES.get(code) ?? code));
    for (const point of list(data["dataPoints"])) {
      const value = pointValue(point, type);
      if (value === undefined) continue;
      const sink = new AttributeSink(keeps, true);
      attributes(point["attributes"], sink);
      yield {
        kind: "point",
        resource,
        scope,
        metric,
        type,
        temporality,
        start: nanos(point["startTimeUnixNano"]),
        time: nanos(point["timeUnixNano"]),
        value,
        attributes: sink.kept,
        series: seriesOf([resourceWords, scope.name, scope.version ?? "", metric, sink.words]),
      };
    }
  }
}

function pointValue(point: Json, type: PointItem["type"]): string | undefined {
  if (type === "histogram") return doubleOf(point["sum"]);
  const whole = integer(point["asInt"]);
  return whole === undefined ? doubleOf(point["asDouble"]) : String(whole);
}

const doubleOf = (value: unknown): string | undefined =>
  typeof value === "number" ? decimal(value) : typeof value === "string" && value !== "" ? decimal(Number(value)) : undefined;

function attributes(pairs: unknown, sink: AttributeSink): void {
  for (const pair of list(pairs)) {
    const key = text(pair["key"]) ?? "";
    if (!isObject(pair["value"]) || !sink.wants(key)) continue;
    const [scalar, word] = anyValue(pair["value"], 0);
    sink.add(key, scalar, word);
  }
}

function anyValue(value: Json, depth: number): readonly [AttributeValue | undefined, string] {
  if (depth > DEEPEST) throw new TelemetryError("too_deep", `attribute values nested more than ${DEEPEST} deep`);
  const { stringValue, boolValue, intValue, doubleValue, bytesValue } = value;
  if (typeof stringValue === "string") return [stringValue, textWord(stringValue)];
  if (typeof boolValue === "boolean") return [boolValue, boolWord(boolValue)];
  const whole = integer(intValue);
  if (whole !== undefined) return [safeNumber(whole), intWord(whole)];
  if (typeof doubleValue === "number" || typeof doubleValue === "string") {
    const number = Number(doubleValue);
    return [Number.isFinite(number) ? number : undefined, doubleWord(number)];
  }
  if (typeof bytesValue === "string") return [undefined, bytesWord(bytesValue)];
  if (isObject(value["arrayValue"]))
    return [undefined, listWord(list(value["arrayValue"]["values"]).map((item) => anyValue(item, depth + 1)[1]))];
  if (isObject(value["kvlistValue"])) {
    const words = list(value["kvlistValue"]["values"]).flatMap((pair) => {
      const key = text(pair["key"]) ?? "";
      return [`${key.length}:${key}=${anyValue(object(pair["value"]), depth + 1)[1]}`];
    });
    return [undefined, mapWord(words)];
  }
  return [undefined, ""];
}

function integer(value: unknown): bigint | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? BigInt(value) : undefined;
  return typeof value === "string" && /^-?\d{1,19}$/.test(value) ? BigInt.asIntN(64, BigInt(value)) : undefined;
}

function nanos(value: unknown): bigint {
  const whole = integer(value);
  return whole === undefined || whole < 0n ? 0n : whole;
}

const hexId = (value: unknown): string | null =>
  typeof value === "string" && /^[0-9a-fA-F]{1,64}$/.test(value) ? value.toLowerCase() : null;
const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const object = (value: unknown): Json => (isObject(value) ? value : {});
const list = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.filter(isObject) : []);
