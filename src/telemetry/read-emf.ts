import { doubleWord, seriesOf, textWord } from "./attributes.ts";
import type { Keeps, PointItem } from "./item.ts";
import { decimal } from "./read-protobuf.ts";

type Json = Readonly<Record<string, unknown>>;

/**
 * Lines of the CloudWatch embedded metric format, as a collector's awsemf exporter writes them: each metric's name is a key, each label is a key,
 * `OTelLib` is the scope and `_aws.Timestamp` the time in milliseconds. The exporter sends increments.
 */
export const isEmf = (document: unknown): document is Json =>
  isObject(document) && isObject(document["_aws"]) && typeof document["_aws"]["Timestamp"] === "number";

/** Points of the metrics that a line holds; whatever is neither a number nor a label is passed over. */
export function* readEmf(document: Json, keeps: Keeps): Generator<PointItem> {
  const { _aws: envelope, OTelLib: library, ...fields } = document;
  const time = isObject(envelope) && typeof envelope["Timestamp"] === "number" ? Math.floor(envelope["Timestamp"]) : 0;
  if (!Number.isSafeInteger(time) || time < 0) return;
  const nanos = BigInt(time) * 1_000_000n;
  const scope = { name: typeof library === "string" ? library : "", version: null };
  const attributes = new Map<string, string | number | boolean>();
  const words: string[] = [];
  const metrics: [name: string, value: string][] = [];
  for (const [key, value] of Object.entries(fields)) {
    const measured = key.includes(".") ? measureOf(value) : undefined;
    if (typeof value === "string" || typeof value === "boolean") {
      if (keeps(key)) attributes.set(key, value);
      words.push(`${key.length}:${key}=${textWord(String(value))}`);
    } else if (measured !== undefined) metrics.push([key, measured]);
    else if (typeof value === "number") words.push(`${key.length}:${key}=${doubleWord(value)}`);
  }
  for (const [metric, value] of metrics)
    yield {
      kind: "point",
      resource: new Map(),
      scope,
      metric,
      type: "sum",
      temporality: "delta",
      start: nanos,
      time: nanos,
      value,
      attributes,
      series: seriesOf([scope.name, metric, words.sort().join("\n")]),
    };
}

/** A number, or the sum of a histogram `{ Values, Counts, Sum, … }`. */
function measureOf(value: unknown): string | undefined {
  if (typeof value === "number") return decimal(value);
  return isObject(value) && typeof value["Sum"] === "number" ? decimal(value["Sum"]) : undefined;
}

/** Messages of a CloudWatch Logs subscription; undefined for anything else, none for its control messages. */
export function subscribed(document: unknown): readonly string[] | undefined {
  if (!isObject(document) || !Array.isArray(document["logEvents"]) || typeof document["messageType"] !== "string")
    return undefined;
  if (document["messageType"] !== "DATA_MESSAGE") return [];
  return document["logEvents"].flatMap((event: unknown) =>
    isObject(event) && typeof event["message"] === "string" ? [event["message"]] : [],
  );
}

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
