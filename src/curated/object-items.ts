import { ObjectReader } from "../fast/object-reader.ts";
import { giveBack, plainNow } from "../fast/plain-now.ts";
import type { RecordScanner } from "../fast/record-scanner.ts";
import { DamagedObject, plainBytes } from "../invocation/decompress.ts";
import type { EventTimes } from "../invocation/event-times.ts";
import type { ReadItem } from "../invocation/read-invocations.ts";
import type { ObjectBytes } from "./read-ahead.ts";

/** What a log object holds, pulled one by one: `true` says that a record lies in the scanner. */
export interface ObjectItems {
  /** Of the record in the scanner. */
  readonly line: number;
  /** The next item of what has been read; undefined when more has to be read. */
  next(): true | ReadItem | undefined;
  /** Reads more; false at the end. @throws what the source throws */
  more(): Promise<boolean>;
}

/**
 * The items of an object, gzip or plain, small or large, in order or damaged.
 * @param options straight: every line goes the straightforward path
 */
export function objectItems(
  object: ObjectBytes,
  scanner: RecordScanner,
  options: { readonly straight: boolean; readonly eventTimes: EventTimes },
): ObjectItems {
  const reader = new ObjectReader(scanner, options);
  const stored = "bytes" in object ? object.bytes : undefined;
  const text = stored === undefined ? undefined : plainNow(stored);
  const chunks = text === undefined ? plainBytes("bytes" in object ? once(object.bytes) : object) : undefined;
  let ended = false;
  if (text !== undefined) reader.push(text);
  return {
    get line() {
      return reader.line;
    },
    next: () => reader.next(),
    async more() {
      if (ended) {
        if (text !== undefined && text.buffer !== stored?.buffer) giveBack(text);
        if (text !== undefined && "disposable" in object && object.disposable) giveBack(object.bytes);
        return false;
      }
      try {
        const chunk = await chunks?.next();
        if (chunk !== undefined && !chunk.done) {
          reader.push(chunk.value);
          return true;
        }
        reader.end();
      } catch (thrown) {
        if (!(thrown instanceof DamagedObject)) throw thrown;
        reader.damaged(thrown);
      }
      ended = true;
      return true;
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
