import { readFileSync } from "node:fs";
import { Readable } from "node:stream";
import { gzipSync, zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import protobuf from "protobufjs";
import { describe, expect, test } from "vitest";
import { frames } from "../../src/telemetry/frames.ts";
import type { TelemetryItem } from "../../src/telemetry/item.ts";
import { OTLP } from "../../src/telemetry/otlp-fields.ts";
import { readJson } from "../../src/telemetry/read-json.ts";
import { readProtobuf } from "../../src/telemetry/read-protobuf.ts";
import { TelemetryError } from "../../src/telemetry/telemetry-error.ts";
import { WireReader } from "../../src/telemetry/wire.ts";
import { behindLength, encoded, LOGS, METRICS, root, TRACES } from "./otlp-protobuf.ts";

const all = (): boolean => true;

/** Field numbers by the descriptors' own names. */
const DESCRIBED: Readonly<Record<string, { readonly type: string; readonly fields: Readonly<Record<string, string>> }>> = {
  resource: { type: "resource_v1_Resource", fields: { attributes: "attributes" } },
  scope: { type: "common_v1_InstrumentationScope", fields: { name: "name", version: "version" } },
  keyValue: { type: "common_v1_KeyValue", fields: { key: "key", value: "value" } },
  anyValue: {
    type: "common_v1_AnyValue",
    fields: {
      string: "string_value",
      bool: "bool_value",
      int: "int_value",
      double: "double_value",
      array: "array_value",
      map: "kvlist_value",
      bytes: "bytes_value",
    },
  },
  list: { type: "common_v1_ArrayValue", fields: { values: "values" } },
  log: {
    type: "logs_v1_LogRecord",
    fields: {
      time: "time_unix_nano",
      body: "body",
      attributes: "attributes",
      traceId: "trace_id",
      spanId: "span_id",
      observed: "observed_time_unix_nano",
      eventName: "event_name",
    },
  },
  span: {
    type: "trace_v1_Span",
    fields: {
      traceId: "trace_id",
      spanId: "span_id",
      parentSpanId: "parent_span_id",
      name: "name",
      start: "start_time_unix_nano",
      end: "end_time_unix_nano",
      attributes: "attributes",
      status: "status",
    },
  },
  status: { type: "trace_v1_Status", fields: { code: "code" } },
  metric: {
    type: "metrics_v1_Metric",
    fields: {
      name: "name",
      gauge: "gauge",
      sum: "sum",
      histogram: "histogram",
      exponentialHistogram: "exponential_histogram",
    },
  },
  data: { type: "metrics_v1_Sum", fields: { points: "data_points", temporality: "aggregation_temporality" } },
  number: {
    type: "metrics_v1_NumberDataPoint",
    fields: {
      start: "start_time_unix_nano",
      time: "time_unix_nano",
      double: "as_double",
      int: "as_int",
      attributes: "attributes",
    },
  },
  histogram: {
    type: "metrics_v1_HistogramDataPoint",
    fields: { start: "start_time_unix_nano", time: "time_unix_nano", sum: "sum", attributes: "attributes" },
  },
  exponentialHistogram: {
    type: "metrics_v1_ExponentialHistogramDataPoint",
    fields: { attributes: "attributes", start: "start_time_unix_nano", time: "time_unix_nano", sum: "sum" },
  },
};

describe("field numbers are those of the published descriptors", () => {
  test.each(Object.entries(DESCRIBED))("%s", (part, { type, fields }) => {
    const described = Object.fromEntries(
      Object.entries(fields).map(([own, theirs]) => [own, root.lookupType(type).fields[theirs]?.id]),
    );
    expect(new Map<string, object>(Object.entries(OTLP)).get(part)).toEqual(described);
  });

  test("the three requests and their parts begin alike", () => {
    for (const [request, resource, scope] of [
      ["collector_logs_v1_ExportLogsServiceRequest", "logs_v1_ResourceLogs", "logs_v1_ScopeLogs"],
      ["collector_metrics_v1_ExportMetricsServiceRequest", "metrics_v1_ResourceMetrics", "metrics_v1_ScopeMetrics"],
      ["collector_trace_v1_ExportTraceServiceRequest", "trace_v1_ResourceSpans", "trace_v1_ScopeSpans"],
    ] as const) {
      expect(root.lookupType(request).fieldsById[OTLP.request.resources]?.type).toBe(resource);
      expect(root.lookupType(resource).fieldsById[OTLP.resourceItems.resource]?.name).toBe("resource");
      expect(root.lookupType(resource).fieldsById[OTLP.resourceItems.scopes]?.type).toBe(scope);
      expect(root.lookupType(scope).fieldsById[OTLP.scopeItems.scope]?.name).toBe("scope");
      expect(root.lookupType(scope).fieldsById[OTLP.scopeItems.items]?.repeated).toBe(true);
    }
  });
});

// Random documents, once as OTLP/JSON and once through protobufjs: two decoders must say the same.
const text = fc.string({ unit: "grapheme", maxLength: 20 });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const nanos = fc.bigInt({ min: 1n, max: 2n ** 62n });
const hex = (bytes: number) => fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((id) => Buffer.from(id).toString("hex"));
const double = fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => value + 0);

interface Value {
  readonly [kind: string]: unknown;
}
const { value } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    text.map((stringValue) => ({ stringValue })),
    fc.boolean().map((boolValue) => ({ boolValue })),
    int64.map((whole) => ({ intValue: String(whole) })),
    double.map((doubleValue) => ({ doubleValue })),
    fc.uint8Array({ maxLength: 8 }).map((bytes) => ({ bytesValue: Buffer.from(bytes).toString("base64") })),
    fc.array(tie("value"), { maxLength: 3 }).map((values) => ({ arrayValue: { values } })),
    fc.array(fc.record({ key: text, value: tie("value") }), { maxLength: 3 }).map((values) => ({ kvlistValue: { values } })),
  ),
}));
const attributes = fc.uniqueArray(fc.record({ key: text, value }), { maxLength: 4, selector: ({ key }) => key });
const scope = fc.record({ name: text, version: text.filter((version) => version !== "") });
const resource = fc.record({ attributes });

const log = fc.record({
  timeUnixNano: nanos.map(String),
  observedTimeUnixNano: nanos.map(String),
  eventName: fc.constantFrom("claude_code.api_request", "gen_ai.choice"),
  body: text.map((stringValue) => ({ stringValue })),
  traceId: hex(16),
  spanId: hex(8),
  attributes,
});
const span = fc.record({
  traceId: hex(16),
  spanId: hex(8),
  parentSpanId: hex(8),
  name: text,
  startTimeUnixNano: nanos.map(String),
  endTimeUnixNano: nanos.map(String),
  status: fc.record({ code: fc.constantFrom(1, 2) }),
  attributes,
});
const numberPoint = fc.oneof(
  fc.record({ startTimeUnixNano: nanos.map(String), timeUnixNano: nanos.map(String), asDouble: double, attributes }),
  fc.record({ startTimeUnixNano: nanos.map(String), timeUnixNano: nanos.map(String), asInt: int64.map(String), attributes }),
);
const sumPoint = fc.record({
  startTimeUnixNano: nanos.map(String),
  timeUnixNano: nanos.map(String),
  count: fc.constant("1"),
  sum: double,
  attributes,
});
const temporality = fc.constantFrom(1, 2);
const metric = fc.oneof(
  fc.record({
    name: text.filter((name) => name !== ""),
    sum: fc.record({ aggregationTemporality: temporality, dataPoints: fc.array(numberPoint, { maxLength: 3 }) }),
  }),
  fc.record({
    name: text.filter((name) => name !== ""),
    gauge: fc.record({ dataPoints: fc.array(numberPoint, { maxLength: 3 }) }),
  }),
  fc.record({
    name: text.filter((name) => name !== ""),
    histogram: fc.record({ aggregationTemporality: temporality, dataPoints: fc.array(sumPoint, { maxLength: 3 }) }),
  }),
  fc.record({
    name: text.filter((name) => name !== ""),
    exponentialHistogram: fc.record({ aggregationTemporality: temporality, dataPoints: fc.array(sumPoint, { maxLength: 3 }) }),
  }),
);
const document = fc.oneof(
  fc
    .array(
      fc.record({
        resource,
        scopeLogs: fc.array(fc.record({ scope, logRecords: fc.array(log, { maxLength: 3 }) }), { maxLength: 2 }),
      }),
      {
        maxLength: 2,
      },
    )
    .map((resourceLogs) => ({ type: LOGS, json: { resourceLogs } })),
  fc
    .array(
      fc.record({
        resource,
        scopeSpans: fc.array(fc.record({ scope, spans: fc.array(span, { maxLength: 3 }) }), { maxLength: 2 }),
      }),
      {
        maxLength: 2,
      },
    )
    .map((resourceSpans) => ({ type: TRACES, json: { resourceSpans } })),
  fc
    .array(
      fc.record({
        resource,
        scopeMetrics: fc.array(fc.record({ scope, metrics: fc.array(metric, { maxLength: 3 }) }), { maxLength: 2 }),
      }),
      { maxLength: 2 },
    )
    .map((resourceMetrics) => ({ type: METRICS, json: { resourceMetrics } })),
);

const plain = (items: Iterable<TelemetryItem>): unknown[] =>
  [...items].map((item) => ({
    ...item,
    resource: [...item.resource].sort(),
    attributes: [...item.attributes].sort(),
  }));

async function itemsOf(bytes: Uint8Array): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const frame of frames(Readable.from([Buffer.from(bytes)]))) {
    if (frame.form === "bad") throw frame.error;
    if (frame.form === "protobuf") items.push(...plain(readProtobuf(WireReader.of(frame.bytes), all)));
    else items.push(...plain(readJson(JSON.parse(Buffer.from(frame.bytes).toString("utf8")), all)));
  }
  return items;
}

test("any document gives the same items as JSON and as protobuf, packed and framed in every way", async () => {
  await fc.assert(
    fc.asyncProperty(document, async (made) => {
      const json = Buffer.from(`${JSON.stringify(made.json)}\n`);
      const binary = encoded(made);
      const wanted = plain(readJson(made.json, all));
      expect(plain(readProtobuf(WireReader.of(binary), all))).toEqual(wanted);
      const packed = [
        json,
        gzipSync(json),
        zstdCompressSync(json),
        Buffer.from(JSON.stringify(made.json, null, 2)),
        Buffer.from(`\u{feff}[${JSON.stringify(made.json)}]`),
        behindLength(binary),
        gzipSync(behindLength(binary)),
        behindLength(zstdCompressSync(binary)),
        behindLength(zstdCompressSync(json)),
        ...(binary.length > 0 ? [Buffer.from(binary), gzipSync(binary), zstdCompressSync(binary)] : []),
      ];
      for (const bytes of packed) expect(await itemsOf(bytes)).toEqual(wanted);
    }),
    { numRuns: 60 },
  );
}, 300_000);

describe("damaged bytes", () => {
  const sample = readFileSync(new URL("../fixtures/telemetry/collector/otel.binpb", import.meta.url));

  test("a message cut at any byte or changed anywhere ends in items or in an error of ours", () => {
    const first = sample.subarray(4, 4 + sample.readUInt32BE(0));
    let refused = 0;
    for (let at = 0; at < first.length; at += 7) {
      for (const bytes of [
        first.subarray(0, at),
        Buffer.concat([first.subarray(0, at), Buffer.from([(first[at] ?? 0) ^ 0xff]), first.subarray(at + 1)]),
      ]) {
        try {
          expect([...readProtobuf(WireReader.of(bytes), all)].length).toBeGreaterThanOrEqual(0);
        } catch (error) {
          expect(error).toBeInstanceOf(TelemetryError);
          refused += 1;
        }
      }
    }
    expect(refused).toBeGreaterThan(100);
  });

  test("values nested a thousand deep are refused in both forms", () => {
    let deep = Buffer.from([0x0a, 0x01, 0x61]);
    for (let level = 0; level < 1000; level += 1) {
      const wrapped = protobuf.Writer.create()
        .uint32((OTLP.anyValue.array << 3) | 2)
        .bytes(
          protobuf.Writer.create()
            .uint32((OTLP.list.values << 3) | 2)
            .bytes(deep)
            .finish(),
        )
        .finish();
      deep = Buffer.from(wrapped);
    }
    const wrap = (field: number, bytes: Uint8Array): Uint8Array =>
      protobuf.Writer.create()
        .uint32((field << 3) | 2)
        .bytes(bytes)
        .finish();
    const key = wrap(OTLP.keyValue.key, Buffer.from("a"));
    const pair = Buffer.concat([key, wrap(OTLP.keyValue.value, deep)]);
    const request = wrap(1, wrap(OTLP.resourceItems.resource, wrap(OTLP.resource.attributes, pair)));
    expect(() => [...readProtobuf(WireReader.of(request), all)]).toThrow("nested more than");
    const json = { resourceLogs: [{ resource: { attributes: [{ key: "a", value: nested(1000) }] } }] };
    expect(() => [...readJson(json, all)]).toThrow("nested more than");
  });

  test("a length of 4 GB is refused without taking the memory", async () => {
    const bytes = Buffer.concat([Buffer.from([0xff, 0xff, 0xff, 0xff]), Buffer.alloc(100)]);
    await expect(itemsOf(bytes)).rejects.toThrow("neither JSON, nor protobuf");
    const inside = Buffer.from([0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f, 0x00]);
    await expect(itemsOf(inside)).rejects.toThrow("not protobuf at byte");
  });

  test("bombs end at a bound", async () => {
    const bomb = zstdCompressSync(Buffer.alloc(80 * 1024 * 1024, 0x20));
    await expect(itemsOf(behindLength(bomb))).rejects.toThrow("more than 67108864 bytes");
    const document = gzipSync(Buffer.from(`{"resourceLogs":"${"x".repeat(70 * 1024 * 1024)}"}\n{"resourceLogs":[]}\n`));
    const seen: string[] = [];
    for await (const frame of frames(Readable.from([document])))
      seen.push(frame.form === "bad" ? frame.error.reason : frame.form);
    expect(seen).toEqual(["too_large", "json"]);
  }, 300_000);

  test("one bad line costs itself", async () => {
    const good = '{"resourceLogs":[]}';
    const lines = [good, '{"resourceLogs":[{"resource":', good, "garbage", good, '{"resourceSpans":"', good].join("\n");
    const seen: string[] = [];
    for await (const frame of frames(Readable.from([Buffer.from(lines)])))
      seen.push(frame.form === "bad" ? frame.error.reason : frame.form);
    expect(seen).toEqual(["json", "bad_json", "json", "bad_json", "json", "bad_json", "json"]);
  });

  test("where a chunk of the stream ends changes nothing", async () => {
    const lines = Buffer.from(
      ['{"resourceLogs":[]}', '{"resourceLogs":[{', '{"resourceMetrics":[]}', '{"resourceSpans":[]}'].join("\n"),
    );
    const wanted: string[] = [];
    for await (const frame of frames(Readable.from([lines]))) wanted.push(`${frame.form} ${frame.offset}`);
    expect(wanted).toHaveLength(4);
    for (const size of [1, 2, 3, 7, 16]) {
      const chunks = Array.from({ length: Math.ceil(lines.length / size) }, (_, index) =>
        lines.subarray(index * size, (index + 1) * size),
      );
      const seen: string[] = [];
      for await (const frame of frames(Readable.from(chunks))) seen.push(`${frame.form} ${frame.offset}`);
      expect(seen).toEqual(wanted);
    }
  });
});

function nested(levels: number): object {
  let inner: object = { stringValue: "a" };
  for (let level = 0; level < levels; level += 1) inner = { arrayValue: { values: [inner] } };
  return inner;
}
