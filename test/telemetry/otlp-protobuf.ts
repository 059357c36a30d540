import { readFileSync } from "node:fs";
import protobuf from "protobufjs";

const descriptors: protobuf.INamespace = JSON.parse(
  readFileSync(new URL("../fixtures/telemetry/otlp-descriptors.json", import.meta.url), "utf8"),
);
/** The published descriptors of OTLP. */
export const root = protobuf.Root.fromJSON(descriptors);

export const LOGS = root.lookupType("collector_logs_v1_ExportLogsServiceRequest");
export const METRICS = root.lookupType("collector_metrics_v1_ExportMetricsServiceRequest");
export const TRACES = root.lookupType("collector_trace_v1_ExportTraceServiceRequest");

const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** OTLP/JSON as protobufjs takes it: names with underscores, ids as base64. */
function forProtobuf(json: unknown): unknown {
  if (Array.isArray(json)) return json.map(forProtobuf);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, each]) => [
      snake(key),
      /^(traceId|spanId|parentSpanId)$/.test(key) ? Buffer.from(String(each), "hex").toString("base64") : forProtobuf(each),
    ]),
  );
}

/** A document in the wire format, by another encoder than ours. */
export const encoded = ({ type, json }: { readonly type: protobuf.Type; readonly json: object }): Uint8Array =>
  type.encode(type.fromObject(forProtobuf(json) as Record<string, unknown>)).finish();

/** As the file exporter writes it: four bytes of length, then the message. */
export const behindLength = (bytes: Uint8Array): Buffer => {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
};
