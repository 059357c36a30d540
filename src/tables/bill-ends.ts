import { columns, type Table } from "./column.ts";

/** Up to when the bill vouches for usage. Written by reconciliation. */
export const billEnds = {
  name: "bill_ends",
  meaning:
    "How far the staged bill reaches, by account and seller, and from which hour on a logged call without a line may still be billed.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["account_id", "varchar", "Account; * for what holds where it has no line of that seller."],
    ["seller", "varchar", "Billing entity, empty where the lines have none; * for the whole bill."],
    ["first_day", "date", "First day that is reconciled."],
    [
      "own_end",
      "varchar",
      "Time up to which lines may hold usage, YYYY-MM-DD HH:MM:SS, UTC; null when there are only adjustments, as the next.",
    ],
    ["late_from", "varchar", "First time of which a call that no line explains may still be billed, YYYY-MM-DD HH:MM:SS, UTC."],
  ]),
} as const satisfies Table;
