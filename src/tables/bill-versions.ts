import { columns, type Table } from "./column.ts";

/** What each day of the bill was when it was reconciled last, and when it was closed. The one table that remembers earlier deliveries. */
export const billVersions = {
  name: "bill_versions",
  meaning:
    "Each billed day as it was reconciled last and as it was when its month was closed, so that a later change is a restatement and no silent one.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["dt", "date", "UTC day."],
    ["status", "varchar", "provisional, billed, final or restated."],
    ["cur_version", "varchar", "Delivery that was reconciled last."],
    ["billed_cost", "varchar", "Billed USD of that delivery, exact decimal."],
    ["closed_cost", "varchar", "Billed USD when the day was first final, exact decimal; null while it never was."],
    ["closed_version", "varchar", "Delivery that closed the day."],
    ["restatements", "bigint", "How often the billed amount changed after the day was closed."],
    ["restated_by", "varchar", "Delivery of the last such change."],
    ["restated_at", "timestamp", "When that change was noticed, UTC; on one machine the last event of the logs."],
    ["restated_from", "varchar", "Billed USD before that change, exact decimal."],
  ]),
} as const satisfies Table;
