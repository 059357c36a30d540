import { InputError, messageOf } from "../errors.ts";
import { recordsIn } from "./envelope.ts";
import { ANY_TIME, type EventTimes, isPlausible } from "./event-times.ts";
import { hasTooManyValues } from "./json-shape.ts";
import type { LogRecord } from "./log-record.ts";
import { type Outcome, outcomeOf } from "./outcome.ts";
import { type Damage, type LineItem, type ReadLinesOptions, readLines } from "./read-lines.ts";
import type { ReasonCode } from "./reasons.ts";
import { fingerprintOf } from "./split-lines.ts";
import { normaliseUsage, type UsageReading } from "./usage.ts";

/** One invocation as logged. `part` counts the records of one line from 1; it is above 1 only inside arrays and envelopes. */
export interface ReadInvocation {
  readonly record: LogRecord;
  readonly usage: UsageReading;
  readonly outcome: Outcome;
  readonly line: number;
  readonly part: number;
}

/** For the quarantine: where it is and what is wrong, never what it says. */
export interface BadRecord {
  readonly bad: ReasonCode;
  readonly detail: string;
  readonly line: number;
  readonly part: number;
  readonly offset: number;
  /** SHA-256 of the line. */
  readonly fingerprint: string;
}

export type ReadItem = ReadInvocation | BadRecord | Damage;

/**
 * Everything in a log object, in order: an invocation, a bad record, or, as the last item, the rest that cannot be read.
 * @param place the object's name, for errors
 * @throws InputError when the source itself cannot be read; its cause is the source's error
 */
export async function* readInvocations(
  body: AsyncIterable<Uint8Array>,
  place: string,
  options: ReadLinesOptions & { readonly eventTimes?: EventTimes } = {},
): AsyncGenerator<ReadItem> {
  for await (const line of readLines(named(body, place), options)) {
    for (const item of itemsIn(line, options.eventTimes)) yield item;
  }
}

/** The source under its name, so that its errors say which object could not be read. */
async function* named(body: AsyncIterable<Uint8Array>, place: string): AsyncGenerator<Uint8Array> {
  try {
    yield* body;
  } catch (thrown) {
    throw new InputError(place, `invocation: ${place} could not be read: ${messageOf(thrown)}`, {
      hint: "Check that the object exists and that it may be read, then run again.",
      cause: thrown,
    });
  }
}

/** The invocations and bad records of one line. */
export function* itemsIn(item: LineItem, times: EventTimes = ANY_TIME): Generator<ReadItem> {
  if ("damaged" in item) {
    yield item;
    return;
  }
  if ("bad" in item) {
    yield { ...item, part: 1 };
    return;
  }
  const { bytes, line, offset } = item;
  if (hasTooManyValues(bytes)) {
    const detail = "more values than one line may hold";
    yield { bad: "line_too_long", detail, line, part: 1, offset, fingerprint: fingerprintOf(bytes) };
    return;
  }
  let part = 0;
  // Of a flood of bad lines only the first are asked for theirs.
  const fingerprint = once(() => fingerprintOf(bytes));
  for (const result of recordsIn(bytes.toString("utf8"))) {
    part += 1;
    if (result.ok && isPlausible(result.record.timestamp, times)) {
      yield { ...reading(result.record), line, part };
      continue;
    }
    const { reason, detail } = result.ok ? IMPLAUSIBLE : result;
    yield {
      bad: reason,
      detail,
      line,
      part,
      offset,
      get fingerprint() {
        return fingerprint();
      },
    };
  }
}

function once(make: () => string): () => string {
  let made: string | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

const IMPLAUSIBLE = { reason: "implausible_time", detail: "timestamp: outside the days of sources.event_times" } as const;

/** What is told from a record; call it again after withBody. */
export function reading(record: LogRecord): Pick<ReadInvocation, "record" | "usage" | "outcome"> {
  const usage = normaliseUsage(record);
  return { record, usage, outcome: outcomeOf(record, usage) };
}
