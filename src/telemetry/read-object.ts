import type { Readable } from "node:stream";
import { jsonOf } from "../json-of.ts";
import { DAY_MS, parseInstant } from "../time.ts";
import { type CallRow, callRow } from "./call-row.ts";
import type { Frame } from "./frame.ts";
import { frames } from "./frames.ts";
import type { TelemetryItem } from "./item.ts";
import type { KeptKeys } from "./kept-keys.ts";
import { LabelLimit } from "./label-limit.ts";
import { millis, type Place, timeOf } from "./place.ts";
import { type PointRow, pointRow } from "./point-row.ts";
import { isEmf, readEmf, subscribed } from "./read-emf.ts";
import { isOtlp, readJson } from "./read-json.ts";
import { readFirehoseParquet } from "./read-parquet.ts";
import { readProtobuf } from "./read-protobuf.ts";
import { TelemetryError } from "./telemetry-error.ts";
import { type ToolRow, toolRow } from "./tool-row.ts";
import { WireReader } from "./wire.ts";

export type TelemetryRow =
  | { readonly table: "client_call_records"; readonly row: CallRow }
  | { readonly table: "client_tool_records"; readonly row: ToolRow }
  | { readonly table: "client_points"; readonly row: PointRow };

/** A message, or one item of it, that did not become a row although it should have. */
export interface TelemetryProblem {
  readonly message: number;
  readonly offset: number;
  readonly reason: string;
  readonly detail: string;
}

export interface TelemetryTally {
  messages: number;
  /** Log records, spans and points that were read. */
  items: number;
  rows: number;
  /** Items that say nothing of a call, tool or count, by scope; what other services write is here. */
  readonly skipped: Map<string, number>;
  /** Label values that were one too many. */
  otherLabels: number;
}

/** Scopes that are told by name; whatever else there is, is counted together. */
const MOST_SCOPES = 100;
/** Bedrock came in 2023; nothing is told before. A client's clock may be ahead of the object's own time by this much. */
const OLDEST = parseInstant("2023-01-01T00:00:00Z") ?? 0;
const AHEAD_MS = 2 * DAY_MS;

export interface TelemetrySource {
  readonly key: string;
  /** Milliseconds; the object's own time. */
  readonly deliveredAt: number;
  readonly body: Readable;
}

/**
 * Rows of one object of telemetry, in its order. What cannot be read goes to `refuse` with its place, and the rest is read on.
 * @returns what was read and what was passed over
 */
export async function* readTelemetry(
  { key, deliveredAt, body }: TelemetrySource,
  keys: KeptKeys,
  refuse: (problem: TelemetryProblem) => void,
): AsyncGenerator<TelemetryRow, TelemetryTally> {
  const tally: TelemetryTally = { messages: 0, items: 0, rows: 0, skipped: new Map(), otherLabels: 0 };
  const limit = new LabelLimit();
  for await (const frame of frames(body)) {
    tally.messages += 1;
    const { number, offset } = frame;
    const place: Place = { object: key, message: number, deliveredAt };
    try {
      for await (const item of itemsOf(frame, keys)) {
        tally.items += 1;
        const found = rowOf(item, place, keys);
        if (found === undefined) {
          skip(tally.skipped, item.scope.name);
          continue;
        }
        if (!isPlausible(millis(timeOf(item)), deliveredAt)) {
          refuse({
            message: number,
            offset,
            reason: "implausible_time",
            detail: `${item.kind} of ${item.scope.name.slice(0, 80)}`,
          });
          continue;
        }
        const labels = limit.limit(found.row.labels);
        tally.rows += 1;
        yield labels === found.row.labels ? found : ({ table: found.table, row: { ...found.row, labels } } as TelemetryRow);
      }
    } catch (error) {
      if (!(error instanceof TelemetryError)) throw error;
      refuse({ message: number, offset, reason: error.reason, detail: error.message.replace(/^telemetry: /, "") });
    }
  }
  tally.otherLabels = limit.turned;
  return tally;
}

async function* itemsOf(frame: Frame, { keeps }: KeptKeys): AsyncGenerator<TelemetryItem> {
  if (frame.form === "bad") throw frame.error;
  if (frame.form === "protobuf") {
    yield* readProtobuf(WireReader.of(frame.bytes), keeps);
    return;
  }
  if (frame.form === "parquet") {
    yield* readFirehoseParquet(frame.bytes);
    return;
  }
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(frame.bytes.buffer, frame.bytes.byteOffset, frame.bytes.byteLength).toString("utf8"));
  } catch {
    // The parser's message quotes the text, which may be anybody's.
    throw new TelemetryError("bad_json", "a document that is no JSON");
  }
  const messages = subscribed(document);
  if (messages !== undefined) {
    for (const message of messages) {
      const line = jsonOf(message);
      if (isEmf(line)) yield* readEmf(line, keeps);
    }
  } else if (isEmf(document)) yield* readEmf(document, keeps);
  else if (isOtlp(document)) yield* readJson(document, keeps);
  else throw new TelemetryError("not_otlp", "a JSON document without resourceLogs, resourceMetrics or resourceSpans");
}

function rowOf(item: TelemetryItem, place: Place, keys: KeptKeys): TelemetryRow | undefined {
  if (item.kind === "point") {
    const row = pointRow(item, place, keys);
    return row && { table: "client_points", row };
  }
  const call = callRow(item, place, keys);
  if (call) return { table: "client_call_records", row: call };
  const tool = toolRow(item, place, keys);
  return tool && { table: "client_tool_records", row: tool };
}

const isPlausible = (time: number, deliveredAt: number): boolean => time >= OLDEST && time <= deliveredAt + AHEAD_MS;

function skip(skipped: Map<string, number>, scope: string): void {
  const name = skipped.has(scope) || skipped.size < MOST_SCOPES ? scope.slice(0, 128) : "(other)";
  skipped.set(name, (skipped.get(name) ?? 0) + 1);
}
