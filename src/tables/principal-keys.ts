import { columns, type Table } from "./column.ts";

/** The one normal form of a principal that log and bill share. Written by reconciliation. */
export const principalKeys = {
  name: "principal_keys",
  meaning: "Each IAM identity in log or bill with its normal form, so that both meet whatever way the ARN is written.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["principal_arn", "varchar", "IAM identity as it appears in the log or on the bill."],
    ["principal_key", "varchar", "Normal form with the session."],
    ["role_key", "varchar", "Normal form without the session; the same as principal_key for users."],
  ]),
} as const satisfies Table;
