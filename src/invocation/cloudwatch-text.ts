import { gunzipSync } from "node:zlib";
import { csvHead } from "./csv-table.ts";

/**
 * What stands before a message: `<time> <json>` in an export to S3 and in `aws logs tail --format short`, `<time> <stream> <json>` in
 * `aws logs tail`. Seen: `2026-10-01T12:02:06.000Z`, `2026-10-01T12:02:06+00:00`, `2026-10-01T12:02:06`.
 */
const BEFORE_MESSAGE =
  /^\s{0,99}\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\s{1,99}(?:[^\s{[]{1,512}\s{1,99})?(?=[{[])/;
/** `aws logs tail --format json` puts time and stream on a line of their own, and the message on the lines after it. */
const HEADING = /^\s{0,99}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:?\d\d) [^\s{[]{1,512}\s{0,99}$/;
const MOST_HEADING = 1024;
/** Of a subscription's data in a Lambda event; an event holds 6 MB at most, and its text compresses some ten times. */
const MOST_EVENT_BYTES = 64 * 1024 * 1024;

/**
 * The messages of a line that is not JSON itself but one of the texts in which CloudWatch Logs is written down: a time before the message,
 * `--output text` of the AWS CLI, a row of an Insights CSV. Empty for a heading, undefined for any other text.
 */
export function messagesIn(line: string): readonly string[] | undefined {
  const first = line.trimStart().charCodeAt(0);
  if (first >= 0x30 && first <= 0x39) {
    const message = line.replace(BEFORE_MESSAGE, "");
    if (message.length < line.length) return [message];
    if (line.length <= MOST_HEADING && HEADING.test(line)) return [];
  }
  if (line.startsWith("EVENTS\t")) return line.split("\t").filter((cell) => cell.startsWith("{"));
  if (line.includes('"{""')) return csvCells(line).filter((cell) => cell.startsWith("{"));
  return csvHead(line) === undefined ? undefined : [];
}

/** One row; quotes inside quotes are doubled (RFC 4180). */
function csvCells(row: string): string[] {
  const cells: string[] = [];
  let at = 0;
  while (at <= row.length) {
    if (row[at] !== '"') {
      const comma = row.indexOf(",", at);
      const end = comma === -1 ? row.length : comma;
      cells.push(row.slice(at, end));
      at = end + 1;
      continue;
    }
    let end = row.indexOf('"', at + 1);
    while (end !== -1 && row[end + 1] === '"') end = row.indexOf('"', end + 2);
    if (end === -1) end = row.length;
    cells.push(row.slice(at + 1, end).replaceAll('""', '"'));
    at = end + 2;
  }
  return cells;
}

/** The text of `awslogs.data` in the event that a subscription sends to a Lambda function; undefined when it is none. */
export function subscriptionText(data: string): string | undefined {
  try {
    return gunzipSync(Buffer.from(data, "base64"), { maxOutputLength: MOST_EVENT_BYTES }).toString("utf8");
  } catch {
    return undefined;
  }
}
