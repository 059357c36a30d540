import { columns, type Table } from "./column.ts";

/** What Bedrock itself says it did: the other side of completeness. Empty where nobody asks CloudWatch. */
export const serviceCounts = {
  name: "service_counts",
  meaning: "Bedrock's own invocation and delivery counts from CloudWatch, by account, region and hour.",
  format: "parquet",
  partitions: columns([["dt", "date", "UTC day."]]),
  columns: columns([
    ["hour", "integer", "UTC hour, 0 to 23."],
    ["account_id", "varchar", "AWS account, 12 digits."],
    ["region", "varchar", "Region that was called."],
    ["invocations", "bigint", "Calls that Bedrock counted (CloudWatch metric Invocations); throttled ones are not among them."],
    ["undelivered", "bigint", "Deliveries of the invocation log to S3 that failed."],
    ["throttled", "bigint", "Calls that Bedrock throttled."],
  ]),
} as const satisfies Table;
