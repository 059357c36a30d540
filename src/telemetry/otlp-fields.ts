/**
 * Field numbers of OTLP, as far as they are read. Source: opentelemetry-proto 1.9, files common, resource, logs, metrics and trace (v1);
 * a test holds them against the published descriptors.
 */
export const OTLP = {
  /** ExportLogsServiceRequest, ExportMetricsServiceRequest and ExportTraceServiceRequest begin alike. */
  request: { resources: 1 },
  resourceItems: { resource: 1, scopes: 2 },
  resource: { attributes: 1 },
  scopeItems: { scope: 1, items: 2 },
  scope: { name: 1, version: 2 },
  keyValue: { key: 1, value: 2 },
  anyValue: { string: 1, bool: 2, int: 3, double: 4, array: 5, map: 6, bytes: 7 },
  /** ArrayValue and KeyValueList. */
  list: { values: 1 },
  log: { time: 1, body: 5, attributes: 6, traceId: 9, spanId: 10, observed: 11, eventName: 12 },
  span: { traceId: 1, spanId: 2, parentSpanId: 4, name: 5, start: 7, end: 8, attributes: 9, status: 15 },
  status: { code: 3 },
  metric: { name: 1, gauge: 5, sum: 7, histogram: 9, exponentialHistogram: 10 },
  data: { points: 1, temporality: 2 },
  number: { start: 2, time: 3, double: 4, int: 6, attributes: 7 },
  histogram: { start: 2, time: 3, sum: 5, attributes: 9 },
  exponentialHistogram: { attributes: 1, start: 2, time: 3, sum: 5 },
} as const;

/** AggregationTemporality. */
export const TEMPORALITY = { 1: "delta", 2: "cumulative" } as const;

/** Status.StatusCode. */
export const STATUS_ERROR = 2;
