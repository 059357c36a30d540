import { gunzipSync } from "node:zlib";
import type { LogRecord } from "../invocation/log-record.ts";
import { type Outcome, outcomeOf } from "../invocation/outcome.ts";
import { NOTHING_MORE, sideBodies, type WantedOfBodies, withBody } from "../invocation/side-body.ts";
import { normaliseUsage, type UsageReading } from "../invocation/usage.ts";
import type { ObjectStore } from "../ports.ts";

export interface Reading {
  readonly record: LogRecord;
  readonly usage: UsageReading;
  readonly outcome: Outcome;
}

/** A body larger than this is left alone: Bedrock's own requests end at 20 MB (InvokeModel quota). */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Completes a reading with the off-loaded bodies that it needs. A body that is not there, or not readable, leaves the reading as it is:
 * what it lacks is then marked in `price_status`, not guessed.
 * @param wanted what off-loaded bodies are wanted for, too
 */
export async function withSideBodies(
  reading: Reading,
  objectKey: string,
  source: ObjectStore,
  wanted: WantedOfBodies = NOTHING_MORE,
): Promise<Reading> {
  if (!reading.usage.needsBody && !wanted.tools && !wanted.sessions) return reading;
  let { record } = reading;
  for (const { which, key } of sideBodies(record, wanted)) {
    const json = (await bodyText(source, key)) ?? (await bodyText(source, besides(objectKey, key)));
    if (json !== undefined) record = withBody(record, which, json).record;
  }
  if (record === reading.record) return reading;
  const usage = normaliseUsage(record);
  return { record, usage, outcome: outcomeOf(record, usage) };
}

/** The same place under the prefix at which this copy of the logs lies. */
function besides(objectKey: string, key: string): string {
  const [own, theirs] = [objectKey.lastIndexOf("AWSLogs/"), key.lastIndexOf("AWSLogs/")];
  if (own === -1 || theirs === -1)
    return `${objectKey.slice(0, objectKey.lastIndexOf("/") + 1)}${key.slice(key.lastIndexOf("data/"))}`;
  return objectKey.slice(0, own) + key.slice(theirs);
}

async function bodyText(source: ObjectStore, key: string): Promise<string | undefined> {
  const object = await source.readAll(key).catch(() => undefined);
  if (object === undefined || object.bytes.length > MOST_BYTES) return undefined;
  const { bytes } = object;
  try {
    const plain = bytes[0] === 0x1f && bytes[1] === 0x8b ? gunzipSync(bytes, { maxOutputLength: 2 * MOST_BYTES }) : bytes;
    return Buffer.from(plain).toString("utf8");
  } catch {
    return undefined;
  }
}
