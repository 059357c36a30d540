/**
 * How fast telemetry is decoded: `node bench/telemetry.ts`. The recordings of Claude Code under test/fixtures, as OTLP/JSON and, by another encoder, as
 * protobuf; ours beside protobufjs on the same bytes. What is decoded is counted and compared before anything is timed.
 */
import { readdirSync, readFileSync } from "node:fs";
import protobuf from "protobufjs";
import { keptKeys } from "../src/telemetry/kept-keys.ts";
import { readJson } from "../src/telemetry/read-json.ts";
import { readProtobuf } from "../src/telemetry/read-protobuf.ts";
import { WireReader } from "../src/telemetry/wire.ts";

const FIXTURES = new URL("../test/fixtures/telemetry/", import.meta.url);
const ROUNDS = 9;
const REPEATS = 20;
const descriptors: protobuf.INamespace = JSON.parse(readFileSync(new URL("otlp-descriptors.json", FIXTURES), "utf8"));
const root = protobuf.Root.fromJSON(descriptors);
const TYPES: Readonly<Record<string, protobuf.Type>> = {
  resourceLogs: root.lookupType("collector_logs_v1_ExportLogsServiceRequest"),
  resourceMetrics: root.lookupType("collector_metrics_v1_ExportMetricsServiceRequest"),
  resourceSpans: root.lookupType("collector_trace_v1_ExportTraceServiceRequest"),
};

const forProtobuf = (json: unknown): unknown => {
  if (Array.isArray(json)) return json.map(forProtobuf);
  if (typeof json !== "object" || json === null) return json;
  return Object.fromEntries(
    Object.entries(json).map(([key, each]) => [
      key.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
      /^(traceId|spanId|parentSpanId)$/.test(key) ? Buffer.from(String(each), "hex").toString("base64") : forProtobuf(each),
    ]),
  );
};

interface Message {
  readonly type: protobuf.Type;
  readonly json: Buffer;
  readonly binary: Uint8Array;
}

const messages = readdirSync(new URL("claude-code/", FIXTURES), { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .flatMap(({ name }) =>
    readdirSync(new URL(`claude-code/${name}/`, FIXTURES))
      .filter((file) => /^(?:logs|metrics|traces)\.jsonl$/.test(file))
      .flatMap((file) => readFileSync(new URL(`claude-code/${name}/${file}`, FIXTURES), "utf8").split("\n")),
  )
  .filter((line) => line !== "")
  .flatMap((line): Message[] => {
    const document: Record<string, unknown> = JSON.parse(line);
    const type = TYPES[Object.keys(document)[0] ?? ""];
    if (type === undefined) return [];
    const made = forProtobuf(document);
    if (typeof made !== "object" || made === null) return [];
    return [{ type, json: Buffer.from(line), binary: type.encode(type.fromObject({ ...made })).finish() }];
  });

const { keeps } = keptKeys();
const count = (items: Iterable<unknown>): number => {
  let found = 0;
  for (const _ of items) found += 1;
  return found;
};
const ways = {
  "JSON, ours": ({ json }: Message) => count(readJson(JSON.parse(json.toString("utf8")), keeps)),
  "JSON.parse alone": ({ json }: Message) => (JSON.parse(json.toString("utf8")) === null ? 1 : 0),
  "protobuf, ours": ({ binary }: Message) => count(readProtobuf(WireReader.of(binary), keeps)),
  "protobuf, protobufjs": ({ type, binary }: Message) => (type.decode(binary) === null ? 1 : 0),
};
const [json, ours] = [ways["JSON, ours"], ways["protobuf, ours"]].map((way) =>
  messages.reduce((sum, message) => sum + way(message), 0),
);
if (json === undefined || json === 0 || json !== ours)
  throw new Error(`telemetry: ${json} items in JSON and ${ours} in protobuf`);

const bytes = { json: 0, binary: 0 };
for (const message of messages) {
  bytes.json += message.json.length;
  bytes.binary += message.binary.length;
}
console.log(
  `${messages.length} messages, ${json} items, ${(bytes.json / 1e6).toFixed(2)} MB as JSON, ${(bytes.binary / 1e6).toFixed(2)} MB as protobuf; processor time, best of ${ROUNDS}`,
);
for (const [name, way] of Object.entries(ways)) {
  let best = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round += 1) {
    const before = process.cpuUsage();
    for (let repeat = 0; repeat < REPEATS; repeat += 1) for (const message of messages) way(message);
    const { user, system } = process.cpuUsage(before);
    best = Math.min(best, (user + system) / 1e6 / REPEATS);
  }
  const size = name.startsWith("JSON") ? bytes.json : bytes.binary;
  console.log(
    `${name.padEnd(22)} ${(size / 1e6 / best).toFixed(1).padStart(6)} MB/s  ${((best / json) * 1e6).toFixed(1).padStart(6)} µs an item`,
  );
}
