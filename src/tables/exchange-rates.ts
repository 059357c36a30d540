import { columns, type Table } from "./column.ts";

/** The rates of strata.yml by which bills in other currencies are read. Written by reconciliation. */
export const exchangeRates = {
  name: "exchange_rates",
  meaning: "US dollars for one unit of another currency, by billing period, as billing.exchange_rates of strata.yml has them.",
  format: "jsonl",
  partitions: [],
  columns: columns([
    ["currency_code", "varchar", "Currency of the bill, ISO 4217."],
    ["period", "varchar", "Billing period, YYYY-MM."],
    ["usd_per_unit", "varchar", "US dollars for one unit, exact decimal."],
  ]),
} as const satisfies Table;
