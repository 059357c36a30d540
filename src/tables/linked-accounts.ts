import { columns, type Table } from "./column.ts";

/** Accounts of another partition and the accounts that their bill names. Written by reconciliation. */
export const linkedAccounts = {
  name: "linked_accounts",
  meaning:
    "Accounts of AWS GovCloud (US) or China whose usage is billed under another account, as billing.linked_accounts of strata.yml has them.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["billed_account_id", "varchar", "Account that the bill names."],
    ["aws_partition", "varchar", "aws-us-gov or aws-cn."],
    ["account_id", "varchar", "Account that calls, as the log names it."],
  ]),
} as const satisfies Table;
