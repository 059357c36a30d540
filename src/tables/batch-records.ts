import { columns, type Table } from "./column.ts";

/** Batch inference: what its output objects, manifests and descriptions say. No input and no answer is kept. */
export const batchRecords = {
  name: "batch_records",
  meaning:
    "One row per output file, manifest or description of a batch inference job, as delivered; repeated ones stay. Read the view batch_jobs instead.",
  format: "parquet",
  partitions: columns([["dt", "date", "UTC day: the job's end where it is told, else the object's own."]]),
  columns: columns([
    ["kind", "varchar", "output, manifest or job (a description)."],
    ["event_time", "timestamp", "The object's own time, UTC; of a description the job's end or last change."],
    ["job_id", "varchar", "Last 12 characters of the job's ARN; the folder of its output."],
    ["file_name", "varchar", "Input file that the output belongs to; null for descriptions."],
    ["records", "bigint", "Records; of a manifest totalRecordCount."],
    ["succeeded", "bigint", "Records with an answer."],
    ["failed", "bigint", "Records in error; they cost nothing."],
    ["input_tokens", "bigint", "Prompt tokens outside the cache; of a manifest inputTokenCount."],
    ["output_tokens", "bigint", "Completion tokens; of a manifest outputTokenCount."],
    ["cache_read_tokens", "bigint", "Prompt tokens read from the cache, as the answers say."],
    ["cache_write_tokens", "bigint", "Prompt tokens written to the cache, as the answers say."],
    ["uncounted", "bigint", "Answers that state no tokens."],
    ["answered_model", "varchar", "Model that most answers name, where they name one."],
    ["job_arn", "varchar", "ARN of the job."],
    ["job_name", "varchar", "Name of the job."],
    ["account_id", "varchar", "Account of the job."],
    ["region", "varchar", "Region of the job."],
    ["model_id", "varchar", "Model as described."],
    ["model", "varchar", "Model by name."],
    ["role_arn", "varchar", "Role that the job works with."],
    ["role_name", "varchar", "Its name, without path."],
    ["status", "varchar", "Completed, PartiallyCompleted, Stopped, Failed, Expired or another state."],
    ["source_object", "varchar", "Object it was read from."],
    ["source_item", "bigint", "Place in that object, from 1."],
  ]),
} as const satisfies Table;
