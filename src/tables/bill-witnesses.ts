import { columns, type Table } from "./column.ts";

/** What Cost Explorer said of a month beside the bill, the last time it was asked. */
export const billWitnesses = {
  name: "bill_witnesses",
  meaning:
    "What Cost Explorer said of a month beside the bill and the estimates over the same days, when it was last asked. Empty unless billing.cost_explorer is on.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["month", "varchar", "Month, YYYY-MM."],
    ["to_day", "date", "Last day that is compared."],
    ["explorer_usd", "varchar", "USD by Cost Explorer, without credits, refunds and tax, exact decimal."],
    ["billed_usd", "varchar", "USD on the bill, likewise."],
    ["estimated_usd", "varchar", "Estimated USD of the same days."],
    ["gap", "double", "Difference of Cost Explorer and bill over the larger of them; null when both are nothing."],
    ["forecast_usd", "varchar", "USD that Cost Explorer expects of the whole month; null with too little history."],
    ["asked_at", "timestamp", "When it was asked, UTC."],
  ]),
} as const satisfies Table;
