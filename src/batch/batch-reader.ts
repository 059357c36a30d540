import type { DatedRow } from "../curated/day-rows.ts";
import { DamagedObject, plainBytes } from "../invocation/decompress.ts";
import { LineSplitter } from "../invocation/split-lines.ts";
import { textOf } from "../invocation/utf16.ts";
import { jsonOf } from "../json-of.ts";
import type { ItemProblem, ItemTally, OpenedObject, SourceReader } from "../sources/source-reader.ts";
import { batchRecords } from "../tables/batch-records.ts";
import { dayOf } from "../time.ts";
import { type BatchRow, describedJobs, EMPTY } from "./job-descriptions.ts";
import { batchObjectOf } from "./object-key.ts";
import { addLine, commonestModel, noSums } from "./output-sums.ts";

/** One record with its input; images in it are base64. */
const MOST_LINE_BYTES = 64 * 1024 * 1024;
const MOST_DOCUMENT_BYTES = 16 * 1024 * 1024;

type Refuse = (problem: ItemProblem) => void;

/** Reads output, manifests and descriptions of batch inference jobs. */
export const batchReader: SourceReader = {
  source: "batch",
  table: batchRecords,
  kindOf: (key) => (batchObjectOf(key) === undefined ? "other" : "records"),
  async *read(object, refuse): AsyncGenerator<DatedRow, ItemTally> {
    const tally: ItemTally = { items: 0, passedOver: 0 };
    const place = batchObjectOf(object.key);
    if (place === undefined) return tally;
    const { kind, jobId, fileName } = place;
    const own = { job_id: jobId, file_name: fileName, event_time: object.deliveredAt, source_object: object.key, source_item: 1 };
    if (kind !== "job" && jobId === null)
      refuse({
        item: 1,
        reason: "no_job",
        detail: "it lies in no folder of a job (12 letters and digits): its tokens belong to none",
      });
    if (kind === "output") {
      const sums = await outputSums(object, refuse);
      tally.items = sums.records;
      if (sums.records === 0) return tally;
      yield dated({
        ...EMPTY,
        ...own,
        kind,
        file_name: fileName.replace(/\.out(?:\.gz)?$/, ""),
        records: sums.records,
        succeeded: sums.succeeded,
        failed: sums.failed,
        input_tokens: sums.inputTokens,
        output_tokens: sums.outputTokens,
        cache_read_tokens: sums.cacheReadTokens,
        cache_write_tokens: sums.cacheWriteTokens,
        uncounted: sums.uncounted,
        answered_model: commonestModel(sums),
      });
      return tally;
    }
    const document = await documentOf(object, refuse);
    const rows = kind === "manifest" ? manifestRows(document, own) : describedJobs(document, { object: object.key, ...object });
    tally.items = rows.length;
    if (document !== undefined && rows.length === 0) {
      if (kind === "manifest") refuse({ item: 1, reason: "wrong_type", detail: "a manifest without totalRecordCount" });
      else tally.passedOver = 1;
    }
    for (const row of rows) yield dated(row);
    return tally;
  },
};

const dated = (row: BatchRow): DatedRow => ({ table: batchRecords, day: dayOf(row.event_time ?? 0), row });

async function outputSums({ body }: OpenedObject, refuse: Refuse) {
  const sums = noSums();
  const lines = new LineSplitter(MOST_LINE_BYTES);
  const take = (found: ReturnType<LineSplitter["push"]>): void => {
    for (const line of found) {
      if ("tooLong" in line) refuse({ item: line.line, reason: "line_too_long", detail: `a line of ${line.tooLong} bytes` });
      else if (!isBlank(line.bytes) && !addLine(sums, jsonOf(textOf(line.bytes))))
        refuse({ item: line.line, reason: "bad_json", detail: "a line that is neither an answer nor an error" });
    }
  };
  try {
    for await (const chunk of plainBytes(body)) take(lines.push(chunk));
    take(lines.end());
  } catch (error) {
    if (!(error instanceof DamagedObject)) throw error;
    refuse({ item: lines.place.line, reason: error.reason, detail: "the object cannot be read to its end" });
  }
  return sums;
}

async function documentOf({ body }: OpenedObject, refuse: Refuse): Promise<unknown> {
  const parts: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of plainBytes(body)) {
      length += chunk.length;
      if (length > MOST_DOCUMENT_BYTES) {
        refuse({ item: 1, reason: "too_large", detail: `a document of more than ${MOST_DOCUMENT_BYTES} bytes` });
        return undefined;
      }
      parts.push(chunk);
    }
  } catch (error) {
    if (!(error instanceof DamagedObject)) throw error;
    refuse({ item: 1, reason: error.reason, detail: "the object cannot be read to its end" });
    return undefined;
  }
  const document = jsonOf(textOf(Buffer.concat(parts)));
  if (document === undefined) refuse({ item: 1, reason: "bad_json", detail: "a document that is no JSON" });
  return document;
}

function manifestRows(document: unknown, own: Partial<BatchRow>): BatchRow[] {
  if (typeof document !== "object" || document === null) return [];
  const count = (name: string): number | null => {
    const value: unknown = Reflect.get(document, name);
    return typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : null;
  };
  const records = count("totalRecordCount");
  if (records === null) return [];
  return [
    {
      ...EMPTY,
      ...own,
      kind: "manifest",
      records,
      succeeded: count("successRecordCount"),
      failed: count("errorRecordCount"),
      input_tokens: count("inputTokenCount"),
      output_tokens: count("outputTokenCount"),
    },
  ];
}

const isBlank = (bytes: Buffer): boolean => bytes.every((byte) => byte === 0x20 || byte === 0x0d || byte === 0x09);
