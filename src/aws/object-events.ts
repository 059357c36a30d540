import { InputError } from "../errors.ts";

/** One object that appeared, as any of the ways of telling says it. The key is decoded. */
export interface ObjectEvent {
  readonly bucket: string;
  readonly key: string;
  readonly version?: string;
  readonly size?: number;
  /** Orders events of one key; see `comesAfter`. */
  readonly sequencer?: string;
  /** Milliseconds; when S3 says it happened. */
  readonly time?: number;
  /** Somebody asked for this object: a backfill or a redrive. */
  readonly named?: true;
}

/**
 * Every object named by a message: S3 notifications, the same through SNS, S3 events through EventBridge, the test event that S3 sends when a
 * notification is set up (no object at all), and redrive messages `{"redrive": [{"bucket", "key", "version"?}]}`.
 * S3 encodes keys in notifications as form values; EventBridge and redrive messages do not encode (data-sources §5.1).
 * @throws InputError for anything else: the message goes to the dead-letter queue, where a person sees it
 */
export function objectEvents(body: string | unknown): ObjectEvent[] {
  const message = typeof body === "string" ? parse(body) : body;
  if (!isObject(message)) throw unknownMessage("is not a JSON object");
  if (message["Event"] === "s3:TestEvent") return [];
  if (Array.isArray(message["Records"])) return message["Records"].flatMap(fromRecord);
  if (message["source"] === "aws.s3" || message["detail-type"] === "Object Created") return [fromEventBridge(message)];
  if (message["Type"] === "Notification" && typeof message["Message"] === "string") return objectEvents(message["Message"]);
  if (Array.isArray(message["redrive"])) return message["redrive"].map(fromRedrive);
  throw unknownMessage(`has the keys ${Object.keys(message).slice(0, 6).join(", ") || "(none)"}`);
}

/** Of several events of one object (and version) in a batch, one is enough: the newest. Order of first appearance. */
export function distinctObjects(events: readonly ObjectEvent[]): ObjectEvent[] {
  const newest = new Map<string, ObjectEvent>();
  for (const event of events) {
    const id = JSON.stringify([event.bucket, event.key, event.version ?? null]);
    const known = newest.get(id);
    if (!known || comesAfter(event.sequencer, known.sequencer)) newest.set(id, event);
  }
  return [...newest.values()];
}

/** Sequencers are hexadecimal and of unequal length: the shorter one is padded on the left (S3 User Guide, event message structure). */
export function comesAfter(a: string | undefined, b: string | undefined): boolean {
  if (a === undefined || b === undefined) return false;
  const length = Math.max(a.length, b.length);
  return a.toUpperCase().padStart(length, "0") > b.toUpperCase().padStart(length, "0");
}

type Json = { readonly [key: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
const at = (value: unknown, key: string): unknown => (isObject(value) ? value[key] : undefined);
const textAt = (value: unknown, key: string): string | undefined => {
  const found = at(value, key);
  return typeof found === "string" && found !== "" ? found : undefined;
};

function fromRecord(record: unknown): ObjectEvent[] {
  // SNS as the direct trigger of a Lambda puts its message one level down.
  const wrapped = textAt(at(record, "Sns"), "Message");
  if (wrapped !== undefined) return objectEvents(wrapped);
  const s3 = at(record, "s3");
  const name = textAt(record, "eventName") ?? "";
  // Deletions and restores bring nothing to read.
  if (s3 !== undefined && name !== "" && !/^(s3:)?ObjectCreated:/.test(name)) return [];
  const object = at(s3, "object");
  const key = textAt(object, "key");
  return [
    event(textAt(at(s3, "bucket"), "name"), key === undefined ? undefined : decodeKey(key), object, textAt(record, "eventTime")),
  ];
}

function fromEventBridge(message: Json): ObjectEvent {
  const detail = message["detail"];
  const object = at(detail, "object");
  return event(textAt(at(detail, "bucket"), "name"), textAt(object, "key"), object, textAt(message, "time"));
}

const fromRedrive = (entry: unknown): ObjectEvent => ({
  ...event(textAt(entry, "bucket"), textAt(entry, "key"), entry, undefined),
  named: true,
});

function event(bucket: string | undefined, key: string | undefined, object: unknown, time: string | undefined): ObjectEvent {
  if (bucket === undefined || key === undefined) throw unknownMessage("names no bucket and key");
  const size = at(object, "size");
  const version = textAt(object, "versionId") ?? textAt(object, "version-id") ?? textAt(object, "version");
  const sequencer = textAt(object, "sequencer");
  const millis = time === undefined ? Number.NaN : Date.parse(time);
  return {
    bucket,
    key,
    ...(version === undefined || version === "null" ? {} : { version }),
    ...(typeof size === "number" ? { size } : {}),
    ...(sequencer === undefined ? {} : { sequencer }),
    ...(Number.isNaN(millis) ? {} : { time: millis }),
  };
}

function decodeKey(key: string): string {
  try {
    return decodeURIComponent(key.replaceAll("+", " "));
  } catch {
    throw unknownMessage(`has a key that is not encoded as S3 does it: ${key.slice(0, 200)}`);
  }
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw unknownMessage("is not JSON");
  }
}

const unknownMessage = (why: string): InputError =>
  new InputError("message", `events: the message ${why}`, {
    hint: "The queue takes S3 notifications, S3 events from EventBridge or SNS, and redrive messages.",
  });
