import type { AttributeValue } from "./attributes.ts";
import {
  AttributeSink,
  boolWord,
  bytesWord,
  doubleWord,
  intWord,
  listWord,
  safeNumber,
  seriesOf,
  textWord,
} from "./attributes.ts";
import type { Attributes, Keeps, LogItem, PointItem, Scope, SpanItem, TelemetryItem } from "./item.ts";
import { OTLP, STATUS_ERROR, TEMPORALITY } from "./otlp-fields.ts";
import { TelemetryError } from "./telemetry-error.ts";
import { Wire, type WireReader } from "./wire.ts";

type Signal = "logs" | "metrics" | "traces";

interface Context {
  readonly keeps: Keeps;
  readonly resource: Attributes;
  readonly resourceWords: string;
  readonly scope: Scope;
}

/**
 * Items of an ExportLogsServiceRequest, ExportMetricsServiceRequest or ExportTraceServiceRequest; which of them it is, the fields tell.
 * @throws TelemetryError when the bytes are not one
 */
export function* readProtobuf(message: WireReader, keeps: Keeps): Generator<TelemetryItem> {
  while (message.next()) {
    if (!message.is(OTLP.request.resources, Wire.bytes))
      throw new TelemetryError("not_otlp", `field ${message.field} is none of OTLP`);
    yield* resourceItems(message.message(), keeps);
  }
}

function* resourceItems(message: WireReader, keeps: Keeps): Generator<TelemetryItem> {
  let resource = new AttributeSink(keeps, true);
  const scopes: WireReader[] = [];
  while (message.next()) {
    if (message.is(OTLP.resourceItems.resource, Wire.bytes)) {
      resource = new AttributeSink(keeps, true);
      const inner = message.message();
      while (inner.next()) if (inner.is(OTLP.resource.attributes, Wire.bytes)) attribute(inner.message(), resource);
    } else if (message.is(OTLP.resourceItems.scopes, Wire.bytes)) scopes.push(message.message());
  }
  for (const scope of scopes) yield* scopeItems(scope, { keeps, resource: resource.kept, resourceWords: resource.words });
}

function* scopeItems(message: WireReader, origin: Omit<Context, "scope">): Generator<TelemetryItem> {
  let scope: Scope = { name: "", version: null };
  const items: WireReader[] = [];
  while (message.next()) {
    if (message.is(OTLP.scopeItems.scope, Wire.bytes)) scope = scopeOf(message.message());
    else if (message.is(OTLP.scopeItems.items, Wire.bytes)) items.push(message.message());
  }
  const context: Context = { ...origin, scope };
  let signal: Signal | undefined;
  for (const item of items) {
    signal ??= signalOf(item);
    if (signal === "logs") yield logItem(item, context);
    else if (signal === "traces") yield spanItem(item, context);
    else if (signal === "metrics") yield* metricItems(item, context);
  }
}

/** Nothing names the signal: spans and log records have times where metrics have words, in places of their own. */
function signalOf(item: WireReader): Signal | undefined {
  const look = item.again();
  let named = false;
  let other = false;
  while (look.next()) {
    if (look.is(OTLP.span.start, Wire.fixed64) || look.is(OTLP.span.end, Wire.fixed64)) return "traces";
    if (look.is(OTLP.log.time, Wire.fixed64) || look.is(OTLP.log.observed, Wire.fixed64)) return "logs";
    if (look.is(OTLP.metric.name, Wire.bytes)) named = true;
    else other = true;
  }
  if (named) return "metrics";
  return other ? "logs" : undefined;
}

function scopeOf(message: WireReader): Scope {
  let name = "";
  let version: string | null = null;
  while (message.next()) {
    if (message.is(OTLP.scope.name, Wire.bytes)) name = message.text();
    else if (message.is(OTLP.scope.version, Wire.bytes)) version = message.text();
  }
  return { name, version };
}

function logItem(message: WireReader, { keeps, resource, scope }: Context): LogItem {
  const sink = new AttributeSink(keeps, false);
  let time = 0n;
  let observed = 0n;
  let name: string | null = null;
  let body: string | null = null;
  let traceId: string | null = null;
  let spanId: string | null = null;
  while (message.next()) {
    if (message.is(OTLP.log.time, Wire.fixed64)) time = message.fixed64();
    else if (message.is(OTLP.log.observed, Wire.fixed64)) observed = message.fixed64();
    else if (message.is(OTLP.log.attributes, Wire.bytes)) attribute(message.message(), sink);
    else if (message.is(OTLP.log.traceId, Wire.bytes)) traceId = message.hex() || null;
    else if (message.is(OTLP.log.spanId, Wire.bytes)) spanId = message.hex() || null;
    else if (message.is(OTLP.log.eventName, Wire.bytes)) name = shortWord(message) ?? name;
    else if (message.is(OTLP.log.body, Wire.bytes)) body = bodyWord(message.message());
  }
  return { kind: "log", resource, scope, time, observed, name: name ?? body, traceId, spanId, attributes: sink.kept };
}

/** An event's name and nothing longer: a body may be text. */
function bodyWord(value: WireReader): string | null {
  let word: string | null = null;
  while (value.next()) if (value.is(OTLP.anyValue.string, Wire.bytes)) word = shortWord(value);
  return word;
}

const shortWord = (reader: WireReader): string | null => (reader.length <= 100 ? nameWord(reader.text()) : null);

/** Names of events: `claude_code.api_request`. */
export const nameWord = (text: string): string | null => (/^[a-z][a-z0-9_.]{0,99}$/.test(text) ? text : null);

function spanItem(message: WireReader, { keeps, resource, scope }: Context): SpanItem {
  const sink = new AttributeSink(keeps, false);
  let [start, end] = [0n, 0n];
  let name = "";
  let [traceId, spanId, parentSpanId]: (string | null)[] = [null, null, null];
  let failed = false;
  while (message.next()) {
    if (message.is(OTLP.span.start, Wire.fixed64)) start = message.fixed64();
    else if (message.is(OTLP.span.end, Wire.fixed64)) end = message.fixed64();
    else if (message.is(OTLP.span.attributes, Wire.bytes)) attribute(message.message(), sink);
    else if (message.is(OTLP.span.traceId, Wire.bytes)) traceId = message.hex() || null;
    else if (message.is(OTLP.span.spanId, Wire.bytes)) spanId = message.hex() || null;
    else if (message.is(OTLP.span.parentSpanId, Wire.bytes)) parentSpanId = message.hex() || null;
    else if (message.is(OTLP.span.name, Wire.bytes)) name = message.text();
    else if (message.is(OTLP.span.status, Wire.bytes)) {
      const status = message.message();
      while (status.next()) if (status.is(OTLP.status.code, Wire.varint)) failed = status.int64() === BigInt(STATUS_ERROR);
    }
  }
  return {
    kind: "span",
    resource,
    scope,
    start,
    end,
    name,
    traceId: traceId ?? null,
    spanId: spanId ?? null,
    parentSpanId: parentSpanId ?? null,
    failed,
    attributes: sink.kept,
  };
}

function* metricItems(message: WireReader, context: Context): Generator<PointItem> {
  let metric = "";
  const data: { readonly type: PointItem["type"]; readonly exponential: boolean; readonly reader: WireReader }[] = [];
  while (message.next()) {
    if (message.is(OTLP.metric.name, Wire.bytes)) metric = message.text();
    else if (message.is(OTLP.metric.sum, Wire.bytes)) data.push({ type: "sum", exponential: false, reader: message.message() });
    else if (message.is(OTLP.metric.gauge, Wire.bytes))
      data.push({ type: "gauge", exponential: false, reader: message.message() });
    else if (message.is(OTLP.metric.histogram, Wire.bytes))
      data.push({ type: "histogram", exponential: false, reader: message.message() });
    else if (message.is(OTLP.metric.exponentialHistogram, Wire.bytes))
      data.push({ type: "histogram", exponential: true, reader: message.message() });
  }
  for (const { type, exponential, reader } of data) {
    let temporality: PointItem["temporality"] = null;
    const points: WireReader[] = [];
    while (reader.next()) {
      if (reader.is(OTLP.data.points, Wire.bytes)) points.push(reader.message());
      else if (type !== "gauge" && reader.is(OTLP.data.temporality, Wire.varint))
        temporality = temporalityOf(Number(reader.int64()));
    }
    for (const point of points) {
      const item = pointItem(point, { metric, type, exponential, temporality }, context);
      if (item) yield item;
    }
  }
}

export const temporalityOf = (code: number): PointItem["temporality"] => (code === 1 || code === 2 ? TEMPORALITY[code] : null);

interface PointKind extends Pick<PointItem, "metric" | "type" | "temporality"> {
  readonly exponential: boolean;
}

function pointItem(message: WireReader, kind: PointKind, context: Context): PointItem | undefined {
  const { metric, type, exponential, temporality } = kind;
  const fields = type !== "histogram" ? OTLP.number : exponential ? OTLP.exponentialHistogram : OTLP.histogram;
  const sink = new AttributeSink(context.keeps, true);
  let [start, time] = [0n, 0n];
  let value: string | undefined;
  while (message.next()) {
    if (message.is(fields.attributes, Wire.bytes)) attribute(message.message(), sink);
    else if (message.is(fields.start, Wire.fixed64)) start = message.fixed64();
    else if (message.is(fields.time, Wire.fixed64)) time = message.fixed64();
    else if ("sum" in fields && message.is(fields.sum, Wire.fixed64)) value = decimal(message.double());
    else if ("double" in fields && message.is(fields.double, Wire.fixed64)) value = decimal(message.double());
    else if ("int" in fields && message.is(fields.int, Wire.fixed64)) value = String(message.sfixed64());
  }
  if (value === undefined) return undefined;
  const { resource, resourceWords, scope } = context;
  const series = seriesOf([resourceWords, scope.name, scope.version ?? "", metric, sink.words]);
  return { kind: "point", resource, scope, metric, type, temporality, start, time, value, attributes: sink.kept, series };
}

/** Finite doubles only. */
export const decimal = (value: number): string | undefined => (Number.isFinite(value) ? String(value) : undefined);

function attribute(pair: WireReader, sink: AttributeSink): void {
  // An empty key is not written at all.
  let key = "";
  let value: WireReader | undefined;
  while (pair.next()) {
    if (pair.is(OTLP.keyValue.key, Wire.bytes)) key = pair.text();
    else if (pair.is(OTLP.keyValue.value, Wire.bytes)) value = pair.message();
  }
  if (value === undefined || !sink.wants(key)) return;
  const [scalar, word] = anyValue(value);
  sink.add(key, scalar, word);
}

function anyValue(reader: WireReader): readonly [AttributeValue | undefined, string] {
  let read: readonly [AttributeValue | undefined, string] = [undefined, ""];
  while (reader.next()) {
    if (reader.is(OTLP.anyValue.string, Wire.bytes)) {
      const text = reader.text();
      read = [text, textWord(text)];
    } else if (reader.is(OTLP.anyValue.bool, Wire.varint)) {
      const flag = reader.int64() !== 0n;
      read = [flag, boolWord(flag)];
    } else if (reader.is(OTLP.anyValue.int, Wire.varint)) {
      const value = reader.int64();
      read = [safeNumber(value), intWord(value)];
    } else if (reader.is(OTLP.anyValue.double, Wire.fixed64)) {
      const value = reader.double();
      read = [Number.isFinite(value) ? value : undefined, doubleWord(value)];
    } else if (reader.is(OTLP.anyValue.array, Wire.bytes)) {
      const words: string[] = [];
      const list = reader.message();
      while (list.next()) if (list.is(OTLP.list.values, Wire.bytes)) words.push(anyValue(list.message())[1]);
      read = [undefined, listWord(words)];
    } else if (reader.is(OTLP.anyValue.map, Wire.bytes)) {
      const sink = new AttributeSink(() => false, true);
      const pairs = reader.message();
      while (pairs.next()) if (pairs.is(OTLP.list.values, Wire.bytes)) attribute(pairs.message(), sink);
      read = [undefined, sink.words];
    } else if (reader.is(OTLP.anyValue.bytes, Wire.bytes)) {
      read = [undefined, bytesWord(Buffer.from(reader.hex(), "hex").toString("base64"))];
    }
  }
  return read;
}
