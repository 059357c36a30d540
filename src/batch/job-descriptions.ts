import { parseModelId } from "../model/model-id.ts";
import type { batchRecords } from "../tables/batch-records.ts";
import type { RowOf } from "../tables/column.ts";
import { parseInstant } from "../time.ts";

export type BatchRow = RowOf<typeof batchRecords>;

/** The columns of `batch_records` that a kind of object does not fill. */
export const EMPTY: BatchRow = {
  kind: null,
  event_time: null,
  job_id: null,
  file_name: null,
  records: null,
  succeeded: null,
  failed: null,
  input_tokens: null,
  output_tokens: null,
  cache_read_tokens: null,
  cache_write_tokens: null,
  uncounted: null,
  answered_model: null,
  job_arn: null,
  job_name: null,
  account_id: null,
  region: null,
  model_id: null,
  model: null,
  role_arn: null,
  role_name: null,
  status: null,
  source_object: null,
  source_item: null,
};

const ARN = /^arn:[\w-]+:bedrock:([a-z0-9-]+):(\d{12}):model-invocation-job\/([a-z0-9]{12})$/;

/**
 * Descriptions as GetModelInvocationJob gives them, ListModelInvocationJobs (`invocationJobSummaries`), or a list of either.
 * @param deliveredAt milliseconds; when a description says no time
 */
export function describedJobs(document: unknown, place: { readonly object: string; readonly deliveredAt: number }): BatchRow[] {
  const outer = isObject(document) ? (document["invocationJobSummaries"] ?? [document]) : document;
  return (Array.isArray(outer) ? outer : []).flatMap((job: unknown, index): BatchRow[] => {
    if (!isObject(job)) return [];
    const text = (name: string): string | null => {
      const value = job[name];
      return typeof value === "string" && value !== "" && value.length <= 2048 ? value : null;
    };
    const arn = text("jobArn");
    const [, region = null, account = null, id = null] = ARN.exec(arn ?? "") ?? [];
    if (id === null) return [];
    const modelId = text("modelId");
    const time = timeOf(job["endTime"]) ?? timeOf(job["lastModifiedTime"]) ?? timeOf(job["submitTime"]) ?? place.deliveredAt;
    return [
      {
        ...EMPTY,
        kind: "job",
        event_time: time,
        job_id: id,
        job_arn: arn,
        job_name: text("jobName"),
        account_id: account,
        region,
        model_id: modelId,
        model: modelId === null ? null : (parseModelId(modelId.replace(/^arn:.*\//, ""))?.model ?? modelId),
        role_arn: text("roleArn"),
        role_name: text("roleArn")?.split("/").at(-1) ?? null,
        status: text("status"),
        source_object: place.object,
        source_item: index + 1,
      },
    ];
  });
}

/** The AWS CLI writes ISO 8601 with an offset, SDKs a number of seconds. */
function timeOf(value: unknown): number | undefined {
  if (typeof value === "number" && value > 0 && value < 4_102_444_800) return Math.floor(value * 1000);
  return typeof value === "string" ? parseInstant(value) : undefined;
}

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
