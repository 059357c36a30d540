import { columns, type Table } from "./column.ts";

/** How far reconciliation has come, and from what. Written by it after each step. */
export const reconciledMonths = {
  name: "reconciled_months",
  meaning:
    "Each step of each reconciled month with the fingerprint of what it was done from, so that a run does what changed and goes on where the last one stopped.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["month", "varchar", "YYYY-MM."],
    ["step", "varchar", "groups, midnight, parts, charges or logged (src/billing/month-steps.ts)."],
    ["fingerprint", "varchar", "What the step was done from; null while it waits."],
  ]),
} as const satisfies Table;
