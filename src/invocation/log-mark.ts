import { constants, gunzipSync } from "node:zlib";
import { csvHead } from "./csv-table.ts";
import { isGzip } from "./magic.ts";
import { textOf, utf16Of } from "./utf16.ts";

/** So much of an object is looked at: a first record is read whole by far, and a heading before it. Bytes. */
export const LOOKED_AT = 64 * 1024;

/** Bedrock's own mark of a record (data-sources: schemaType), however an export quotes it. */
const MARK = /schemaType[\\"]{1,8} ?: ?[\\"]{1,8}ModelInvocationLog/;

/**
 * Whether an object of which the name says nothing begins as invocation logs do: exports of CloudWatch Logs as CSV or text, objects that Firehose wrote.
 * @param head its first bytes, packed or not
 */
export function hasLogMark(head: Uint8Array): boolean {
  try {
    const once = unpacked(head);
    // Firehose packs what CloudWatch Logs has packed already.
    const text = unpacked(once);
    const shown = utf16Of(text) === undefined ? Buffer.from(text).toString("latin1") : textOf(text);
    // A CSV of the fields that Insights discovers has no mark, but names them.
    return MARK.test(shown) || csvHead(shown.replace(/^ï»¿/, "").split(/\r?\n/, 1)[0] ?? "") !== undefined;
  } catch {
    // It is named as unreadable where it is asked for.
    return false;
  }
}

/** The rest of the stream is missing on purpose; a bomb is cut. */
const unpacked = (head: Uint8Array): Uint8Array =>
  isGzip(head) ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength: 64 * 1024 * 1024 }) : head;
