import { closeSync, openSync, readSync } from "node:fs";
import { constants, gunzipSync } from "node:zlib";
import { isGzip } from "../invocation/magic.ts";

/** A first record is read whole by far, and a heading before it. */
const LOOKED_AT = 64 * 1024;

/** Bedrock's own mark of a record (data-sources: schemaType), however an export quotes it. */
const MARK = /schemaType[\\"]{1,8} ?: ?[\\"]{1,8}ModelInvocationLog/;

/** Whether a file of which the name says nothing holds invocation logs: exports of CloudWatch Logs as CSV or text, objects that Firehose wrote. */
export function holdsLogs(path: string): boolean {
  try {
    const head = beginningOf(path);
    return MARK.test(head.toString("latin1"));
  } catch {
    // It is named as unreadable where it is asked for.
    return false;
  }
}

function beginningOf(path: string): Buffer {
  const file = openSync(path, "r");
  try {
    const bytes = Buffer.alloc(LOOKED_AT);
    const head = bytes.subarray(0, readSync(file, bytes));
    // The rest of the stream is missing on purpose; a bomb is cut.
    return isGzip(head) ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 }) : head;
  } finally {
    closeSync(file);
  }
}
